import { outOfTime } from '../../helpers/run-action.ts';
import { type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

let world: ShiftWorld;
beforeAll(async () => {
  world = await startShiftWorld();
  await world.run({ mode: 'adopt' });
  await world.run({ mode: 'shift', 'green-percent': '10' });
});
afterAll(() => world.stop());

const shares = async () => (await world.records()).map(({ Weight }) => Weight);
const inputs = { mode: 'shift', steps: '25,50', 'bake-minutes': '5' };

async function cancel(signal: NodeJS.Signals) {
  const running = world.start(inputs);
  await running.sawInLog('Waited');
  running.kill(signal);
  return running.finished;
}

test('the main step writes its audit and stops; the post step brings the start back', async () => {
  const run = await cancel('SIGINT');
  expect(run.log).not.toContain(outOfTime);
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'cancelled', 'green-percent': '25' } });
  expect(JSON.parse(run.outputs['audit'] ?? '')).toMatchObject({
    outcome: 'cancelled',
    changes: [{ greenPercent: 25 }],
  });
  expect(await shares()).toEqual([75, 25]);

  const post = await world.runPost(inputs, run.state);
  expect(post.exitCode).toBe(0);
  expect(post.log).toContain('was rolled back: green has 10 %25 again');
  expect(await shares()).toEqual([90, 10]);
});

test('on-cancel: hold leaves the weights', async () => {
  const run = await cancel('SIGTERM');
  const post = await world.runPost({ ...inputs, 'on-cancel': 'hold' }, run.state);
  expect(post.log).toContain('are left as they are');
  expect(await shares()).toEqual([75, 25]);
  expect(await world.run({ mode: 'shift', 'green-percent': '10' })).toMatchObject({ exitCode: 0 });
});

test('a job that was killed outright is taken back all the same', async () => {
  const run = await cancel('SIGKILL');
  expect(run.exitCode).toBeNull();
  const post = await world.runPost(inputs, run.state);
  expect(post.exitCode).toBe(0);
  expect(await shares()).toEqual([90, 10]);
  expect((await world.runPost(inputs, run.state)).log).toContain('are as they were before the job');
});

test.each([
  ['before', [75, 25]],
  ['after', [50, 50]],
] as const)(
  'one that was killed just %s its second step goes back to its start, not to its first',
  async (when, left) => {
    const writing = { service: 'route53', operation: 'ChangeResourceRecordSets' };
    const held = await world.emulator.hold({ ...writing, when, after: 1, times: 1 });
    const running = world.start({ ...inputs, 'bake-minutes': '0.01' });
    await held.arrived();
    // What waits before it is done would be done when it is let go.
    if (when === 'before') await world.emulator.addFaults([{ ...writing, fault: 'reset' }]);
    running.kill('SIGKILL');
    const run = await running.finished;
    await held.release();
    expect(await shares()).toEqual(left);
    await world.emulator.clearFaults();
    expect(await world.runPost(inputs, run.state)).toMatchObject({ exitCode: 0 });
    expect(await shares()).toEqual([90, 10]);
  },
);

test('one that is cancelled while its change is on the way says what it made', async () => {
  const writing = {
    service: 'route53',
    operation: 'ChangeResourceRecordSets',
    when: 'after',
    times: 1,
  } as const;
  const held = await world.emulator.hold(writing);
  const running = world.start(inputs);
  await held.arrived();
  running.kill('SIGINT');
  // No sign tells that the signal has come; whenever it does, the answer is waited for.
  await new Promise((resolve) => setTimeout(resolve, 200));
  await held.release();
  const run = await running.finished;
  expect(run.log).toContain('Wrote: ');
  expect(run).toMatchObject({
    exitCode: 1,
    outputs: { outcome: 'cancelled', changed: 'true', 'green-percent': '25' },
  });
  expect(await world.runPost(inputs, run.state)).toMatchObject({ exitCode: 0 });
  expect(await shares()).toEqual([90, 10]);
});

test('what a stranger wrote since is left alone', async () => {
  const run = await cancel('SIGINT');
  const [blue] = await world.records();
  if (blue === undefined) throw new Error('no record');
  await world.change([{ Action: 'UPSERT', ResourceRecordSet: { ...blue, Weight: 3 } }]);
  const post = await world.runPost(inputs, run.state);
  expect(post.exitCode).toBe(1);
  expect(post.log).toContain('[state-changed]');
  expect(await shares()).toEqual([3, 25]);
});

test('after a job that came to its end, the post step asks nothing', async () => {
  const run = await world.run({ mode: 'shift', 'green-percent': '10' });
  expect(run.exitCode).toBe(0);
  await world.calls();
  const post = await world.runPost(inputs, run.state);
  expect(post).toMatchObject({ exitCode: 0, log: '' });
  expect(await world.calls()).toEqual([]);
});

test('a rollback that is cancelled is not undone: that would give green more', async () => {
  await world.run({ mode: 'shift', 'green-percent': '50' });
  const rollback = { mode: 'rollback' };
  const following = await world.emulator.hold({ service: 'route53', operation: 'GetChange' });
  const running = world.start(rollback);
  await following.arrived();
  running.kill('SIGINT');
  const run = await running.finished;
  await following.release();
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'cancelled' } });
  const post = await world.runPost(rollback, run.state);
  expect(post.log).toContain('are left as they are');
  expect(await shares()).toEqual([100, 0]);
});
