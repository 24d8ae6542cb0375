import { AppRunnerClient, PauseServiceCommand, ResumeServiceCommand } from '@aws-sdk/client-apprunner';
import { putErrorAlarm } from '../../helpers/error-alarm.ts';
import { appDomain, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/** `mode: monitor`, as a schedule runs it: it can only take from green, and never towards a blue that does not answer. */

let world: ShiftWorld;
beforeAll(async () => {
  world = await startShiftWorld();
  await putErrorAlarm(world, 'web-5xx');
  await world.emulator.advance(120);
});
afterAll(() => world.stop());

const watch = {
  mode: 'monitor',
  'watch-minutes': '0.02',
  'bake-minutes': '',
  'apprunner-service': '',
  alarms: 'web-5xx',
};
const shares = async () => (await world.records()).map(({ Weight }) => Weight);
const takeHost = () => world.setHosts((hosts) => hosts.filter((host) => host !== appDomain));
const giveHost = () => world.setHosts((hosts) => [...hosts, appDomain]);
const give = async (percent: number) =>
  expect(await world.run({ mode: 'shift', 'green-percent': String(percent) })).toMatchObject({ exitCode: 0 });

test('what only a shift can do is refused in the one report, before any call', async () => {
  await world.calls();
  const run = await world.run({
    ...watch,
    'green-percent': '10',
    'plan-checksum': 'a'.repeat(64),
    'attach-domain': 'true',
    'express-service': '',
    'watch-minutes': 'long',
  });
  expect(run).toMatchObject({ exitCode: 1 });
  for (const input of ['green-percent', 'plan-checksum', 'attach-domain', 'express-service', 'watch-minutes'])
    expect(run.log).toContain(`- ${input}: `);
  expect(run.log).toContain('nothing: a monitor can only take from green');
  expect(await world.calls()).toEqual([]);
});

test.each(['simple records', 'a pair of which green has nothing'])(
  'with %s there is nothing to watch',
  async (what) => {
    if (what !== 'simple records') await world.run({ mode: 'adopt' });
    const run = await world.run(watch);
    expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'noop', changed: 'false' } });
    expect(run.log).not.toContain('watch green');
  },
);

test('a green that does well is left, and little is said', async () => {
  await give(10);
  await world.calls();
  const run = await world.run(watch);
  expect(run).toMatchObject({
    exitCode: 0,
    outputs: { outcome: 'noop', changed: 'false', 'green-percent': '10', approver: '' },
  });
  expect(run.log).toContain('Will watch green at 10 % for 0.02 min');
  expect(run.log).toContain('if it does badly, give blue everything (blue 100, green 0)');
  expect(run.log).not.toMatch(/::(?:notice|warning|error)/);
  const calls = await world.calls();
  expect(calls).not.toContain('route53:ChangeResourceRecordSets');
  expect(calls.filter((call) => call.startsWith('apprunner:'))).toEqual([]);
});

test('a plan shows the watch, and makes none', async () => {
  const run = await world.run({ ...watch, mode: 'plan', 'plan-for': 'monitor' });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'planned' } });
  expect(run.log).toContain('Would watch green at 10 %');
});

test('an alarm that does not exist is red, as it would never go off, and keeps nobody from watching', async () => {
  const run = await world.run({ ...watch, alarms: 'web-5xx,web-4xx' });
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused' } });
  expect(run.log).toContain('Will watch green at 10 %');
  expect(run.log).toContain('alarms web-5xx;');
  expect(run.log).toContain('not all was watched: there is no CloudWatch alarm web-4xx');
});

test('what is not clear is a notice, and the weights stay', async () => {
  await world.emulator.post('cloudwatch', { holdAlarms: { 'web-5xx': 'INSUFFICIENT_DATA' } });
  const run = await world.run(watch);
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'inconclusive', changed: 'false' } });
  expect(run.log).toMatch(/::notice.*could not be judged: alarm web-5xx has no data/);
  expect(await shares()).toEqual([90, 10]);
  await world.emulator.post('cloudwatch', { holdAlarms: { 'web-5xx': null } });
  await world.emulator.advance(120);
});

test('a shift that somebody makes meanwhile watches its own step', async () => {
  // The watch begins with it.
  const beginning = await world.emulator.hold({ service: 'ecs', operation: 'ListServiceDeployments' });
  const running = world.start(watch);
  await beginning.arrived();
  const [blue, green] = await world.records();
  if (blue === undefined || green === undefined) throw new Error('no records');
  await world.change([
    { Action: 'UPSERT', ResourceRecordSet: { ...blue, Weight: 75 } },
    { Action: 'UPSERT', ResourceRecordSet: { ...green, Weight: 25 } },
  ]);
  await beginning.release();
  const run = await running.finished;
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'inconclusive', changed: 'false' } });
  expect(run.log).toContain('somebody else changed the records');
  expect(run.outputs).toMatchObject({ 'green-percent': '25', 'previous-green-percent': '10' });
  expect(run.log).toContain('app.example.com: somebody else changed it; green has 25 % (blue 75, green 25)');
  expect(await shares()).toEqual([75, 25]);
});

