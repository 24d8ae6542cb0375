import { DeleteHealthCheckCommand, type ResourceRecordSet, Route53Client } from '@aws-sdk/client-route-53';
import { appDomain, createHealthCheck, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/** Route 53 takes no record of a health check that was deleted. A way back is made without that one, and keeps the others. */

const www = 'www.example.com';
let world: ShiftWorld;
let route53: Route53Client;
let round = 0;
/** Of blue and green of the one name, and of green of the other. */
let blueCheck: string;
let greenCheck: string;
let otherCheck: string;
beforeAll(async () => {
  world = await startShiftWorld({ domains: [appDomain, www] });
  route53 = new Route53Client(world.emulator.client);
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
});
afterAll(() => world.stop());
beforeEach(async () => {
  round += 1;
  [blueCheck = '', greenCheck = '', otherCheck = ''] = await Promise.all(
    ['blue', 'green', 'other'].map((name) => createHealthCheck(world, `${name}-${round}.example.com`)),
  );
  const [pair, other] = [await world.records(appDomain), await world.records(www)];
  await world.change([
    ...pair.map((record) => withCheck(record, isBlue(record) ? blueCheck : greenCheck)),
    ...other.map((record) => withCheck(record, isBlue(record) ? undefined : otherCheck)),
  ]);
  await world.emulator.advance(120);
});
afterEach(() => world.emulator.clearFaults());

const isBlue = ({ SetIdentifier }: ResourceRecordSet) => SetIdentifier === 'apprunner-blue';
const withCheck = ({ HealthCheckId: _former, ...record }: ResourceRecordSet, id: string | undefined) => ({
  Action: 'UPSERT' as const,
  ResourceRecordSet: {
    ...record,
    Weight: isBlue(record) ? 90 : 10,
    ...(id !== undefined && { HealthCheckId: id }),
  },
});
/** Of blue and green of each name. */
const checks = async () =>
  [...(await world.records(appDomain)), ...(await world.records(www))].map(
    ({ HealthCheckId }) => HealthCheckId,
  );
const shares = async () =>
  [...(await world.records(appDomain)), ...(await world.records(www))].map(({ Weight }) => Weight);
const allBlue = [100, 0, 100, 0];
const remove = (id: string) => route53.send(new DeleteHealthCheckCommand({ HealthCheckId: id }));

test('a rollback', async () => {
  await remove(greenCheck);
  const run = await world.run({ mode: 'rollback' });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied' } });
  expect(run.log).toMatch(
    new RegExp(`::notice.*Health check ${greenCheck} is not there any more.*made without it`),
  );
  expect(await checks()).toEqual([blueCheck, undefined, undefined, otherCheck]);
  expect(await shares()).toEqual(allBlue);
});

test('of two that are gone', async () => {
  await remove(greenCheck);
  await remove(otherCheck);
  expect(await world.run({ mode: 'rollback' })).toMatchObject({ exitCode: 0 });
  expect(await checks()).toEqual([blueCheck, undefined, undefined, undefined]);
});

test('where nobody can see which one it is, all leave: people are brought back first', async () => {
  await remove(greenCheck);
  await world.emulator.addFaults([
    { service: 'route53', operation: 'GetHealthCheck', fault: 'denied', times: 99 },
  ]);
  const run = await world.run({ mode: 'rollback' });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied' } });
  expect(run.log).toMatch(/::notice.*which of them.*could not be seen.*made without any/);
  expect(await checks()).toEqual([undefined, undefined, undefined, undefined]);
  expect(await shares()).toEqual(allBlue);
});

test('a step that gives green less', async () => {
  await remove(greenCheck);
  const run = await world.run({ mode: 'shift', 'green-percent': '5' });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied', 'green-percent': '5' } });
  expect(await checks()).toEqual([blueCheck, undefined, undefined, otherCheck]);
});

test('a step that gives green more is not made', async () => {
  await remove(greenCheck);
  const run = await world.run({ mode: 'shift', 'green-percent': '50' });
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
  expect(await checks()).toEqual([blueCheck, greenCheck, undefined, otherCheck]);
});

test('the post step, and a second one finds that it is back', async () => {
  const inputs = { mode: 'shift', 'green-percent': '50' };
  const running = world.start({ ...inputs, 'bake-minutes': '5' });
  await running.sawInLog('Waited');
  running.kill('SIGINT');
  const { state } = await running.finished;
  await remove(greenCheck);
  const post = await world.runPost(inputs, state);
  expect(post).toMatchObject({ exitCode: 0 });
  expect(post.log).toContain('were rolled back: green has 10 %25 again');
  expect(await checks()).toEqual([blueCheck, undefined, undefined, otherCheck]);
  const again = await world.runPost(inputs, state);
  expect(again).toMatchObject({ exitCode: 0 });
  expect(again.log).toContain('are as they were before the job');
});
