import { openPort80, type Port80, redirect, teapot } from '../../helpers/plain-http.ts';
import { type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

const step = { 'green-percent': '10' };
const asked = { 'attach-domain': 'true', 'redirect-http': 'true' };

let world: ShiftWorld;
let port80: Port80;
beforeAll(async () => {
  world = await startShiftWorld();
  port80 = openPort80(world.emulator);
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
});
beforeEach(() => port80.clear());
afterAll(() => world.stop());

const noticesOf = (log: string) =>
  log.split('\n').flatMap((line) => (/^::notice.*::(.*)/.exec(line)?.[1]?.includes('http') ? [line] : []));
const plan = (more: Readonly<Record<string, string>> = {}) => world.run({ mode: 'plan', ...step, ...more });

test('that nothing listens there is said, with what to do', async () => {
  const run = await plan();
  expect(run.exitCode).toBe(0);
  expect(noticesOf(run.log)).toEqual([
    expect.stringMatching(
      /Green's load balancer does not listen on port 80: .* stop working .* redirect-http: true/,
    ),
  ]);
});

test('a redirect is nothing to speak of', async () => {
  await port80.listen(redirect);
  expect(noticesOf((await plan()).log)).toEqual([]);
});

test('another answer is said', async () => {
  await port80.listen(teapot);
  expect(noticesOf((await plan()).log)).toEqual([
    expect.stringContaining('does not lead to https, as App Runner does: it answered 418'),
  ]);
  expect(noticesOf((await plan(asked)).log)).toEqual([expect.stringContaining('It stays as it is')]);
});

test('a port that is closed before the listener is told apart from none', async () => {
  await port80.listen(redirect);
  const operation = `http://${await port80.dnsName()}`;
  await world.emulator.addFaults([{ service: 'edge', operation, fault: 'reset', times: 1 }]);
  expect(noticesOf((await plan()).log)).toEqual([
    expect.stringMatching(/redirects from port 80, but this runner got another answer: .* security group/),
  ]);
});

test('for a role that may not see listeners the request tells', async () => {
  const denied = { service: 'elbv2', operation: 'DescribeListeners', fault: 'denied', times: 1 };
  await world.emulator.addFaults([denied]);
  const run = await plan();
  expect(run.exitCode).toBe(0);
  expect(noticesOf(run.log)).toEqual([
    expect.stringMatching(/Green was not seen to redirect http:\/\/ to https \(it answered 502\)/),
  ]);
  await world.emulator.addFaults([denied]);
  const making = await plan(asked);
  expect(making.exitCode).toBe(1);
  expect(making.log).toContain('Allow elasticloadbalancing:DescribeListeners');
});

test('without attach-domain it is refused before any call', async () => {
  await world.calls();
  const run = await plan({ 'redirect-http': 'true' });
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('redirect-http: given without attach-domain');
  expect(await world.calls()).toEqual([]);
});

test('the plan has the listener, and is another one for it', async () => {
  const without = await plan({ 'attach-domain': 'true' });
  const run = await plan(asked);
  expect(run.log).toContain(
    "make a listener on port 80 of green's load balancer that redirects http:// to https",
  );
  expect(run.outputs['plan-checksum']).not.toBe(without.outputs['plan-checksum']);
  expect(await port80.find()).toBeUndefined();
});

test('a change that AWS refuses leaves all traffic where it was', async () => {
  const before = await world.records();
  await world.emulator.addFaults([
    { service: 'elbv2', operation: 'CreateListener', fault: 'denied', times: 1 },
  ]);
  const run = await world.run({ mode: 'shift', ...step, ...asked });
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('Allow elasticloadbalancing:CreateListener');
  expect(await world.records()).toEqual(before);
});

test('a job that is killed while it makes it has moved nobody; the next one goes on', async () => {
  const before = await world.records();
  const held = await world.emulator.hold({ service: 'elbv2', operation: 'CreateListener', when: 'after' });
  const running = world.start({ mode: 'shift', ...step, ...asked });
  await held.arrived();
  running.kill('SIGKILL');
  await running.finished;
  await held.release();
  expect(await world.records()).toEqual(before);
  expect(noticesOf((await plan(asked)).log)).toEqual([]);
});

test('the step makes it before anybody is sent to green; at the next one it is there', async () => {
  const run = await world.run({ mode: 'shift', ...step, ...asked });
  expect({ exitCode: run.exitCode, log: run.log }).toMatchObject({ exitCode: 0 });
  expect(run.outputs['outcome']).toBe('baked');
  expect(run.log).toContain('Green redirects http:// to https (301)');
  expect(await port80.find()).toMatchObject({ Protocol: 'HTTP', DefaultActions: [{ Type: 'redirect' }] });
  expect(await port80.tags()).toEqual({ 'managed-by': 'deploy-express' });
  await world.calls();
  const next = await world.run({ mode: 'shift', 'green-percent': '20', ...asked });
  expect(next.exitCode).toBe(0);
  expect((await world.calls()).filter((call) => call === 'elbv2:CreateListener')).toEqual([]);
});
