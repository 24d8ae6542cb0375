import { type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';
import { startTamperingProxy } from '../../helpers/tampering-proxy.ts';

/** Whatever ends a job: every output is set, and the summary says what happened. */

let world: ShiftWorld;
beforeAll(async () => {
  world = await startShiftWorld();
});
afterAll(() => world.stop());

const outputCount = 12;

test('bad inputs are listed in the summary, too', async () => {
  const run = await world.run({ mode: 'shift', 'green-percent': '200', 'bake-minutes': 'long' });
  expect(run.exitCode).toBe(1);
  expect(Object.keys(run.outputs)).toHaveLength(outputCount);
  expect(run.outputs).toMatchObject({ outcome: 'failed', changed: 'false', 'rolled-back': 'false' });
  expect(run.summary).toMatch(/^## Failed\n/);
  expect(run.summary).toContain('(<code>input-invalid</code>)');
  expect(run.summary).toMatch(/^- green-percent: /m);
  expect(run.summary).toMatch(/^- bake-minutes: /m);
  expect(run.summary).toContain('Nothing was called and nothing was changed.');
});

test.each(['plan', 'verify', 'status', 'shift'])('a bug of ours is told in mode: %s', async (mode) => {
  // AWS never says this, and so nothing here is made for it.
  const proxy = await startTamperingProxy(world.emulator.url, (operation, answer) =>
    operation === 'DescribeExpressGatewayService' ? { service: { activeConfigurations: [null] } } : answer,
  );
  const run = await world.run({ mode, gate: 'off', 'green-percent': '10' }, { AWS_ENDPOINT_URL: proxy.url });
  proxy.stop();
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('This is a bug in the action');
  expect(Object.keys(run.outputs)).toHaveLength(outputCount);
  expect(run.outputs['outcome']).toBe('failed');
  expect(run.summary).toContain('**A bug in this action, not in your workflow.**');
});
