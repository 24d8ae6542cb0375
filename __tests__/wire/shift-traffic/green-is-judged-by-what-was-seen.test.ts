import { once } from 'node:events';
import { connect } from 'node:net';
import { CloudWatchClient, DeleteAlarmsCommand, PutCompositeAlarmCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { putErrorAlarm } from '../../helpers/error-alarm.ts';
import type { ActionRun } from '../../helpers/run-action.ts';
import { appDomain, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';
import { startTamperingProxy } from '../../helpers/tampering-proxy.ts';

type Inputs = Readonly<Record<string, string>>;

let world: ShiftWorld;
let cloudwatch: CloudWatchClient;
let balancer: string;
let groups: readonly string[];
beforeAll(async () => {
  world = await startShiftWorld({ stubs: [{ imageContains: 'web:1', upgrades: true }] });
  await world.emulator.post('cloudwatch', { lateSeconds: 0 });
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
  cloudwatch = new CloudWatchClient(world.emulator.client);
  const elb = new ElasticLoadBalancingV2Client(world.emulator.client);
  const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
  balancer = LoadBalancers[0]?.LoadBalancerArn?.split(':loadbalancer/').at(-1) ?? '';
  const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({}));
  groups = TargetGroups.map(({ TargetGroupArn = '' }) => TargetGroupArn.split(':').at(-1) ?? '');
});
afterAll(() => world.stop());
afterEach(async () => {
  await world.setHosts((hosts) => [...hosts.filter((host) => host !== appDomain), appDomain]);
  await world.giveGreen(0);
  // What was counted for one case is not to be counted for the next, whose window may be of 15 minutes.
  await world.emulator.advance(20 * 60);
});

const judged: Inputs = {
  mode: 'shift',
  'green-percent': '50',
  'bake-minutes': '0.01',
  'max-error-percent': '1',
  'min-requests': '10',
};

/**
 * Runs the job, and lets `happens` happen while its first look waits for an alarm: the figures are asked for at the end,
 * and have it all.
 */
async function whileWatching(happens: () => Promise<unknown>, inputs: Inputs = judged): Promise<ActionRun> {
  await putErrorAlarm(world, 'calm');
  await world.emulator.post('cloudwatch', { holdAlarms: { calm: 'OK' } });
  // The first is asked for before the step.
  const hold = await world.emulator.hold({ service: 'cloudwatch', operation: 'DescribeAlarms', after: 1 });
  const running = world.start({ ...inputs, alarms: 'calm' });
  await hold.arrived();
  await happens();
  await world.emulator.advance(61);
  await hold.release();
  return running.finished;
}

const put = (figures: Readonly<Record<string, number>>, group?: string | undefined) =>
  world.emulator.post('cloudwatch', {
    points: Object.entries(figures).map(([MetricName, value]) => ({
      Namespace: 'AWS/ApplicationELB',
      MetricName,
      Dimensions: [
        { Name: 'LoadBalancer', Value: balancer },
        ...(group === undefined ? [] : [{ Name: 'TargetGroup', Value: group }]),
      ],
      value,
    })),
  });

/** Sends requests of visitors as they come without TLS, each over a connection of its own, and gives the first lines. */
async function visit(times: number, head = ''): Promise<readonly string[]> {
  const [hostname = '', port] = world.emulator.http.split(':');
  const one = async () => {
    const socket = connect(Number(port), hostname);
    socket.write(`GET / HTTP/1.1\r\nHost: ${appDomain}\r\n${head || 'Connection: close\r\n'}\r\n`);
    const [data] = await once(socket, 'data');
    socket.destroy();
    return String(data).split('\r\n')[0] ?? '';
  };
  const lines: string[] = [];
  while (lines.length < times) lines.push(await one());
  return lines;
}

describe('visitors', () => {
  test('are not the probes of the job itself: where nobody comes, nothing is proven', async () => {
    const run = await whileWatching(() => Promise.resolve(), { ...judged, 'min-requests': '1' });
    expect(run.log).toContain('0 requests of visitors');
    expect(run.log).not.toContain('Lengthen bake-minutes');
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'inconclusive' } });
  });

  test('are counted without those probes', async () => {
    const run = await whileWatching(() =>
      put({ RequestCount: 5000, HTTPCode_Target_2XX_Count: 5000 }, groups[0]),
    );
    expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'baked' } });
    const [, visitors] = /0 of (\d+) requests of visitors to green failed/.exec(run.log) ?? [];
    expect(Number(visitors)).toBeGreaterThan(3000);
    expect(Number(visitors)).toBeLessThanOrEqual(5000);
  });

  test('do not make a share of sides when they are few', async () => {
    expect(await world.run({ ...judged, 'max-error-percent': '' })).toMatchObject({ exitCode: 0 });
    await world.run({ mode: 'verify' });
    await world.emulator.advance(120);
    const run = await world.run({ mode: 'verify' });
    expect(run.log).toMatch(/Measured: \d+ requests in the last 15 min, too few/);
    expect(run.log).not.toContain('went to green');
  });
});

