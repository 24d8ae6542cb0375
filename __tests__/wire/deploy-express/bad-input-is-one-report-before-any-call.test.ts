import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type DeploymentRun,
  type Deployments,
  linesOf,
  startDeployments,
} from '../../helpers/deployments.ts';
import { type FakeDocker, installFakeDocker } from '../../helpers/fake-docker.ts';

/** A docker that is there and builds with buildx, so that only what a case is about is wrong. */
const ready = `
case "$1 $2" in
  "version --format") echo '{"Client":{"Version":"28.0.0"},"Server":{"Os":"linux"}}';;
  "buildx version") echo github.com/docker/buildx v0.30.0;;
esac`;

let world: Deployments;
let docker: FakeDocker;
let folder: string;
beforeAll(async () => {
  world = await startDeployments();
  docker = installFakeDocker(ready);
  folder = mkdtempSync(join(tmpdir(), 'sources-'));
  for (const name of ['complete', 'empty', 'without-dockerfile']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'complete', 'Dockerfile'), 'FROM scratch\n');
  writeFileSync(join(folder, 'without-dockerfile', 'index.html'), 'hello\n');
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  docker.remove();
  await world.stop();
});

/** The problems of the one report, `input: seen`, and proof that nothing was called. */
function problemsOf(run: DeploymentRun): readonly string[] {
  expect(run.exitCode).toBe(1);
  expect(run.calls).toEqual([]);
  const errors = linesOf(run).filter((line) => line.startsWith('error: '));
  expect(errors).toHaveLength(1);
  const [report = ''] = errors;
  expect(report).toContain('[input-invalid]');
  expect(report).toContain('Nothing was called and nothing was changed.');
  expect(run.outputs).toMatchObject({ outcome: 'failed', changed: 'false' });
  expect(run.summary).toContain('<code>input-invalid</code>');
  const problems = report
    .replaceAll('%25', '%')
    .split('%0A')
    .filter((line) => line.startsWith('- '));
  // In the summary, too, each has a line of its own.
  const listed = run.summary.split('\n').filter((line) => line.startsWith('- '));
  expect(listed.map(nameOf)).toEqual(problems.map(nameOf));
  return problems;
}

const nameOf = (problem: string) => problem.split(':')[0]?.replaceAll('&#95;', '_');

test('what came last is named with all that is wrong in it, and nothing is made of a value that cannot be used', async () => {
  const run = await world.deploy({
    'custom-domains': 'https://x, app.example.com, *.*.y, shop.eu-west-1.awsapprunner.com',
    'request-certificate': 'maybe',
    'certificate-timeout-minutes': '0',
    'dns-role-arn': 'dns',
    'redirect-http': 'yes',
    'allow-internal': 'si',
    'force-new-deployment': '1',
    'pre-deploy-command': 'a | b',
    'pre-deploy-timeout-minutes': 'x',
    subnets: 'subnet-0a,vpc-1,vpc-2',
  });
  expect(problemsOf(run).map((problem) => problem.slice(2).replace(/; wanted .*/, ''))).toEqual([
    'subnets: "vpc-1", "vpc-2"',
    'allow-internal: "si"',
    'custom-domains: "https://x", "*.*.y", "shop.eu-west-1.awsapprunner.com", a name of AWS',
    'request-certificate: "maybe"',
    'certificate-timeout-minutes: "0"',
    'dns-role-arn: "dns"',
    'redirect-http: "yes"',
    'force-new-deployment: "1"',
    'pre-deploy-command: a line with "|"',
    'pre-deploy-timeout-minutes: "x"',
  ]);
});

test.each([
  ['NODE_ENV=production node migrate.js', '"NODE_ENV=…" in place of the program: no shell reads it'],
  ['["a\\u0000b"]', 'item 1 contains the character U+0000'],
  [JSON.stringify(['node', 'x'.repeat(70_000)]), '70011 bytes as JSON'],
])('a command that nothing can start is named with every other problem: %#', async (command, seen) => {
  const run = await world.deploy({ cpu: '300', 'pre-deploy-command': command });
  expect(problemsOf(run).map((problem) => problem.slice(2).replace(/; wanted .*/, ''))).toEqual(
    expect.arrayContaining(['cpu: "300"', `pre-deploy-command: ${seen}`]),
  );
});

