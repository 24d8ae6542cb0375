import { appDomain, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/** A load balancer that does not know the domain answers 404 by itself, which a wide `probe-status` must not take for green's. */
let world: ShiftWorld;
beforeAll(async () => {
  world = await startShiftWorld();
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
});
afterAll(() => world.stop());
afterEach(async () => {
  await world.setHosts((hosts) => [...hosts.filter((host) => host !== appDomain), appDomain]);
  await world.giveGreen(0);
});

const wide = { 'probe-status': '200-499' };
const forgetDomain = () => world.setHosts((hosts) => hosts.filter((host) => host !== appDomain));
const shares = async () => (await world.records()).map(({ Weight }) => Weight);

test('in the watch', async () => {
  const running = world.start({ mode: 'shift', 'green-percent': '10', 'bake-minutes': '5', ...wide });
  await running.sawInLog('Waited');
  await forgetDomain();
  const run = await running.finished;
  expect(run.log).toContain('its load balancer itself answered 404');
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back' } });
  expect(await shares()).toEqual([100, 0]);
});

test('in mode: verify', async () => {
  expect(await world.run({ mode: 'shift', 'green-percent': '100', ...wide })).toMatchObject({ exitCode: 0 });
  await forgetDomain();
  const run = await world.run({ mode: 'verify', ...wide });
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('green does not answer as it should: its load balancer itself answered 404');
});

test('verify beside an HTTPS record that leads past green names that record, and not a rollback', async () => {
  const hints = {
    Name: appDomain,
    Type: 'HTTPS',
    TTL: 60,
    ResourceRecords: [{ Value: '1 . ipv4hint=192.0.2.1' }],
  } as const;
  await world.change([
    { Action: 'CREATE', ResourceRecordSet: { ...hints, ResourceRecords: [...hints.ResourceRecords] } },
  ]);
  const run = await world.run({ mode: 'verify' });
  await world.change([
    { Action: 'DELETE', ResourceRecordSet: { ...hints, ResourceRecords: [...hints.ResourceRecords] } },
  ]);
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('leads browsers past the address records');
  expect(run.log).toContain('Remove its target name and address hints');
  expect(run.log).not.toContain('run mode: rollback');
});