describe('errors', () => {
  test("of a neighbour behind the same load balancer are not green's", async () => {
    const run = await whileWatching(async () => {
      await put({ RequestCount: 1000, HTTPCode_Target_5XX_Count: 1000 });
      await put({ RequestCount: 1000, HTTPCode_Target_2XX_Count: 1000 }, groups[0]);
    });
    expect(run.log).toMatch(/0 of \d+ requests of visitors to green failed/);
    expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'baked' } });
  });

  test.each([0, 1])('of either of its target groups are: %i', async (index) => {
    const run = await whileWatching(() =>
      put({ RequestCount: 1000, HTTPCode_Target_5XX_Count: 900 }, groups[index]),
    );
    expect(run.log).toMatch(/requests of visitors to green failed/);
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back', 'green-percent': '0' } });
  });
});

describe('an answer of the load balancer itself', () => {
  test('that takes the place of an answer of green is a failure', async () => {
    const run = await whileWatching(async () => {
      await world.emulator.addFaults([
        { service: 'edge', operation: appDomain, fault: 'error', status: 502, times: 30 },
      ]);
      await visit(60);
    });
    // Three of them may be for probes in a row, which end the watch before anybody counts.
    expect(run.log).toMatch(
      /Green at 50 %: bad, (?:\d+ of \d+ requests of visitors to green failed|3 probes in a row failed: its load balancer itself answered 502)/,
    );
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back', 'green-percent': '0' } });
  });

  test('that may be for a neighbour leaves it open', async () => {
    const run = await whileWatching(async () => {
      await put({ RequestCount: 200, HTTPCode_Target_2XX_Count: 200 }, groups[0]);
      await put({ HTTPCode_ELB_5XX_Count: 5 });
    });
    expect(run.log).toContain('the load balancer itself answered 5 requests with 5xx');
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'inconclusive', 'green-percent': '50' } });
  });

  test('is not what a connection is that all visitors upgrade to WebSocket', async () => {
    const run = await whileWatching(async () => {
      const lines = await visit(60, 'Upgrade: websocket\r\nConnection: Upgrade\r\n');
      expect(lines.filter((line) => line.includes(' 101 '))).not.toEqual([]);
    });
    expect(run.log).toMatch(/0 of \d+ requests of visitors to green failed/);
    expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'baked' } });
  });
});