test('every value that cannot be used is named, with what was seen and what is wanted', async () => {
  const run = await world.deploy({
    'service-name': 'has space',
    image: 'https://example.com/web',
    'container-port': '70000',
    cpu: '300',
    'environment-variables': '[{"name":"A","value":"1"},]',
    secrets: '{"DB":"not-an-arn"}',
    command: 'node server.js',
    'log-group': '/my/logs',
    'execution-role-arn': 'arn:aws-cn:iam::123456789012:role/other-partition',
    'infrastructure-role-arn': 'arn:aws:s3:::bucket',
    'min-task-count': '5',
    'max-task-count': '2',
    'auto-scaling-metric': 'CPU',
    'smoke-test': 'perhaps',
    'poll-interval-seconds': 'NaN',
    'wait-for-minutes': '0',
    subnets: 'vpc-1',
    'on-cancel': 'ignore',
    'force-new-deployment': 'always',
    'pre-deploy-timeout-minutes': '5',
  });
  const problems = problemsOf(run);
  const named = [...new Set(problems.map((line) => line.slice(2, line.indexOf(':'))))];
  expect(named.toSorted()).toEqual([
    'auto-scaling-metric',
    'command',
    'container-port',
    'cpu',
    'environment-variables',
    'execution-role-arn',
    'force-new-deployment',
    'image',
    'infrastructure-role-arn',
    'log-stream-prefix',
    'min-task-count',
    'on-cancel',
    'poll-interval-seconds',
    'pre-deploy-timeout-minutes',
    'secrets',
    'service-name',
    'smoke-test',
    'subnets',
    'wait-for-minutes',
  ]);
  for (const line of problems) expect(line).toMatch(/^- [a-z-]+: .+; wanted .+/);
});

test.each([
  ['a port that is no number', { 'container-port': 'abc' }, /^- container-port: "abc"; wanted .*1 to 65535/],
  ['a port out of range', { 'container-port': '70000' }, /^- container-port: "70000"/],
  ['a cpu that Fargate does not have', { cpu: '300' }, /^- cpu: "300"; wanted .*256/],
  [
    'a pair that Fargate does not have',
    { cpu: '256', memory: '4096' },
    /^- memory: 4096 MiB with cpu 256; wanted/,
  ],
  ['half a log configuration', { 'log-group': '/x' }, /^- log-stream-prefix: not given/],
  ['broken JSON, with its place', { command: '["node",\n server]' }, /^- command: .*line 2/],
  [
    'a role of another partition',
    { 'execution-role-arn': 'arn:aws-us-gov:iam::123456789012:role/x' },
    /^- execution-role-arn: .*aws-us-gov/,
  ],
  [
    'an ARN of another service',
    { 'execution-role-arn': 'arn:aws:s3:::x' },
    /^- execution-role-arn: an ARN of service s3; wanted the ARN of an IAM role/,
  ],
  [
    'a task definition beside what it states',
    { 'task-definition-arn': 'arn:aws:ecs:eu-west-1:123456789012:task-definition/own:1' },
    /^- task-definition-arn: given together with image, execution-role-arn, cpu, memory/,
  ],
  [
    'an image behind a login, which is not shown',
    { image: 'https://ci:hush@registry.example/web:1' },
    /^- image: a URL with a login \(not shown\); wanted/,
  ],
  [
    'a value over two lines, which would be shown as a name',
    { 'environment-variables': 'A=1\npostgres://u:hush@h/db?sslmode=require' },
    /^- environment-variables: a line that reads as a value, not as NAME=VALUE \(not shown\)/,
  ],
  ['an image beside a build', { source: 'complete' }, /^- image: given together with source/],
])('%s', async (_what, given, problem) => {
  const run = await world.deploy(given);
  expect(problemsOf(run)).toEqual([expect.stringMatching(problem)]);
  expect(run.log + run.summary).not.toContain('hush');
});

test('a login in the options of a cache is refused: it would be an argument of docker', async () => {
  const options = 'type=s3,bucket=cache,access_key_id=AKIA,secret_access_key=hush';
  const run = await world.deploy({ image: '', 'cache-to': options, 'cache-from': 'type=gha,token=hush' });
  expect(problemsOf(run)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^- cache-to: secret_access_key, which would be in the arguments of docker/),
      expect.stringMatching(/^- cache-from: token, which/),
    ]),
  );
  expect(run.log + run.summary).not.toContain('hush');
});

