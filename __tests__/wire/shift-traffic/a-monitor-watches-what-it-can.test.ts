import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { putErrorAlarm } from '../../helpers/error-alarm.ts';
import { type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/** What a monitor does not understand is said, and red in the end; it keeps no sick green from being taken back. */

const app = 'app.example.com';
const www = 'www.example.com';
const names = [app, www];

let world: ShiftWorld;
beforeAll(async () => {
  world = await startShiftWorld({ domains: names });
  await putErrorAlarm(world, 'web-5xx');
  await world.emulator.advance(120);
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
});
afterAll(() => world.stop());

const watch = { mode: 'monitor', 'watch-minutes': '0.02', 'bake-minutes': '', 'apprunner-service': '' };
const shares = async (name: string) => (await world.records(name)).map(({ Weight }) => Weight);
const loseHosts = () => world.setHosts((hosts) => hosts.filter((host) => !names.includes(host)));
const giveHosts = () =>
  world.setHosts((hosts) => [...hosts, ...names.filter((name) => !hosts.includes(name))]);
const give = async (percent: number) =>
  expect(await world.run({ mode: 'shift', 'green-percent': String(percent) })).toMatchObject({ exitCode: 0 });
const elsewhere = { Name: app, Type: 'A', SetIdentifier: 'third' } as const;
const away = [{ Value: '192.0.2.9' }];

const hint: ResourceRecordSet = {
  Name: app,
  Type: 'HTTPS',
  TTL: 60,
  ResourceRecords: [{ Value: '1 . alpn="h2" ipv4hint=192.0.2.9' }],
};
const delegation: ResourceRecordSet = {
  Name: www,
  Type: 'NS',
  TTL: 60,
  ResourceRecords: [{ Value: 'ns.example.net.' }],
};
const third = (Weight: number): ResourceRecordSet => ({
  ...elsewhere,
  Weight,
  TTL: 60,
  ResourceRecords: away,
});

/** Puts a record beside the pair, and takes it out again. */
async function beside<T>(record: ResourceRecordSet, act: () => Promise<T>): Promise<T> {
  await world.change([{ Action: 'CREATE', ResourceRecordSet: record }]);
  try {
    return await act();
  } finally {
    await giveHosts();
    await world.change([{ Action: 'DELETE', ResourceRecordSet: record }]);
    await world.emulator.advance(120);
  }
}

describe.each<[string, ResourceRecordSet, string]>([
  ['an HTTPS record that leads past the pair', hint, 'leads browsers past the address records'],
  ['a third member with a share', third(10), 'a third place'],
  ['a delegation of the other name', delegation, `${www} is delegated to`],
])('beside %s', (_what, record, because) => {
  beforeEach(() => give(10));

  test('a green that does well is watched, and what is not is red', async () => {
    const run = await beside(record, () => world.run(watch));
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
    expect(run.log).toContain('Will watch green');
    expect(run.log).toMatch(/Green at [\d.]+ %: good/);
    expect(run.log).toContain('not all was watched: ');
    expect(run.log).toContain(because);
    expect(run.log).toContain(`${app}: watched, nothing was changed`);
    expect(run.log).not.toContain(`${app}: refused`);
    expect(run.summary).toContain('not all was watched, nothing was changed');
    expect(await shares(app)).toEqual([90, 10]);
  });

  test('a green that does badly is taken back', async () => {
    const run = await beside(record, async () => {
      await loseHosts();
      return world.run(watch);
    });
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back', 'rolled-back': 'true' } });
    expect(run.log).toContain(because);
    expect((await shares(app))[1]).toBe(0);
    // Nobody asks for a name that is delegated, so that nothing of it is changed.
    expect(await shares(www)).toEqual(record === delegation ? [90, 10] : [100, 0]);
    await world.run({ mode: 'rollback' });
  });
});

test('a third member without a share is said, and no more', async () => {
  await give(10);
  const record = third(0);
  const run = await beside(record, () => world.run(watch));
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'noop' } });
  expect(run.log).toMatch(/::notice.*a third place/);
  const sick = await beside(record, async () => {
    await loseHosts();
    return world.run(watch);
  });
  expect(sick).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back' } });
  expect(await shares(app)).toEqual([100, 0]);
});

