import { AppRunnerClient, PauseServiceCommand, ResumeServiceCommand } from '@aws-sdk/client-apprunner';
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { createBlue, makeDualStack } from '../../helpers/blue-service.ts';
import { putErrorAlarm } from '../../helpers/error-alarm.ts';
import {
  appDomain,
  createHealthCheck,
  findGreen,
  type ShiftWorld,
  startShiftWorld,
} from '../../helpers/shift-world.ts';

/** What others put beside the pair while a job runs is seen before its next step, and before it calls a step good. */
let world: ShiftWorld;
let appRunner: AppRunnerClient;
let parkedHost: string;
beforeAll(async () => {
  world = await startShiftWorld();
  const parked = await createBlue(world.emulator, 'parked');
  await makeDualStack(world.emulator, parked.ServiceArn);
  parkedHost = parked.ServiceUrl;
  appRunner = new AppRunnerClient(world.emulator.client);
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
});
afterAll(() => world.stop());
afterEach(async () => {
  await fetch(`${world.emulator.url}/_emulator/faults`, { method: 'DELETE' });
  await world.giveGreen(0);
});

const shares = async () => (await world.records()).flatMap(({ Weight }) => Weight ?? []);
const values = (Type: 'HTTPS' | 'NS', Value: string): ResourceRecordSet => ({
  Name: appDomain,
  Type,
  TTL: 60,
  ResourceRecords: [{ Value }],
});
const toGreen = async (): Promise<ResourceRecordSet> => ({
  Name: appDomain,
  Type: 'AAAA',
  AliasTarget: await findGreen(world),
});

/** Lets `happens` happen while a watch waits for its first figures. */
async function whileWatching(inputs: Readonly<Record<string, string>>, happens: () => Promise<void>) {
  const hold = await world.emulator.hold({ service: 'cloudwatch', operation: 'GetMetricData' });
  const running = world.start({ mode: 'shift', 'max-error-percent': '50', 'min-requests': '0', ...inputs });
  await hold.arrived();
  await happens();
  await hold.release();
  return running.finished;
}

async function pauseBlue(): Promise<void> {
  await appRunner.send(new PauseServiceCommand({ ServiceArn: world.blueArn }));
  await world.emulator.advance(120);
}

async function resumeBlue(): Promise<void> {
  await appRunner.send(new ResumeServiceCommand({ ServiceArn: world.blueArn }));
  await world.emulator.advance(300);
}

test.each<[string, () => Promise<ResourceRecordSet>, string]>([
  [
    'a record that leads browsers past the pair',
    async () => values('HTTPS', '1 . ipv4hint=192.0.2.1'),
    'leads browsers past',
  ],
  [
    'a delegation of the name',
    async () => values('NS', 'ns-1.awsdns-99.com'),
    'app.example.com is delegated to',
  ],
  [
    'an address record of another type',
    toGreen,
    'somebody added a record next to the pair of app.example.com: AAAA to',
  ],
])('%s holds all further steps, and makes no watch good', async (_case, make, because) => {
  const record = await make();
  const run = await whileWatching({ steps: '10,20' }, () =>
    world.change([{ Action: 'CREATE', ResourceRecordSet: record }]),
  );
  await world.change([{ Action: 'DELETE', ResourceRecordSet: record }]);
  expect(run.log).toContain(because);
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'inconclusive', 'green-percent': '10' } });
  expect(await shares()).toEqual([90, 10]);
});

/** Another App Runner service than blue. */
const toParked = () =>
  ({
    Name: appDomain,
    AliasTarget: {
      HostedZoneId: 'Z087551914Z2PCAU0QHMW',
      DNSName: parkedHost,
      EvaluateTargetHealth: false,
    },
  }) as const;
const parkedCame = 'somebody added a record next to the pair of app.example.com: A "parked" weight 0 to ';

