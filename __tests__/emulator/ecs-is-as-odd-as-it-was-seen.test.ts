import {
  CreateExpressGatewayServiceCommand,
  DeleteExpressGatewayServiceCommand,
  DescribeExpressGatewayServiceCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  RegisterTaskDefinitionCommand,
  StopServiceDeploymentCommand,
  UpdateExpressGatewayServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  DeleteLoadBalancerCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';
import {
  createWeb,
  EXECUTION_ROLE,
  INFRASTRUCTURE_ROLE,
  image,
  newestDeployment,
  untilStage,
  updateWeb,
  WEB_ARN,
} from '../helpers/express-service.ts';

let emulator: EmulatorHandle;
let ecs: ECSClient;
beforeEach(async () => {
  emulator = await startEmulator('--speed', '1');
  ecs = new ECSClient(emulator.client);
});
afterEach(() => emulator.stop());

const webIsUp = async () => {
  await createWeb(ecs);
  await emulator.advance(300);
};
const describeExpress = async () => {
  const { service } = await ecs.send(new DescribeExpressGatewayServiceCommand({ serviceArn: WEB_ARN }));
  return service ?? {};
};

test('an update that changes nothing rolls, unless it is told not to', async () => {
  await webIsUp();
  const before = await newestDeployment(ecs);
  await emulator.post('ecs', { ignoreIdenticalUpdates: true });
  await updateWeb(ecs, 'web:1');
  await emulator.advance(10);
  expect((await newestDeployment(ecs)).serviceDeploymentArn).toBe(before.serviceDeploymentArn);
  await emulator.post('ecs', { ignoreIdenticalUpdates: false });
  await updateWeb(ecs, 'web:1');
  await emulator.advance(10);
  const after = await newestDeployment(ecs);
  expect(after.targetServiceRevision?.arn).not.toBe(before.targetServiceRevision?.arn);
});

test('the version before lingers after an update', async () => {
  await webIsUp();
  await updateWeb(ecs, 'web:2');
  await untilStage(emulator, ecs, 'CLEAN_UP');
  while ((await newestDeployment(ecs)).status !== 'SUCCESSFUL') await emulator.advance(5);
  const after = await describeExpress();
  expect(after.activeConfigurations?.map(({ primaryContainer }) => primaryContainer?.image)).toEqual([
    image('web:1').image,
    image('web:2').image,
  ]);
  await emulator.advance(20);
  expect((await describeExpress()).activeConfigurations).toHaveLength(1);
});

test('a service that was scaled to nothing is deployed with nothing, until scaling is asked for', async () => {
  await webIsUp();
  await emulator.post('ecs', { desiredCount: { service: 'web', count: 0 } });
  await updateWeb(ecs, 'web:2');
  await emulator.advance(900);
  expect(await newestDeployment(ecs)).toMatchObject({
    status: 'SUCCESSFUL',
    targetServiceRevision: { requestedTaskCount: 0, runningTaskCount: 0 },
  });
  const describe = async () =>
    (await ecs.send(new DescribeServicesCommand({ services: ['web'] }))).services?.[0];
  expect(await describe()).toMatchObject({ desiredCount: 0, runningCount: 0 });
  const scalingTarget = { minTaskCount: 1 };
  await ecs.send(new UpdateExpressGatewayServiceCommand({ serviceArn: WEB_ARN, scalingTarget }));
  await emulator.advance(900);
  expect(await newestDeployment(ecs)).toMatchObject({
    status: 'SUCCESSFUL',
    targetServiceRevision: { requestedTaskCount: 1, runningTaskCount: 1 },
  });
  expect(await describe()).toMatchObject({ desiredCount: 1, runningCount: 1 });
});

test('deployments are listed in an order that nobody promised', async () => {
  await webIsUp();
  await updateWeb(ecs, 'web:2');
  await emulator.advance(5);
  const created = async () => {
    const { serviceDeployments = [] } = await ecs.send(
      new ListServiceDeploymentsCommand({ service: WEB_ARN }),
    );
    return serviceDeployments.map(({ createdAt }) => Number(createdAt));
  };
  const newestFirst = await created();
  expect(newestFirst).toHaveLength(2);
  await emulator.post('ecs', { oldestDeploymentsFirst: true });
  expect(await created()).toEqual(newestFirst.toReversed());
});

test('a resource that is denied stays PROVISIONING with its reason, and heals by itself', async () => {
  const reason =
    'AccessDenied: User: arn:aws:sts::123456789012:assumed-role/x/ECSGateway is not authorized to perform: ec2:DescribeAccountAttributes';
  await emulator.post('ecs', { stuckResource: { service: 'web', resource: 'loadBalancer', reason } });
  await createWeb(ecs);
  await emulator.advance(3600);
  const { activeConfigurations } = await describeExpress();
  const loadBalancer = async () => {
    const { serviceRevisions } = await ecs.send(
      new DescribeServiceRevisionsCommand({
        serviceRevisionArns: [activeConfigurations?.[0]?.serviceRevisionArn ?? ''],
      }),
    );
    return serviceRevisions?.[0]?.ecsManagedResources?.ingressPaths?.[0]?.loadBalancer;
  };
  expect(await loadBalancer()).toMatchObject({ status: 'PROVISIONING', statusReason: reason });
  expect(await newestDeployment(ecs)).toMatchObject({ status: 'IN_PROGRESS' });
  await emulator.post('ecs', { repairResources: true });
  await emulator.advance(300);
  expect(await loadBalancer()).toMatchObject({ status: 'ACTIVE' });
  expect((await loadBalancer())?.statusReason).toBeUndefined();
  expect(await newestDeployment(ecs)).toMatchObject({ status: 'SUCCESSFUL' });
});

test('whoever comes second, stopping a deployment or making a service, is refused', async () => {
  const create = (name: string) =>
    ecs.send(
      new CreateExpressGatewayServiceCommand({
        serviceName: 'web',
        infrastructureRoleArn: INFRASTRUCTURE_ROLE,
        executionRoleArn: EXECUTION_ROLE,
        primaryContainer: image(name),
      }),
    );
  const hold = await emulator.hold({
    service: 'ecs',
    operation: 'CreateExpressGatewayService',
    when: 'before',
  });
  const second = create('web:2').catch((error: unknown) => error);
  await hold.arrived();
  await create('web:1');
  await hold.release();
  expect(await second).toMatchObject({
    name: 'InvalidParameterException',
    message: 'Creation of service was not idempotent.',
  });
  await emulator.advance(5);
  const { serviceDeploymentArn } = await newestDeployment(ecs);
  const stop = () => ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn }));
  await stop();
  await expect(stop()).rejects.toMatchObject({
    name: 'ConflictException',
    message: expect.stringMatching(/it is in (PENDING|ROLLBACK_REQUESTED) status/),
  });
});

