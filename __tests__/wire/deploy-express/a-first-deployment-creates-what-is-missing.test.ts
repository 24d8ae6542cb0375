import {
  CreateClusterCommand,
  DeleteExpressGatewayServiceCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import {
  callsTo,
  changesOf,
  type Deployments,
  linesOf,
  operationsOf,
  startDeployments,
} from '../../helpers/deployments.ts';
import { createWeb, EXECUTION_ROLE, INFRASTRUCTURE_ROLE } from '../../helpers/express-service.ts';

let world: Deployments;
beforeAll(async () => {
  world = await startDeployments();
});
afterAll(() => world.stop());

const arn = (name: string, cluster = 'default') =>
  `arn:aws:ecs:eu-west-1:123456789012:service/${cluster}/${name}`;

test('a cluster that is missing is refused by name, and nothing is changed', async () => {
  const run = await world.deploy({ cluster: 'prod' });
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('cluster prod does not exist [plan-refused]');
  expect(operationsOf(run.calls)).toEqual(['DescribeServices']);
});

test('without the roles a service cannot be created; both are named', async () => {
  const run = await world.deploy({ 'execution-role-arn': '', 'infrastructure-role-arn': '' });
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain(
    'creating it needs infrastructure-role-arn and execution-role-arn [plan-refused]',
  );
  expect(changesOf(run.calls)).toEqual([]);
});

test('a dry run says all of it, and makes no call that changes anything', async () => {
  const run = await world.deploy({ 'dry-run': 'true' });
  expect(run.exitCode).toBe(0);
  expect(changesOf(run.calls)).toEqual([]);
  expect(linesOf(run)).toEqual(
    expect.arrayContaining(['Would create cluster default', 'Would create service web in cluster default']),
  );
  expect(run.outputs).toMatchObject({ outcome: 'planned', changed: 'false', 'service-arn': '', url: '' });
  expect(run.summary).toContain('planned only, nothing was sent');
});

test('cluster default and the service are created, watched, and asked for an answer', async () => {
  const run = await world.deploy();
  expect(run.exitCode).toBe(0);
  expect(operationsOf(run.calls).slice(0, 4)).toEqual([
    ...['DescribeServices', 'CreateCluster', 'CreateExpressGatewayService', 'ListServiceDeployments'],
  ]);
  const lines = linesOf(run);
  expect(lines.slice(0, lines.indexOf(`Created service ${arn('web')}`) + 1)).toEqual([
    'image: not set → public.ecr.aws/example/web:1',
    `execution-role-arn: not set → ${EXECUTION_ROLE}`,
    'cpu: not set → 256',
    'memory: not set → 512',
    'health-check-path: not set → /',
    'Will create cluster default',
    'Will create service web in cluster default',
    'Will wait up to 30 min for the deployment to succeed',
    'Will request the URL of the service, unless its load balancer is internal',
    'Created cluster default',
    `Created service ${arn('web')}`,
  ]);
  expect(run.log).toContain('Deployment: SUCCESSFUL, CLEAN_UP, 1 of 1 tasks run, 100 % of the traffic');
  expect(lines).toContain(`${run.outputs['url']}/ answered 200`);
  expect(run.outputs).toMatchObject({
    'service-arn': arn('web'),
    endpoint: expect.stringMatching(/^we-[0-9a-f]{32}\.ecs\.eu-west-1\.on\.aws$/),
    url: `https://${run.outputs['endpoint']}`,
    changed: 'true',
    outcome: 'created',
    image: 'public.ecr.aws/example/web:1',
    'deployment-status': 'SUCCESSFUL',
    'deployment-arn': expect.stringContaining(':service-deployment/default/web/'),
    'service-revision-arn': expect.stringContaining(':service-revision/default/web/'),
    'duration-seconds': expect.stringMatching(/^\d+$/),
  });
  expect(run.summary).toContain('## <code>web</code>: created');
  expect(run.summary).toContain(`<${run.outputs['url']}>`);
  expect(run.summary).toContain('```mermaid\ngantt');
  expect(run.summary).toContain('| health-check-path | – | <code>/</code> |');
});

test('resources are named while they appear, and when they are there', async () => {
  // Nearly real time: between two looks of a busy machine nothing appears by itself.
  const slow = await startDeployments('--speed', '1');
  try {
    const running = slow.start();
    await running.sawInLog('Resources PROVISIONING: ');
    await slow.emulator.advance(1800);
    const run = await running.finished;
    expect(run.exitCode).toBe(0);
    expect(run.log).toMatch(
      /^Resources PROVISIONING: load balancer, .*certificate, listener, listener rule/m,
    );
    expect(run.log).toMatch(/^Resources ACTIVE: .*certificate/m);
  } finally {
    await slow.stop();
  }
});

test('what AWS documents in two ways and the inputs leave open is said', async () => {
  const given = { 'service-name': 'vague', cpu: '', memory: '', 'health-check-path': '' };
  const run = await world.deploy(given);
  expect(linesOf(run)).toContainEqual(
    expect.stringMatching(/^notice: cpu, memory, health-check-path not given/),
  );
  expect(run.summary).toContain('cpu, memory, health-check-path not given');
});

test.each([
  [true, 'withscheme'],
  [false, 'bare'],
])('the endpoint is a host name, whether AWS gives it with a scheme (%s) or not', async (scheme, name) => {
  await world.emulator.post('ecs', { endpointScheme: scheme });
  const run = await world.deploy({ 'service-name': name });
  await world.emulator.post('ecs', { endpointScheme: null });
  expect(run.outputs['endpoint']).toMatch(/^[a-z]{2}-[0-9a-f]{32}\.ecs\.eu-west-1\.on\.aws$/);
  expect(run.outputs['url']).toBe(`https://${run.outputs['endpoint']}`);
  expect(linesOf(run)).toContain(`${run.outputs['url']}/ answered 200`);
});

test('security groups count without subnets, and the architecture is sent as AWS calls it', async () => {
  const run = await world.deploy({
    'service-name': 'arm',
    'cpu-architecture': 'ARM64',
    cpu: '1 vCPU',
    memory: '2 GB',
    subnets: '',
    'security-groups': 'sg-0a1b2c3d,sg-0e4f5a6b',
  });
  expect(run.exitCode).toBe(0);
  expect(callsTo(run.calls, 'CreateExpressGatewayService')[0]?.input).toMatchObject({
    cpuArchitecture: 'ARM64',
    cpu: '1024',
    memory: '2048',
    networkConfiguration: { securityGroups: ['sg-0a1b2c3d', 'sg-0e4f5a6b'] },
  });
});

/** Registers a task definition of the user's own, and gives the inputs that deploy it. */
async function ownTaskDefinition(family: string) {
  const { taskDefinition } = await world.ecs.send(
    new RegisterTaskDefinitionCommand({
      family,
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      executionRoleArn: EXECUTION_ROLE,
      containerDefinitions: [
        {
          name: 'Main',
          image: ownImage,
          portMappings: [{ containerPort: 8080, name: 'main', protocol: 'tcp' }],
          command: ['node', 'server.js'],
          environment: [{ name: 'LOG_LEVEL', value: 'debug' }],
          secrets: [{ name: 'TOKEN', valueFrom: '/own/token' }],
        },
        { name: 'sidecar', image: 'public.ecr.aws/example/sidecar:1' },
      ],
    }),
  );
  return {
    'task-definition-arn': taskDefinition?.taskDefinitionArn ?? '',
    image: '',
    'execution-role-arn': '',
    cpu: '',
    memory: '',
  };
}

const ownImage = 'public.ecr.aws/example/own:1';

test('a task definition is sent instead of what it states', async () => {
  const given = { ...(await ownTaskDefinition('own')), 'service-name': 'own' };
  const run = await world.deploy(given);
  expect(run.exitCode).toBe(0);
  expect(callsTo(run.calls, 'CreateExpressGatewayService')[0]?.input).toEqual({
    serviceName: 'own',
    cluster: 'default',
    infrastructureRoleArn: INFRASTRUCTURE_ROLE,
    taskDefinitionArn: given['task-definition-arn'],
    healthCheckPath: '/',
    tags: [{ key: 'managed-by', value: 'deploy-express' }],
  });
  const again = await world.deploy(given);
  expect(again.outputs).toMatchObject({ outcome: 'unchanged', changed: 'false' });
  expect(operationsOf(changesOf(again.calls))).toEqual([]);
  // Its container `Main` runs the same image already, but beside a sidecar.
  const toImage = await world.deploy({ 'service-name': 'own', image: ownImage });
  expect(toImage.outputs).toMatchObject({ outcome: 'updated', image: ownImage });
  const [update] = callsTo(toImage.calls, 'UpdateExpressGatewayService');
  expect(update?.input['primaryContainer']).toEqual({ image: ownImage, environment: [], secrets: [] });
  // The image of before is not the one that was deployed.
  expect((await world.deploy(given)).outputs).toMatchObject({ outcome: 'updated', image: '' });
});

test('one of the family that Express registers its own in is the same the second time, too', async () => {
  const given = { ...(await ownTaskDefinition('default-twin')), 'service-name': 'twin' };
  expect((await world.deploy(given)).outputs).toMatchObject({ outcome: 'created' });
  const again = await world.deploy(given);
  expect(again.outputs).toMatchObject({ outcome: 'unchanged' });
  expect(operationsOf(changesOf(again.calls))).toEqual([]);
});

test('over the tombstone of a deleted service it creates at once', async () => {
  await world.ecs.send(new DeleteExpressGatewayServiceCommand({ serviceArn: arn('vague') }));
  await world.emulator.advance(600);
  const run = await world.deploy({ 'service-name': 'vague' });
  expect(run.outputs['outcome']).toBe('created');
  expect(run.log).not.toContain('former service');
  expect(operationsOf(changesOf(run.calls))).toEqual(['CreateExpressGatewayService']);
});

test('the 26th service of a cluster costs another load balancer, and that is said', async () => {
  await world.ecs.send(new CreateClusterCommand({ clusterName: 'busy' }));
  const names = Array.from({ length: 25 }, (_, index) => `service-${index}`);
  for (const name of names) await createWeb(world.ecs, { cluster: 'busy', serviceName: name });
  const run = await world.deploy({ cluster: 'busy', 'service-name': 'one-more', 'dry-run': 'true' });
  const notice = expect.stringMatching(/^notice: Cluster busy has 25 Express services\. .* bills it\.$/);
  expect(linesOf(run)).toContainEqual(notice);
  expect(run.exitCode).toBe(0);
});
