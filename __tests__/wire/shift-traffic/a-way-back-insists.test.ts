import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRunnerFile } from '../../helpers/run-action.ts';
import { appDomain, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/** What brings people back is asked for as long as there is time, and needs no disk. */
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
const route53 = (operation: string) => ({ service: 'route53', operation });
const shares = async () => (await world.records()).map(({ Weight }) => Weight);

async function clearFaults(): Promise<void> {
  await fetch(`${world.emulator.url}/_emulator/faults`, { method: 'DELETE' });
}

describe('the post step of a cancelled job', () => {
  async function cancel(inputs: Readonly<Record<string, string>> = {}) {
    const running = world.start({ ...toTen, ...inputs, 'bake-minutes': '5' });
    await running.sawInLog('Waited');
    running.kill('SIGINT');
    const run = await running.finished;
    expect(await shares()).toEqual([90, 10]);
    return run.state;
  }

  const role = { 'dns-role-arn': 'arn:aws:iam::123456789012:role/dns' };
  test.each([
    ['records that are throttled', route53('ListResourceRecordSets'), 'throttle', {}],
    ['records that are not to be had', route53('ListResourceRecordSets'), 'error', {}],
    ['a role that cannot be assumed', { service: 'sts', operation: 'AssumeRole' }, 'error', role],
  ] as const)('asks again for %s', async (_case, called, fault, inputs) => {
    const state = await cancel(inputs);
    await world.emulator.addFaults([{ ...called, fault, times: 12 }]);
    const post = await world.runPost({ ...toTen, ...inputs }, state);
    expect(post.log).toContain('the job repeats it while there is time');
    expect(post.log).toContain('was rolled back: green has 0 %25 again');
    expect(post.exitCode).toBe(0);
    expect(await shares()).toEqual([100, 0]);
  });

  test('names the way to do it by hand, where Route 53 stays silent: the same job would shift again', async () => {
    const state = await cancel();
    await world.emulator.addFaults([{ ...route53('ListResourceRecordSets'), fault: 'error', times: 1000 }]);
    const post = await world.runPost({ ...toTen, 'wait-for-minutes': '0.1' }, state);
    expect(post.exitCode).toBe(1);
    expect(post.log).toContain(
      'green may have been left with more of app.example.com than it had before the job',
    );
    expect(post.log).toContain('Run mode: rollback at once');
    expect(post.log).not.toContain('un the job again');
  });
});

describe('mode: rollback', () => {
  beforeEach(async () => {
    await world.giveGreen(50);
  });

  test.each(['ListHostedZonesByName', 'ListResourceRecordSets', 'ChangeResourceRecordSets', 'GetChange'])(
    'repeats %s while there is time',
    async (operation) => {
      await world.emulator.addFaults([{ ...route53(operation), fault: 'error', times: 10 }]);
      const run = await world.run({ mode: 'rollback' });
      expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied', changed: 'true' } });
      expect(await shares()).toEqual([100, 0]);
    },
  );

  test('takes a change for its own that was made, and told by nobody', async () => {
    await world.emulator.addFaults([
      { ...route53('ChangeResourceRecordSets'), fault: 'lost-reply', times: 1 },
      // Before it is the look of the plan.
      { ...route53('ListResourceRecordSets'), fault: 'error', after: 1, times: 10 },
    ]);
    const run = await world.run({ mode: 'rollback' });
    expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied', changed: 'true' } });
    expect(await shares()).toEqual([100, 0]);
  });

  test.each(['denied', 'error'])('does not need a zone to be described that is given: %s', async (fault) => {
    await world.emulator.addFaults([{ ...route53('GetHostedZone'), fault, times: 1000 }]);
    const run = await world.run({ mode: 'rollback', 'hosted-zone-id': world.zoneId });
    expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied' } });
    expect(run.log).toContain(
      `It is not known whether resolvers reach hosted zone ${world.zoneId}: they could not be asked`,
    );
    expect(await shares()).toEqual([100, 0]);
  });

  test('is made on a full disk, and says that its report could not be written', async () => {
    const full = { GITHUB_OUTPUT: '/dev/full', GITHUB_STEP_SUMMARY: '/dev/full', GITHUB_STATE: '/dev/full' };
    const run = await world.run({ mode: 'rollback' }, full);
    expect(await shares()).toEqual([100, 0]);
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('app.example.com: applied; green has 0 %');
    expect(run.log).toContain("output outcome could not be written to the runner's file: ENOSPC");
    expect(run.log).not.toContain('a bug in the action');
  });
});

test('green gets nothing where it cannot be noted how that is taken back', async () => {
  const run = await world.run(toTen, { GITHUB_STATE: '/dev/full' });
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
  expect(run.log).toContain('green gets no more: the job could not write down how to undo the step');
  expect(await shares()).toEqual([100, 0]);
});

describe('a disk that is full from the first step on', () => {
  async function fillUp(inputs: Readonly<Record<string, string>>, meanwhile: () => Promise<void>) {
    const folder = mkdtempSync(join(tmpdir(), 'disk-'));
    const [kept, state] = [join(folder, 'kept'), join(folder, 'state')];
    writeFileSync(kept, '');
    symlinkSync(kept, state);
    const watching = await world.emulator.hold({ service: 'cloudwatch', operation: 'GetMetricData' });
    const running = world.start(
      { ...toTen, 'max-error-percent': '50', 'min-requests': '0', ...inputs },
      { GITHUB_STATE: state },
    );
    await watching.arrived();
    rmSync(state);
    symlinkSync('/dev/full', state);
    await meanwhile();
    await watching.release();
    const run = await running.finished;
    const saved = { ...parseRunnerFile(readFileSync(kept, 'utf8')), ...run.state };
    rmSync(folder, { recursive: true });
    expect(run.log).not.toContain('a bug in the action');
    return { run, post: await world.runPost({ ...toTen, ...inputs }, saved) };
  }

  test('takes no good step back', async () => {
    const { run, post } = await fillUp({}, async () => {});
    expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'baked' } });
    expect(post).toMatchObject({ exitCode: 0, log: '' });
    expect(await shares()).toEqual([90, 10]);
  });

  test.each(['rollback', 'hold'])('holds no way back (on-cancel: %s)', async (onCancel) => {
    const { run, post } = await fillUp({ 'on-cancel': onCancel, 'bake-minutes': '5' }, () =>
      world.setHosts((hosts) => hosts.filter((host) => host !== appDomain)),
    );
    await world.setHosts((hosts) => [...hosts, appDomain]);
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back' } });
    expect(await shares()).toEqual([100, 0]);
    expect(post).toMatchObject({ exitCode: 0, log: '' });
  });
});
