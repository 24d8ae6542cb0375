import {
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { appDomain, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/** Figures that CloudWatch does not have yet are not "no errors". */
let world: ShiftWorld;
beforeAll(async () => {
  world = await startShiftWorld();
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
});
afterAll(() => world.stop());
beforeEach(async () => {
  await setLateness(never);
  await world.emulator.forgetRequests();
});
afterEach(async () => {
  await world.setHosts((hosts) => [...hosts.filter((host) => host !== appDomain), appDomain]);
  await world.giveGreen(0);
});

const never = 1e9;
const setLateness = (lateSeconds: number) => world.emulator.post('cloudwatch', { lateSeconds });

/** Nobody but the job visits green unless a case says otherwise: its own probes are among green's requests. */
const judged = {
  mode: 'shift',
  'green-percent': '50',
  'max-error-percent': '1',
  'min-requests': '0',
};

/** Runs the job, and lets `happens` happen once the time of the watch is over and figures are missing. */
async function whileTheyAreMissing(happens: () => Promise<unknown>) {
  const running = world.start(judged);
  await running.sawInLog('the job waits for the last ones');
  await happens();
  return running;
}

async function putErrors(): Promise<void> {
  const elb = new ElasticLoadBalancingV2Client(world.emulator.client);
  const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({}));
  const [{ TargetGroupArn = '', LoadBalancerArns = [] } = {}] = TargetGroups;
  const Dimensions = [
    { Name: 'LoadBalancer', Value: LoadBalancerArns[0]?.split(':loadbalancer/').at(-1) },
    { Name: 'TargetGroup', Value: TargetGroupArn.split(':').at(-1) },
  ];
  const point = { Namespace: 'AWS/ApplicationELB', Dimensions, value: 1000 };
  await world.emulator.post('cloudwatch', {
    points: ['RequestCount', 'HTTPCode_Target_5XX_Count'].map((MetricName) => ({ ...point, MetricName })),
  });
}

const arrive = async () => {
  await world.emulator.advance(61);
  await setLateness(0);
};

test('a watch whose figures do not come stays open', async () => {
  const run = await world.run({ ...judged, 'wait-for-minutes': '0.1' });
  expect(run.log).toContain('CloudWatch has no figures of green yet');
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'inconclusive', 'green-percent': '50' } });
});

test('figures that come after the time of the watch are judged', async () => {
  const running = await whileTheyAreMissing(arrive);
  const run = await running.finished;
  expect(run.log).toMatch(/0 of \d+ requests of visitors to green failed/);
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'baked' } });
});

test('a question that goes wrong while figures are waited for is asked again', async () => {
  const asking = { service: 'cloudwatch', operation: 'GetMetricData' };
  const running = await whileTheyAreMissing(async () => {
    await world.emulator.addFaults([{ ...asking, fault: 'denied', times: 2 }]);
    // The one after the next: by then the first has gone wrong.
    const hold = await world.emulator.hold({ ...asking, after: 1 });
    await hold.arrived();
    await arrive();
    await hold.release();
  });
  const run = await running.finished;
  await world.emulator.clearFaults();
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'baked' } });
});

test('errors that come after the time of the watch take the step back', async () => {
  const running = await whileTheyAreMissing(async () => {
    await putErrors();
    await arrive();
  });
  expect(await running.finished).toMatchObject({
    exitCode: 1,
    outputs: { outcome: 'rolled-back', 'green-percent': '0' },
  });
});

test('a green that stops to answer meanwhile is left at once, and before any figures come', async () => {
  const running = await whileTheyAreMissing(() =>
    world.setHosts((hosts) => hosts.filter((host) => host !== appDomain)),
  );
  expect(await running.finished).toMatchObject({
    exitCode: 1,
    outputs: { outcome: 'rolled-back', 'green-percent': '0' },
  });
});

test('a CloudWatch that falls silent meanwhile hides no green that stops to answer', async () => {
  const running = await whileTheyAreMissing(async () => {
    const hold = await world.emulator.hold({ service: 'cloudwatch', operation: 'GetMetricData' });
    await hold.arrived();
    await world.setHosts((hosts) => hosts.filter((host) => host !== appDomain));
  });
  const run = await running.finished;
  await world.emulator.clearFaults();
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back', 'green-percent': '0' } });
});

test('a job that is cancelled meanwhile does not wait for them', async () => {
  const running = await whileTheyAreMissing(() => Promise.resolve());
  running.kill('SIGINT');
  expect(await running.finished).toMatchObject({ exitCode: 1, outputs: { outcome: 'cancelled' } });
});

test('a watch that judges no errors waits for none', async () => {
  const run = await world.run({ ...judged, 'max-error-percent': '' });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'baked' } });
  expect(await world.calls()).not.toContain('cloudwatch:GetMetricData');
});
