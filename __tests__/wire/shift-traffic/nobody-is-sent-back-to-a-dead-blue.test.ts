import { AppRunnerClient, PauseServiceCommand, ResumeServiceCommand } from '@aws-sdk/client-apprunner';
import { putErrorAlarm } from '../../helpers/error-alarm.ts';
import { appDomain, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/** Blue is asked before anybody is sent back to it by the action itself; whoever says `mode: rollback` decides himself. */
let world: ShiftWorld;
let appRunner: AppRunnerClient;
beforeAll(async () => {
  world = await startShiftWorld();
  appRunner = new AppRunnerClient(world.emulator.client);
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
  await putErrorAlarm(world, 'web-5xx');
  await world.emulator.advance(120);
});
afterAll(() => world.stop());
afterEach(async () => {
  await appRunner.send(new ResumeServiceCommand({ ServiceArn: world.blueArn }));
  await world.emulator.post('cloudwatch', { holdAlarms: { 'web-5xx': null } });
  await world.emulator.advance(300);
  await world.giveGreen(0);
});

const toHalf = { mode: 'shift', 'green-percent': '50' };
const watched = { ...toHalf, 'bake-minutes': '5', alarms: 'web-5xx' };
const shares = async () => (await world.records()).map(({ Weight }) => Weight);

async function killBlue(): Promise<void> {
  await appRunner.send(new PauseServiceCommand({ ServiceArn: world.blueArn }));
  await world.emulator.advance(120);
}

const ring = () => world.emulator.post('cloudwatch', { holdAlarms: { 'web-5xx': 'ALARM' } });

async function underWatch() {
  const running = world.start(watched);
  await running.sawInLog('Waited');
  return running;
}

test('by a bad bake while green answers: the weights stay, and the job is red', async () => {
  const running = await underWatch();
  await killBlue();
  await ring();
  const run = await running.finished;
  expect(run).toMatchObject({
    exitCode: 1,
    outputs: { outcome: 'failed', 'rolled-back': 'false', 'green-percent': '50' },
  });
  expect(run.log).toContain('[no-way-back]');
  expect(run.log).toContain('alarm web-5xx went off');
  expect(await shares()).toEqual([50, 50]);
  await world.calls();
  expect(await world.runPost(watched, run.state)).toMatchObject({ exitCode: 0, log: '' });
  expect(await world.calls()).toEqual([]);
});

test('by the post step of a cancelled job, either', async () => {
  const running = await underWatch();
  running.kill('SIGINT');
  const run = await running.finished;
  await killBlue();
  const post = await world.runPost(watched, run.state);
  expect(post.exitCode).toBe(1);
  expect(post.log).toContain('[no-way-back]');
  expect(await shares()).toEqual([50, 50]);
});

test('unless green does not answer, either: then the way back is taken, and that is said', async () => {
  const running = await underWatch();
  await killBlue();
  await world.setHosts((hosts) => hosts.filter((host) => host !== appDomain));
  const run = await running.finished;
  await world.setHosts((hosts) => [...hosts, appDomain]);
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back', 'green-percent': '0' } });
  expect(run.log).toContain('Blue does not answer either');
  expect(await shares()).toEqual([100, 0]);
});

test('by a shift downwards, which is refused; mode: rollback asks nobody, and says so', async () => {
  expect(await world.run(toHalf)).toMatchObject({ exitCode: 0 });
  await killBlue();
  for (const percent of ['0', '25']) {
    const refused = await world.run({ ...toHalf, 'green-percent': percent });
    expect(refused).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
    expect(refused.log).toContain('nobody is sent back to what does not answer');
  }
  expect(await shares()).toEqual([50, 50]);
  const run = await world.run({ mode: 'rollback' });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied', 'green-percent': '0' } });
  expect(run.log).toContain('Blue was not asked whether it answers');
  expect(await shares()).toEqual([100, 0]);
});
