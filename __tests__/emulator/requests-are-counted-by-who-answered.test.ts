import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeExpressGatewayServiceCommand, ECSClient } from '@aws-sdk/client-ecs';
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';
import { createWeb, untilStage, updateWeb, WEB_ARN } from '../helpers/express-service.ts';
import { until } from '../helpers/until.ts';

let emulator: EmulatorHandle;
let ecs: ECSClient;
let cloudwatch: CloudWatchClient;
let host: string;
let balancer: string;
let groups: readonly string[];
beforeAll(async () => {
  emulator = await startEmulator('--seed', 'counted');
  await emulator.post('cloudwatch', { lateSeconds: 0 });
  await emulator.post('stub', [{ imageContains: 'web:1', upgrades: true }]);
  ecs = new ECSClient(emulator.client);
  await createWeb(ecs);
  await untilStage(emulator, ecs, 'CLEAN_UP').catch(() => undefined);
  const { service } = await ecs.send(new DescribeExpressGatewayServiceCommand({ serviceArn: WEB_ARN }));
  host = service?.activeConfigurations?.[0]?.ingressPaths?.[0]?.endpoint?.replace('https://', '') ?? '';
  const elb = new ElasticLoadBalancingV2Client(emulator.client);
  const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({}));
  groups = TargetGroups.map(({ TargetGroupArn = '' }) => TargetGroupArn.split(':').at(-1) ?? '');
  balancer = TargetGroups[0]?.LoadBalancerArns?.[0]?.split(':loadbalancer/')[1] ?? '';
  cloudwatch = new CloudWatchClient(emulator.client);
}, 60_000);
afterAll(() => emulator.stop());

/** All there is of a metric, of the load balancer alone or of both target groups together. */
async function total(metric: string, of: 'balancer' | 'groups'): Promise<number> {
  const places = of === 'groups' ? groups : [undefined];
  const { MetricDataResults = [] } = await cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(Date.now() - 3_600_000),
      EndTime: new Date(Date.now() + 1),
      MetricDataQueries: places.map((group, index) => ({
        Id: `m${index}`,
        MetricStat: {
          Metric: {
            Namespace: 'AWS/ApplicationELB',
            MetricName: metric,
            Dimensions: [
              { Name: 'LoadBalancer', Value: balancer },
              ...(group === undefined ? [] : [{ Name: 'TargetGroup', Value: group }]),
            ],
          },
          Period: 60,
          Stat: 'Sum',
        },
      })),
    }),
  );
  return MetricDataResults.flatMap(({ Values = [] }) => Values).reduce((sum, value) => sum + value, 0);
}

const METRICS = [
  'RequestCount',
  'HTTPCode_Target_2XX_Count',
  'HTTPCode_Target_4XX_Count',
  'HTTPCode_Target_5XX_Count',
  'HTTPCode_ELB_4XX_Count',
  'HTTPCode_ELB_5XX_Count',
  'HTTPCode_ELB_502_Count',
  'HTTPCode_ELB_503_Count',
  'HTTPCode_ELB_504_Count',
  'TargetConnectionErrorCount',
] as const;

type Totals = Readonly<Record<string, number>>;

