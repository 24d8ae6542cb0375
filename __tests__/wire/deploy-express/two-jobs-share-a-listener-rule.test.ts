import { callsTo, type Deployments, linesOf, startDeployments } from '../../helpers/deployments.ts';
import {
  addCertificate,
  type EmulatedListener,
  hostCondition,
  openListener,
} from '../../helpers/listener.ts';

/** The conditions of a rule are replaced as a whole: who writes last takes away what it had not read. */
const app = 'app.shop.example';
const other = 'other.shop.example';

let world: Deployments;
let listener: EmulatedListener;
let endpoint: string;
beforeAll(async () => {
  world = await startDeployments();
  listener = openListener(world.emulator);
  endpoint = (await world.deploy()).outputs['endpoint'] ?? '';
  await addCertificate(world.emulator, ['*.shop.example']);
});
beforeEach(() => listener.setConditions('we', [hostCondition(endpoint)]));
afterAll(() => world.stop());

const holdReplyToWrite = () =>
  world.emulator.hold({ service: 'elbv2', operation: 'ModifyRule', when: 'after' });

test('a host that another job takes away right after its write is put there again', async () => {
  const held = await holdReplyToWrite();
  const running = world.start({ 'custom-domains': app });
  await held.arrived();
  await listener.setConditions('we', [hostCondition(endpoint, other)]);
  await held.release();
  const run = await running.finished;
  expect(run.exitCode).toBe(0);
  expect(await listener.hosts('we')).toEqual([endpoint, other, app]);
  expect(run.outputs['custom-domains']).toBe(`${other},${app}`);
});

test('of two jobs that add a host at once, the one that wrote first puts its host there again', async () => {
  const slowWrite = await world.emulator.hold({ service: 'elbv2', operation: 'ModifyRule' });
  const slow = world.start({ 'custom-domains': app });
  await slowWrite.arrived();
  // The fast one looks before it does anything, before it writes, after that, and at its end.
  const lastLook = await world.emulator.hold({ service: 'elbv2', operation: 'DescribeRules', after: 3 });
  const fast = world.start({ 'custom-domains': other });
  await lastLook.arrived();
  expect(await listener.hosts('we')).toEqual([endpoint, other]);
  await slowWrite.release();
  const slowRun = await slow.finished;
  expect(slowRun.exitCode).toBe(0);
  expect(await listener.hosts('we')).toEqual([endpoint, app]);
  await lastLook.release();
  const fastRun = await fast.finished;
  expect(fastRun.exitCode).toBe(0);
  expect(await listener.hosts('we')).toEqual([endpoint, app, other]);
  expect(linesOf(fastRun).filter((line) => line.startsWith(`Added ${other}`))).toHaveLength(2);
});

test.each([
  ['throttle', 'before'],
  ['lost-reply', 'after'],
] as const)('a write that met a %s is repeated on what the rule has by then', async (fault, when) => {
  const writing = { service: 'elbv2', operation: 'ModifyRule' };
  const held = await world.emulator.hold({ ...writing, when });
  if (when === 'after') await world.emulator.addFaults([{ ...writing, fault, times: 1 }]);
  const running = world.start({ 'custom-domains': app });
  await held.arrived();
  // A job that has ended by the time of the repeat puts nothing there again.
  await listener.setConditions('we', [hostCondition(endpoint, other)]);
  if (when === 'before') await world.emulator.addFaults([{ ...writing, fault, times: 1 }]);
  await held.release();
  const run = await running.finished;
  await world.emulator.clearFaults();
  expect(run.exitCode).toBe(0);
  expect(await listener.hosts('we')).toEqual([endpoint, other, app]);
});

test('a host that somebody takes away again and again is no success', async () => {
  await world.emulator.forgetRequests();
  let held = await holdReplyToWrite();
  const running = world.start({ 'custom-domains': app });
  for (let write = 1; write <= 3; write += 1) {
    await held.arrived();
    await listener.setConditions('we', [hostCondition(endpoint)]);
    const before = held;
    if (write < 3) held = await holdReplyToWrite();
    await before.release();
  }
  const run = await running.finished;
  expect(run.exitCode).toBe(1);
  expect(run.outputs['custom-domains']).toBe('');
  expect(run.log).toContain('domain-not-attached');
  expect(run.log).toContain(`${app} was added to the listener rule 3 times, and is not there`);
  // Three of its own, and three that took the host away.
  expect(callsTo(await world.emulator.requests(), 'ModifyRule')).toHaveLength(6);
});
