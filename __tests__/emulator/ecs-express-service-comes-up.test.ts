import { get } from 'node:http';
import {
  DescribeClustersCommand,
  DescribeExpressGatewayServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';
import { createWeb, image, newestDeployment, WEB_ARN } from '../helpers/express-service.ts';

let emulator: EmulatorHandle;
let ecs: ECSClient;
beforeAll(async () => {
  emulator = await startEmulator('--speed', '1');
  ecs = new ECSClient(emulator.client);
  await createWeb(ecs, {
    primaryContainer: {
      ...image('web:1'),
      environment: [
        { name: 'B', value: '2' },
        { name: 'A', value: '1' },
      ],
    },
    networkConfiguration: { securityGroups: ['sg-0123456789abcdef0'] },
    scalingTarget: { minTaskCount: 2 },
    tags: [{ key: 'team', value: 'shop' }],
  });
});
afterAll(() => emulator.stop());

const describeWeb = () => ecs.send(new DescribeExpressGatewayServiceCommand({ serviceArn: WEB_ARN }));

test('the service is ACTIVE at once, and says nothing about a deployment yet', async () => {
  const { service } = await describeWeb();
  expect(service).toMatchObject({ cluster: 'default', serviceName: 'web', status: { statusCode: 'ACTIVE' } });
  expect(service?.currentDeployment).toBeUndefined();
  expect(service?.tags).toBeUndefined();
  const { clusters } = await ecs.send(new DescribeClustersCommand({}));
  expect(clusters?.[0]).toMatchObject({ clusterName: 'default', status: 'ACTIVE', activeServicesCount: 1 });
});

test('the configuration comes back with defaults, sorted environment and one more security group', async () => {
  const { service } = await describeWeb();
  const [configuration] = service?.activeConfigurations ?? [];
  expect(configuration).toMatchObject({
    cpu: '256',
    memory: '512',
    cpuArchitecture: 'X86_64',
    healthCheckPath: '/',
    scalingTarget: {
      minTaskCount: 2,
      maxTaskCount: 20,
      autoScalingMetric: 'AVERAGE_CPU',
      autoScalingTargetValue: 60,
    },
    primaryContainer: {
      command: [],
      environment: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ],
    },
    networkConfiguration: {
      securityGroups: ['sg-0123456789abcdef0', expect.stringMatching(/^sg-0[0-9a-f]{16}$/)],
    },
  });
  expect(configuration?.ingressPaths).toEqual([
    {
      accessType: 'PUBLIC',
      endpoint: expect.stringMatching(/^(https:\/\/)?we-[0-9a-f]{32}\.ecs\.eu-west-1\.on\.aws$/),
    },
  ]);
});

test('its deployment is listed late, MISSING at first, then PENDING and IN_PROGRESS', async () => {
  const list = new ListServiceDeploymentsCommand({ service: WEB_ARN });
  expect((await ecs.send(list)).serviceDeployments).toEqual([]);
  await emulator.advance(5);
  const [brief] = (await ecs.send(list)).serviceDeployments ?? [];
  expect(brief).toMatchObject({ serviceArn: WEB_ARN, status: 'PENDING' });
  const arn = brief?.serviceDeploymentArn ?? '';
  const describeDeployment = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] });
  expect(await ecs.send(describeDeployment)).toMatchObject({
    serviceDeployments: [],
    failures: [{ arn, reason: 'MISSING' }],
  });
  const [found] = (await ecs.send(describeDeployment)).serviceDeployments ?? [];
  expect(found).toMatchObject({
    status: 'PENDING',
    targetServiceRevision: { arn: brief?.targetServiceRevisionArn },
  });
  expect(found?.sourceServiceRevisions).toBeUndefined();
  await describeWeb();
  expect((await describeWeb()).service?.currentDeployment).toBe(arn);
  await emulator.advance(10);
  expect(await newestDeployment(ecs)).toMatchObject({
    status: 'IN_PROGRESS',
    lifecycleStage: 'RECONCILE_SERVICE',
  });
});