describe('an alarm', () => {
  const watched = (names: readonly string[]): Inputs => ({
    ...judged,
    'max-error-percent': '',
    alarms: names.join(','),
  });

  test('that is deleted while it is watched leaves the step open', async () => {
    await putErrorAlarm(world, 'web-5xx');
    await world.emulator.advance(120);
    // The first look is the one before the step.
    const hold = await world.emulator.hold({ service: 'cloudwatch', operation: 'DescribeAlarms', after: 1 });
    const running = world.start(watched(['web-5xx']));
    await hold.arrived();
    await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['web-5xx'] }));
    await hold.release();
    const run = await running.finished;
    expect(run.log).toContain('alarm web-5xx does not exist');
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'inconclusive', 'green-percent': '50' } });
  });

  test('that was not to be read for a part of the watch leaves the step open', async () => {
    await putErrorAlarm(world, 'web-5xx');
    await world.emulator.advance(120);
    // The first look is the one before the step, and the last of them come when the role may ask again.
    const denied = {
      service: 'cloudwatch',
      operation: 'DescribeAlarms',
      fault: 'denied',
      after: 1,
      times: 4,
    };
    await world.emulator.addFaults([denied]);
    const run = await world.run({ ...watched(['web-5xx']), 'bake-minutes': '0.1' });
    await world.emulator.clearFaults();
    expect(run.log).toMatch(/alarms were not seen in \d+ of \d+ looks, the last time: .*DescribeAlarms/);
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'inconclusive' } });
  });

  test('that is made of others is watched as they are', async () => {
    await putErrorAlarm(world, 'inner');
    await cloudwatch.send(new PutCompositeAlarmCommand({ AlarmName: 'outer', AlarmRule: 'ALARM("inner")' }));
    await world.emulator.advance(120);
    const run = await world.run(watched(['outer']));
    expect(run.log).toContain('alarms OK: outer');
    expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'baked' } });
  });

  test('is asked for beside more than a hundred others', async () => {
    const names = Array.from({ length: 120 }, (_, index) => `many-${index}`);
    for (const name of names) await putErrorAlarm(world, name);
    await world.emulator.advance(120);
    expect(await world.run(watched(names))).toMatchObject({ exitCode: 0, outputs: { outcome: 'baked' } });
  });
});

test.each<[string, (result: Record<string, unknown>) => readonly unknown[]]>([
  ['that are there in part', (result) => [{ ...result, StatusCode: 'PartialData' }]],
  ['that are said in a word nobody knows', (result) => [{ ...result, StatusCode: 'Later' }]],
  ['that are not in the answer', ({ Id, ...rest }) => (Id === 'm0' ? [] : [{ Id, ...rest }])],
])('figures %s prove nothing', async (_case, change) => {
  const proxy = await startTamperingProxy(world.emulator.url, (operation, answer) => {
    if (operation !== 'GetMetricData') return answer;
    const results = answer['MetricDataResults'] as Record<string, unknown>[];
    return { ...answer, MetricDataResults: results.flatMap(change) };
  });
  const run = await world.run({ ...judged, 'min-requests': '0' }, { AWS_ENDPOINT_URL_CLOUDWATCH: proxy.url });
  proxy.stop();
  expect(run.log).toContain('CloudWatch gave no whole figures');
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'inconclusive', 'green-percent': '50' } });
});

test('a green that is dead from the first look to the last is dead, however far apart the looks were to be', async () => {
  const written = await world.emulator.hold({ service: 'route53', operation: 'GetChange' });
  const running = world.start({
    ...judged,
    'max-error-percent': '',
    'bake-minutes': '0.05',
    'poll-interval-seconds': '3',
  });
  // Until all servers of Route 53 have the change nobody watches.
  await written.arrived();
  await world.setHosts((hosts) => hosts.filter((host) => host !== appDomain));
  await written.release();
  const run = await running.finished;
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back', 'green-percent': '0' } });
});

describe('blue', () => {
  test('is not kept busy by those who look at it, once nobody is sent there', async () => {
    expect(await world.run({ mode: 'shift', 'green-percent': '100' })).toMatchObject({ exitCode: 0 });
    await world.emulator.advance(3 * 3600);
    const end: Inputs = { 'hold-hours': '1', 'quiet-requests': '0' };
    for (const mode of ['status', 'verify', 'status', 'verify'])
      expect(await world.run({ mode })).toMatchObject({ exitCode: 0 });
    for (const _time of [1, 2]) await world.run({ mode: 'plan', 'plan-for': 'finalize', ...end });
    await world.emulator.advance(300);
    const run = await world.run({ mode: 'plan', 'plan-for': 'finalize', ...end });
    expect(run.log).toContain('Would replace the pair of app.example.com');
    expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'planned' } });
  });
});
