import { DeleteHealthCheckCommand, Route53Client, TestDNSAnswerCommand } from '@aws-sdk/client-route-53';
import { appDomain, createHealthCheck, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/** One move whose green is watched by Route 53 itself. */

let world: ShiftWorld;
let route53: Route53Client;
let check: string;
beforeAll(async () => {
  world = await startShiftWorld();
  route53 = new Route53Client(world.emulator.client);
  check = await createHealthCheck(world);
});
afterAll(() => world.stop());

/** Of blue and of green. */
const checks = async () => (await world.records()).map(({ HealthCheckId }) => HealthCheckId);
const nothing = '00000000-0000-4000-8000-000000000000';

async function answer(): Promise<string> {
  const { RecordData = [] } = await route53.send(
    new TestDNSAnswerCommand({ HostedZoneId: world.zoneId, RecordName: appDomain, RecordType: 'A' }),
  );
  return RecordData.join();
}

const says = (verdict: 'healthy' | 'unhealthy') =>
  world.emulator.post('route-53', { healthChecks: { [check]: verdict } });

test('an id that is none is refused in the one report, before any call', async () => {
  await world.calls();
  const run = await world.run({ mode: 'adopt', 'green-health-check-id': 'my-check', 'probe-path': 'x' });
  expect(run).toMatchObject({ exitCode: 1 });
  expect(run.log).toContain('- green-health-check-id: "my-check"; wanted the id of a Route 53 health check');
  expect(run.log).toContain('- probe-path:');
  expect(await world.calls()).toEqual([]);
});

test('one that is not there is refused before anything is changed', async () => {
  const run = await world.run({ mode: 'adopt', 'green-health-check-id': nothing });
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
  expect(run.log).toContain(`there is no health check ${nothing} in the account of the hosted zone`);
});

test('one that the role may not look for is set, and that is said', async () => {
  const asked = { service: 'route53', operation: 'GetHealthCheck' };
  await world.emulator.addFaults([{ ...asked, fault: 'denied', times: 9 }]);
  const run = await world.run({ 'green-health-check-id': check });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'planned' } });
  expect(run.log).toContain('the role may not call route53:GetHealthCheck');
  expect(run.log).toContain(`green with health check ${check}`);
  await world.emulator.clearFaults();
});

test('the adoption sets it on green alone, and shows it', async () => {
  const inputs = { 'green-health-check-id': check };
  const planned = await world.run(inputs);
  expect(planned.log).toContain(`green with health check ${check}`);
  expect(planned.summary).toContain('| Health check |');
  const without = await world.run({});
  expect(without.outputs['plan-checksum']).not.toBe(planned.outputs['plan-checksum']);
  const checksum = { 'plan-checksum': planned.outputs['plan-checksum'] ?? '' };
  const run = await world.run({ ...inputs, ...checksum, mode: 'adopt' });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied' } });
  expect(await checks()).toEqual([undefined, check]);
});

test('at 100/0 a check that fails changes no answer', async () => {
  await world.emulator.advance(120);
  const blue = await answer();
  await says('unhealthy');
  expect(await answer()).toBe(blue);
  await says('healthy');
});

test('a step keeps it where it is not given, and at 0/100 Route 53 answers with blue while it fails', async () => {
  const blue = await answer();
  const run = await world.run({ mode: 'shift', 'green-percent': '100' });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'baked' } });
  expect(run.log).toContain('that of green: while it fails, Route 53 sends everybody to blue');
  expect(await checks()).toEqual([undefined, check]);
  await world.emulator.advance(120);
  expect(await answer()).not.toBe(blue);
  await says('unhealthy');
  expect(await answer()).toBe(blue);
  await says('healthy');
});

test('another one is set where the share stays, but not where blue does not answer', async () => {
  const other = await createHealthCheck(world, appDomain);
  const inputs = { mode: 'shift', 'green-percent': '100', 'green-health-check-id': other };
  const refused = await world.run({ ...inputs, 'probe-status': '599' });
  expect(refused).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused' } });
  expect(refused.log).toContain('blue does not answer for');
  expect(await checks()).toEqual([undefined, check]);
  const run = await world.run(inputs);
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied', 'green-percent': '100' } });
  expect(run.log).toContain(`set health check ${other} on green's record, whose share stays at 100 %`);
  expect(run.log).toContain(`requests ${appDomain} itself`);
  expect(await checks()).toEqual([undefined, other]);
  expect(await world.run(inputs)).toMatchObject({ exitCode: 0, outputs: { outcome: 'noop' } });
  expect(await world.run({ ...inputs, 'green-health-check-id': check })).toMatchObject({ exitCode: 0 });
});

test('one that was deleted holds a step, and no rollback', async () => {
  expect(await world.run({ mode: 'shift', 'green-percent': '50' })).toMatchObject({ exitCode: 0 });
  await route53.send(new DeleteHealthCheckCommand({ HealthCheckId: check }));
  // The plan is made without a look at what the record has.
  await world.emulator.addFaults([
    { service: 'route53', operation: 'GetHealthCheck', fault: 'denied', times: 9 },
  ]);
  const held = await world.run({ mode: 'shift', 'green-percent': '75' });
  await world.emulator.clearFaults();
  expect(held).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
  expect(held.log).toContain('health-check-missing');
  const back = await world.run({ mode: 'rollback' });
  expect(back).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied', 'green-percent': '0' } });
  expect(back.log).toContain('is not there any more');
  expect(await checks()).toEqual([undefined, undefined]);
});

test('the end of the move leaves none, and says which is not needed any more', async () => {
  const last = await createHealthCheck(world, 'last.ecs.eu-west-1.on.aws');
  const given = { 'green-health-check-id': last };
  const shift = { ...given, mode: 'shift', 'green-percent': '100' };
  expect(await world.run(shift)).toMatchObject({ exitCode: 0, outputs: { outcome: 'baked' } });
  const run = await world.run({ ...given, mode: 'finalize', 'hold-hours': '0' });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied' } });
  expect(run.log).toContain(`The simple record has no health check. The pair had ${last}`);
  expect(await checks()).toEqual([undefined]);
});