test('managed resources go from PROVISIONING to ACTIVE one after the other', async () => {
  const { service } = await describeWeb();
  const command = new DescribeServiceRevisionsCommand({
    serviceRevisionArns: [service?.activeConfigurations?.[0]?.serviceRevisionArn ?? ''],
  });
  const before = (await ecs.send(command)).serviceRevisions?.[0]?.ecsManagedResources;
  expect(before?.ingressPaths?.[0]?.loadBalancer).toMatchObject({
    status: 'PROVISIONING',
    scheme: 'internet-facing',
  });
  expect(before?.ingressPaths?.[0]?.loadBalancer?.arn).toBeUndefined();
  await emulator.advance(180);
  const [revision] = (await ecs.send(command)).serviceRevisions ?? [];
  const [path] = revision?.ecsManagedResources?.ingressPaths ?? [];
  for (const resource of [
    path?.loadBalancer,
    path?.certificate,
    path?.listener,
    path?.rule,
    ...(path?.targetGroups ?? []),
  ]) {
    expect(resource).toMatchObject({ status: 'ACTIVE', arn: expect.stringContaining('arn:aws:') });
  }
  expect(path?.targetGroups).toHaveLength(2);
  expect(revision?.ecsManagedResources).toMatchObject({
    autoScaling: { scalableTarget: { minCapacity: 2, maxCapacity: 20 } },
    metricAlarms: [{ arn: expect.stringMatching(/:alarm:default\/web\/RollbackAlarm$/) }],
    logGroups: [{ logGroupName: expect.stringMatching(/^\/aws\/ecs\/default\/web-[0-9a-f]{4}$/) }],
  });
  expect(revision?.resolvedConfiguration?.loadBalancers).toEqual([
    { targetGroupArn: path?.targetGroups?.[0]?.arn, productionListenerRule: path?.rule?.arn },
  ]);
});

test('it ends SUCCESSFUL with as many healthy tasks as wanted, between three and six minutes after the start', async () => {
  await emulator.advance(100);
  const deployment = await newestDeployment(ecs);
  expect(deployment).toMatchObject({
    status: 'SUCCESSFUL',
    deploymentCircuitBreaker: { status: 'MONITORING_COMPLETE', failureCount: 0, threshold: 3 },
    targetServiceRevision: { runningTaskCount: 2, requestedProductionTrafficWeight: 100 },
  });
  const seconds = (Number(deployment.finishedAt) - Number(deployment.createdAt)) / 1000;
  expect(seconds).toBeGreaterThan(180);
  expect(seconds).toBeLessThan(360);
});

test('DescribeServices shows an ECS-managed service in a steady state', async () => {
  const { services } = await ecs.send(new DescribeServicesCommand({ services: ['web'], include: ['TAGS'] }));
  expect(services?.[0]).toMatchObject({
    status: 'ACTIVE',
    resourceManagementType: 'ECS',
    desiredCount: 2,
    runningCount: 2,
    tags: [{ key: 'team', value: 'shop' }],
    deployments: [
      {
        status: 'PRIMARY',
        rolloutState: 'COMPLETED',
        taskDefinition: expect.stringMatching(/default-web:1$/),
      },
    ],
    currentServiceRevisions: [{ requestedTaskCount: 2, runningTaskCount: 2, pendingTaskCount: 0 }],
  });
  expect(services?.[0]?.taskDefinition).toBeUndefined();
  expect(services?.[0]?.events?.[0]?.message).toBe('(service web) has reached a steady state.');
});

test('its tasks run the container Main of the task definition that Express registered', async () => {
  const { taskArns } = await ecs.send(new ListTasksCommand({ serviceName: 'web' }));
  const { tasks } = await ecs.send(new DescribeTasksCommand({ tasks: taskArns }));
  expect(tasks).toHaveLength(2);
  expect(tasks?.[0]).toMatchObject({
    lastStatus: 'RUNNING',
    group: 'service:web',
    containers: [{ name: 'Main', image: 'public.ecr.aws/example/web:1', lastStatus: 'RUNNING' }],
  });
  const { taskDefinition } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: 'default-web' }),
  );
  expect(taskDefinition).toMatchObject({ revision: 1, cpu: '256', containerDefinitions: [{ name: 'Main' }] });
});

test('the load balancer serves the endpoint by its Host header', async () => {
  const { service } = await describeWeb();
  const endpoint = service?.activeConfigurations?.[0]?.ingressPaths?.[0]?.endpoint ?? '';
  const host = endpoint.replace('https://', '');
  // fetch does not let a caller choose the Host header.
  const status = await new Promise((resolve) =>
    get(`http://${emulator.http}/`, { headers: { host } }, ({ statusCode }) => resolve(statusCode)),
  );
  expect(status).toBe(200);
});