test.each<[string, () => Promise<ResourceRecordSet>, string]>([
  ['what still leads to green', toGreen, 'the AAAA record of app.example.com still leads to green'],
  [
    'which member without a share came in',
    async () => ({ ...toParked(), Type: 'A', SetIdentifier: 'parked', Weight: 0 }),
    parkedCame,
  ],
  [
    'which one with a health check did',
    async () => {
      const HealthCheckId = await createHealthCheck(world, 'parked.example.com');
      return { ...toParked(), Type: 'A', SetIdentifier: 'parked', Weight: 0, HealthCheckId };
    },
    parkedCame,
  ],
  [
    'which one of green did',
    async () => ({ ...(await toGreen()), Type: 'A', SetIdentifier: 'more', Weight: 7 }),
    'mode: rollback takes that as well',
  ],
  [
    'which App Runner service another type leads to',
    async () => ({ ...toParked(), Type: 'AAAA' }),
    'stays as it is: there is no blue beside it',
  ],
])('a way back says %s', async (_what, make, said) => {
  const record = await make();
  const run = await whileWatching({ 'green-percent': '10', 'bake-minutes': '5' }, async () => {
    await world.change([{ Action: 'CREATE', ResourceRecordSet: record }]);
    await world.setHosts((hosts) => hosts.filter((host) => host !== appDomain));
  });
  await world.setHosts((hosts) => [...hosts, appDomain]);
  await world.change([{ Action: 'DELETE', ResourceRecordSet: record }]);
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back' } });
  expect(run.log).toMatch(/::error.*Beside it, /);
  expect(run.log).toContain(said);
  const isAtGreen = record.AliasTarget?.DNSName === (await findGreen(world)).DNSName;
  expect(run.log).toContain(
    isAtGreen ? 'app.example.com: partly rolled back; uneven' : 'app.example.com: rolled back; green has 0 %',
  );
  expect(run.outputs['green-percent']).toBe(isAtGreen ? '' : '0');
  expect(await shares()).toEqual([100, 0]);
});

test('so does the post step of a cancelled job', async () => {
  const record = await toGreen();
  const inputs = { mode: 'shift', 'green-percent': '10' };
  const running = world.start({ ...inputs, 'bake-minutes': '5' });
  await running.sawInLog('Waited');
  running.kill('SIGINT');
  const { state } = await running.finished;
  await world.change([{ Action: 'CREATE', ResourceRecordSet: record }]);
  const post = await world.runPost(inputs, state);
  await world.change([{ Action: 'DELETE', ResourceRecordSet: record }]);
  expect(post.log).toMatch(
    /was rolled back: green has 0 %25 again\. Beside it, the AAAA record of app\.example\.com still leads to green/,
  );
  expect(await shares()).toEqual([100, 0]);
});

test('a blue that dies while the last step is watched leaves it unproven: it has the rest', async () => {
  const run = await whileWatching({ 'green-percent': '10' }, pauseBlue);
  await resumeBlue();
  expect(run.log).toContain('blue, which has the rest, does not answer as it should');
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'inconclusive' } });
  expect(await shares()).toEqual([90, 10]);
});

test('a look after the watch that is not answered leaves it unproven', async () => {
  // Before it is the look of the plan.
  await world.emulator.addFaults([
    { service: 'elbv2', operation: 'DescribeRules', fault: 'error', after: 1, times: 1000 },
  ]);
  const run = await world.run({ mode: 'shift', 'green-percent': '10' });
  expect(run.log).toContain('green at 10 %25 could not be judged');
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'inconclusive' } });
  expect(await shares()).toEqual([90, 10]);
});

test('a first look that took long is made again before the first step', async () => {
  await putErrorAlarm(world, 'quiet');
  await world.emulator.advance(120);
  const hold = await world.emulator.hold({ service: 'cloudwatch', operation: 'DescribeAlarms' });
  const running = world.start({ mode: 'shift', 'green-percent': '10', alarms: 'quiet' });
  await hold.arrived();
  // Blue answers the first look, which then grows old.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await pauseBlue();
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await hold.release();
  const run = await running.finished;
  await resumeBlue();
  expect(run.log).toContain('no further step was made: blue does not answer');
  expect(run).toMatchObject({ exitCode: 1, outputs: { changed: 'false' } });
  expect(await shares()).toEqual([100, 0]);
});

test('so it is before a step that gives blue more', async () => {
  await world.run({ mode: 'shift', 'green-percent': '50', 'bake-minutes': '0' });
  const hold = await world.emulator.hold({ service: 'route53', operation: 'GetHostedZone' });
  const running = world.start({ mode: 'shift', 'green-percent': '10' });
  await hold.arrived();
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await pauseBlue();
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await hold.release();
  const run = await running.finished;
  await resumeBlue();
  expect(run.log).toContain('no further step was made: blue does not answer');
  expect(run).toMatchObject({ exitCode: 1, outputs: { changed: 'false' } });
  expect(await shares()).toEqual([50, 50]);
});
