import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { type EmulatorHandle, startEmulator } from '../../__tests__/helpers/emulator.ts';
import { runAction } from '../../__tests__/helpers/run-action.ts';
import { makeRuntimeImage } from '../../__tests__/helpers/runtime-image.ts';
import { canRunImages } from '../demo/with-docker.ts';
import { addRow } from './rows.ts';

/** Unlike any before, so that the first build of it finds nothing in a cache. */
const source = (): Readonly<Record<string, string>> => ({
  'apprunner.yaml': `version: 1.0
runtime: nodejs22
build:
  commands:
    build:
      - node --check server.js
run:
  command: node server.js
`,
  'server.js': `// ${Date.now()}
require('node:http').createServer((_, response) => response.end('ok')).listen(process.env.PORT);
`,
});

/**
 * What a second push of the same source costs. With a builder that can export a cache, the second build has what the
 * registry keeps and nothing else, as on a fresh runner. `given`: such a builder, whose own cache may be emptied.
 */
export async function benchSource(given: string | undefined): Promise<void> {
  if (!canRunImages()) {
    process.stdout.write(
      'No Docker engine of this machine can be used: the build of a source is left out.\n',
    );
    return;
  }
  const builder = given ?? createBuilder();
  if (builder === undefined) {
    process.stderr.write(
      'NOT MEASURED: the registry cache. buildx cannot make a builder that exports one here; --builder NAME names one. What follows is what the cache of the engine does.\n',
    );
  }
  // A container would have to start in time on a busy machine; what is measured is the build.
  const emulator = await startEmulator('--speed', '600', '--engine', 'stub');
  const runtimeImage = `${emulator.registry}/runtime:bench`;
  try {
    await makeRuntimeImage(runtimeImage, 'node');
    if (builder !== undefined) await push(runtimeImage, emulator);
    const files = source();
    const build = (commit: string) => buildOnce(files, { emulator, runtimeImage, builder, commit });
    const first = await build('a');
    await emulator.forgetRequests();
    if (builder !== undefined) docker('buildx', 'prune', '--builder', builder, '--all', '--force');
    const second = await build('b');
    const mutating = (await emulator.requests()).filter(
      ({ service, operation }) => service === 'ecs' && !/^(?:Describe|List)/.test(operation),
    );
    const isSame = second.digest !== undefined && second.digest === first.digest;
    const what = `second build of a source (cache of the ${builder === undefined ? 'engine' : 'registry'})`;
    addRow({
      what: `${what}: whole job`,
      mine: second.seconds,
      unit: 's',
      goal: `less than the first, ${Math.round(first.seconds)} s`,
    });
    addRow({
      what: `${what}: layers built again`,
      mine: second.built,
      unit: 'layers',
      goal: `0; first ${first.built}`,
    });
    addRow({
      what: `${what}: same digest`,
      mine: Number(isSame),
      unit: isSame ? 'yes' : 'no',
      goal: 'yes',
    });
    addRow({
      what: `${what}: mutating ECS calls`,
      mine: mutating.length,
      unit: 'calls',
      goal: '0',
    });
  } finally {
    await emulator.stop();
    const options = { encoding: 'utf8' } as const;
    const filter = `reference=${emulator.registry}/*`;
    const images = execFileSync('docker', ['images', '--quiet', '--filter', filter], options).split('\n');
    spawnSync('docker', ['image', 'rm', '--force', ...new Set(images.filter(Boolean))], { stdio: 'ignore' });
    if (given === undefined && builder !== undefined) docker('buildx', 'rm', builder);
  }
}

/** Of this machine's network: the registry is on its loopback. `undefined`: buildx, or what it runs, cannot be had. */
function createBuilder(): string | undefined {
  const name = `express-deploy-actions-bench-${process.pid}`;
  const options = ['--driver', 'docker-container', '--driver-opt', 'network=host', '--bootstrap'];
  const created = spawnSync('docker', ['buildx', 'create', '--name', name, ...options], { stdio: 'ignore' });
  if (created.status === 0) return name;
  spawnSync('docker', ['buildx', 'rm', '--force', name], { stdio: 'ignore' });
  return undefined;
}

/** A builder of its own does not see the images of the engine. */
async function push(image: string, emulator: EmulatorHandle): Promise<void> {
  const ecr = new ECRClient(emulator.client);
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'runtime' }));
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const auth = authorizationData?.[0]?.authorizationToken;
  const config = mkdtempSync(join(tmpdir(), 'bench-'));
  writeFileSync(join(config, 'config.json'), JSON.stringify({ auths: { [emulator.registry]: { auth } } }));
  docker('--config', config, 'push', '--quiet', image);
  rmSync(config, { recursive: true });
}

function docker(...argv: readonly string[]): void {
  execFileSync('docker', argv, { stdio: ['ignore', 'ignore', 'inherit'] });
}

type Build = {
  readonly emulator: EmulatorHandle;
  readonly runtimeImage: string;
  readonly builder: string | undefined;
  /** One hexadecimal digit: the image of a commit that was pushed before might not be built at all. */
  readonly commit: string;
};

/** In a folder of its own, as after a checkout. */
async function buildOnce(files: Readonly<Record<string, string>>, options: Build) {
  const { emulator, runtimeImage, builder, commit } = options;
  const workspace = mkdtempSync(join(tmpdir(), 'bench-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(workspace, name), text);
  const run = await runAction({
    inputs: {
      'service-name': 'bench-source',
      source: '.',
      'execution-role-arn': 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
      'infrastructure-role-arn': 'arn:aws:iam::123456789012:role/ecsInfrastructureRole',
      'runtime-image': runtimeImage,
      'poll-interval-seconds': '0.2',
      ...(builder !== undefined && { 'cache-from': 'registry', 'cache-to': 'registry' }),
    },
    env: {
      ...emulator.env,
      GITHUB_SHA: commit.repeat(40),
      // Where buildx keeps its builders.
      DOCKER_CONFIG: process.env['DOCKER_CONFIG'] ?? join(homedir(), '.docker'),
      ...(builder !== undefined && { BUILDX_BUILDER: builder }),
    },
    workspace,
  });
  rmSync(workspace, { recursive: true });
  if (run.exitCode !== 0) throw new Error(run.log);
  return { seconds: run.seconds, digest: run.outputs['image-digest'], built: countBuilt(run.log) };
}

/** The classic builder shows a container for each layer that it makes by a command; BuildKit shows what it did not make. */
function countBuilt(log: string): number {
  const classic = log.match(/^ ---> Running in /gm)?.length ?? 0;
  const steps = new Set([...log.matchAll(/^#(\d+) \[.*\] (?:RUN|COPY)/gm)].map((match) => match[1]));
  const cached = new Set([...log.matchAll(/^#(\d+) CACHED$/gm)].map((match) => match[1]));
  return classic + [...steps].filter((step) => !cached.has(step)).length;
}
