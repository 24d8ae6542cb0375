import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  callsTo,
  changesOf,
  type Deployments,
  linesOf,
  operationsOf,
  startDeployments,
} from '../../helpers/deployments.ts';
import { type FakeDocker, installFakeDocker } from '../../helpers/fake-docker.ts';
import { outOfTime } from '../../helpers/run-action.ts';

/**
 * With a docker of a few lines that fails as told; what a real one does is in docker-builds-what-is-deployed.
 */
const commit = '0123456789abcdef0123456789abcdef01234567';
const digest = `sha256:${'d'.repeat(64)}`;
const start = `
case "$1 $2" in
  "version --format") echo '{"Client":{"Version":"28.0.0"},"Server":{"Os":"linux"}}';;
  "buildx version") echo github.com/docker/buildx v0.30.0;;
  "--debug buildx") echo 'Driver: docker-container';;
  "buildx build") echo "$@" > "$NOTES/argv"`;
const builds = {
  fails: `${start}; echo '#7 ERROR: process "/bin/sh -c npm ci" did not complete successfully: exit code: 1' >&2; exit 1;;\nesac`,
  'is refused': `${start}; echo 'ERROR: failed to solve: failed to push 127.0.0.1:5000/web:1: unexpected status from PUT request to http://127.0.0.1:5000/v2/web/manifests/1: 403 Forbidden' >&2; exit 1;;\nesac`,
  hangs: `${start}; exec sleep 60;;\nesac`,
  goes: `${start}; while [ "$1" != --metadata-file ]; do shift; done; echo '{"containerimage.digest":"${digest}"}' > "$2";;\nesac`,
};

let world: Deployments;
let workspace: string;
let docker: FakeDocker | undefined;
beforeAll(async () => {
  world = await startDeployments('--speed', '2000');
  workspace = mkdtempSync(join(tmpdir(), 'workspace-'));
  mkdirSync(join(workspace, 'app'));
  writeFileSync(join(workspace, 'app', 'Dockerfile'), 'FROM scratch\n');
  mkdirSync(join(workspace, 'managed'));
  writeFileSync(
    join(workspace, 'managed', 'apprunner.yaml'),
    'version: 1.0\nruntime: nodejs22\nbuild:\n  commands:\n    build:\n      - npm ci\nrun:\n  command: node server.js\n',
  );
  expect((await world.deploy()).exitCode).toBe(0);
});
afterEach(() => {
  docker?.remove();
  docker = undefined;
});
afterAll(async () => {
  rmSync(workspace, { recursive: true });
  await world.stop();
});

const build = { image: '', source: 'app' };

test.each([
  ['fails', 'build-failed'],
  ['is refused', 'push-failed'],
] as const)('a build that %s changes nothing in ECS', async (how, code) => {
  docker = installFakeDocker(builds[how]);
  const run = await world.deploy(build, { workspace });
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain(`[${code}]`);
  expect(changesOf(run.calls).filter(({ service }) => service === 'ecs')).toEqual([]);
  expect(run.outputs).toMatchObject({ outcome: 'failed', changed: 'false' });
  expect(run.summary).toContain(`<code>${code}</code>`);
});

test('a deployment that would be refused is refused before anything is built', async () => {
  docker = installFakeDocker(builds.goes);
  const run = await world.deploy(
    { ...build, 'infrastructure-role-arn': 'arn:aws:iam::123456789012:role/ecsInfrastructureRole' },
    { workspace },
  );
  expect(run.log).toContain('[plan-refused]');
  expect(readdirSync(docker.folder)).toEqual(['docker']);
  expect(changesOf(run.calls)).toEqual([]);
});

test('a cancelled build ends, and nothing is sent', async () => {
  docker = installFakeDocker(builds.hangs);
  await world.emulator.forgetRequests();
  const running = world.start(build, { workspace });
  await running.sawInLog('Building');
  running.kill('SIGINT');
  const run = await running.finished;
  expect(run.log).not.toContain(outOfTime);
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('[cancelled]');
  const ecs = (await world.emulator.requests()).filter(({ service }) => service === 'ecs');
  expect(changesOf(ecs)).toEqual([]);
});

test('a registry that does not answer keeps a cancelled job from nothing', async () => {
  docker = installFakeDocker(builds.goes);
  await world.emulator.forgetRequests();
  await world.addFault('ecr', 'DescribeRepositories', 'hang');
  const running = world.start(build, { workspace });
  await running.sawInLog('Build and push');
  running.kill('SIGINT');
  const run = await running.finished;
  expect(run.log).not.toContain(outOfTime);
  expect(run.log).toContain('[cancelled]');
  expect(run.summary).toContain('<code>cancelled</code>');
  expect(run.outputs).toMatchObject({ outcome: 'failed', changed: 'false' });
  expect(changesOf(await world.emulator.requests())).toEqual([]);
});

test('a build that goes well is deployed by its digest, under the tag of the commit', async () => {
  docker = installFakeDocker(builds.goes);
  const run = await world.deploy({ ...build, 'image-tags': 'latest', 'smoke-test': 'false' }, { workspace });
  const reference = `${world.emulator.registry}/web@${digest}`;
  expect(docker.read('argv')).toContain(
    `--tag ${world.emulator.registry}/web:${commit} --tag ${world.emulator.registry}/web:latest`,
  );
  expect(callsTo(run.calls, 'UpdateExpressGatewayService')[0]?.input['primaryContainer']).toMatchObject({
    image: reference,
  });
  // The digest is made up, so no task can start with it: the deployment fails after the update, as it should.
  expect(run.outputs).toMatchObject({
    repository: 'web',
    image: reference,
    'image-digest': digest,
    outcome: 'rolled-back',
    changed: 'true',
  });
  expect(operationsOf(run.calls).slice(0, 4)).toEqual(expect.arrayContaining(['DescribeServices']));
  expect(linesOf(run)).toContain(`Pushed web@${digest} as ${commit}, latest`);
});

test('a dry run says what would be built, and asks docker for nothing but itself', async () => {
  docker = installFakeDocker(builds.goes);
  const run = await world.deploy({ ...build, 'dry-run': 'true' }, { workspace });
  expect(run.exitCode).toBe(0);
  expect(readdirSync(docker.folder)).toEqual(['docker']);
  expect(changesOf(run.calls)).toEqual([]);
  expect(linesOf(run)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^Would build "?app"? .*linux\/amd64/)]),
  );
});

test.each([
  ['a Dockerfile', 'app', /^Would build "?app"? with Dockerfile for linux\/amd64/],
  ['an apprunner.yaml', 'managed', /^Would build "?managed"? with a Dockerfile made from apprunner\.yaml/],
])('a dry run of %s needs no docker', async (_what, source, sentence) => {
  const env = { PATH: join(workspace, 'nothing') };
  const run = await world.deploy({ ...build, source, 'dry-run': 'true' }, { workspace, env });
  expect(run.exitCode).toBe(0);
  expect(linesOf(run)).toContainEqual(expect.stringMatching(sentence));
  expect(changesOf(run.calls)).toEqual([]);
});
