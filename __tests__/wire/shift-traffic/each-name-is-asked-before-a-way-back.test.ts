import { AppRunnerClient, DisassociateCustomDomainCommand } from '@aws-sdk/client-apprunner';
import type { Change } from '@aws-sdk/client-route-53';
import { putErrorAlarm } from '../../helpers/error-alarm.ts';
import type { ActionRun } from '../../helpers/run-action.ts';
import { type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/** Blue may answer for one name and not for another: who has a way back takes it, and who has none stays where answers are. */

const [apex, www, api] = ['example.com', 'www.example.com', 'api.example.com'] as const;

let world: ShiftWorld;
beforeEach(async () => {
  world = await startShiftWorld({ domains: [apex, www, api] });
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
});
afterEach(() => world.stop());

const toHalf = { mode: 'shift', 'green-percent': '50', 'bake-minutes': '5' };
const writing = { service: 'route53', operation: 'ChangeResourceRecordSets' };
const weightsOf = async (name: string) => (await world.records(name)).map(({ Weight }) => Weight);
const shares = async () => [await weightsOf(apex), await weightsOf(www), await weightsOf(api)];
const writes = async () =>
  (await world.calls()).filter((call) => call === 'route53:ChangeResourceRecordSets').length;
const readable = (summary: string) => summary.replaceAll('&#46;', '.');
const endsOf = ({ outputs }: ActionRun) => JSON.parse(outputs['domains'] ?? '');

const [atHalf, back] = [
  [50, 50],
  [100, 0],
];

/** As when its link in App Runner is removed. */
async function killBlueOf(DomainName: string): Promise<void> {
  await new AppRunnerClient(world.emulator.client).send(
    new DisassociateCustomDomainCommand({ ServiceArn: world.blueArn, DomainName }),
  );
  await world.emulator.advance(120);
}

const sicken = (...names: readonly string[]) =>
  world.setHosts((hosts) => hosts.filter((host) => !names.includes(host)));

async function underWatch() {
  const running = world.start(toHalf);
  await running.sawInLog('Waited');
  await killBlueOf(apex);
  await world.calls();
  return running;
}

function expectPartly(run: ActionRun): void {
  expect(run.log).toContain('[no-way-back]');
  expect(run.log).toMatch(
    /(?:www.example.com and api|api.example.com and www).example.com were rolled back to 0 %/,
  );
  expect(run.log).toContain('example.com stays: blue does not answer for it, and green does (');
  expect(run.log).toContain('Bring blue back for example.com');
  expect(run.log).toContain('www.example.com and api.example.com: rolled back; green has 0 %');
  expect(run.log).toContain('example.com: not rolled back; green has 50 %');
  expect(readable(run.summary)).toContain(
    '## example.com, www.example.com, api.example.com: partly rolled back',
  );
  expect(run).toMatchObject({
    exitCode: 1,
    outputs: { outcome: 'failed', changed: 'true', 'rolled-back': 'false', 'green-percent': '50' },
  });
  expect(endsOf(run)).toEqual([
    expect.objectContaining({
      domain: apex,
      greenPercent: 50,
      rolledBack: false,
      stays: expect.stringContaining('blue does not answer'),
    }),
    expect.objectContaining({ domain: www, greenPercent: 0, rolledBack: true }),
    expect.objectContaining({ domain: api, greenPercent: 0, rolledBack: true }),
  ]);
}

test('after a bad watch the names go back for which blue answers, in one batch, and the job is red', async () => {
  const running = await underWatch();
  await sicken(www);
  const run = await running.finished;
  expect(run.log).toContain('www.example.com: 3 probes in a row failed');
  expectPartly(run);
  expect(await writes()).toBe(1);
  expect(await shares()).toEqual([atHalf, back, back]);
  await world.calls();
  expect(await world.runPost(toHalf, run.state)).toMatchObject({ exitCode: 0, log: '' });
  expect(await world.calls()).toEqual([]);
});

test('a reply that is lost leaves no doubt of the others, and touches none that stays', async () => {
  const running = await underWatch();
  await world.emulator.addFaults([{ ...writing, fault: 'lost-reply', times: 1 }]);
  await sicken(www);
  expectPartly(await running.finished);
  expect(await shares()).toEqual([atHalf, back, back]);
});

test('a name for which neither side answers goes back with the others', async () => {
  const running = await underWatch();
  await sicken(apex, www);
  const run = await running.finished;
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back', 'rolled-back': 'true' } });
  expect(run.log).toContain('Blue does not answer either (example.com: ');
  expect(endsOf(run)).toMatchObject([{ rolledBack: true }, { rolledBack: true }, { rolledBack: true }]);
  expect(await shares()).toEqual([back, back, back]);
});

test('a name that somebody else changed meanwhile holds neither', async () => {
  const running = await underWatch();
  const meddled = (await world.records(api)).map(
    (record, index): Change => ({
      Action: 'UPSERT',
      ResourceRecordSet: { ...record, Weight: [23, 77][index] },
    }),
  );
  await world.change(meddled);
  await sicken(www);
  const run = await running.finished;
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('not all names were rolled back: api.example.com: somebody else changed');
  expect(run.log).toContain('example.com stays: blue does not answer for it, and green does (');
  expect(endsOf(run)).toMatchObject([
    { domain: apex, rolledBack: false, stays: expect.stringContaining('blue does not answer') },
    { domain: www, rolledBack: true },
    { domain: api, rolledBack: false, stays: expect.stringContaining('somebody else changed') },
  ]);
  expect(await shares()).toEqual([atHalf, back, [23, 77]]);
});

describe('the post step of a job that was killed', () => {
  test('takes back what has a way back, says what stays, and finds nothing more to do', async () => {
    const running = await underWatch();
    running.kill('SIGKILL');
    const { state } = await running.finished;
    const post = await world.runPost(toHalf, state);
    expect(post.exitCode).toBe(1);
    expect(post.log).toContain('www.example.com and api.example.com were rolled back: green has 0 %25 again');
    expect(readable(post.summary)).toContain('## www.example.com and api.example.com: rolled back');
    expect(post.log).toContain('[no-way-back]');
    expect(post.log).toContain('example.com stays: blue does not answer for it, and green does (');
    expect(post.log).toContain('green was left with more of example.com than it had before the job: ');
    expect(await shares()).toEqual([atHalf, back, back]);
    expect(await writes()).toBe(1);
    const again = await world.runPost(toHalf, state);
    expect(again.log).toContain('[no-way-back]');
    expect(again.log).not.toContain('www.example.com');
    expect(await writes()).toBe(0);
  });

  test.each([
    ['before', 1],
    ['after', 0],
  ] as const)('in the middle of its own way back, %s that was written', async (when, writesOfPost) => {
    const running = await underWatch();
    const held = await world.emulator.hold({ ...writing, when });
    await sicken(www);
    await held.arrived();
    if (when === 'before') await world.emulator.addFaults([{ ...writing, fault: 'reset', times: 1 }]);
    running.kill('SIGKILL');
    const { state } = await running.finished;
    await held.release();
    await world.calls();
    const post = await world.runPost(toHalf, state);
    expect(post.exitCode).toBe(1);
    expect(post.log).toContain('[no-way-back]');
    expect(await writes()).toBe(writesOfPost);
    expect(await shares()).toEqual([atHalf, back, back]);
  });
});

test('a watch between two steps takes back what has a way back, and is red until somebody looks', async () => {
  expect(await world.run({ ...toHalf, 'bake-minutes': '0' })).toMatchObject({ exitCode: 0 });
  await putErrorAlarm(world, 'web-5xx');
  await world.emulator.advance(120);
  await killBlueOf(apex);
  await world.emulator.post('cloudwatch', { holdAlarms: { 'web-5xx': 'ALARM' } });
  const watch = {
    mode: 'monitor',
    'watch-minutes': '0.02',
    'bake-minutes': '',
    'apprunner-service': '',
    alarms: 'web-5xx',
  };
  await world.calls();
  const run = await world.run(watch);
  expectPartly(run);
  expect(await writes()).toBe(1);
  expect(await shares()).toEqual([atHalf, back, back]);
  const again = await world.run(watch);
  expect(again).toMatchObject({ exitCode: 1, outputs: { outcome: 'failed', changed: 'false' } });
  expect(again.log).toContain('[no-way-back]');
  expect(await shares()).toEqual([atHalf, back, back]);
});
