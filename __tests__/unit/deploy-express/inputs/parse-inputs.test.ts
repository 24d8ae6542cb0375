import {
  type DeployInputName,
  deployInputDefaults,
  deployInputNames,
} from '../../../../src/deploy-express/inputs/names.ts';
import { parseInputs } from '../../../../src/deploy-express/inputs/parse-inputs.ts';
import type { DeployInputs } from '../../../../src/deploy-express/model/inputs.ts';
import { renderInputProblems } from '../../../../src/input-reader.ts';
import { parseRawInputs, type RawInputs, runnerInIreland } from '../../../helpers/raw-inputs.ts';

const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const image = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1';
const taskDefinition = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:7';

function inputsOf(raw: RawInputs): DeployInputs {
  const parsed = parseRawInputs(raw);
  if (!parsed.ok) throw new Error(renderInputProblems(parsed.problems));
  return parsed.inputs;
}

function linesOf(raw: RawInputs, environment = {}): readonly string[] {
  const parsed = parseRawInputs(raw, environment);
  return parsed.ok ? [] : renderInputProblems(parsed.problems).split('\n').slice(1);
}

test('a service name is enough: the workspace is built and deployed', () => {
  expect(inputsOf({})).toEqual({
    operation: 'deploy',
    serviceName: 'web',
    cluster: 'default',
    customDomains: [],
    certificateRequest: undefined,
    redirectHttp: false,
    certificateArn: undefined,
    infrastructureRoleArn: undefined,
    image: {
      kind: 'build',
      build: {
        source: '.',
        dockerfile: 'Dockerfile',
        from: {
          wish: { buildFrom: 'auto', isDockerfileGiven: false, isRuntimeGiven: false },
          isSourceGiven: false,
          isAsked: false,
          context: undefined,
          runtime: undefined,
          runtimeNotes: [],
          runtimeImage: undefined,
          buildImage: undefined,
        },
        generated: undefined,
        target: undefined,
        buildArgs: [],
        buildSecrets: [],
        platform: undefined,
        cacheFrom: [],
        cacheTo: [],
        attestations: false,
        repository: { name: 'web', scanOnPush: true, immutableTags: false, expireUntaggedDays: undefined },
        imageTags: [],
      },
    },
    settings: {},
    origins: new Map(),
    notices: [expect.stringContaining('No image is given')],
    appRunnerService: undefined,
    allowInternal: false,
    remarks: [],
    environmentMode: 'replace',
    tags: undefined,
    mutateTagsOnUpdate: false,
    forceNewDeployment: false,
    preDeploy: undefined,
    waitTimeoutSeconds: 1800,
    pollIntervalSeconds: 5,
    smokeTest: {
      path: undefined,
      statuses: [{ from: 200, to: 399 }],
      timeoutSeconds: 300,
      alsoInternal: false,
    },
    onCancel: 'rollback',
    dryRun: false,
    force: false,
    waitForDeletion: false,
    preview: undefined,
    github: { token: undefined, deployment: 'auto', environment: undefined },
  });
});

