import { CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { appDomain, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/** An input that the records make needless, a zone that nobody asks, an API that only names green: none holds who takes from green. */

let world: ShiftWorld;
beforeAll(async () => {
  world = await startShiftWorld();
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
});
afterAll(() => world.stop());
beforeEach(() => world.giveGreen(10));
afterEach(() => world.emulator.clearFaults());

const shares = async () => (await world.records()).map(({ Weight }) => Weight);

test.each([
  ['apprunner-service', 'a b'],
  ['blue-dns-name', 'other.eu-west-1.awsapprunner.com'],
  ['blue-dns-name', 'not a host'],
])('%s: %s, where the records have one App Runner host', async (name, value) => {
  const run = await world.run({ mode: 'rollback', [name]: value });
  expect(run.log).toMatch(new RegExp(`::notice.*${name}`));
  expect(run).toMatchObject({ exitCode: 0, outputs: { 'green-percent': '0' } });
  expect(await shares()).toEqual([100, 0]);
});

test('a step that gives green less than it has names the way that needs nothing of green', async () => {
  const denied = { service: 'ecs', operation: 'DescribeExpressGatewayService', fault: 'denied', times: 40 };
  await world.emulator.addFaults([denied]);
  const run = await world.run({ mode: 'shift', 'green-percent': '0' });
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('mode: rollback');
});

test('a zone of the name itself that has none of its records', async () => {
  const route53 = new Route53Client(world.emulator.client);
  await route53.send(new CreateHostedZoneCommand({ Name: appDomain, CallerReference: 'empty' }));
  const watched = { mode: 'monitor', 'watch-minutes': '0.02', 'bake-minutes': '', 'apprunner-service': '' };
  expect(await world.run(watched)).toMatchObject({ exitCode: 0, outputs: { 'green-percent': '10' } });
  expect(await world.run({ mode: 'rollback' })).toMatchObject({ exitCode: 0 });
  expect(await shares()).toEqual([100, 0]);
  const run = await world.run({ mode: 'shift', 'green-percent': '10' });
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('hosted-zone-id');
});
