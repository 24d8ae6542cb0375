/**
 * The second act: a push becomes a running service. With a Docker engine the sample app is really built, pushed and run;
 * without one a stand-in answers, and the demo says so.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmulatorHandle, startEmulator } from '../../__tests__/helpers/emulator.ts';
import { getPlain } from '../../__tests__/helpers/plain-http.ts';
import { ask } from './ask.ts';
import { play, type Scene, say } from './stage.ts';
import { canRunImages, obtainBaseImage } from './with-docker.ts';

type DeployScene = Pick<Scene, 'title' | 'expect' | 'inputs'> & {
  /** One hexadecimal digit, of which the commit's SHA is made. */
  readonly commit: string;
};

const common = {
  'service-name': 'shop',
  'execution-role-arn': 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
  'infrastructure-role-arn': 'arn:aws:iam::123456789012:role/ecsInfrastructureRoleForExpressServices',
  cpu: '256',
  memory: '512',
  'container-port': '8080',
  'health-check-path': '/healthz',
  'redirect-http': 'true',
  // The emulator runs an hour in a minute, so the action has to look more often than it does beside AWS.
  'poll-interval-seconds': '0.5',
};

function scenes(source: (colour: string) => Readonly<Record<string, string>>): readonly DeployScene[] {
  const deploy = (colour: string) => ({
    ...common,
    ...source(colour),
    'environment-variables': `COLOUR=${colour}`,
  });
  return [
    {
      title: 'The first deployment creates the service',
      commit: 'a',
      expect: 'green',
      inputs: deploy('blue'),
    },
    { title: 'A push updates the service', commit: 'b', expect: 'green', inputs: deploy('green') },
    {
      title: 'The same commit again: nothing differs, so nothing is sent',
      commit: 'b',
      expect: 'green',
      inputs: deploy('green'),
    },
    {
      title: 'A broken version: ECS rolls it back, and the job is red',
      commit: 'c',
      expect: 'red',
      inputs: deploy('mauve'),
    },
  ];
}

/** Whoever types the name without a scheme comes by port 80, which App Runner redirects and Express alone refuses. */
async function showRedirect(emulator: EmulatorHandle, host: string): Promise<void> {
  const { status, location = '' } = await getPlain(emulator, `http://${host}/cart`);
  say(`http://${host}/cart answers ${status} and leads to ${location}`);
  if (status !== 301 || !location.startsWith('https://')) throw new Error('http:// should lead to https');
}

export async function playDeploy(): Promise<void> {
  const withDocker = canRunImages();
  say(
    withDocker
      ? 'A Docker engine answers: the sample app in examples/app is really built, pushed and run.'
      : 'No Docker engine of this machine can be used: a stand-in answers in place of the sample app.',
  );
  const base = withDocker ? await obtainBaseImage() : undefined;
  const workspace = mkdtempSync(join(tmpdir(), 'demo-'));
  cpSync(join('examples', 'app'), workspace, { recursive: true });
  const emulator = await startEmulator('--speed', '60', '--engine', withDocker ? 'docker' : 'stub');
  say(`The emulator answers as AWS on ${emulator.url}.`);
  try {
    if (!withDocker) {
      const logLines = ['COLOUR is "mauve"; it must be one of blue, green, orange, purple, red'];
      await emulator.post('stub', [{ imageContains: ':mauve', exitCode: 1, logLines }]);
    }
    const source = (colour: string): Readonly<Record<string, string>> =>
      withDocker
        ? { source: '.', ...(base !== undefined && { 'build-args': `BASE_IMAGE=${base}` }) }
        : { image: `public.ecr.aws/demo/shop:${colour}` };
    let host = '';
    for (const scene of scenes(source)) {
      const { commit, ...rest } = scene;
      const env = { ...emulator.env, GITHUB_SHA: commit.repeat(40) };
      host = (await play({ ...rest, env, workspace })).outputs['endpoint'] ?? '';
    }
    say();
    say(`After the rollback, https://${host} answers with the version that ran before:`);
    say(`   ${(await ask(emulator, host)).split('\n').slice(0, 3).join(' ')}`);
    await showRedirect(emulator, host);
  } finally {
    await emulator.stop();
    rmSync(workspace, { recursive: true, force: true });
    if (base !== undefined) execFileSync('docker', ['image', 'rm', '--force', base], { stdio: 'ignore' });
  }
}