async function totals(): Promise<Totals> {
  // A minute that is not over yet has no figures.
  await emulator.advance(61);
  const entries = METRICS.flatMap((metric) =>
    (['balancer', 'groups'] as const).map(
      async (of) => [`${of} ${metric}`, await total(metric, of)] as const,
    ),
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** What became more while `work` was done. */
async function counted(work: () => Promise<unknown>): Promise<Totals> {
  const before = await totals();
  await work();
  const after = await totals();
  return Object.fromEntries(
    Object.entries(after).flatMap(([key, value]) =>
      value === before[key] ? [] : [[key, value - (before[key] ?? 0)]],
    ),
  );
}

async function ask(): Promise<number> {
  const [hostname, port] = emulator.http.split(':');
  const outgoing = request({ hostname, port, headers: { host }, agent: false }).end();
  const [answer] = await once(outgoing, 'response');
  answer.resume();
  await once(answer, 'close');
  return answer.statusCode;
}

test('an answer of the target is in the figures of both', async () => {
  expect(await counted(ask)).toEqual({
    'balancer RequestCount': 1,
    'groups RequestCount': 1,
    'balancer HTTPCode_Target_2XX_Count': 1,
    'groups HTTPCode_Target_2XX_Count': 1,
  });
});

test.each([502, 504])('a %i of the load balancer is no code of the target', async (status) => {
  await emulator.addFaults([{ service: 'edge', operation: host, fault: 'error', status }]);
  const change = await counted(async () => expect(await ask()).toBe(status));
  expect(change).toEqual({
    'balancer RequestCount': 1,
    'groups RequestCount': 1,
    'balancer HTTPCode_ELB_5XX_Count': 1,
    [`balancer HTTPCode_ELB_${status}_Count`]: 1,
  });
});

test('a request for which no target could be chosen is no request', async () => {
  await emulator.addFaults([{ service: 'edge', operation: host, fault: 'error', status: 503 }]);
  const change = await counted(async () => expect(await ask()).toBe(503));
  expect(change).toEqual({ 'balancer HTTPCode_ELB_5XX_Count': 1, 'balancer HTTPCode_ELB_503_Count': 1 });
});

test('a user who goes away is a request with the code 460 of the load balancer', async () => {
  const hold = await emulator.hold({ service: 'edge', operation: host, when: 'after' });
  const change = await counted(async () => {
    const [hostname, port] = emulator.http.split(':');
    const outgoing = request({ hostname, port, headers: { host }, agent: false }).end();
    const over = once(outgoing, 'error');
    await hold.arrived();
    outgoing.destroy(new Error('away'));
    await over;
    const seen = async () => total('HTTPCode_ELB_4XX_Count', 'balancer');
    await emulator.advance(61);
    await until(seen, (count) => count > 0);
    await hold.release();
  });
  expect(change).toEqual({
    'balancer RequestCount': 1,
    'groups RequestCount': 1,
    'balancer HTTPCode_ELB_4XX_Count': 1,
  });
});

test('a request that is open is a request already', async () => {
  const hold = await emulator.hold({ service: 'edge', operation: host, when: 'after' });
  let answer: Promise<number> | undefined;
  const change = await counted(async () => {
    answer = ask();
    await hold.arrived();
  });
  expect(change).toEqual({ 'balancer RequestCount': 1, 'groups RequestCount': 1 });
  await hold.release();
  expect(await answer).toBe(200);
});

async function upgrade(): Promise<string> {
  const [hostname = '', port] = emulator.http.split(':');
  const socket = connect(Number(port), hostname);
  socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`);
  const [head] = await once(socket, 'data');
  socket.destroy();
  return String(head).split('\r\n')[0] ?? '';
}

test('a connection that is upgraded is a request, and in no family of codes', async () => {
  const change = await counted(async () => {
    expect(await upgrade()).toBe('HTTP/1.1 101 Switching Protocols');
  });
  expect(change).toEqual({ 'balancer RequestCount': 1, 'groups RequestCount': 1 });
});

test('a target that cannot be connected to is counted as that, too', async () => {
  await emulator.post('stub', [{ imageContains: 'web:2', listens: false }]);
  await updateWeb(ecs, 'web:2');
  await untilStage(emulator, ecs, 'SCALE_UP');
  // One of the groups has a task that nothing listens in; "fail open" leads there once the rule does.
  const elb = new ElasticLoadBalancingV2Client(emulator.client);
  const { Rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn: await listenerArn(elb) }));
  const rule = Rules.find(({ IsDefault }) => !IsDefault);
  const TargetGroups = rule?.Actions?.[0]?.ForwardConfig?.TargetGroups?.map((tuple) => ({
    ...tuple,
    Weight: tuple.Weight === 0 ? 100 : 0,
  }));
  await elb.send(
    new ModifyRuleCommand({
      RuleArn: rule?.RuleArn,
      Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }],
    }),
  );
  const change = await counted(async () => {
    await until(ask, (status) => status === 502);
  });
  expect(change).toMatchObject({
    'balancer TargetConnectionErrorCount': 1,
    'groups TargetConnectionErrorCount': 1,
    'balancer HTTPCode_ELB_502_Count': 1,
    'groups RequestCount': 1,
  });
  expect(change).not.toHaveProperty('groups HTTPCode_Target_5XX_Count');
});

async function listenerArn(elb: ElasticLoadBalancingV2Client): Promise<string | undefined> {
  const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
  const LoadBalancerArn = LoadBalancers[0]?.LoadBalancerArn;
  const { Listeners = [] } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
  return Listeners[0]?.ListenerArn;
}
