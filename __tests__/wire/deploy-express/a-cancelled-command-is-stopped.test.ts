import { callsTo, type Deployments, linesOf, startDeployments } from '../../helpers/deployments.ts';
import { oneOffTasks } from '../../helpers/one-off-tasks.ts';
import { type ActionRun, outOfTime, type RunningAction } from '../../helpers/run-action.ts';

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
  running.kill('SIGINT');
  const run = await running.finished;
  expect(run.log).not.toContain(outOfTime);
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

const newestTask = async () => (await oneOffTasks(world.emulator))[0];

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

test('one that is being stopped still runs, and the next one waits for it', async () => {
  const name = { 'service-name': 'stopping' };
  const first = start(name);
  await first.sawInLog('pre-deploy-command runs in task');
  await cancel(first);
  const task = await newestTask();
  expect(task?.lastStatus).toBe('DEPROVISIONING');
  await world.emulator.forgetRequests();
  const next = start({ ...name, 'on-cancel': 'leave' });
  await next.sawInLog(`Waiting for the end of an earlier pre-deploy-command: ${task?.arn}`);
  expect(callsTo(await world.emulator.requests(), 'RunTask')).toEqual([]);
  next.kill('SIGINT');
  expect((await next.finished).exitCode).toBe(1);
});

describe('a command that had come to its end is not said to have been stopped', () => {
  afterEach(() => world.emulator.post('ecs', { runTask: { seconds: 3_600 } }));

  test.each([
    [3, 'pre-deploy-command ended with exit code 3'],
    [0, 'pre-deploy-command had ended with exit code 0'],
  ])('although nobody had looked: %i', async (exitCode, words) => {
    await world.emulator.post('ecs', { runTask: { seconds: 3_600, exitCode } });
    // The first look finds nothing, and the second one gets no answer.
    const held = await world.emulator.hold({
      service: 'ecs',
      operation: 'DescribeTasks',
      after: 1,
      times: 9,
    });
    const running = start();
    await held.arrived();
    await world.emulator.advance(7_200);
    const run = await cancel(running);
    await held.release();
    says(run, `the job was cancelled\\. In task ${(await newestTask())?.arn}: ${words}`);
    expect(run.log).not.toContain('was stopped');
  });

  test('while its log is read', async () => {
    await world.emulator.post('ecs', { runTask: { seconds: 3_600, exitCode: 3, logLines: ['boom'] } });
    const held = await world.emulator.hold({ service: 'logs', operation: 'GetLogEvents', times: 9 });
    const running = start();
    await running.sawInLog('pre-deploy-command runs in task');
    await world.emulator.advance(7_200);
    await held.arrived();
    const run = await cancel(running);
    await held.release();
    says(run, `the job was cancelled\\. In task .*: pre-deploy-command ended with exit code 3`);
    expect(run.log).not.toContain('was stopped');
    expect(callsTo(await world.emulator.requests(), 'StopTask')).toEqual([]);
  });

  test('also where it is to be left', async () => {
    await world.emulator.post('ecs', { runTask: { seconds: 3_600, exitCode: 3 } });
    const held = await world.emulator.hold({ service: 'ecs', operation: 'DescribeTasks', after: 1 });
    const running = start({ 'on-cancel': 'leave' });
    await held.arrived();
    await world.emulator.advance(7_200);
    const run = await cancel(running);
    await held.release();
    says(run, `the job was cancelled\\. In task .*: pre-deploy-command ended with exit code 3`);
  });
});

test('while there is no room on Fargate: nothing was started, and what was done is named', async () => {
  const reason = 'Capacity is unavailable at this time.';
  await world.emulator.post('ecs', { runTaskFailures: Array.from({ length: 9 }, () => ({ reason })) });
  const running = start();
  await running.sawInLog('Waiting: Capacity');
  const run = await cancel(running);
  await world.emulator.post('ecs', { runTaskFailures: [] });
  says(
    run,
    'the job was cancelled before a task of pre-deploy-command was started; what was done stays: .*create log group /aws/ecs/default/web-\\d+-pre-deploy, register task definition default-web-\\d+-pre-deploy:1',
  );
});