test('every input of the official action is read in its formats', () => {
  const inputs = inputsOf({
    'service-name': 'my_Service-1',
    image,
    'execution-role-arn': role('execution'),
    'infrastructure-role-arn': role('service-role/infrastructure'),
    cluster: 'production',
    'container-port': '8080',
    'environment-variables': '[{"name":"LEVEL","value":"debug"}]',
    secrets: '[{"name":"KEY","valueFrom":"arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-AbCdEf"}]',
    command: '["node","server.js"]',
    'log-group': '/aws/ecs/web',
    'log-stream-prefix': 'ecs',
    'repository-credentials': 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:hub-AbCdEf',
    tags: '[{"key":"Environment","value":"Production"}]',
    'mutate-tags-on-update': 'true',
    cpu: '1024',
    memory: '2048',
    'task-role-arn': role('task'),
    subnets: 'subnet-0a, subnet-0b',
    'security-groups': 'sg-0a',
    'health-check-path': '/health?full=1',
    'min-task-count': '2',
    'max-task-count': '10',
    'auto-scaling-metric': 'AVERAGE_MEMORY',
    'auto-scaling-target-value': '70',
  });
  expect(inputs).toMatchObject({
    serviceName: 'my_Service-1',
    cluster: 'production',
    infrastructureRoleArn: role('service-role/infrastructure'),
    image: { kind: 'image', reference: image },
    tags: [{ key: 'Environment', value: 'Production' }],
    mutateTagsOnUpdate: true,
  });
  expect(inputs.settings).toEqual({
    containerPort: 8080,
    command: ['node', 'server.js'],
    logGroup: '/aws/ecs/web',
    logStreamPrefix: 'ecs',
    repositoryCredentials: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:hub-AbCdEf',
    environment: [{ name: 'LEVEL', value: 'debug' }],
    secrets: [{ name: 'KEY', valueFrom: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-AbCdEf' }],
    executionRoleArn: role('execution'),
    taskRoleArn: role('task'),
    cpuUnits: 1024,
    memoryMib: 2048,
    healthCheckPath: '/health?full=1',
    subnets: ['subnet-0a', 'subnet-0b'],
    securityGroups: ['sg-0a'],
    minTaskCount: 2,
    maxTaskCount: 10,
    scalingMetric: 'AVERAGE_MEMORY',
    scalingTarget: 70,
  });
});

test('security groups count without subnets, which the official action ignores', () => {
  expect(inputsOf({ 'security-groups': 'sg-0a,sg-0b' }).settings).toEqual({
    securityGroups: ['sg-0a', 'sg-0b'],
  });
});

test('an empty list is given, an empty string is not', () => {
  expect(inputsOf({ 'environment-variables': '[]', command: '[]', tags: '[]' })).toMatchObject({
    settings: { environment: [], command: [] },
    tags: [],
  });
  const blank = Object.fromEntries(
    deployInputNames.map((name) => [name, name === 'service-name' ? 'web' : ' ']),
  );
  expect(inputsOf(blank)).toEqual(inputsOf({}));
});

test('the defaults are what an input not given stands for', () => {
  const stated = Object.fromEntries(Object.entries(deployInputDefaults).filter(([, value]) => value !== ''));
  expect(inputsOf(stated)).toEqual(inputsOf({}));
});

test('every registered input is read, and no other', () => {
  const asked = new Set<string>();
  for (const raw of [{}, { image }] satisfies RawInputs[]) {
    const given: RawInputs = { 'service-name': 'web', ...raw };
    parseInputs((name) => {
      asked.add(name);
      return given[name as DeployInputName] ?? '';
    }, runnerInIreland);
  }
  expect([...asked].sort()).toEqual([...deployInputNames].sort());
});

test('a build takes all of its inputs', () => {
  const inputs = inputsOf({
    'service-name': 'Web',
    source: 'services/web',
    dockerfile: 'docker/Dockerfile',
    'build-target': 'release',
    'build-args': 'VERSION=1\nFLAGS=-a=b',
    'build-secrets': 'npm=token',
    'cache-from': 'type=registry,ref=a/b:cache\ntype=gha',
    'cache-to': 'type=registry,ref=a/b:cache,mode=max',
    attestations: 'true',
    'build-from': 'dockerfile',
    'build-context': 'services',
    'repository-scan-on-push': 'false',
    'repository-immutable-tags': 'true',
    'repository-expire-untagged-days': '30',
    'image-tags': 'latest,v1.2',
  });
  expect(inputs.image).toEqual({
    kind: 'build',
    build: {
      source: 'services/web',
      dockerfile: 'docker/Dockerfile',
      from: {
        wish: { buildFrom: 'dockerfile', isDockerfileGiven: true, isRuntimeGiven: false },
        isSourceGiven: true,
        isAsked: true,
        context: 'services',
        runtime: undefined,
        runtimeNotes: [],
        runtimeImage: undefined,
        buildImage: undefined,
      },
      generated: undefined,
      target: 'release',
      buildArgs: ['VERSION=1', 'FLAGS=-a=b'],
      buildSecrets: [{ id: 'npm', value: 'token' }],
      platform: undefined,
      cacheFrom: ['type=registry,ref=a/b:cache', 'type=gha'],
      cacheTo: ['type=registry,ref=a/b:cache,mode=max'],
      attestations: true,
      repository: { name: 'web', scanOnPush: false, immutableTags: true, expireUntaggedDays: 30 },
      imageTags: ['latest', 'v1.2'],
    },
  });
});

test.each([
  [{ 'cpu-architecture': 'ARM64' }, 'linux/arm64', { cpuArchitecture: 'ARM64' }],
  [{ 'cpu-architecture': 'X86_64' }, 'linux/amd64', { cpuArchitecture: 'X86_64' }],
  [{ platform: 'linux/arm64' }, 'linux/arm64', { cpuArchitecture: 'ARM64' }],
  [{ platform: 'linux/amd64', 'cpu-architecture': 'X86_64' }, 'linux/amd64', { cpuArchitecture: 'X86_64' }],
  [{}, undefined, {}],
] satisfies [RawInputs, string | undefined, object][])('%p builds for %p', (raw, platform, settings) => {
  const inputs = inputsOf(raw);
  expect(inputs.image).toMatchObject({ kind: 'build', build: { platform } });
  expect(inputs.settings).toEqual(settings);
});

test('a task definition brings everything but network, scaling and health check', () => {
  const inputs = inputsOf({
    'task-definition-arn': taskDefinition,
    'infrastructure-role-arn': role('infrastructure'),
    'health-check-path': '/',
    'min-task-count': '0',
  });
  expect(inputs.image).toEqual({ kind: 'task-definition', arn: taskDefinition });
  expect(inputs.settings).toEqual({
    taskDefinitionArn: taskDefinition,
    healthCheckPath: '/',
    minTaskCount: 0,
  });
});

test('the smoke test can be shaped and left out', () => {
  const shaped = {
    'smoke-test-path': '/ready',
    'smoke-test-status': '200,401',
    'smoke-test-timeout-seconds': '60',
  };
  expect(inputsOf(shaped).smokeTest).toEqual({
    path: '/ready',
    statuses: [
      { from: 200, to: 200 },
      { from: 401, to: 401 },
    ],
    timeoutSeconds: 60,
    alsoInternal: false,
  });
  expect(inputsOf({ 'smoke-test': 'true' }).smokeTest?.alsoInternal).toBe(true);
  expect(inputsOf({ ...shaped, 'smoke-test': 'false' }).smokeTest).toBeUndefined();
});

describe('delete', () => {
  test('passes over what only a deployment looks at, right or wrong', () => {
    const parsed = inputsOf({
      operation: 'delete',
      image,
      source: 'x',
      'container-port': 'abc',
      force: 'true',
    });
    expect(parsed).toMatchObject({ operation: 'delete', serviceName: 'web', force: true });
  });

  test('still needs its own inputs right', () => {
    const lines = linesOf(
      { operation: 'delete', 'service-name': '', force: 'yes', cpu: '300' },
      { region: undefined },
    );
    expect(lines.map((line) => line.split(':')[0])).toEqual(['- AWS_REGION', '- service-name', '- force']);
  });
});

test.each([
  [{}, true],
  [{ source: 'app', 'container-port': 'abc' }, true],
  [{ source: 'https://example.com/app' }, false],
  [{ operation: 'destroy' }, false],
  [{ operation: 'delete' }, false],
  [{ image }, false],
  [{ 'task-definition-arn': taskDefinition }, false],
] satisfies [RawInputs, boolean][])('with %p there is a source to look at: %p', (raw, expected) => {
  const { build } = parseRawInputs(raw);
  expect(build !== undefined).toBe(expected);
});

test('the message names every input with what was seen and what is wanted', () => {
  const parsed = parseRawInputs({ 'container-port': 'abc', 'dry-run': 'yes' });
  expect(!parsed.ok && renderInputProblems(parsed.problems)).toBe(
    [
      '2 problems with the inputs:',
      '- container-port: "abc"; wanted a whole number from 1 to 65535',
      '- dry-run: "yes"; wanted true or false',
    ].join('\n'),
  );
});