test('a name cannot be a variable and a secret', async () => {
  const shared = {
    environment: [{ name: 'TOKEN', value: 'x' }],
    secrets: [{ name: 'TOKEN', valueFrom: 'arn:aws:ssm:eu-west-1:123456789012:parameter/token' }],
  };
  const refusal = { name: 'ClientException', message: expect.stringContaining("such as 'TOKEN'") };
  await expect(createWeb(ecs, { primaryContainer: { ...image('web:1'), ...shared } })).rejects.toMatchObject(
    refusal,
  );
  await expect(
    ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'shared',
        containerDefinitions: [{ name: 'Main', image: 'web:1', ...shared }],
      }),
    ),
  ).rejects.toMatchObject(refusal);
});

test('a load balancer that somebody deleted does not keep its service from going', async () => {
  await webIsUp();
  const elb = new ElasticLoadBalancingV2Client(emulator.client);
  const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
  const command = new DeleteLoadBalancerCommand({ LoadBalancerArn: LoadBalancers[0]?.LoadBalancerArn });
  await elb.send(command);
  await elb.send(command);
  expect((await elb.send(new DescribeLoadBalancersCommand({}))).LoadBalancers).toEqual([]);
  await ecs.send(new DeleteExpressGatewayServiceCommand({ serviceArn: WEB_ARN }));
  await emulator.advance(120);
  const { services } = await ecs.send(new DescribeServicesCommand({ services: ['web'] }));
  expect(services).toMatchObject([{ status: 'INACTIVE' }]);
});

test.each([
  [{ stuckResource: { service: 'web', resource: 'moon' } }, 'stuckResource.resource'],
  [{ desiredCount: { service: 'web', count: -1 } }, 'desiredCount.count'],
  [{ oldestDeploymentsFirst: 'yes' }, 'must be true or false'],
])('the scenario %j is refused', async (body, message) => {
  await expect(emulator.post('ecs', body)).rejects.toThrow(message);
});
