import type { ObservedService } from '../../../../src/deploy-express/model/observed.ts';
import type { CommandStep, DeployPlan, PlannedImage } from '../../../../src/deploy-express/model/plan.ts';
import { planDeploy } from '../../../../src/deploy-express/plan/plan.ts';
import { deployInputs, executionRole, roles } from '../../../helpers/deploy-inputs.ts';
import { expressService } from '../../../helpers/observed-service.ts';

const command = { 'pre-deploy-command': 'node migrate.js' };
const newImage: PlannedImage = { kind: 'known', reference: 'registry.example/web:2', digest: 'sha256:bb' };
const absent: ObservedService = { kind: 'absent', clusterExists: true, expressServiceCount: 0 };

function plan(raw: Record<string, string>, service: ObservedService, image = newImage): DeployPlan {
  return planDeploy(deployInputs({ ...command, ...raw }), service, image);
}

function commandOf(made: DeployPlan): CommandStep {
  if (made.kind !== 'proceed') throw new Error(`refused: ${made.because}`);
  const step = made.steps.find(({ kind }) => kind === 'run-command');
  if (step?.kind !== 'run-command') throw new Error('no command');
  return step;
}

function definitionOf(made: DeployPlan) {
  const { task } = commandOf(made);
  if (task.kind !== 'own') throw new Error('a task definition of the user');
  return task.definition;
}

const kinds = (made: DeployPlan) => (made.kind === 'proceed' ? made.steps.map(({ kind }) => kind) : []);

test('it comes before the update, with what the service has and gets', () => {
  const made = plan(
    { 'environment-variables': 'THEME=orange', cpu: '512', memory: '1024' },
    expressService(),
  );
  expect(kinds(made)).toEqual(['run-command', 'update-service', 'wait-for-deployment', 'smoke-test']);
  expect(commandOf(made)).toEqual({
    kind: 'run-command',
    sentence: 'run ["node","migrate.js"] in a task with the image to deploy, for at most 15 min',
    command: ['node', 'migrate.js'],
    timeoutSeconds: 900,
    family: 'default-web-pre-deploy',
    network: {
      subnets: ['subnet-aaaa1111', 'subnet-bbbb2222'],
      securityGroups: ['sg-11111111', 'sg-99999999'],
      assignsPublicIp: true,
    },
    task: {
      kind: 'own',
      makesLogGroup: false,
      definition: {
        family: 'default-web-pre-deploy',
        image: 'registry.example/web@sha256:bb',
        command: ['node', 'migrate.js'],
        environment: [{ name: 'THEME', value: 'orange' }],
        secrets: [],
        repositoryCredentials: undefined,
        executionRoleArn: executionRole,
        taskRoleArn: undefined,
        cpuUnits: 512,
        memoryMib: 1024,
        cpuArchitecture: 'X86_64',
        logGroup: '/aws/ecs/default/web-1a2b',
      },
    },
  });
});

test.each<[string, Record<string, string>, ObservedService, string[]]>([
  ['nothing differs', {}, expressService({ running: { imageDigest: 'sha256:bb' } }), ['smoke-test']],
  [
    'it is forced',
    { 'force-new-deployment': 'true' },
    expressService({ running: { imageDigest: 'sha256:bb' } }),
    ['run-command', 'update-service', 'wait-for-deployment', 'smoke-test'],
  ],
  [
    'tags alone differ',
    { tags: 'a=b', 'mutate-tags-on-update': 'true' },
    expressService({ running: { imageDigest: 'sha256:bb' } }),
    ['smoke-test', 'reconcile-tags'],
  ],
  ['it is deleted', { operation: 'delete', force: 'true' }, expressService(), ['delete-service']],
  [
    'the cluster is missing',
    { ...roles, subnets: 'subnet-aaaa1111' },
    { kind: 'absent', clusterExists: false, expressServiceCount: 0 },
    ['create-cluster', 'run-command', 'create-service', 'wait-for-deployment', 'smoke-test'],
  ],
  [
    'its namesake drains',
    { ...roles, subnets: 'subnet-aaaa1111' },
    { kind: 'draining', serviceArn: 'arn', expressServiceCount: undefined, createdAt: undefined },
    ['wait-for-draining', 'run-command', 'create-service', 'wait-for-deployment', 'smoke-test'],
  ],
])('where %s', (_case, raw, service, steps) => {
  expect(kinds(plan(raw, service))).toEqual(steps);
});

