import {
  DeleteExpressGatewayServiceCommand,
  DescribeExpressGatewayServiceCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  ECSClient,
  ListServicesCommand,
  UpdateExpressGatewayServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';
import { createWeb, WEB_ARN } from '../helpers/express-service.ts';

let emulator: EmulatorHandle;
let ecs: ECSClient;
beforeAll(async () => {
  emulator = await startEmulator('--speed', '1');
  ecs = new ECSClient(emulator.client);
  await createWeb(ecs);
  await emulator.advance(300);
});
afterAll(() => emulator.stop());

const describeWeb = async () =>
  (await ecs.send(new DescribeExpressGatewayServiceCommand({ serviceArn: WEB_ARN }))).service;
const remove = new DeleteExpressGatewayServiceCommand({ serviceArn: WEB_ARN });
const update = new UpdateExpressGatewayServiceCommand({ serviceArn: WEB_ARN });
const status = async () =>
  (await ecs.send(new DescribeServicesCommand({ services: ['web'] }))).services?.[0]?.status;
const loadBalancers = async () =>
  (await new ElasticLoadBalancingV2Client(emulator.client).send(new DescribeLoadBalancersCommand({})))
    .LoadBalancers;

let host: string | undefined;

test('a deletion answers DRAINING, and DescribeServices shows it while ListServices hides it', async () => {
  host = (await describeWeb())?.activeConfigurations?.[0]?.ingressPaths?.[0]?.endpoint;
  expect((await ecs.send(remove)).service).toMatchObject({ status: { statusCode: 'DRAINING' } });
  expect(await status()).toBe('DRAINING');
  expect((await ecs.send(new ListServicesCommand({}))).serviceArns).toEqual([]);
});

test('while it drains it cannot be deleted, updated or created again', async () => {
  const draining = { name: 'ServiceNotActiveException', message: 'Service is in DRAINING status.' };
  await expect(ecs.send(remove)).rejects.toMatchObject(draining);
  await expect(ecs.send(update)).rejects.toMatchObject(draining);
  await expect(createWeb(ecs)).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'Unable to Start a service that is still Draining.',
  });
  expect(await loadBalancers()).toHaveLength(1);
});

test('after one to three minutes an INACTIVE tombstone is left, and the load balancer is gone', async () => {
  await emulator.advance(60);
  expect(await status()).toBe('DRAINING');
  await emulator.advance(120);
  expect(await status()).toBe('INACTIVE');
  expect((await describeWeb())?.status?.statusCode).toBe('INACTIVE');
  expect(await loadBalancers()).toEqual([]);
});

test('the tombstone is refused in the words that clients look for', async () => {
  const inactive = {
    name: 'ServiceNotActiveException',
    message: 'Cannot perform this operation on a service in INACTIVE status.',
  };
  await expect(ecs.send(remove)).rejects.toMatchObject(inactive);
  await expect(ecs.send(update)).rejects.toMatchObject(inactive);
  const revision = (await describeWeb())?.activeConfigurations?.[0]?.serviceRevisionArn ?? '';
  await expect(
    ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns: [revision] })),
  ).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'Cannot call DescribeServiceRevisions for a service that is INACTIVE',
  });
});

test('the name can be used again, for a service with another host', async () => {
  await createWeb(ecs);
  expect(await status()).toBe('ACTIVE');
  const again = (await describeWeb())?.activeConfigurations?.[0]?.ingressPaths?.[0]?.endpoint;
  expect(again).not.toBe(host);
});

test('a service that was deleted in the middle of its first deployment drains just the same', async () => {
  await emulator.advance(60);
  await ecs.send(remove);
  await emulator.advance(200);
  expect(await status()).toBe('INACTIVE');
});