describe("a name of somebody else's", () => {
  const [before] = [{ Name: www, Type: 'A', TTL: 60, ResourceRecords: away }] as const;
  let pair: readonly ResourceRecordSet[];
  beforeAll(async () => {
    await give(10);
    pair = await world.records(www);
    await world.change([
      ...pair.map((ResourceRecordSet) => ({ Action: 'DELETE' as const, ResourceRecordSet })),
      { Action: 'CREATE', ResourceRecordSet: before },
    ]);
    await world.emulator.advance(120);
  });

  test('keeps no other from being watched, and is red', async () => {
    const run = await world.run(watch);
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused' } });
    expect(run.log).toContain('Will watch green at 10 %');
    expect(run.log).toContain(`the A record of ${www} leads to 192.0.2.9`);
    expect(run.log).toContain(`${app}: watched, nothing was changed; green has 10 %`);
    expect(run.log).toContain(`${www}: not watched, nothing was changed; records of somebody else`);
  });

  test('is red as well when the watch is open', async () => {
    await world.emulator.post('cloudwatch', { holdAlarms: { 'web-5xx': 'INSUFFICIENT_DATA' } });
    const run = await world.run({ ...watch, alarms: 'web-5xx' });
    await world.emulator.post('cloudwatch', { holdAlarms: { 'web-5xx': null } });
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused' } });
    expect(run.log).toMatch(/::notice.*could not be judged: alarm web-5xx has no data/);
    expect(run.log).toContain('not all was watched: ');
    expect(run.log).toContain(`${app}: could not be judged, the weights stay; green has 10 %`);
  });

  test('keeps no other from being taken back, and is left', async () => {
    await loseHosts();
    const run = await world.run(watch);
    await giveHosts();
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back' } });
    expect(await shares(app)).toEqual([100, 0]);
    expect(await world.records(www)).toMatchObject([{ ResourceRecords: away }]);
    expect(run.log).toContain(`${app}: rolled back; green has 0 % (blue 100, green 0), and had 10 % before`);
    expect(run.log).toContain(`${www}: nothing was changed; records of somebody else`);
    expect(run.summary).toContain(`## ${app}: rolled back`);
    expect(run.summary).toContain('#### www&#46;example.com: nothing was changed');
  });

  test('is refused at once when nothing else is to be watched', async () => {
    const run = await world.run(watch);
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused' } });
    expect(run.log).not.toContain('Will watch');
  });

  afterAll(async () => {
    const back = pair.map((record) => ({
      ...record,
      Weight: record.SetIdentifier === 'apprunner-blue' ? 100 : 0,
    }));
    await world.change([
      { Action: 'DELETE', ResourceRecordSet: before },
      ...back.map((ResourceRecordSet) => ({ Action: 'CREATE' as const, ResourceRecordSet })),
    ]);
    await world.emulator.advance(120);
  });
});

test.each([
  ['an alarm that does not exist', { alarms: 'web-5xx,gone' }, []],
  [
    'a CloudWatch that does not answer',
    { alarms: 'web-5xx' },
    [{ service: 'cloudwatch', operation: 'DescribeAlarms', fault: 'error', times: 999 }],
  ],
])('%s keeps no sick green from being taken back', async (_what, inputs, faults) => {
  await give(10);
  await loseHosts();
  await world.emulator.addFaults(faults);
  const run = await world.run({ ...watch, ...inputs });
  await world.emulator.clearFaults();
  await giveHosts();
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back' } });
  expect(await shares(app)).toEqual([100, 0]);
});
