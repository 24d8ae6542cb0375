import { callsTo, type Deployments, linesOf, startDeployments } from '../../helpers/deployments.ts';
import type { ActionRun, RunningAction } from '../../helpers/run-action.ts';

/** The runner kills what is left 7.5 s after SIGINT. */
const graceSeconds = 7.5;

let world: Deployments;
let services = 0;
beforeAll(async () => {
  // Slow enough that nothing ends by itself.
  world = await startDeployments('--speed', '1');
  await world.emulator.post('ecs', { runTask: { seconds: 3_600 } });
});
beforeEach(() => world.emulator.forgetRequests());
afterEach(() => world.clearFaults());
afterAll(() => world.stop());

const start = (more: Readonly<Record<string, string>> = {}) => {
  services += 1;
  return world.start({
    'service-name': `web-${services}`,
    subnets: 'subnet-0a1b2c3d4e5f60001',
    'pre-deploy-command': 'node migrate.js',
    ...more,
  });
};

async function cancel(running: RunningAction): Promise<ActionRun> {
  const before = performance.now();
  running.kill('SIGINT');
  const run = await running.finished;
  expect((performance.now() - before) / 1000).toBeLessThan(graceSeconds);
  expect(run.exitCode).toBe(1);
  expect(run.summary).toContain('<code>cancelled</code>');
  expect(run.log).toContain('The service was not touched.');
  expect(callsTo(await world.emulator.requests(), 'CreateExpressGatewayService')).toEqual([]);
  return run;
}

const says = (run: ActionRun, message: string) =>
  expect(linesOf(run)).toContainEqual(
    expect.stringMatching(new RegExp(`^error: ${message}.*\\[cancelled\\]`)),
  );

type Task = { readonly arn: string; readonly lastStatus: string; readonly stoppedReason?: string };
async function newestTask(): Promise<Task | undefined> {
  const { ecs } = (await world.emulator.get('state')) as { ecs: { oneOffTasks: readonly Task[] } };
  return ecs.oneOffTasks[0];
}

test('while it runs: its task is stopped, and that is said with its ARN', async () => {
  const running = start();
  await running.sawInLog('pre-deploy-command runs in task');
  const run = await cancel(running);
  const task = await newestTask();
  says(run, `the job was cancelled; task ${task?.arn} of pre-deploy-command was stopped`);
  expect(task).toMatchObject({ lastStatus: 'DEPROVISIONING', stoppedReason: 'the job was cancelled' });
});

test('on-cancel: leave lets it run on', async () => {
  const running = start({ 'on-cancel': 'leave' });
  await running.sawInLog('pre-deploy-command runs in task');
  const run = await cancel(running);
  says(
    run,
    `the job was cancelled; pre-deploy-command was left running in task ${(await newestTask())?.arn}`,
  );
  expect(callsTo(await world.emulator.requests(), 'StopTask')).toEqual([]);
});

test('before ECS answered the request for it: it is found and stopped', async () => {
  const held = await world.emulator.hold({ service: 'ecs', operation: 'RunTask', when: 'after', times: 9 });
  const running = start();
  await held.arrived();
  const run = await cancel(running);
  await held.release();
  says(run, `the job was cancelled; task ${(await newestTask())?.arn} of pre-deploy-command was stopped`);
});

test('when ECS never got the request, nobody says that there is a task', async () => {
  const held = await world.emulator.hold({ service: 'ecs', operation: 'RunTask', when: 'before', times: 9 });
  const running = start();
  await held.arrived();
  const run = await cancel(running);
  says(run, 'the job was cancelled, and it is not known whether a task of pre-deploy-command was started');
  await held.release();
});

test('before it was asked for, none is', async () => {
  const held = await world.emulator.hold({ service: 'ecs', operation: 'RegisterTaskDefinition' });
  const running = start();
  await held.arrived();
  // Released when the job is over: a reply could come before the signal does.
  running.kill('SIGINT');
  const run = await running.finished;
  await held.release();
  expect(run.exitCode).toBe(1);
  expect(callsTo(await world.emulator.requests(), 'RunTask')).toEqual([]);
});

test('a task that may not be stopped is said to go on, with what to allow', async () => {
  const running = start();
  await running.sawInLog('pre-deploy-command runs in task');
  await world.addFault('ecs', 'StopTask', 'denied');
  const run = await cancel(running);
  says(run, 'the job was cancelled, but task arn:.* of pre-deploy-command may still run: ');
  expect(run.log).toContain('Allow ecs:StopTask');
  expect(run.log).toContain('aws ecs stop-task');
});

test('when AWS does not answer, that is the last word, in time', async () => {
  const running = start();
  await running.sawInLog('pre-deploy-command runs in task');
  await world.addFault('ecs', 'StopTask', 'hang', { times: 10 });
  const run = await cancel(running);
  says(run, 'the job was cancelled, but task arn:.* of pre-deploy-command may still run: ');
});

test('a job that was killed leaves its task, for whose end the next one waits', async () => {
  const name = { 'service-name': 'killed' };
  const killed = start(name);
  await killed.sawInLog('pre-deploy-command runs in task');
  killed.kill('SIGKILL');
  await killed.finished;
  const task = await newestTask();
  await world.emulator.forgetRequests();
  const next = start({ ...name, 'on-cancel': 'leave' });
  await next.sawInLog(`Waiting for the end of an earlier pre-deploy-command: ${task?.arn}`);
  expect(callsTo(await world.emulator.requests(), 'RunTask')).toEqual([]);
  next.kill('SIGINT');
  expect((await next.finished).exitCode).toBe(1);
});
