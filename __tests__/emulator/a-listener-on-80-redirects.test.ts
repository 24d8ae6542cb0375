import { DeleteExpressGatewayServiceCommand, ECSClient } from '@aws-sdk/client-ecs';
import {
  type Action,
  CreateListenerCommand,
  type CreateListenerCommandInput,
  DeleteListenerCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';
import { createWeb, updateWeb, WEB_ARN } from '../helpers/express-service.ts';
import { getPlain, redirect, teapot } from '../helpers/plain-http.ts';

let emulator: EmulatorHandle;
let elb: ElasticLoadBalancingV2Client;
let ecs: ECSClient;
let LoadBalancerArn: string;
let dnsName: string;
beforeAll(async () => {
  emulator = await startEmulator('--speed', '120');
  elb = new ElasticLoadBalancingV2Client(emulator.client);
  ecs = new ECSClient(emulator.client);
  await createWeb(ecs);
  await emulator.advance(900);
  const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
  LoadBalancerArn = LoadBalancers[0]?.LoadBalancerArn ?? '';
  dnsName = LoadBalancers[0]?.DNSName ?? '';
});
afterAll(() => emulator.stop());

const fixed = teapot;
const ask = (url: string) => getPlain(emulator, url);

const create = (more: Partial<CreateListenerCommandInput> = {}) =>
  elb.send(
    new CreateListenerCommand({
      LoadBalancerArn,
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: [redirect],
      ...more,
    }),
  );
const list = async () => (await elb.send(new DescribeListenersCommand({ LoadBalancerArn }))).Listeners ?? [];

test('Express itself makes none: the connection is refused', async () => {
  expect((await list()).map(({ Port }) => Port)).toEqual([443]);
  expect(await ask(`http://${dnsName}/`)).toMatchObject({ status: 502 });
});

test.each([
  ['another protocol', { Protocol: 'HTTPS' as const }, 'UnsupportedOperation'],
  ['no port', { Port: undefined }, 'ValidationError'],
  ['the port of Express', { Port: 443 }, 'DuplicateListenerException'],
  ['a balancer that is not there', { LoadBalancerArn: 'gone' }, 'ValidationError'],
  ['two actions', { DefaultActions: [redirect, fixed] }, 'ValidationError'],
  [
    'a status that is not known',
    {
      DefaultActions: [
        { Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_308' as 'HTTP_301' } } as Action,
      ],
    },
    'ValidationError',
  ],
  [
    'a redirect to itself',
    { DefaultActions: [{ Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301' } } as Action] },
    'InvalidLoadBalancerActionException',
  ],
])('%s is refused', async (_what, more, name) => {
  await expect(create(more)).rejects.toMatchObject({ name });
  expect(await list()).toHaveLength(1);
});

test('a redirect is shown with its defaults and tags, and answers for whoever is behind the balancer', async () => {
  const { Listeners = [] } = await create({ Tags: [{ Key: 'made-by', Value: 'me' }] });
  const ListenerArn = Listeners[0]?.ListenerArn ?? '';
  expect(ListenerArn).toContain(':listener/app/ecs-express-gateway-alb-');
  expect(await list()).toMatchObject([
    { Port: 443 },
    {
      ListenerArn,
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: [
        {
          Type: 'redirect',
          RedirectConfig: {
            Protocol: 'HTTPS',
            Port: '443',
            Host: '#{host}',
            Path: '/#{path}',
            Query: '#{query}',
          },
        },
      ],
    },
  ]);
  const { TagDescriptions } = await elb.send(new DescribeTagsCommand({ ResourceArns: [ListenerArn] }));
  expect(TagDescriptions?.[0]?.Tags).toEqual([{ Key: 'made-by', Value: 'me' }]);
  expect(await ask(`http://${dnsName}/a/b?c=d`)).toEqual({
    status: 301,
    location: `https://${dnsName}:443/a/b?c=d`,
  });
});

test('the same once more is the same listener; another one on the port is refused', async () => {
  const before = await list();
  await create();
  expect(await list()).toEqual(before);
  await expect(create({ DefaultActions: [fixed] })).rejects.toMatchObject({
    name: 'DuplicateListenerException',
  });
});

test('a request meets the faults that name http:// and its host', async () => {
  const fault = { service: 'edge', operation: `http://${dnsName}`, fault: 'reset', times: 1 };
  await emulator.addFaults([fault]);
  await expect(ask(`http://${dnsName}/`)).rejects.toThrow();
  expect(await ask(`http://${dnsName}/`)).toMatchObject({ status: 301 });
});

test('deployments leave it alone, unless the scenario says that they take it away', async () => {
  await updateWeb(ecs, 'web:2');
  await emulator.advance(1200);
  expect(await list()).toHaveLength(2);
  await emulator.post('ecs', { takesForeignListeners: true });
  await updateWeb(ecs, 'web:3');
  await emulator.advance(1200);
  expect(await list()).toHaveLength(1);
  await emulator.post('ecs', { takesForeignListeners: false });
});

test('somebody else may answer on the port, and delete what is there', async () => {
  const { Listeners = [] } = await create({ DefaultActions: [fixed] });
  expect(await ask(`http://${dnsName}/`)).toMatchObject({ status: 418 });
  await elb.send(new DeleteListenerCommand({ ListenerArn: Listeners[0]?.ListenerArn }));
  expect(await list()).toHaveLength(1);
});

test('it goes with the load balancer', async () => {
  const { Listeners = [] } = await create();
  await ecs.send(new DeleteExpressGatewayServiceCommand({ serviceArn: WEB_ARN }));
  await emulator.advance(3600);
  const ListenerArns = Listeners.flatMap(({ ListenerArn }) => ListenerArn ?? []);
  await expect(elb.send(new DescribeListenersCommand({ ListenerArns }))).rejects.toMatchObject({
    name: 'ListenerNotFoundException',
  });
});