describe('Region and credentials', () => {
  test('that are missing are named beside the inputs', async () => {
    const env = {
      AWS_REGION: undefined,
      AWS_DEFAULT_REGION: undefined,
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      RUNNER_ENVIRONMENT: 'github-hosted',
    };
    const run = await world.deploy({ 'container-port': '0' }, { env });
    expect(problemsOf(run)).toEqual([
      expect.stringMatching(/^- AWS_REGION: not set.*configure-aws-credentials/),
      expect.stringMatching(/^- AWS credentials: none .*id-token: write/),
      expect.stringMatching(/^- container-port: "0"/),
    ]);
  });

  test('a Region that is none is named', async () => {
    const run = await world.deploy({}, { env: { AWS_REGION: 'Ireland' } });
    expect(problemsOf(run)).toEqual([expect.stringMatching(/^- AWS_REGION: "Ireland"/)]);
  });

  test('AWS_DEFAULT_REGION counts', async () => {
    const env = { AWS_REGION: undefined, AWS_DEFAULT_REGION: 'eu-west-1' };
    const run = await world.deploy({ 'dry-run': 'true' }, { env });
    expect(run.exitCode).toBe(0);
  });
});

describe('a build', () => {
  const build = { image: '' };

  test.each([
    ['empty', /^- source: "empty", which is empty; wanted .*actions\/checkout/],
    ['nowhere', /^- source: "nowhere", which does not exist/],
    ['..', /^- source: "\.\.", which leads out of the workspace/],
    ['without-dockerfile', /^- source: "without-dockerfile" has neither a Dockerfile nor an apprunner\.yaml/],
  ])('of source %s', async (source, problem) => {
    const run = await world.deploy({ ...build, source }, { workspace: folder });
    expect(problemsOf(run)).toEqual([expect.stringMatching(problem)]);
  });

  test('with a Dockerfile that is not there', async () => {
    const given = { ...build, source: 'complete', dockerfile: 'Dockerfile.production' };
    const run = await world.deploy(given, { workspace: folder });
    expect(problemsOf(run)).toEqual([
      expect.stringMatching(/^- dockerfile: "Dockerfile\.production", which does not exist there/),
    ]);
  });

  test('where docker is not installed, beside everything else that is wrong', async () => {
    const env = { PATH: join(folder, 'empty') };
    const run = await world.deploy({ ...build, source: 'empty', cpu: '300' }, { workspace: folder, env });
    expect(problemsOf(run)).toEqual([
      expect.stringMatching(/^- cpu: "300"/),
      expect.stringMatching(/^- source: "empty", which is empty/),
      expect.stringMatching(/^- image: not given, and docker is not installed on this runner/),
    ]);
  });

  test('where the engine does not answer', async () => {
    const silent = installFakeDocker('echo "Cannot connect to the Docker daemon" >&2; exit 1');
    const run = await world.deploy({ ...build, source: 'complete' }, { workspace: folder });
    silent.remove();
    expect(problemsOf(run)).toEqual([
      expect.stringMatching(
        /^- image: not given, and the Docker engine of this runner does not answer .*Cannot connect/,
      ),
    ]);
  });
});

test.each<[Readonly<Record<string, string>>, string]>([
  [
    { 'dry-run': 'true', force: 'true', 'max-previews': '3' },
    'notice: operation: deploy does not use force: no effect here.',
  ],
  [
    { operation: 'delete', 'dry-run': 'true' },
    'Not used by operation: delete: image, execution-role-arn, infrastructure-role-arn, cpu, memory, health-check-path, smoke-test-timeout-seconds',
  ],
  [
    { operation: 'sweep', 'dry-run': 'true', force: 'true' },
    'notice: operation: sweep does not use force: no effect here.',
  ],
  [
    { operation: 'plan-migration', 'service-name': '', 'apprunner-service': '*', 'dry-run': 'true' },
    'notice: operation: plan-migration does not use dry-run: no effect here.',
  ],
])('what %j does not use is said', async (inputs, line) => {
  const run = await world.deploy(inputs);
  expect(linesOf(run)).toContain(line);
});
