import { changesOf, type Deployments, startDeployments } from '../../helpers/deployments.ts';

let world: Deployments;
beforeAll(async () => {
  world = await startDeployments('--speed', '1500');
  expect((await world.deploy({ 'smoke-test': 'false' })).exitCode).toBe(0);
});
afterAll(() => world.stop());

const scaleToZero = () => world.emulator.post('ecs', { desiredCount: { service: 'web', count: 0 } });

test('an update of a service that is scaled to 0 wakes it', async () => {
  await scaleToZero();
  const run = await world.deploy({ 'smoke-test': 'false' });
  expect(run.exitCode).toBe(0);
  expect(run.log).toContain('tasks: 0 wanted → 1 at least');
  expect(changesOf(run.calls)).toMatchObject([
    { operation: 'UpdateExpressGatewayService', input: { scalingTarget: { minTaskCount: 1 } } },
  ]);
  expect(run.outputs['outcome']).toBe('updated');
});

test('one that may have no task is left asleep', async () => {
  expect((await world.deploy({ 'smoke-test': 'false', 'min-task-count': '0' })).exitCode).toBe(0);
  await scaleToZero();
  const run = await world.deploy({ 'smoke-test': 'false', 'min-task-count': '0' });
  expect(changesOf(run.calls)).toEqual([]);
  expect(run.outputs['outcome']).toBe('unchanged');
  expect((await world.deploy({ 'smoke-test': 'false', 'min-task-count': '1' })).exitCode).toBe(0);
});

test('a deployment that succeeds without a task is red', async () => {
  const held = await world.emulator.hold({
    service: 'ecs',
    operation: 'DescribeServiceDeployments',
    times: 1,
    after: 1,
  });
  const running = world.deploy({ 'smoke-test': 'false', 'environment-variables': 'COLOUR=mauve' });
  await held.arrived();
  await scaleToZero();
  await held.release();
  const run = await running;
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('none of its tasks runs, and at least 1 should [deployment-failed]');
  expect(run.outputs['outcome']).toBe('failed');
});

test('where no task may run, and none does, nobody is told to open the URL', async () => {
  expect((await world.deploy({ 'smoke-test': 'false', 'min-task-count': '0' })).exitCode).toBe(0);
  await scaleToZero();
  const run = await world.deploy({ 'min-task-count': '0', 'smoke-test-timeout-seconds': '1' });
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('no task of web runs, so nothing can answer [smoke-test-failed]');
  expect(run.log).not.toContain('Open the URL');
});
