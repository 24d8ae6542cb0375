import { ECSClient } from '@aws-sdk/client-ecs';
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { updateWeb } from '../../helpers/express-service.ts';
import { appDomain, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/** What others do to records, green or its listener rule while this job watches is found before it says how it went. */
let world: ShiftWorld;
beforeAll(async () => {
  world = await startShiftWorld();
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
});
afterAll(() => world.stop());

const toTen = { mode: 'shift', 'green-percent': '10' };
const shares = async () =>
  (await world.records()).flatMap(({ Weight }) => (Weight === undefined ? [] : [Weight]));

async function setShares(blue: number, green: number): Promise<void> {
  const pair = (await world.records()).filter(({ SetIdentifier }) => SetIdentifier !== undefined);
  await world.change(
    pair.map((record, index) => ({
      Action: 'UPSERT',
      ResourceRecordSet: { ...record, Weight: index === 0 ? blue : green },
    })),
  );
}

/** Its errors are counted at the end of the last watch: it happens then. */
async function duringTheLastLook(inputs: Readonly<Record<string, string>>, happens: () => Promise<unknown>) {
  const counting = await world.emulator.hold({ service: 'cloudwatch', operation: 'GetMetricData' });
  const running = world.start({ ...inputs, 'max-error-percent': '50', 'min-requests': '0' });
  await counting.arrived();
  await happens();
  await counting.release();
  return running.finished;
}

test('a rollback by somebody else is no "baked"', async () => {
  const run = await duringTheLastLook(toTen, () => setShares(100, 0));
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'failed', 'rolled-back': 'false' } });
  expect(run.log).toContain('[state-changed]');
  expect(await shares()).toEqual([100, 0]);
});

test('a deployment of green leaves it open which revision was watched', async () => {
  const ecs = new ECSClient(world.emulator.client);
  const run = await duringTheLastLook(toTen, () => updateWeb(ecs, 'web:2'));
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'inconclusive', 'green-percent': '10' } });
  expect(run.log).toContain('a deployment of green started in the meantime');
  expect(await shares()).toEqual([90, 10]);
  await world.emulator.advance(1200);
  await setShares(100, 0);
});

test('a deployment of green that began before the watch did is as much of a doubt', async () => {
  const following = await world.emulator.hold({ service: 'route53', operation: 'GetChange' });
  const running = world.start(toTen);
  await following.arrived();
  await updateWeb(new ECSClient(world.emulator.client), 'web:1');
  await following.release();
  const run = await running.finished;
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'inconclusive', 'green-percent': '10' } });
  expect(run.log).toContain('a deployment of green was under way');
  expect(await shares()).toEqual([90, 10]);
  await world.emulator.advance(1200);
  await setShares(100, 0);
});

test('a deployment of green that began and ended before the watch did is one of another thing than was planned', async () => {
  const following = await world.emulator.hold({ service: 'route53', operation: 'GetChange' });
  const running = world.start({ mode: 'shift', 'green-percent': '50' });
  await following.arrived();
  await updateWeb(new ECSClient(world.emulator.client), 'web:2');
  await world.emulator.advance(1500);
  await following.release();
  const run = await running.finished;
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'inconclusive', 'green-percent': '50' } });
  expect(run.log).toContain('a deployment of green started in the meantime');
  expect(await shares()).toEqual([50, 50]);
  await setShares(100, 0);
});

test('a deployment of green that began and ended between two steps ends them', async () => {
  // Before it are those of the plan, and of the beginning and the end of the watch.
  const looking = await world.emulator.hold({
    service: 'ecs',
    operation: 'ListServiceDeployments',
    after: 3,
  });
  const running = world.start({ mode: 'shift', steps: '10,50' });
  await looking.arrived();
  await updateWeb(new ECSClient(world.emulator.client), 'web:1');
  await world.emulator.advance(1500);
  await looking.release();
  const run = await running.finished;
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'inconclusive', 'green-percent': '10' } });
  expect(run.log).toContain('no further step was made: a deployment of green started in the meantime');
  await setShares(100, 0);
});

