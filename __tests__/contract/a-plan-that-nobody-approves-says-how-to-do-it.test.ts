import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problemsOf } from '../helpers/known-commands.ts';
import { ownWorkflow, readWorkflow } from '../helpers/workflow.ts';

/** Where GitHub asks no reviewer, the summary of the plan ends with the command that does it. */

const example = 'examples/workflows/shift-without-reviewers.yml';
const caller = 'examples/workflows/shift-without-reviewers-called.yml';
const called = ownWorkflow(readWorkflow(caller).jobs['shift'] ?? {}) ?? '';

const stepOf = (file: string) => readWorkflow(file).jobs['plan']?.steps?.at(-1) ?? {};

/** What the step writes into the summary of a run of a workflow in a repository. */
function summaryOf(file: string, env: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'summary-'));
  const GITHUB_STEP_SUMMARY = join(folder, 'summary');
  const { status, stderr } = spawnSync('bash', ['--norc', '-euo', 'pipefail', '-c', stepOf(file).run ?? ''], {
    encoding: 'utf8',
    env: {
      ...env,
      PATH: process.env['PATH'],
      GITHUB_STEP_SUMMARY,
      GITHUB_REPOSITORY: 'octo/shop',
      GITHUB_WORKFLOW_REF: 'octo/shop/.github/workflows/move.yml@refs/heads/main',
    },
  });
  expect([status, stderr]).toEqual([0, '']);
  const summary = readFileSync(GITHUB_STEP_SUMMARY, 'utf8');
  rmSync(folder, { recursive: true });
  return summary;
}

const commandIn = (summary: string) => /^```sh\n(.*)\n```$/m.exec(summary)?.[1] ?? '';

const cases = [
  ['adopt', '10', '-f mode=adopt'],
  ['shift', '50', '-f mode=shift -f green-percent=50'],
  ['finalize', '10', '-f mode=finalize'],
] as const;

describe.each([
  [example, 'app.example.com'],
  [called, '\n app.example.com\n www.example.com\n'],
])('%s', (file, DOMAIN) => {
  test.each(cases)(
    '%s: the command names this workflow, the stage, the checksum and the first name',
    async (MODE, PERCENT, stage) => {
      const command = commandIn(summaryOf(file, { MODE, PERCENT, DOMAIN, CHECKSUM: 'c0ffee' }));
      expect(command).toBe(
        `gh workflow run move.yml -R octo/shop ${stage} -f plan-checksum=c0ffee -f confirm=app.example.com`,
      );
      expect(await problemsOf(command.split(' '))).toEqual([]);
      const inputs = readWorkflow(file === called ? caller : file).on['workflow_dispatch']?.inputs ?? {};
      const given = [...command.matchAll(/-f ([\w-]+)=/g)].map(([, name = '']) => name);
      expect(given.filter((name) => !Object.hasOwn(inputs, name))).toEqual([]);
    },
  );

  test('it is said after a plan that would do something, in the run that only plans', () => {
    const id = readWorkflow(file).jobs['plan']?.steps?.at(-2)?.id;
    expect(stepOf(file).if).toBe(`inputs.plan-checksum == '' && steps.${id}.outputs.outcome == 'planned'`);
  });
});