describe('the network', () => {
  test.each<[string, Parameters<typeof expressService>[0], Record<string, string>, string[], boolean]>([
    [
      'groups that are given, and that of ECS',
      {},
      { 'security-groups': 'sg-22222222' },
      ['sg-22222222', 'sg-99999999'],
      true,
    ],
    [
      'all that run, where nobody can tell which is of ECS',
      { running: { managedSecurityGroups: undefined } },
      {},
      ['sg-11111111', 'sg-99999999'],
      true,
    ],
    [
      'no public address, as the revision says',
      { running: { assignsPublicIp: false } },
      {},
      ['sg-11111111', 'sg-99999999'],
      false,
    ],
    [
      'a public address, where only the load balancer says',
      { running: { assignsPublicIp: undefined } },
      {},
      ['sg-11111111', 'sg-99999999'],
      true,
    ],
    [
      'none behind an internal load balancer',
      { running: { assignsPublicIp: undefined, isInternal: true } },
      {},
      ['sg-11111111', 'sg-99999999'],
      false,
    ],
  ])('%s', (_case, service, raw, securityGroups, assignsPublicIp) => {
    expect(commandOf(plan(raw, expressService(service))).network).toMatchObject({
      securityGroups,
      assignsPublicIp,
    });
  });

  test('of a first deployment has to be given', () => {
    const made = plan(roles, absent);
    expect(made).toMatchObject({
      kind: 'refuse',
      because: 'service web does not exist yet, and pre-deploy-command needs to know where to run',
      wayOut: expect.stringContaining('Set subnets'),
    });
    expect(commandOf(plan({ ...roles, subnets: 'subnet-aaaa1111' }, absent)).network).toEqual({
      subnets: ['subnet-aaaa1111'],
      securityGroups: [],
      assignsPublicIp: true,
    });
  });
});

test.each([
  [{}, 256, 512],
  [{ cpu: '1024' }, 1024, 2048],
  [{ memory: '8192' }, 1024, 8192],
  [{ cpu: '2048', memory: '8192' }, 2048, 8192],
])('a first task with %j has a size that Fargate knows', (raw, cpuUnits, memoryMib) => {
  const made = definitionOf(
    plan({ ...roles, subnets: 'subnet-aaaa1111', ...raw } as Record<string, string>, absent),
  );
  expect(made).toMatchObject({ cpuUnits, memoryMib, logGroup: '/aws/ecs/default/web-pre-deploy' });
});

test('a name that is too long is refused, and one as long as ECS takes is not', () => {
  // With `production-` and `-pre-deploy`.
  const named = (length: number) =>
    plan(
      { 'service-name': 'w'.repeat(length), ...roles, subnets: 'subnet-aaaa1111', cluster: 'production' },
      absent,
    );
  expect(named(255 - 22 + 1)).toMatchObject({
    kind: 'refuse',
    because: expect.stringContaining('255 characters'),
  });
  expect(commandOf(named(255 - 22)).family).toHaveLength(255);
});

test('it runs in the task definition of the user, where one is deployed', () => {
  const arn = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:7';
  const made = plan({ 'task-definition-arn': arn }, expressService(), { kind: 'in-task-definition', arn });
  expect(commandOf(made).task).toEqual({ kind: 'given', arn });
});

test.each<[string, PlannedImage, string]>([
  ['by its digest', newImage, 'registry.example/web@sha256:bb'],
  [
    'by its tag, where no digest is known',
    { kind: 'known', reference: 'registry.example/web:2', digest: undefined },
    'registry.example/web:2',
  ],
  ['without a name yet', { kind: 'to-be-built' }, '(the image to be built)'],
])('the image of the command is shown %s', (_case, image, shown) => {
  expect(definitionOf(plan({}, expressService(), image)).image).toBe(shown);
});

test.each<[Record<string, string>, string]>([
  [{}, 'X86_64'],
  [{ 'cpu-architecture': 'ARM64' }, 'ARM64'],
])(
  'of a first deployment with %j, the architecture and the log group are its own',
  (raw, cpuArchitecture) => {
    const made = plan({ ...roles, subnets: 'subnet-aaaa1111', ...raw }, absent);
    expect(definitionOf(made)).toMatchObject({
      cpuArchitecture,
      logGroup: '/aws/ecs/default/web-pre-deploy',
    });
    expect(commandOf(made).task).toMatchObject({ kind: 'own', makesLogGroup: true });
  },
);

test.each<[string, Record<string, string>, ObservedService, boolean]>([
  ['a first deployment', { ...roles, subnets: 'subnet-aaaa1111' }, absent, true],
  [
    'a first deployment with groups',
    { ...roles, subnets: 'subnet-aaaa1111', 'security-groups': 'sg-11111111' },
    absent,
    false,
  ],
  ['an update', {}, expressService(), false],
])('that it runs in the default security group of the VPC is said of %s', (_case, raw, service, isSaid) => {
  const made = plan(raw, service);
  const notices = made.kind === 'proceed' ? made.notices : [];
  expect(notices.filter((notice) => notice.startsWith('pre-deploy-command'))).toEqual(
    isSaid ? [expect.stringContaining('runs in the default security group of the VPC')] : [],
  );
});

test('a cluster that is given by its ARN gives its name to the family', () => {
  const cluster = 'arn:aws:ecs:eu-west-1:123456789012:cluster/production';
  expect(commandOf(plan({ cluster }, expressService())).family).toBe('production-web-pre-deploy');
});

test('what a refusal says may be shown to everybody: it does not hold the command', () => {
  expect(JSON.stringify(plan(roles, absent))).not.toContain('migrate.js');
});