test('a host that another job took out of the listener rule is put there again', async () => {
  await world.setHosts((hosts) => hosts.filter((host) => host !== appDomain));
  const attaching = { ...toTen, 'attach-domain': 'true' };
  const writing = await world.emulator.hold({ service: 'elbv2', operation: 'ModifyRule', when: 'after' });
  // The look for deployments that ends the watch: before are those of the plan, of the step, and of the beginning.
  const ending = await world.emulator.hold({
    service: 'ecs',
    operation: 'ListServiceDeployments',
    after: 3,
  });
  const running = world.start(attaching);
  await writing.arrived();
  await world.setHosts((hosts) => hosts.filter((host) => host !== appDomain));
  await writing.release();
  await ending.arrived();
  await world.setHosts((hosts) => hosts.filter((host) => host !== appDomain));
  await ending.release();
  expect(await running.finished).toMatchObject({ exitCode: 0, outputs: { outcome: 'baked' } });
  let left: readonly string[] = [];
  await world.setHosts((hosts) => {
    left = hosts;
    return hosts;
  });
  expect(left).toContain(appDomain);
  await setShares(100, 0);
});

test('before it is put there again the rule is read, and the pause is before that', async () => {
  const takeOut = () => world.setHosts((hosts) => hosts.filter((host) => host !== appDomain));
  await takeOut();
  const writing = await world.emulator.hold({ service: 'elbv2', operation: 'ModifyRule', when: 'after' });
  const running = world.start({ ...toTen, 'attach-domain': 'true', 'poll-interval-seconds': '60' });
  await writing.arrived();
  await takeOut();
  await world.emulator.forgetRequests();
  await writing.release();
  await running.sawInLog(`Added host ${appDomain}`);
  running.kill('SIGINT');
  const run = await running.finished;
  expect(await world.calls()).not.toContain('elbv2:DescribeRules');
  await world.setHosts((hosts) => [...hosts, appDomain]);
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'cancelled' } });
});

describe('beside records of others', () => {
  const beside: readonly ResourceRecordSet[] = [
    { Name: appDomain, Type: 'AAAA', TTL: 60, ResourceRecords: [{ Value: '2001:db8::1' }] },
    { Name: appDomain, Type: 'HTTPS', TTL: 60, ResourceRecords: [{ Value: '1 . ipv4hint=192.0.2.1' }] },
  ];
  const write = (Action: 'CREATE' | 'DELETE') =>
    world.change(beside.map((ResourceRecordSet) => ({ Action, ResourceRecordSet })));
  afterEach(() => write('DELETE'));

  test('that came during the watch, no further step is made: clients with IPv6 would not go along', async () => {
    const run = await duringTheLastLook({ mode: 'shift', steps: '10,50' }, () => write('CREATE'));
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'inconclusive', 'green-percent': '10' } });
    expect(run.log).toContain('leads browsers past the address records');
    await setShares(100, 0);
  });

  test('that came during the watch, a rollback is confirmed by what it swapped', async () => {
    const running = world.start({ ...toTen, 'bake-minutes': '5' });
    await running.sawInLog('Waited');
    await write('CREATE');
    await world.setHosts((hosts) => hosts.filter((host) => host !== appDomain));
    const run = await running.finished;
    await world.setHosts((hosts) => [...hosts, appDomain]);
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back', 'green-percent': '0' } });
    expect(await shares()).toEqual([100, 0]);
  });

  test('mode: rollback does what it can, says what stays, and waits for no cache', async () => {
    await setShares(50, 50);
    await write('CREATE');
    const run = await world.run({ mode: 'rollback', 'drain-seconds': '86400' });
    expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied', 'green-percent': '0' } });
    expect(run.log).toContain('the AAAA record to 2001:db8::1 stays as it is');
    expect(run.log).toContain('leads browsers past the address records');
    expect(run.log).toMatch(/Caches may give the former answer for \d{2} s more/);
    expect(await shares()).toEqual([100, 0]);
  });
});
