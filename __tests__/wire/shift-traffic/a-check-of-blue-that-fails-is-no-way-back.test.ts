import { appDomain, createHealthCheck, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/** While blue's health check fails, Route 53 answers with green, even where green's weight is 0. */

let world: ShiftWorld;
let check: string;
beforeAll(async () => {
  world = await startShiftWorld();
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
  check = await createHealthCheck(world, 'blue.example.com');
  const blues = (await world.records()).filter(({ SetIdentifier }) => SetIdentifier === 'apprunner-blue');
  await world.change(
    blues.map((record) => ({ Action: 'UPSERT', ResourceRecordSet: { ...record, HealthCheckId: check } })),
  );
});
afterAll(() => world.stop());
beforeEach(() => says('unhealthy'));
afterEach(async () => {
  await world.emulator.clearFaults();
  await world.setHosts((hosts) => [...hosts.filter((host) => host !== appDomain), appDomain]);
  await says('healthy');
  await world.giveGreen(0);
});

const says = (verdict: 'healthy' | 'unhealthy') =>
  world.emulator.post('route-53', { healthChecks: { [check]: verdict } });
const loseHost = () => world.setHosts((hosts) => hosts.filter((host) => host !== appDomain));
const shares = async () => (await world.records()).map(({ Weight }) => Weight);
const to = (percent: number) => ({ mode: 'shift', 'green-percent': String(percent) });
const watch = { mode: 'monitor', 'watch-minutes': '0.02', 'bake-minutes': '', 'apprunner-service': '' };
const notBack = /Route 53 answers with green, since health check [0-9a-f-]+ of blue fails/;

/** The weights go back, and nobody says that visitors do. */
function expectNotBack(run: {
  readonly exitCode: number | null;
  readonly outputs: object;
  readonly log: string;
}) {
  expect(run.log).toMatch(notBack);
  expect(run.log).toContain('aws route53 get-health-check-status');
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'failed', 'green-percent': '0' } });
}

test('a rollback writes the weights, and says who answers all the same', async () => {
  await world.giveGreen(10);
  expectNotBack(await world.run({ mode: 'rollback' }));
  expect(await shares()).toEqual([100, 0]);
});

test('a rollback that finds green at 0 % says it as well', async () => {
  const run = await world.run({ mode: 'rollback' });
  expect(run.log).toMatch(notBack);
  expect(run).toMatchObject({ exitCode: 1, outputs: { changed: 'false' } });
});

test('a rollback that may not see the check goes back, and says what it does not know', async () => {
  await world.giveGreen(10);
  const denied = { service: 'route53', operation: 'GetHealthCheck', fault: 'denied', times: 20 };
  await world.emulator.addFaults([denied]);
  const run = await world.run({ mode: 'rollback' });
  expect(run.log).toContain(`It is not known whether health check ${check}`);
  expect(run).toMatchObject({ exitCode: 0, outputs: { 'green-percent': '0' } });
});

test('a monitor takes a sick green back, and says who answers all the same', async () => {
  await world.giveGreen(50);
  await loseHost();
  expectNotBack(await world.run(watch));
});

test('a shift whose green turns bad says it of its way back', async () => {
  await says('healthy');
  const running = world.start({ ...to(10), 'bake-minutes': '2' });
  await running.sawInLog('Waited');
  await says('unhealthy');
  await loseHost();
  expectNotBack(await running.finished);
});

test('no step gives green more: 10 % would be all', async () => {
  const run = await world.run(to(10));
  expect(run.log).toMatch(/health check [0-9a-f-]+ of blue fails/);
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused' } });
  expect(await shares()).toEqual([100, 0]);
});

test('a watch proves nothing where blue was left out of the answers, and no further step is made', async () => {
  await says('healthy');
  // Before it are those of the plan and of the beginning of the watch.
  const ending = await world.emulator.hold({
    service: 'ecs',
    operation: 'ListServiceDeployments',
    after: 2,
  });
  const running = world.start({ mode: 'shift', steps: '10,50' });
  await ending.arrived();
  await says('unhealthy');
  await ending.release();
  const run = await running.finished;
  expect(run.log).toMatch(/health check [0-9a-f-]+ of blue fails/);
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'inconclusive', 'green-percent': '10' } });
});
