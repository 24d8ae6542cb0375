import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmulatorHandle, startEmulator } from '../../__tests__/helpers/emulator.ts';
import { runAction } from '../../__tests__/helpers/run-action.ts';
import { makeRuntimeImage } from '../../__tests__/helpers/runtime-image.ts';
import { canRunImages } from '../demo/with-docker.ts';
import { addRow } from './rows.ts';

const runtimeImage = 'express-deploy-actions-bench-runtime';

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

/** What a second push of the same source costs, where App Runner's files are built: with Docker alone. */
export async function benchSource(): Promise<void> {
  if (!canRunImages()) {
    process.stdout.write(
      'No Docker engine of this machine can be used: the build of a source is left out.\n',
    );
    return;
  }
  await makeRuntimeImage(runtimeImage, 'node');
  const workspace = mkdtempSync(join(tmpdir(), 'bench-'));
  // A container would have to start in time on a busy machine; what is measured is the build.
  const emulator = await startEmulator('--speed', '600', '--engine', 'stub');
  try {
    for (const [name, text] of Object.entries(source())) writeFileSync(join(workspace, name), text);
    const first = await build(emulator, workspace, 'a');
    await emulator.forgetRequests();
    const second = await build(emulator, workspace, 'b');
    const mutating = (await emulator.requests()).filter(
      ({ service, operation }) => service === 'ecs' && !/^(?:Describe|List)/.test(operation),
    );
    const isSame = second.digest !== undefined && second.digest === first.digest;
    addRow({
      what: 'second build of a source: whole job',
      mine: second.seconds,
      unit: 's',
      goal: `less than the first, ${Math.round(first.seconds)} s`,
    });
    addRow({
      what: 'second build of a source: layers built again',
      mine: second.built,
      unit: 'layers',
      goal: `0; first ${first.built}`,
    });
    addRow({
      what: 'second build of a source: same digest',
      mine: Number(isSame),
      unit: isSame ? 'yes' : 'no',
      goal: 'yes',
    });
    addRow({
      what: 'second build of a source: mutating ECS calls',
      mine: mutating.length,
      unit: 'calls',
      goal: '0',
    });
  } finally {
    await emulator.stop();
    rmSync(workspace, { recursive: true, force: true });
    spawnSync('docker', ['image', 'rm', '--force', runtimeImage], { stdio: 'ignore' });
  }
}

/** With buildx that can, the layers come from ECR, as on a fresh runner; otherwise the engine's own cache has them. */
const cache: Readonly<Record<string, string>> = hasBuildx()
  ? { 'cache-from': 'registry', 'cache-to': 'registry' }
  : {};

function hasBuildx(): boolean {
  return spawnSync('docker', ['buildx', 'version'], { stdio: 'ignore' }).status === 0;
}

/** @param commit one hexadecimal digit: the image of a commit that was pushed before might not be built at all. */
async function build(emulator: EmulatorHandle, workspace: string, commit: string) {
  const run = await runAction({
    inputs: {
      'service-name': 'bench-source',
      source: '.',
      'execution-role-arn': 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
      'infrastructure-role-arn': 'arn:aws:iam::123456789012:role/ecsInfrastructureRole',
      'runtime-image': runtimeImage,
      'poll-interval-seconds': '0.2',
      ...cache,
    },
    env: { ...emulator.env, GITHUB_SHA: commit.repeat(40) },
    workspace,
  });
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
