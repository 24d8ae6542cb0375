/**
 * The third act: a version that needs another database. With a Docker engine a small store is given a column by the command
 * before the deployment; without one no program runs, and the emulator plays exit code and output.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmulatorHandle, startEmulator } from '../../__tests__/helpers/emulator.ts';
import { ask } from './ask.ts';
import { play, type Scene, say } from './stage.ts';
import { dockerfile, migration, type Store, serverOf, startStore } from './store.ts';
import { canRunImages, obtainBaseImage, officialBase } from './with-docker.ts';

const common = {
  'service-name': 'shop',
  'execution-role-arn': 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
  'infrastructure-role-arn': 'arn:aws:iam::123456789012:role/ecsInfrastructureRoleForExpressServices',
  cpu: '256',
  memory: '512',
  'container-port': '8080',
  'health-check-path': '/',
  'poll-interval-seconds': '0.5',
};

type CommandScene = Pick<Scene, 'title' | 'expect' | 'says'> & {
  readonly columns: readonly string[];
  readonly command?: string;
  /** What the emulator plays where no program runs. */
  readonly played?: { readonly exitCode: number; readonly logLines: readonly string[] };
};

const scenes: readonly CommandScene[] = [
  { title: 'A version that reads two columns', expect: 'green', columns: ['id', 'name'] },
  {
    title:
      'The next version reads three columns, and its migration fails: nothing is deployed, and the job is red',
    expect: 'red',
    says: 'pre-deploy-command ended with exit code 1',
    columns: ['id', 'name', 'colour'],
    command: 'node migrate.mjs Colour',
    played: { exitCode: 1, logLines: ['the store refuses: a column is named in small letters: Colour'] },
  },
  {
    title: 'The migration is fixed: it adds the column, and then the version is deployed',
    expect: 'green',
    says: 'pre-deploy-command ended with exit code 0',
    columns: ['id', 'name', 'colour'],
    command: 'node migrate.mjs colour',
    played: { exitCode: 0, logLines: ['the store has id, name, colour'] },
  },
];

export async function playCommand(): Promise<void> {
  const withDocker = canRunImages();
  say(
    withDocker
      ? 'A Docker engine answers: the command really runs, and gives a small store a column.'
      : 'No Docker engine of this machine can be used: no program runs, and the emulator plays its exit code and output.',
  );
  const base = withDocker ? await obtainBaseImage() : undefined;
  const store = withDocker ? startStore(base ?? officialBase) : undefined;
  const workspace = mkdtempSync(join(tmpdir(), 'demo-'));
  const emulator = await startEmulator('--speed', '60', '--engine', withDocker ? 'docker' : 'stub');
  try {
    for (const [index, scene] of scenes.entries()) {
      await playScene(scene, index, { emulator, workspace, store, base });
    }
  } finally {
    await emulator.stop();
    store?.stop();
    rmSync(workspace, { recursive: true, force: true });
    if (base !== undefined) execFileSync('docker', ['image', 'rm', '--force', base], { stdio: 'ignore' });
  }
}

type Surroundings = {
  readonly emulator: EmulatorHandle;
  readonly workspace: string;
  readonly store: Store | undefined;
  readonly base: string | undefined;
};

async function playScene(scene: CommandScene, index: number, at: Surroundings): Promise<void> {
  const { emulator, workspace, store, base } = at;
  const { columns, command, played, ...shown } = scene;
  if (store === undefined) await emulator.post('ecs', { runTask: played ?? {} });
  writeFileSync(join(workspace, 'server.mjs'), serverOf(columns));
  writeFileSync(join(workspace, 'migrate.mjs'), migration);
  writeFileSync(join(workspace, 'Dockerfile'), dockerfile);
  const source =
    store === undefined
      ? { image: `public.ecr.aws/demo/shop:${columns.length}` }
      : {
          source: '.',
          'build-args': `BASE_IMAGE=${base ?? officialBase}`,
          'environment-variables': `STORE_URL=${store.url}`,
        };
  const run = await play({
    ...shown,
    inputs: { ...common, ...source, ...(command !== undefined && { 'pre-deploy-command': command }) },
    env: { ...emulator.env, GITHUB_SHA: String(index + 1).repeat(40) },
    workspace,
  });
  if (store === undefined) return;
  const answer = await ask(emulator, run.outputs['endpoint'] ?? '');
  say(`   The store has ${await store.columns()}. The service answers: ${answer}`);
  const served = scene.expect === 'green' ? columns : scenes[index - 1]?.columns;
  if (!answer.includes(`reads ${served?.join(', ')}`))
    throw new Error(`another version should serve: ${answer}`);
}
