import { AppRunnerClient, PauseServiceCommand, ResumeServiceCommand } from '@aws-sdk/client-apprunner';
import { appDomain, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/**
 * A job ends with the records as it wants to leave them, or its post step brings back the start. Neither the report nor
 * another job's step has a part in that.
 */
let world: ShiftWorld;
beforeAll(async () => {
  world = await startShiftWorld();
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
});
afterAll(() => world.stop());
afterEach(async () => {
  await clearFaults();
  await world.giveGreen(0);
});

const toTen = { mode: 'shift', 'green-percent': '10' };
const writing = { service: 'route53', operation: 'ChangeResourceRecordSets' };
const shares = async () => (await world.records()).map(({ Weight }) => Weight);

async function clearFaults(): Promise<void> {
  await fetch(`${world.emulator.url}/_emulator/faults`, { method: 'DELETE' });
}

describe('a way back', () => {
  afterEach(async () => world.setHosts((hosts) => [...hosts, appDomain]));

  /** Green stops to answer after its step, and Route 53 answers so many of the requests that follow with an error. */
  async function fallSick(errors: number, waitForMinutes: string) {
    const running = world.start({ ...toTen, 'bake-minutes': '5', 'wait-for-minutes': waitForMinutes });
    await running.sawInLog('Waited');
    await world.emulator.addFaults([{ ...writing, fault: 'error', times: errors }]);
    await world.setHosts((hosts) => hosts.filter((host) => host !== appDomain));
    return running;
  }

  test('that Route 53 does not take is tried again while there is time', async () => {
    const run = await (await fallSick(10, '10')).finished;
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back', 'green-percent': '0' } });
    expect(await shares()).toEqual([100, 0]);
    expect(await world.runPost(toTen, run.state)).toMatchObject({ exitCode: 0, log: '' });
  });

  test('that failed is made by the post step, also where a cancelled job is to be left as it is', async () => {
    const run = await (await fallSick(1000, '0.1')).finished;
    expect(run).toMatchObject({
      exitCode: 1,
      outputs: { outcome: 'failed', 'rolled-back': 'false', 'green-percent': '10' },
    });
    expect(run.log).toContain('and the rollback failed');
    expect(await shares()).toEqual([90, 10]);
    await clearFaults();
    await world.emulator.addFaults([{ ...writing, fault: 'denied' }]);
    const denied = await world.runPost(toTen, run.state);
    expect(denied.exitCode).toBe(1);
    expect(denied.log).toContain(
      'green was left with more of app.example.com than it had before the job, and',
    );
    expect(denied.log).toContain('Run mode: rollback at once');
    await expectTakenBack(run.state);
  });

  test('that was cancelled is made by the post step as well: green does badly', async () => {
    const running = await fallSick(1000, '10');
    await running.sawInLog('Route 53 did not take the way back');
    running.kill('SIGINT');
    const run = await running.finished;
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'cancelled', 'green-percent': '10' } });
    await clearFaults();
    await expectTakenBack(run.state);
  });

  async function expectTakenBack(state: Readonly<Record<string, string>>): Promise<void> {
    const post = await world.runPost({ ...toTen, 'on-cancel': 'hold' }, state);
    expect(post.exitCode).toBe(0);
    expect(post.log).toContain('app.example.com was rolled back: green has 0 %25 again');
    expect(await shares()).toEqual([100, 0]);
  }
});

describe('a post step that cannot reach Route 53', () => {
  const reading = { service: 'route53', operation: 'ListResourceRecordSets', fault: 'reset' };

  async function cancelAtTen() {
    const running = world.start({ ...toTen, 'bake-minutes': '5' });
    await running.sawInLog('Waited');
    running.kill('SIGINT');
    return running.finished;
  }

  test('asks again while there is time', async () => {
    const { state } = await cancelAtTen();
    await world.emulator.addFaults([{ ...reading, times: 10 }]);
    const post = await world.runPost(toTen, state);
    expect(post.log).toContain('app.example.com was rolled back: green has 0 %25 again');
    expect(post.exitCode).toBe(0);
    expect(await shares()).toEqual([100, 0]);
  });

  test('says in the end what may be left, and what is to be done', async () => {
    const { state } = await cancelAtTen();
    await world.emulator.addFaults([{ ...reading, times: 1000 }]);
    const post = await world.runPost({ ...toTen, 'wait-for-minutes': '0.1' }, state);
    await clearFaults();
    expect(post.log).toContain(
      'green may have been left with more of app.example.com than it had before the job',
    );
    expect(post.log).toContain('Run mode: rollback at once');
    expect(post.exitCode).toBe(1);
    expect(await shares()).toEqual([90, 10]);
  });
});

