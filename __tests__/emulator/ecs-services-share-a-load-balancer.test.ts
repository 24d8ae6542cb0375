import {
  DeleteExpressGatewayServiceCommand,
  DescribeExpressGatewayServiceCommand,
  ECSClient,
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
});
afterAll(() => emulator.stop());

const schemes = async () => {
  const client = new ElasticLoadBalancingV2Client(emulator.client);
  const { LoadBalancers = [] } = await client.send(new DescribeLoadBalancersCommand({}));
  return LoadBalancers.map(({ Scheme }) => Scheme);
};

test('twenty-five services share one, the twenty-sixth gets another, even if all come at once', async () => {
  const names = Array.from({ length: 26 }, (_, index) => `web-${index}`);
  await Promise.all(names.map((serviceName) => createWeb(ecs, { serviceName })));
  await emulator.advance(200);
  expect(await schemes()).toEqual(['internet-facing', 'internet-facing']);
});

test('a service in private subnets gets an internal one', async () => {
  await emulator.post('ecs', { privateSubnets: ['subnet-0a', 'subnet-0b'] });
  await createWeb(ecs, { networkConfiguration: { subnets: ['subnet-0a', 'subnet-0b'] } });
  await emulator.advance(200);
  expect(await schemes()).toEqual(['internet-facing', 'internet-facing', 'internal']);
  const { service } = await ecs.send(new DescribeExpressGatewayServiceCommand({ serviceArn: WEB_ARN }));
  expect(service?.activeConfigurations?.[0]?.ingressPaths?.[0]?.accessType).toBe('PRIVATE');
});

test('it goes with the last service that used it', async () => {
  await ecs.send(new DeleteExpressGatewayServiceCommand({ serviceArn: `${WEB_ARN}-0` }));
  await ecs.send(new DeleteExpressGatewayServiceCommand({ serviceArn: WEB_ARN }));
  await emulator.advance(120);
  expect(await schemes()).toEqual(['internet-facing', 'internet-facing']);
});
