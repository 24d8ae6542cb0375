import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { policyOf } from '../../__tests__/helpers/policies.ts';
import {
  type ActionOptions,
  type ActionRun,
  roleFor,
  runAction,
} from '../../__tests__/helpers/run-action.ts';

/** Where the job summaries of the last demo are. */
export const summaries = join('.tmp', 'demo');

export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** One run of an action that is shown. */
export type Scene = ActionOptions & {
  readonly title: string;
  /** What the job has to end as; anything else ends the demo. */
  readonly expect: 'green' | 'red';
  /** What its log has to say: a job can be red for another reason than the one that is shown. */
  readonly says?: string;
  /** What the roles of bootstrap/ are made for, beside what the demo has everywhere. */
  readonly roleValues?: Readonly<Record<string, string>>;
};

let scenesPlayed = 0;

export function openStage(): void {
  rmSync(summaries, { recursive: true, force: true });
  mkdirSync(summaries, { recursive: true });
}

export async function play({
  title,
  expect,
  says,
  onOutput,
  roleValues,
  ...options
}: Scene): Promise<ActionRun> {
  scenesPlayed += 1;
  say();
  say(`━━ ${scenesPlayed}. ${title}`);
  const role = roleFor(options);
  await enforce(options.env['AWS_ENDPOINT_URL'] ?? '', policyOf(role, { ...demoNames, ...roleValues }));
  const run = await runAction({
    ...options,
    env: { GITHUB_ACTOR: 'octocat', GITHUB_REF: 'refs/heads/main', ...options.env },
    onOutput: (text) => {
      process.stdout.write(showAsRunner(text));
      onOutput?.(text);
    },
  });
  const number = String(scenesPlayed).padStart(2, '0');
  const file = join(summaries, `${number}-${run.outputs['outcome'] ?? 'no-outcome'}.md`);
  // GitHub shows none that is empty.
  if (run.summary !== '') writeFileSync(file, run.summary);
  const shown = run.summary === '' ? 'no job summary' : `job summary in ${file}`;
  say(`   exit code ${run.exitCode} after ${run.seconds.toFixed(1)} s as the ${role} role, ${shown}`);
  if ((run.exitCode === 0) !== (expect === 'green')) throw new Error(`this job should have been ${expect}`);
  if (says !== undefined && !run.log.includes(says)) throw new Error(`this job should have said "${says}"`);
  return run;
}

const demoNames = { ServiceNamePrefix: 'shop', RepositoryNamePrefix: 'shop' };

/** Each job of the demo may do what its role in bootstrap/ allows, and nothing else. */
async function enforce(emulator: string, policy: object): Promise<void> {
  const body = JSON.stringify(policy);
  const answer = await fetch(`${emulator}/_emulator/policy`, { method: 'POST', body });
  if (!answer.ok) throw new Error(`the policy was not taken: ${await answer.text()}`);
}

/** The runner takes commands out of the log: masks are not shown, groups and annotations have a form of their own. */
function showAsRunner(text: string): string {
  return text
    .split('\n')
    .filter((line) => !/^::(add-mask|endgroup|debug)::/.test(line))
    .map((line) =>
      line
        .replace(/^::group::/, '▸ ')
        .replace(
          /^::(error|warning|notice)[^:]*::/,
          (_, kind: string) => `${kind[0]?.toUpperCase()}${kind.slice(1)}: `,
        )
        .replaceAll('%0A', '\n')
        .replaceAll('%25', '%'),
    )
    .join('\n');
}