test('a job that failed, and does not know what became of its change, is not said to have been cancelled', async () => {
  await world.emulator.addFaults([
    { ...writing, fault: 'lost-reply', times: 1 },
    // Before it are the looks of the plan: at the name, and at who follows it.
    { service: 'route53', operation: 'ListResourceRecordSets', fault: 'denied', after: 2, times: 9 },
  ]);
  const run = await world.run(toTen);
  await clearFaults();
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'failed' } });
  expect(run.log).toContain('it is not known whether the change was made');
  expect(await shares()).toEqual([90, 10]);
  const post = await world.runPost(toTen, run.state);
  expect(post.log).toContain('The job was cancelled or failed, and app.example.com was rolled back');
  expect(await shares()).toEqual([100, 0]);
});

test('a summary that cannot be written takes nothing back', async () => {
  const run = await world.run(toTen, { GITHUB_STEP_SUMMARY: '/no/such/folder/summary' });
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'baked' } });
  await world.calls();
  expect(await world.runPost(toTen, run.state)).toMatchObject({ exitCode: 0, log: '' });
  expect(await world.calls()).toEqual([]);
  expect(await shares()).toEqual([90, 10]);
});

test('a blue that goes while an earlier step is watched again holds the next one', async () => {
  expect(await world.run(toTen)).toMatchObject({ exitCode: 0 });
  const appRunner = new AppRunnerClient(world.emulator.client);
  const counting = await world.emulator.hold({ service: 'cloudwatch', operation: 'GetMetricData' });
  const running = world.start({
    mode: 'shift',
    steps: '10,50',
    'max-error-percent': '50',
    'min-requests': '0',
  });
  await counting.arrived();
  await appRunner.send(new PauseServiceCommand({ ServiceArn: world.blueArn }));
  await world.emulator.advance(120);
  await counting.release();
  const run = await running.finished;
  await appRunner.send(new ResumeServiceCommand({ ServiceArn: world.blueArn }));
  await world.emulator.advance(300);
  expect(run.log).toContain('Green at 10 %: good');
  expect(run.log).toContain('no further step was made: blue does not answer');
  expect(run).toMatchObject({
    exitCode: 1,
    outputs: { outcome: 'inconclusive', changed: 'false', 'green-percent': '10' },
  });
  expect(await shares()).toEqual([90, 10]);
});

describe('a job that was killed', () => {
  const unknown = "It is not known whether the step to 10 %25 is this job's";

  async function killWhileWriting(when: 'before' | 'after', meanwhile = async () => {}) {
    const held = await world.emulator.hold({ ...writing, when, times: 1 });
    const running = world.start(toTen);
    await held.arrived();
    await meanwhile();
    // What waits before it is done would be done when it is let go.
    if (when === 'before') await world.emulator.addFaults([{ ...writing, fault: 'reset' }]);
    running.kill('SIGKILL');
    const run = await running.finished;
    await held.release();
    return run;
  }

  test('before its step was written has nothing to be taken back', async () => {
    const run = await killWhileWriting('before');
    expect(await shares()).toEqual([100, 0]);
    const post = await world.runPost(toTen, run.state);
    expect(post).toMatchObject({ exitCode: 0 });
    expect(post.log).toContain('are as they were before the job');
  });

  test('before it knew that its step was written has it taken back', async () => {
    const run = await killWhileWriting('after');
    expect(await shares()).toEqual([90, 10]);
    const post = await world.runPost(toTen, run.state);
    expect(post.log).toContain('was rolled back: green has 0 %25 again');
    expect(post.log).toContain(unknown);
    expect(await shares()).toEqual([100, 0]);
  });

  test('while its step hung, and another made the same one, does not say that it was its own', async () => {
    const run = await killWhileWriting('before', async () => {
      expect(await world.run(toTen)).toMatchObject({ exitCode: 0 });
    });
    const post = await world.runPost(toTen, run.state);
    expect(post.log).toContain(unknown);
    expect(post.log).toContain('An equal step of another job looks the same, and was taken back as well');
    expect(await shares()).toEqual([100, 0]);
  });

  test('after Route 53 had answered has its own step taken back', async () => {
    const running = world.start({ ...toTen, 'bake-minutes': '5' });
    await running.sawInLog('Waited');
    running.kill('SIGKILL');
    const { state } = await running.finished;
    const post = await world.runPost(toTen, state);
    expect(post.log).toContain('was rolled back: green has 0 %25 again');
    expect(post.log).not.toContain('is not known');
  });
});

test('a job that failed before it wrote anything takes nothing back, least of all the step of another one', async () => {
  await world.emulator.addFaults([{ ...writing, fault: 'denied' }]);
  const run = await world.run(toTen);
  expect(run).toMatchObject({ exitCode: 1, outputs: { changed: 'false', 'green-percent': '0' } });
  expect(await world.run(toTen)).toMatchObject({ exitCode: 0 });
  await world.calls();
  expect(await world.runPost(toTen, run.state)).toMatchObject({ exitCode: 0, log: '' });
  expect(await world.calls()).toEqual([]);
  expect(await shares()).toEqual([90, 10]);
});
