import { putErrorAlarm } from '../../helpers/error-alarm.ts';
import { appDomain, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

let world: ShiftWorld;
beforeAll(async () => {
  world = await startShiftWorld();
  await world.run({ mode: 'adopt' });
  await putErrorAlarm(world, 'web-5xx');
  await world.emulator.advance(120);
});
afterAll(() => world.stop());

const shares = async () => (await world.records()).map(({ Weight }) => Weight);

test('when it stops answering, everything goes back to where the job began', async () => {
  const writing = { service: 'route53', operation: 'ChangeResourceRecordSets' };
  const second = await world.emulator.hold({ ...writing, after: 1, times: 1 });
  const running = world.start({ mode: 'shift', steps: '10,50,100' });
  await second.arrived();
  await world.setHosts((hosts) => hosts.filter((host) => host !== appDomain));
  await second.release();
  const run = await running.finished;
  expect(run).toMatchObject({
    exitCode: 1,
    outputs: { outcome: 'rolled-back', 'rolled-back': 'true', changed: 'true', 'green-percent': '0' },
  });
  expect(run.log).toContain('[rolled-back]');
  expect(run.summary).toContain('## app.example.com: rolled back');
  expect(await shares()).toEqual([100, 0]);
  await world.setHosts((hosts) => [...hosts, appDomain]);
});

test('when an alarm goes off, too', async () => {
  const running = world.start({
    mode: 'shift',
    'green-percent': '50',
    'bake-minutes': '5',
    alarms: 'web-5xx',
  });
  await running.sawInLog('Waited');
  await world.emulator.post('cloudwatch', { holdAlarms: { 'web-5xx': 'ALARM' } });
  const run = await running.finished;
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back', 'green-percent': '0' } });
  expect(run.log).toContain('alarm web-5xx went off');
  expect(await shares()).toEqual([100, 0]);
});

test('an alarm that rings before the step forbids it', async () => {
  const run = await world.run({ mode: 'shift', 'green-percent': '50', alarms: 'web-5xx' });
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused' } });
  expect(run.log).toContain('is in ALARM already');
  await world.emulator.post('cloudwatch', { holdAlarms: { 'web-5xx': null } });
  await world.emulator.advance(120);
});

test('too few requests leave it open: the weights stay, and no further step is made', async () => {
  const inputs = { mode: 'shift', steps: '10,50', 'max-error-percent': '1', 'min-requests': '1000' };
  const run = await world.run(inputs);
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'inconclusive', 'green-percent': '10' } });
  expect(run.log).toContain('fewer than min-requests (1000)');
  expect(await shares()).toEqual([90, 10]);
  const relaxed = await world.run({ ...inputs, 'fail-on-inconclusive': 'false' });
  expect(relaxed).toMatchObject({ exitCode: 0, outputs: { outcome: 'inconclusive', 'green-percent': '10' } });
});

test('a stranger who changed the records meanwhile is not overwritten', async () => {
  const running = world.start({ mode: 'shift', 'green-percent': '50', 'bake-minutes': '5' });
  await running.sawInLog('Waited');
  const [blue] = await world.records();
  if (blue === undefined) throw new Error('no record');
  await world.change([{ Action: 'UPSERT', ResourceRecordSet: { ...blue, Weight: 77 } }]);
  await world.setHosts((hosts) => hosts.filter((host) => host !== appDomain));
  const run = await running.finished;
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'failed', 'rolled-back': 'false' } });
  expect(run.log).toContain('[state-changed]');
  expect(run.log).toContain('weight 77');
  expect(await shares()).toEqual([77, 50]);
});
