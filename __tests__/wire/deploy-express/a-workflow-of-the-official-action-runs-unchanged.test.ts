import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateClusterCommand } from '@aws-sdk/client-ecs';
import {
  callsTo,
  changesOf,
  type Deployments,
  linesOf,
  operationsOf,
  startDeployments,
} from '../../helpers/deployments.ts';

/**
 * Inputs in the official action's forms, and the request that its published bundle (1.2.2) makes of them, as seen on
 * this emulator. Ours differs in one thing on purpose: the tag by which `operation: delete` knows its own.
 */
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const secret = (name: string) => `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}-AbCdEf`;
const inputs = {
  'service-name': 'shop',
  image: 'public.ecr.aws/example/shop:1',
  'execution-role-arn': role('ecsTaskExecutionRole'),
  'infrastructure-role-arn': role('ecsInfrastructureRole'),
  cluster: 'prod',
  'container-port': '8080',
  'environment-variables': '[{"name":"A","value":"1"},{"name":"B","value":"two words"}]',
  secrets: `[{"name":"DB","valueFrom":"${secret('db')}"}]`,
  command: '["node","server.js"]',
  'log-group': '/my/logs',
  'log-stream-prefix': 'web',
  'repository-credentials': secret('hub'),
  tags: 'Environment=Production\nTeam = web',
  'mutate-tags-on-update': 'false',
  cpu: '512',
  memory: '1024',
  'task-role-arn': role('ecsTaskRole'),
  subnets: 'subnet-0a1b2c3d4e5f60001, subnet-0a1b2c3d4e5f60002',
  'security-groups': 'sg-0a1b2c3d',
  'health-check-path': '/health',
  'min-task-count': '1',
  'max-task-count': '4',
  'auto-scaling-metric': 'AVERAGE_MEMORY',
  'auto-scaling-target-value': '70',
};
const request = {
  serviceName: 'shop',
  cluster: 'prod',
  executionRoleArn: role('ecsTaskExecutionRole'),
  infrastructureRoleArn: role('ecsInfrastructureRole'),
  taskRoleArn: role('ecsTaskRole'),
  primaryContainer: {
    image: 'public.ecr.aws/example/shop:1',
    containerPort: 8080,
    environment: [
      { name: 'A', value: '1' },
      { name: 'B', value: 'two words' },
    ],
    secrets: [{ name: 'DB', valueFrom: secret('db') }],
    command: ['node', 'server.js'],
    awsLogsConfiguration: { logGroup: '/my/logs', logStreamPrefix: 'web' },
    repositoryCredentials: { credentialsParameter: secret('hub') },
  },
  cpu: '512',
  memory: '1024',
  networkConfiguration: {
    subnets: ['subnet-0a1b2c3d4e5f60001', 'subnet-0a1b2c3d4e5f60002'],
    securityGroups: ['sg-0a1b2c3d'],
  },
  healthCheckPath: '/health',
  scalingTarget: {
    minTaskCount: 1,
    maxTaskCount: 4,
    autoScalingMetric: 'AVERAGE_MEMORY',
    autoScalingTargetValue: 70,
  },
  tags: [
    { key: 'Environment', value: 'Production' },
    { key: 'Team', value: 'web' },
    { key: 'managed-by', value: 'deploy-express' },
  ],
};

/** The policy for the workflow's role in the official action's README, as it is written there. */
const officialPolicy = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: [
        'ecs:CreateCluster',
        'ecs:RegisterTaskDefinition',
        'ecs:CreateExpressGatewayService',
        'ecs:UpdateExpressGatewayService',
        'ecs:DescribeExpressGatewayService',
        'ecs:DescribeClusters',
        'ecs:DescribeServices',
        'ecs:ListServiceDeployments',
        'ecs:DescribeServiceDeployments',
        'iam:PassRole',
      ],
      Resource: '*',
    },
  ],
};

let world: Deployments;
beforeAll(async () => {
  world = await startDeployments();
});
afterAll(() => world.stop());

test('all its inputs make the request that it makes, and its outputs are there', async () => {
  const logs = new CloudWatchLogsClient(world.emulator.client);
  await logs.send(new CreateLogGroupCommand({ logGroupName: '/my/logs' }));
  logs.destroy();
  await world.ecs.send(new CreateClusterCommand({ clusterName: 'prod' }));
  const run = await world.deploy(inputs);
  expect(run.exitCode).toBe(0);
  expect(callsTo(run.calls, 'CreateExpressGatewayService').map(({ input }) => input)).toEqual([request]);
  expect(run.outputs['service-arn']).toBe('arn:aws:ecs:eu-west-1:123456789012:service/prod/shop');
  // The emulated AWS gives this one with a scheme and that of others without.
  expect(run.outputs['endpoint']).toMatch(/^sh-[0-9a-f]{32}\.ecs\.eu-west-1\.on\.aws$/);
});

