import {
  CreateResourceRecordSetProtectionsCommand,
  DeleteResourceRecordSetProtectionsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { appDomain, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/** Why Route 53 refused a change, whose change the records show, and what is not known of one that was made. */
let world: ShiftWorld;
beforeAll(async () => {
  world = await startShiftWorld();
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
});
afterAll(() => world.stop());
afterEach(async () => {
  await fetch(`${world.emulator.url}/_emulator/faults`, { method: 'DELETE' });
  await world.giveGreen(0);
});

const toTen = { mode: 'shift', 'green-percent': '10' };
const writing = { service: 'route53', operation: 'ChangeResourceRecordSets' };
const following = { service: 'route53', operation: 'GetChange' };
const shares = async () => (await world.records()).map(({ Weight }) => Weight);

describe('a change that Route 53 refuses while the records are as before', () => {
  test('has its own words and a code of its own', async () => {
    await world.emulator.addFaults([
      {
        ...writing,
        fault: 'error',
        code: 'InvalidChangeBatch',
        status: 400,
        message: 'no such alias target',
      },
    ]);
    const run = await world.run(toTen);
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
    expect(run.log).toContain('[change-refused]');
    expect(run.log).not.toContain('somebody else');
    expect(await shares()).toEqual([100, 0]);
  });

  test.each(['shift', 'rollback'])('says that a protection is in the way of mode: %s', async (mode) => {
    const route53 = new Route53Client(world.emulator.client);
    const order = {
      HostedZoneId: world.zoneId,
      Protections: [{ RecordName: appDomain, RecordType: 'A' as const, Comment: 'ask the platform team' }],
    };
    expect(await world.run(toTen)).toMatchObject({ exitCode: 0 });
    await route53.send(new CreateResourceRecordSetProtectionsCommand(order));
    const run = await world.run({ mode, ...(mode === 'shift' && { 'green-percent': '50' }) });
    await route53.send(new DeleteResourceRecordSetProtectionsCommand(order));
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
    expect(run.log).toContain('[record-protected]');
    expect(run.log).toContain('ask the platform team');
    expect(run.log).toContain('delete-resource-record-set-protections');
    expect(await shares()).toEqual([90, 10]);
  });
});

test('of two equal shifts at once one owns the change, and the other takes nothing back', async () => {
  const held = await world.emulator.hold({ ...writing, times: 2 });
  const jobs = [world.start(toTen), world.start(toTen)];
  await held.arrived(1);
  await held.arrived(2);
  await held.release();
  const runs = await Promise.all(jobs.map((job) => job.finished));
  const [loser, winner] = runs[0]?.exitCode === 0 ? [runs[1], runs[0]] : runs;
  expect(winner).toMatchObject({ exitCode: 0, outputs: { changed: 'true', 'green-percent': '10' } });
  expect(loser).toMatchObject({ exitCode: 1, outputs: { changed: 'false' } });
  expect(loser?.log).toContain('[state-changed]');
  expect(loser?.log).toContain('somebody else made the same change');
  await world.calls();
  expect(await world.runPost(toTen, loser?.state ?? {})).toMatchObject({ exitCode: 0, log: '' });
  expect(await world.calls()).toEqual([]);
  expect(await shares()).toEqual([90, 10]);
});

describe('what somebody else writes before all servers have a change', () => {
  async function meanwhile(inputs: Readonly<Record<string, string>>) {
    const held = await world.emulator.hold(following);
    const job = world.start(inputs);
    await held.arrived();
    await world.giveGreen(50);
    await held.release();
    return job.finished;
  }

  test('stays, and is said', async () => {
    const run = await meanwhile({ ...toTen, 'bake-minutes': '0', 'drain-seconds': '0' });
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'failed', 'green-percent': '50' } });
    expect(run.log).toContain('[state-changed]');
    expect(run.log).toContain('somebody else changed the records of app.example.com');
    expect(await shares()).toEqual([50, 50]);
  });

  test('does not outlast a rollback', async () => {
    await world.giveGreen(10);
    const run = await meanwhile({ mode: 'rollback' });
    expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied', 'green-percent': '0' } });
    expect(await shares()).toEqual([100, 0]);
  });
});

describe('a change that is made, but cannot be followed', () => {
  test.each(['denied', 'error'])('is no verdict on green: GetChange %s', async (fault) => {
    await world.emulator.addFaults([{ ...following, fault, times: 1000 }]);
    const run = await world.run(toTen);
    expect(run).toMatchObject({
      exitCode: 1,
      outputs: { outcome: 'inconclusive', 'rolled-back': 'false', 'green-percent': '10' },
    });
    expect(run.log).toContain('the change is written');
    expect(run.log).not.toMatch(/(?:did|does) badly at/);
    expect(await shares()).toEqual([90, 10]);
    expect(await world.runPost(toTen, run.state)).toMatchObject({ exitCode: 0, log: '' });
  });

  test('says of a rollback that it is written', async () => {
    expect(await world.run(toTen)).toMatchObject({ exitCode: 0 });
    await world.emulator.addFaults([{ ...following, fault: 'denied', times: 1000 }]);
    const run = await world.run({ mode: 'rollback' });
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'inconclusive', 'green-percent': '0' } });
    expect(run.log).toContain('the change is written (give blue everything');
    expect(await shares()).toEqual([100, 0]);
  });
});
