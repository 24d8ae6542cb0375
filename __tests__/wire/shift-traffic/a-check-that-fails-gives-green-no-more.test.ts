import { CreateHealthCheckCommand, type HealthCheckConfig, Route53Client } from '@aws-sdk/client-route-53';
import { putErrorAlarm } from '../../helpers/error-alarm.ts';
import { appDomain, createHealthCheck, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/** While green's health check fails, Route 53 sends green nobody, whatever its weight: what was not served proves nothing. */

let world: ShiftWorld;
let check: string;
beforeAll(async () => {
  world = await startShiftWorld();
  check = await createHealthCheck(world);
  expect(await world.run({ mode: 'adopt', 'green-health-check-id': check })).toMatchObject({ exitCode: 0 });
  await putErrorAlarm(world, 'web-5xx');
  await world.emulator.advance(120);
});
afterAll(() => world.stop());
afterEach(async () => {
  await world.emulator.clearFaults();
  await says('healthy');
});

type Verdict = 'healthy' | 'unhealthy' | 'no report yet' | number;
const says = (verdict: Verdict, id = check) =>
  world.emulator.post('route-53', { healthChecks: { [id]: verdict } });
const shares = async () => (await world.records()).map(({ Weight }) => Weight);
const to = (percent: number) => ({ mode: 'shift', 'green-percent': String(percent) });
const status = { service: 'route53', operation: 'GetHealthCheckStatus' };
const asked = async () => (await world.calls()).filter((call) => call === 'route53:GetHealthCheckStatus');
const give = async (percent: number) =>
  expect(await world.run(to(percent))).toMatchObject({ exitCode: 0, outputs: { changed: 'true' } });

/** A step downwards keeps the check that is there: it is set where the share stays. */
async function backToTen(): Promise<void> {
  if ((await shares())[1] !== 10) await give(10);
  expect(await world.run({ ...to(10), 'green-health-check-id': check })).toMatchObject({ exitCode: 0 });
}

async function createCheck(more: Partial<HealthCheckConfig>): Promise<string> {
  const { HealthCheck } = await new Route53Client(world.emulator.client).send(
    new CreateHealthCheckCommand({
      CallerReference: JSON.stringify(more),
      HealthCheckConfig: { Type: 'HTTPS', FullyQualifiedDomainName: 'web.ecs.eu-west-1.on.aws', ...more },
    }),
  );
  return HealthCheck?.Id ?? '';
}

/** Does something while the change of the records is on its way. */
async function duringChange(inputs: Readonly<Record<string, string>>, act: () => Promise<unknown>) {
  const change = { service: 'route53', operation: 'ChangeResourceRecordSets' };
  const held = await world.emulator.hold(change);
  const running = world.start(inputs);
  await held.arrived();
  await act();
  await held.release();
  return running.finished;
}

test.each<[string, Verdict]>([
  ['all of its checkers', 'unhealthy'],
  ['so many that 18 % or fewer are content', 14],
])('when %s report a failure, no step is planned and none is made', async (_what, verdict) => {
  await says(verdict);
  const planned = await world.run({ ...to(10), mode: 'plan', 'plan-for': 'shift' });
  const run = await world.run(to(10));
  for (const { exitCode, log, outputs } of [planned, run]) {
    expect({ exitCode, outputs }).toMatchObject({
      exitCode: 1,
      outputs: { changed: 'false', outcome: 'refused' },
    });
    expect(log).toContain(`health check ${check} of green fails`);
    expect(log).toContain(`${verdict === 14 ? 14 : 16} of 16 checkers report a failure`);
    expect(log).toContain('HTTP Status Code 503, Service Unavailable');
    expect(log).toContain('aws route53 get-health-check-status');
  }
  expect(await shares()).toEqual([100, 0]);
});

test.each<[string, Verdict, string]>([
  ['some report a failure', 13, '13 of 16 checkers report a failure'],
  ['none has reported yet', 'no report yet', 'no checker has reported yet'],
])('when %s, the step is made, and that is said once', async (_what, verdict, because) => {
  await says(verdict);
  const run = await world.run(to(10));
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'baked' } });
  expect(run.log.split(`::notice`).filter((line) => line.includes(because))).toHaveLength(1);
  expect(await world.run({ mode: 'rollback' })).toMatchObject({ exitCode: 0 });
});

test('when the role may not ask, the step is made, and the permission is named', async () => {
  await world.emulator.addFaults([{ ...status, fault: 'denied', times: 9 }]);
  const run = await world.run(to(10));
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'baked' } });
  expect(run.log).toContain('the role may not call route53:GetHealthCheckStatus');
  expect(await world.run({ mode: 'rollback' })).toMatchObject({ exitCode: 0 });
});

test('one that the record is to get is asked as well, also where the share stays', async () => {
  await give(10);
  const other = await createCheck({ RequestInterval: 10 });
  await says('unhealthy', other);
  for (const percent of [10, 25]) {
    const run = await world.run({ ...to(percent), 'green-health-check-id': other });
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused' } });
    expect(run.log).toContain(`health check ${other} of green fails`);
  }
  // What the record has is not what it will have.
  await says('unhealthy');
  await says('healthy', other);
  expect(await world.run({ ...to(25), 'green-health-check-id': other })).toMatchObject({ exitCode: 0 });
  await says('healthy');
  await backToTen();
});