test('its four required inputs are enough, and every other may be an empty string', async () => {
  const names = Object.keys(inputs);
  const required = ['service-name', 'image', 'execution-role-arn', 'infrastructure-role-arn'];
  const run = await world.deploy({
    ...Object.fromEntries([...names, 'cpu', 'memory', 'health-check-path'].map((name) => [name, ''])),
    ...Object.fromEntries(Object.entries(inputs).filter(([name]) => required.includes(name))),
    'service-name': 'bare',
  });
  expect(run.exitCode).toBe(0);
  expect(callsTo(run.calls, 'CreateExpressGatewayService').map(({ input }) => input)).toEqual([
    {
      serviceName: 'bare',
      cluster: 'default',
      executionRoleArn: role('ecsTaskExecutionRole'),
      infrastructureRoleArn: role('ecsInfrastructureRole'),
      primaryContainer: { image: 'public.ecr.aws/example/shop:1', environment: [], secrets: [] },
      tags: [{ key: 'managed-by', value: 'deploy-express' }],
    },
  ]);
});

test('so may every input there is, beside what a deployment needs', async () => {
  const everyInput = Object.keys(
    (await import('../../../src/deploy-express/inputs/names.ts')).deployInputDefaults,
  );
  const run = await world.deploy({
    ...Object.fromEntries(everyInput.map((name) => [name, ''])),
    'service-name': 'bare',
    image: 'public.ecr.aws/example/shop:1',
  });
  expect(run.exitCode).toBe(0);
  expect(run.outputs['outcome']).toBe('unchanged');
});

test('tags as a JSON array are the same tags', async () => {
  const run = await world.deploy({
    'service-name': 'tagged',
    tags: '[{"key":"Environment","value":"Production"},{"key":"Team","value":"web"}]',
  });
  expect(callsTo(run.calls, 'CreateExpressGatewayService')[0]?.input['tags']).toEqual(request.tags);
});

test('an update does not touch tags, unless mutate-tags-on-update is given; then the given ones replace the others', async () => {
  const left = await world.deploy({ 'service-name': 'tagged', tags: 'Team=api', 'container-port': '81' });
  expect(operationsOf(changesOf(left.calls))).toEqual(['UpdateExpressGatewayService']);
  const changed = await world.deploy({
    'service-name': 'tagged',
    tags: 'Team=api',
    'mutate-tags-on-update': 'true',
  });
  expect(changed.exitCode).toBe(0);
  const resourceArn = 'arn:aws:ecs:eu-west-1:123456789012:service/default/tagged';
  expect(changesOf(changed.calls).map(({ operation, input }) => ({ operation, ...input }))).toEqual([
    { operation: 'UntagResource', resourceArn, tagKeys: ['Environment'] },
    { operation: 'TagResource', resourceArn, tags: [{ key: 'Team', value: 'api' }] },
  ]);
});

describe('with a role that may do what the official README lists, and nothing else', () => {
  beforeAll(() => world.emulator.post('policy', officialPolicy));

  test.each([
    ['a first deployment', { image: 'public.ecr.aws/example/web:1' }, 'created'],
    ['an update', { image: 'public.ecr.aws/example/web:2' }, 'updated'],
    // As with the official action: which image runs may not be read, so that nothing shows that the tag has not moved.
    ['the same again', { image: 'public.ecr.aws/example/web:2' }, 'updated'],
    ['an image of ECR', { image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:2' }, 'updated'],
  ])('%s works', async (_what, given, outcome) => {
    const run = await world.deploy({ 'service-name': 'modest', ...given });
    expect({ exitCode: run.exitCode, outcome: run.outputs['outcome'] }).toEqual({ exitCode: 0, outcome });
  });

  test('it may not tag, so the service goes without our tag, and deleting it asks for force', async () => {
    const created = await world.deploy({ 'service-name': 'untagged' });
    const creations = callsTo(created.calls, 'CreateExpressGatewayService');
    expect(creations.map(({ input }) => Object.hasOwn(input, 'tags'))).toEqual([true, false]);
    expect(linesOf(created)).toContainEqual(
      expect.stringMatching(
        /^notice: .*ecs:TagResource.*service untagged .*managed-by=deploy-express.*force: true/,
      ),
    );
    const refused = await world.deploy({ 'service-name': 'untagged', operation: 'delete' });
    expect(refused.exitCode).toBe(1);
    expect(refused.log).toContain('Set force: true');
  });

  test('tags that were asked for are not left out: without the right to set them there is no service', async () => {
    const run = await world.deploy({ 'service-name': 'asked', tags: 'team=shop' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('Allow ecs:TagResource in the policy');
    expect(callsTo(run.calls, 'CreateExpressGatewayService')).toHaveLength(1);
  });

  test('a failure is red all the same, with what could not be read', async () => {
    await world.emulator.post('stub', [{ imageContains: 'broken', exitCode: 3 }]);
    const run = await world.deploy({ 'service-name': 'modest', image: 'public.ecr.aws/example/broken:1' });
    expect(run.exitCode).toBe(1);
    expect(run.outputs['outcome']).toBe('rolled-back');
    expect(run.log).toContain('circuit breaker');
    for (const action of ['ecs:ListTasks', 'ecs:DescribeServiceRevisions'])
      expect(run.log.slice(run.log.indexOf('Could not be read:'))).toContain(`perform: ${action}`);
  });
});
