import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callsTo, changesOf, type Deployments, startDeployments } from '../../helpers/deployments.ts';
import type { FakeDocker } from '../../helpers/fake-docker.ts';
import { installPushingDocker } from '../../helpers/pushing-docker.ts';

/** The commit's tag in an immutable repository is deployed as it is; whoever built it may have built it for another service. */

let world: Deployments;
let workspace: string;
let docker: FakeDocker;
beforeAll(async () => {
  docker = installPushingDocker();
  workspace = mkdtempSync(join(tmpdir(), 'workspace-'));
  mkdirSync(join(workspace, 'app'));
  writeFileSync(join(workspace, 'app', 'Dockerfile'), 'FROM scratch\n');
  world = await startDeployments('--speed', '2000');
});
afterAll(async () => {
  docker.remove();
  rmSync(workspace, { recursive: true });
  await world.stop();
});

const build = { image: '', source: 'app', 'repository-immutable-tags': 'true' };
const onArm = { ...build, 'cpu-architecture': 'ARM64' };
const refusal = 'is for linux/amd64, but cpu-architecture asks for ARM64 [plan-refused]';

test('the same commit deployed again is the image that runs', async () => {
  expect((await world.deploy(build, { workspace })).outputs['outcome']).toBe('created');
  const run = await world.deploy(build, { workspace });
  expect(run.exitCode).toBe(0);
  expect(run.outputs['outcome']).toBe('unchanged');
});

test.each([
  ['when the architecture of its service changes', { 'image-tags': 'latest' }],
  ['for a second service of another architecture', { 'service-name': 'web2', repository: 'web' }],
  ['in a dry run', { 'dry-run': 'true' }],
])('an image for another architecture is refused before anything is changed: %s', async (_when, more) => {
  const run = await world.deploy({ ...onArm, ...more }, { workspace });
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain(refusal);
  expect(changesOf(run.calls)).toEqual([]);
});

test('what the image is for may stay unseen', async () => {
  await world.emulator.addFaults([
    { service: 'ecr', operation: 'GetDownloadUrlForLayer', times: 9, fault: 'denied' },
  ]);
  const run = await world.deploy({ ...build, memory: '1024' }, { workspace });
  await world.emulator.clearFaults();
  expect(run.exitCode).toBe(0);
  expect(callsTo(run.calls, 'UpdateExpressGatewayService')).toHaveLength(1);
});
