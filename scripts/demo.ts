/**
 * `npm run demo`: the main job from end to end on the emulator, with dist/ run exactly as a runner runs it. With a Docker
 * engine the sample app is really built, pushed and run; without one a stand-in answers, and the demo says so.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { type EmulatorHandle, startEmulator } from '../__tests__/helpers/emulator.ts';
import { type ActionRun, runAction } from '../__tests__/helpers/run-action.ts';
import { makeBaseImage } from './local-image.ts';

const summaries = join('.tmp', 'demo');
const localBase = 'express-deploy-actions-demo-base';

function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** With Docker Desktop the engine is in a virtual machine, from where the registry on this machine's loopback is not seen. */
function canRunImages(): boolean {
  if (process.platform !== 'linux') return false;
  const version = spawnSync('docker', ['version', '--format', '{{.Server.Os}}'], {
    encoding: 'utf8',
    timeout: 10_000,
  });
  return version.stdout?.trim() === 'linux';
}

/** The official base image, or where it cannot be pulled one made of the files of this machine. */
async function obtainBaseImage(): Promise<string | undefined> {
  const official =
    /BASE_IMAGE=(\S+)/.exec(readFileSync(join('examples', 'app', 'Dockerfile'), 'utf8'))?.[1] ?? '';
  const pull = spawnSync('docker', ['pull', '--quiet', official], { stdio: 'ignore', timeout: 60_000 });
  if (pull.status === 0) return undefined;
  say(`${official} cannot be pulled: a base image was made from the Node of this machine.`);
  await makeBaseImage(localBase);
  return localBase;
}

type Scene = {
  readonly title: string;
  readonly expect: 'green' | 'red';
  /** One hexadecimal digit, of which the commit's SHA is made. */
  readonly commit: string;
  readonly inputs: Readonly<Record<string, string>>;
};

const common = {
  'service-name': 'shop',
  'execution-role-arn': 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
  'infrastructure-role-arn': 'arn:aws:iam::123456789012:role/ecsInfrastructureRoleForExpressServices',
  cpu: '256',
  memory: '512',
  'container-port': '8080',
  'health-check-path': '/healthz',
  // The emulator runs an hour in a minute, so the action has to look more often than it does beside AWS.
  'poll-interval-seconds': '0.5',
};

function scenes(source: (colour: string) => Readonly<Record<string, string>>): readonly Scene[] {
  const deploy = (colour: string) => ({
    ...common,
    ...source(colour),
    'environment-variables': `COLOUR=${colour}`,
  });
  return [
    { title: 'The first deployment', commit: 'a', expect: 'green', inputs: deploy('blue') },
    { title: 'An update', commit: 'b', expect: 'green', inputs: deploy('green') },
    { title: 'The same again: nothing is sent', commit: 'b', expect: 'green', inputs: deploy('green') },
    {
      title: 'A broken version: rolled back, and the job is red',
      commit: 'c',
      expect: 'red',
      inputs: deploy('mauve'),
    },
  ];
}

async function play(
  scene: Scene,
  number: number,
  emulator: EmulatorHandle,
  workspace: string,
): Promise<ActionRun> {
  say();
  say(`━━ ${number}. ${scene.title}`);
  const run = await runAction({
    inputs: scene.inputs,
    env: { ...emulator.env, GITHUB_SHA: scene.commit.repeat(40) },
    workspace,
    onOutput: (text) => process.stdout.write(showAsRunner(text)),
  });
  const file = join(summaries, `${number}-${run.outputs['outcome'] ?? 'no-outcome'}.md`);
  writeFileSync(file, run.summary);
  say(`   exit code ${run.exitCode} after ${run.seconds.toFixed(1)} s, job summary in ${file}`);
  if ((run.exitCode === 0) !== (scene.expect === 'green'))
    throw new Error(`the demo expected this step to be ${scene.expect}`);
  return run;
}

/** The runner takes commands out of the log: masks are not shown, groups and annotations have a form of their own. */
function showAsRunner(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('::add-mask::') && !line.startsWith('::endgroup::'))
    .map((line) =>
      line
        .replace(/^::group::/, '▸ ')
        .replace(
          /^::(error|warning|notice)[^:]*::/,
          (_command, kind: string) => `${kind[0]?.toUpperCase()}${kind.slice(1)}: `,
        )
        .replaceAll('%0A', '\n'),
    )
    .join('\n');
}

/** Asks the emulated load balancer as a browser would, by the host name of the service. */
function ask(emulator: EmulatorHandle, host: string): Promise<string> {
  const [hostname, port] = emulator.http.split(':');
  return new Promise((resolve, reject) => {
    request({ hostname, port, path: '/', headers: { host } }, (response) => {
      response.setEncoding('utf8');
      let body = '';
      response.on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve(body.trim()));
    })
      .on('error', reject)
      .end();
  });
}

const startedAt = performance.now();
const withDocker = canRunImages();
say(
  withDocker
    ? 'A Docker engine answers: the sample app in examples/app is really built, pushed and run.'
    : 'No Docker engine of this machine can be used: a stand-in answers in place of the sample app.',
);
const base = withDocker ? await obtainBaseImage() : undefined;
rmSync(summaries, { recursive: true, force: true });
mkdirSync(summaries, { recursive: true });
const workspace = mkdtempSync(join(tmpdir(), 'demo-'));
cpSync(join('examples', 'app'), workspace, { recursive: true });
const emulator = await startEmulator('--speed', '60', '--engine', withDocker ? 'docker' : 'stub');
say(`The emulator answers as AWS on ${emulator.url}; a minute there is a second here.`);
try {
  if (!withDocker) {
    const logLines = ['COLOUR is "mauve"; it must be one of blue, green, orange, purple, red'];
    await emulator.post('stub', [{ imageContains: ':mauve', exitCode: 1, logLines }]);
  }
  const source = (colour: string): Readonly<Record<string, string>> =>
    withDocker
      ? { source: '.', ...(base !== undefined && { 'build-args': `BASE_IMAGE=${base}` }) }
      : { image: `public.ecr.aws/demo/shop:${colour}` };
  let last: ActionRun | undefined;
  for (const [index, scene] of scenes(source).entries())
    last = await play(scene, index + 1, emulator, workspace);
  const host = last?.outputs['endpoint'] ?? '';
  say();
  say(`After the rollback https://${host} still answers, with what ran before:`);
  say(`   ${(await ask(emulator, host)).split('\n').slice(0, 3).join(' ')}`);
  say(
    `The job summaries are in ${relative(process.cwd(), summaries) || summaries}, as GitHub would show them.`,
  );
  say(`Done in ${Math.round((performance.now() - startedAt) / 1000)} s.`);
} finally {
  await emulator.stop();
  rmSync(workspace, { recursive: true, force: true });
  if (base !== undefined) execFileSync('docker', ['image', 'rm', '--force', base], { stdio: 'ignore' });
}