test('towards a blue that does not answer nobody is sent, whatever green does', async () => {
  const appRunner = new AppRunnerClient(world.emulator.client);
  await appRunner.send(new PauseServiceCommand({ ServiceArn: world.blueArn }));
  await world.emulator.advance(120);
  await world.emulator.post('cloudwatch', { holdAlarms: { 'web-5xx': 'ALARM' } });
  const ringing = await world.run(watch);
  await takeHost();
  const dead = await world.run(watch);
  for (const run of [ringing, dead]) {
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'failed', changed: 'false' } });
    expect(run.log).toContain('[no-way-back]');
  }
  expect(await shares()).toEqual([75, 25]);
  await giveHost();
  await world.emulator.post('cloudwatch', { holdAlarms: { 'web-5xx': null } });
  await appRunner.send(new ResumeServiceCommand({ ServiceArn: world.blueArn }));
  await world.emulator.advance(300);
});

test.each([
  ['stops answering', takeHost, giveHost, 'probes in a row failed'],
  [
    'rings',
    () => world.emulator.post('cloudwatch', { holdAlarms: { 'web-5xx': 'ALARM' } }),
    () => world.emulator.post('cloudwatch', { holdAlarms: { 'web-5xx': null } }),
    'alarm web-5xx went off',
  ],
])('a green that %s is rolled back, and the job is red', async (_what, harm, mend, because) => {
  await give(50);
  await harm();
  const run = await world.run(watch);
  await mend();
  await world.emulator.advance(120);
  expect(run).toMatchObject({
    exitCode: 1,
    outputs: { outcome: 'rolled-back', 'rolled-back': 'true', changed: 'true', 'green-percent': '0' },
  });
  expect(run.log).toContain(because);
  expect(run.summary).toContain('## app.example.com: rolled back');
  expect(await shares()).toEqual([100, 0]);
});

describe('trouble at any call', () => {
  let asked: readonly string[];
  beforeAll(async () => {
    await give(10);
    await takeHost();
    await world.calls();
    expect(await world.run(watch)).toMatchObject({ outputs: { outcome: 'rolled-back' } });
    asked = [...new Set(await world.calls())].filter((call) => !call.startsWith('edge:'));
  });
  beforeEach(async () => {
    await giveHost();
    await give(10);
    await takeHost();
  });
  afterAll(giveHost);

  const faultsAt = (fault: string, times: number) =>
    asked.map((call) => {
      const [service, operation] = call.split(':');
      return { service, operation, fault, times };
    });

  test.each(['throttle', 'lost-reply'])('once, by %s, costs only time', async (fault) => {
    await world.emulator.addFaults(faultsAt(fault, 1));
    const run = await world.run(watch);
    await world.emulator.clearFaults();
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back', 'green-percent': '0' } });
    expect(await shares()).toEqual([100, 0]);
  });

  test('a role that may not do a call is said, and the records are those of before or of after', async () => {
    for (const [index, fault] of faultsAt('denied', 99).entries()) {
      await world.emulator.addFaults([fault]);
      const run = await world.run(watch);
      await world.emulator.clearFaults();
      expect({ call: asked[index], exitCode: run.exitCode }).toEqual({ call: asked[index], exitCode: 1 });
      const now = await shares();
      expect([
        [90, 10],
        [100, 0],
      ]).toContainEqual(now);
      if (now[1] === 10) continue;
      await giveHost();
      await give(10);
      await takeHost();
    }
  });

  test('a job that is killed while it watches, or when it has written, is followed by one that gets to the end', async () => {
    const watching = world.start({ ...watch, 'watch-minutes': '5' });
    await watching.sawInLog('Will watch green');
    watching.kill('SIGKILL');
    const run = await watching.finished;
    expect((await world.runPost(watch, run.state)).log).toBe('');
    expect(await shares()).toEqual([90, 10]);
    const writing = world.start({ ...watch, 'poll-interval-seconds': '5' });
    await writing.sawInLog('Wrote: ');
    writing.kill('SIGKILL');
    const written = await writing.finished;
    expect(await world.runPost(watch, written.state)).toMatchObject({ exitCode: 0 });
    expect(await shares()).toEqual([100, 0]);
    expect(await world.run(watch)).toMatchObject({ exitCode: 0, outputs: { outcome: 'noop' } });
  });
});
