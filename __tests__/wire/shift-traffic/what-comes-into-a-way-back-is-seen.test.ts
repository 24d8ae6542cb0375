import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { appDomain, findGreen, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/** While a job takes from green, somebody else writes records as well. */

const www = 'www.example.com';
let world: ShiftWorld;
beforeAll(async () => {
  world = await startShiftWorld({ domains: [appDomain, www] });
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
});
afterAll(() => world.stop());
beforeEach(async () => {
  await world.emulator.clearFaults();
  await world.giveGreen(10);
});

const shares = async () => (await world.records()).map(({ Weight }) => Weight);
const six = async (): Promise<ResourceRecordSet> => ({
  Name: appDomain,
  Type: 'AAAA',
  AliasTarget: await findGreen(world),
});
const more = async (Weight: number): Promise<ResourceRecordSet> => ({
  ...(await six()),
  Type: 'A',
  SetIdentifier: 'more',
  Weight,
});
const remove = (record: ResourceRecordSet) => world.change([{ Action: 'DELETE', ResourceRecordSet: record }]);
const stillThere = /::error.*the AAAA record of app\.example\.com still leads to green/;

/** Lets `happens` happen while the job's own change is on its way. */
async function whileSent(inputs: Readonly<Record<string, string>>, happens: () => Promise<void>) {
  const hold = await world.emulator.hold({ service: 'route53', operation: 'ChangeResourceRecordSets' });
  const running = world.start(inputs);
  await hold.arrived();
  await happens();
  await hold.release();
  return running.finished;
}
async function create(record: ResourceRecordSet): Promise<void> {
  await world.change([{ Action: 'CREATE', ResourceRecordSet: record }]);
}
async function stepTo(percent: number): Promise<void> {
  const pair = (await world.records()).map((record) => ({
    ...record,
    Weight: record.SetIdentifier === 'express-green' ? percent : 100 - percent,
  }));
  await world.change(pair.map((record) => ({ Action: 'UPSERT', ResourceRecordSet: record })));
}

test('a type that leads to green makes a rollback red, and so the next one', async () => {
  const record = await six();
  const run = await whileSent({ mode: 'rollback' }, () => create(record));
  const again = await world.run({ mode: 'rollback' });
  await remove(record);
  for (const { exitCode, log, outputs } of [run, again]) {
    expect({ exitCode, percent: outputs['green-percent'] }).toEqual({ exitCode: 1, percent: '' });
    expect(log).toMatch(stillThere);
  }
});

test('a further member of green does, and the next rollback takes it', async () => {
  const record = await more(7);
  const run = await whileSent({ mode: 'rollback' }, () => create(record));
  const again = await world.run({ mode: 'rollback' });
  await remove({ ...record, Weight: 0 });
  expect(run).toMatchObject({ exitCode: 1, outputs: { 'green-percent': '' } });
  expect(run.log).toMatch(
    /::error.*other records of app\.example\.com give green a share: A "more" weight 7/,
  );
  expect(run.log).toContain('Run mode: rollback. It takes that as well.');
  expect(again).toMatchObject({ exitCode: 0, outputs: { 'green-percent': '0' } });
});

test('a shift down to 0 is red as well', async () => {
  const record = await six();
  const run = await whileSent({ mode: 'shift', 'green-percent': '0' }, () => create(record));
  await remove(record);
  expect(run).toMatchObject({ exitCode: 1, outputs: { 'green-percent': '' } });
  expect(run.log).toMatch(stillThere);
});

test('a step of a shift does not hold a rollback: it is planned again', async () => {
  const run = await whileSent({ mode: 'rollback' }, () => stepTo(25));
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied', 'green-percent': '0' } });
  expect(run.outputs['previous-green-percent']).toBe('10');
  expect(await shares()).toEqual([100, 0]);
});

test('a way back beside what green keeps does not promise that blue has all, of that name', async () => {
  const record = await more(50);
  const running = world.start({ mode: 'shift', 'green-percent': '20', 'bake-minutes': '2' });
  await running.sawInLog('Waited');
  await create(record);
  await world.setHosts((hosts) => hosts.filter((host) => host !== appDomain));
  const run = await running.finished;
  await world.setHosts((hosts) => [...hosts, appDomain]);
  await remove(record);
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back', 'rolled-back': 'false' } });
  expect(JSON.parse(run.outputs['domains'] ?? '')).toMatchObject([
    { domain: appDomain, rolledBack: false, stays: expect.stringContaining('give green a share') },
    { domain: www, rolledBack: true },
  ]);
});

test('a way back says when it did not see what stands beside it', async () => {
  const running = world.start({ mode: 'shift', 'green-percent': '20', 'bake-minutes': '2' });
  await running.sawInLog('Waited');
  const hold = await world.emulator.hold({ service: 'route53', operation: 'ChangeResourceRecordSets' });
  await world.setHosts((hosts) => hosts.filter((host) => host !== appDomain));
  await hold.arrived();
  // The first look confirms the change.
  await world.emulator.addFaults([
    { service: 'route53', operation: 'ListResourceRecordSets', fault: 'denied', after: 1, times: 99 },
  ]);
  await hold.release();
  const run = await running.finished;
  await world.emulator.clearFaults();
  await world.setHosts((hosts) => [...hosts, appDomain]);
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back', 'rolled-back': 'false' } });
  expect(run.log).toMatch(/::error.*it was not seen what stands beside these records/);
  expect(await shares()).toEqual([90, 10]);
});

test.each(['AAAA', 'a further member'])('a post step beside it is red, each time: %s', async (kind) => {
  const record = kind === 'AAAA' ? await six() : await more(50);
  const inputs = { mode: 'shift', 'green-percent': '20', 'bake-minutes': '5' };
  const running = world.start(inputs);
  await running.sawInLog('Waited');
  running.kill('SIGKILL');
  const { state } = await running.finished;
  await create(record);
  const [post, again] = [await world.runPost(inputs, state), await world.runPost(inputs, state)];
  await remove(record);
  expect([post.exitCode, again.exitCode]).toEqual([1, 1]);
  for (const { log } of [post, again])
    expect(log).toMatch(/::error.*green keeps traffic of .*app\.example\.com/);
  expect(post.log).toContain('were rolled back: green has 10 %25 again');
});

test('two weights of 0 are not written again: blue gets all', async () => {
  const zero = async () =>
    world.change(
      [...(await world.records()), ...(await world.records(www))].map((record) => ({
        Action: 'UPSERT',
        ResourceRecordSet: { ...record, Weight: 0 },
      })),
    );
  await zero();
  const inputs = { mode: 'shift', 'green-percent': '75', 'bake-minutes': '2' };
  const running = world.start(inputs);
  await running.sawInLog('Waited');
  await world.setHosts((hosts) => hosts.filter((host) => host !== appDomain));
  const run = await running.finished;
  await world.setHosts((hosts) => [...hosts, appDomain]);
  expect(run).toMatchObject({ exitCode: 1, outputs: { 'rolled-back': 'true', 'green-percent': '0' } });
  expect(run.log).toContain('was rolled back to 0 %');
  expect(await shares()).toEqual([100, 0]);
  await zero();
  const killed = world.start(inputs);
  await killed.sawInLog('Waited');
  killed.kill('SIGKILL');
  const { state } = await killed.finished;
  const post = await world.runPost(inputs, state);
  expect(post.log).toContain('green has 0 %25 again');
  expect(await shares()).toEqual([100, 0]);
  expect(await world.runPost(inputs, state)).toMatchObject({ exitCode: 0 });
});

test('a name without a zone holds no other', async () => {
  const run = await world.run({ mode: 'rollback', domain: `${appDomain}, www.other.org` });
  expect(run).toMatchObject({ exitCode: 1, outputs: { 'green-percent': '0' } });
  expect(run.log).toMatch(/::error.*not all was done: no hosted zone of this account holds www\.other\.org/);
  expect(await shares()).toEqual([100, 0]);
});

test('the outputs are of the first name that has a share', async () => {
  const link = { Name: 'blog.example.com', Type: 'CNAME' as const, TTL: 60 };
  const record = { ...link, ResourceRecords: [{ Value: appDomain }] };
  await create(record);
  const run = await world.run({ mode: 'rollback', domain: `blog.example.com, ${appDomain}` });
  await remove(record);
  expect(run).toMatchObject({ exitCode: 0, outputs: { 'green-percent': '0' } });
  expect(run.outputs['previous-green-percent']).toBe('10');
});

test('members without a share do not hide what green has', async () => {
  const third = { Name: appDomain, Type: 'A' as const, SetIdentifier: 'third', Weight: 0, TTL: 60 };
  const record = { ...third, ResourceRecords: [{ Value: '192.0.2.1' }] };
  await create(record);
  const [run, again] = [await world.run({ mode: 'rollback' }), await world.run({ mode: 'rollback' })];
  await remove(record);
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied', 'green-percent': '0' } });
  expect(run.outputs['previous-green-percent']).toBe('10');
  expect(again).toMatchObject({ exitCode: 0, outputs: { outcome: 'noop', 'green-percent': '0' } });
});