test.each<[string, Partial<HealthCheckConfig>, number, string]>([
  ['that is inverted fails while all are content', { Inverted: true }, 1, 'and it is inverted'],
  ['that is disabled is taken for healthy', { Disabled: true }, 0, 'it is disabled'],
  ['that is calculated cannot be asked', { Type: 'CALCULATED' }, 0, 'it is calculated from others'],
])('one %s', async (_what, config, exitCode, because) => {
  const other = await createCheck(config);
  const run = await world.run({ ...to(25), 'green-health-check-id': other });
  expect({ exitCode: run.exitCode, log: run.log }).toEqual({
    exitCode,
    log: expect.stringContaining(because),
  });
  await backToTen();
});

test.each<[string, Verdict, object[]]>([
  ['fails', 'unhealthy', []],
  ['is not told', 'healthy', [{ ...status, operation: 'GetHealthCheck', fault: 'error', times: 99 }]],
  ['does not tell its state', 'healthy', [{ ...status, fault: 'error', times: 99 }]],
])(
  'one that %s when the watch ends leaves the step open, and the weights',
  async (_what, verdict, faults) => {
    const run = await duringChange(to(50), async () => {
      await says(verdict);
      await world.emulator.addFaults(faults);
    });
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'inconclusive', changed: 'true' } });
    expect(run.log).toContain('could not be judged');
    expect(run.log).toContain(`health check ${check}`);
    expect(await shares()).toEqual([50, 50]);
    await world.emulator.clearFaults();
    await says('healthy');
    await give(10);
  },
);

test('one that fails before a further step holds it', async () => {
  const run = await duringChange({ mode: 'shift', steps: '25,50', 'bake-minutes': '0' }, () =>
    says('unhealthy'),
  );
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'inconclusive', 'green-percent': '25' } });
  expect(run.log).toContain(`no further step was made: health check ${check} of green fails`);
});

const silent = [
  { ...status, fault: 'error', times: 999 },
  { ...status, operation: 'GetHealthCheck', fault: 'error', times: 999 },
];

test('a status shows what it has where Route 53 does not tell of the check', async () => {
  await world.emulator.addFaults(silent);
  const run = await world.run({ mode: 'status' });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'noop' } });
  expect(run.log).toMatch(
    new RegExp(`Health check ${check} of green: not known: could not get health check`),
  );
  expect(run.log).toContain('Green: Express service web answers 200');
});

describe('nothing that takes from green asks it', () => {
  beforeEach(async () => {
    await says('healthy');
    if ((await shares())[1] !== 50) await give(50);
    await world.calls();
  });

  test.each([
    ['a step downwards', () => to(10)],
    ['a step downwards that names it', () => ({ ...to(10), 'green-health-check-id': check })],
    ['a rollback', () => ({ mode: 'rollback' })],
  ])('%s', async (_what, inputs) => {
    await says('unhealthy');
    await world.emulator.addFaults(silent);
    expect(await world.run(inputs())).toMatchObject({ exitCode: 0, outputs: { changed: 'true' } });
    expect(await asked()).toEqual([]);
  });

  test('a step downwards that names another one, which is not set: it may not be there', async () => {
    const missing = '00000000-0000-4000-8000-000000000000';
    const run = await world.run({ ...to(10), 'green-health-check-id': missing });
    expect(run).toMatchObject({ exitCode: 0, outputs: { changed: 'true', 'green-percent': '10' } });
    expect(run.log).toContain(`The record of green does not have health check ${missing}`);
    expect((await world.records()).map(({ HealthCheckId }) => HealthCheckId)).toEqual([undefined, check]);
  });

  test('a way back', async () => {
    await world.emulator.post('cloudwatch', { holdAlarms: { 'web-5xx': 'OK' } });
    const run = await duringChange({ ...to(75), alarms: 'web-5xx' }, async () => {
      await says('unhealthy');
      await world.calls();
      await world.emulator.post('cloudwatch', { holdAlarms: { 'web-5xx': 'ALARM' } });
    });
    await world.emulator.post('cloudwatch', { holdAlarms: { 'web-5xx': null } });
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back', 'green-percent': '50' } });
    expect(await asked()).toEqual([]);
  });
});

const watch = { mode: 'monitor', 'watch-minutes': '0.02', 'bake-minutes': '', 'apprunner-service': '' };

test('a monitor that watched a green whose check fails proved nothing, and takes nothing back', async () => {
  await says('unhealthy');
  const run = await world.run(watch);
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'inconclusive', changed: 'false' } });
  expect(run.log).toMatch(new RegExp(`::notice.*could not be judged: health check ${check} of green fails`));
});

test('a monitor takes a sick green back, whatever its check says', async () => {
  await says('unhealthy');
  await world.setHosts((hosts) => hosts.filter((host) => host !== appDomain));
  await world.calls();
  const run = await world.run(watch);
  await world.setHosts((hosts) => [...hosts, appDomain]);
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back', 'green-percent': '0' } });
  expect(await asked()).toEqual([]);
});

test('the end of the move waits for it: until then blue has had everybody', async () => {
  await give(100);
  await says('unhealthy');
  const end = { mode: 'finalize', 'hold-hours': '0' };
  const run = await world.run(end);
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
  expect(run.log).toContain(`health check ${check} of green fails`);
});
