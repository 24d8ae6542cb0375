import { createHealthCheck, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/** The records say who is to answer; whom Route 53 takes for unhealthy does not, and DNS alone shows it. */

let world: ShiftWorld;
let check: string;
beforeAll(async () => {
  world = await startShiftWorld();
  check = await createHealthCheck(world);
  expect(await world.run({ mode: 'adopt', 'green-health-check-id': check })).toMatchObject({ exitCode: 0 });
  await world.emulator.advance(120);
});
afterAll(() => world.stop());
afterEach(async () => {
  await world.emulator.clearFaults();
  await says('healthy');
});

const says = (verdict: unknown, id = check) =>
  world.emulator.post('route-53', { healthChecks: { [id]: verdict } });
const give = async (percent: number) =>
  expect(await world.run({ mode: 'shift', 'green-percent': String(percent) })).toMatchObject({ exitCode: 0 });
const verify = (dns?: string) => world.run({ mode: 'verify' }, {}, dns);
const red = { exitCode: 1, outputs: { changed: 'false', outcome: 'failed' } };

test('a status shows what the checkers say, and is green', async () => {
  await says(3);
  const run = await world.run({ mode: 'status' });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'noop' } });
  const line = `Health check ${check} of green: counts as healthy, 3 of 16 checkers report a failure`;
  expect(run.log).toContain(line);
  expect(run.summary).toContain('### Sides');
  expect(run.summary).toContain(check);
});

test.each([
  ['healthy', 'healthy, 16 of 16 checkers report success'],
  ['unhealthy', 'fails, 16 of 16 checkers report a failure'],
  ['no report yet', 'not known, no checker has reported yet'],
])('at 100/0 green has nobody, and its check may say anything (%s)', async (verdict, words) => {
  await says(verdict);
  const run = await verify();
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'noop' } });
  expect(run.log).toMatch(/Route 53 answers: NOERROR 127\.0\.0\.3, which is blue/);
  expect(run.log).toContain(`Health check ${check} of green: ${words}`);
});

test('a check of blue that fails makes green answer, which has weight 0', async () => {
  const own = await createHealthCheck(world, `blue.${world.blueHost}`);
  const [blue] = await world.records();
  if (blue === undefined) throw new Error('no record');
  await world.change([{ Action: 'UPSERT', ResourceRecordSet: { ...blue, HealthCheckId: own } }]);
  await world.emulator.advance(120);
  expect(await verify()).toMatchObject({ exitCode: 0 });
  await says('unhealthy', own);
  const run = await verify();
  expect(run).toMatchObject(red);
  expect(run.log).toContain('which is green, although the records give blue everything');
  expect(run.log).toContain(`health check ${own} of blue fails`);
  await world.change([{ Action: 'UPSERT', ResourceRecordSet: { ...blue, HealthCheckId: undefined } }]);
  await world.emulator.advance(120);
});

test('with a share between, a check that fails is red, whatever a single answer says', async () => {
  await give(10);
  expect(await verify()).toMatchObject({ exitCode: 0 });
  await says('unhealthy');
  const run = await verify();
  expect(run).toMatchObject(red);
  expect(run.log).toContain(`health check ${check} of green fails`);
});

describe('at 0/100', () => {
  beforeAll(() => give(100));

  test('an answer of green is green', async () => {
    const run = await verify();
    expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'noop' } });
    expect(run.log).toContain('Route 53 answers: NOERROR 127.0.0.2, which is green');
  });

  test('a check that fails sends everybody to blue, and that is red', async () => {
    await says('unhealthy');
    const run = await verify();
    expect(run).toMatchObject(red);
    expect(run.log).toContain('NOERROR 127.0.0.3 for app.example.com, which is blue');
    expect(run.log).toContain('although the records give green everything');
    expect(run.log).toContain(`health check ${check} of green fails`);
  });

  test('so it is when the role may not ask the check', async () => {
    await says('unhealthy');
    for (const operation of ['GetHealthCheck', 'GetHealthCheckStatus']) {
      await world.emulator.addFaults([{ service: 'route53', operation, fault: 'denied', times: 9 }]);
      const run = await verify();
      await world.emulator.clearFaults();
      expect(run).toMatchObject(red);
      expect(run.log).toContain('although the records give green everything');
      expect(run.log).toContain(`the role may not call route53:${operation}`);
    }
  });

  test('a machine without DNS cannot tell whose addresses they are, and the check still can', async () => {
    const nobody = '127.0.0.1:9';
    const run = await verify(nobody);
    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.log).toMatch(/Route 53 answers: NOERROR 127\.0\.0\.2$/m);
    await says('unhealthy');
    expect(await verify(nobody)).toMatchObject(red);
  });
});
