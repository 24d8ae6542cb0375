import { callsTo, type Deployments, startDeployments } from '../../helpers/deployments.ts';
import { endTasks, inputsOfOwn, oneOffTasks, registerOwn } from '../../helpers/one-off-tasks.ts';

const subnets = 'subnet-0a1b2c3d4e5f60001,subnet-0a1b2c3d4e5f60002';
const service = { 'smoke-test': 'false', subnets };
const withCommand = { ...service, 'pre-deploy-command': 'npm run migrate' };
const noRoom =
  'Capacity is unavailable at this time. Please try again later or in a different availability zone';

let world: Deployments;
let count = 1;
const newImage = () => ({ image: `public.ecr.aws/example/web:${++count}` });
beforeAll(async () => {
  world = await startDeployments('--speed', '2000');
  expect((await world.deploy(service)).exitCode).toBe(0);
});
beforeEach(() => world.emulator.post('ecs', { runTask: {}, runTaskFailures: [] }));
afterEach(() => endTasks(world));
afterAll(() => world.stop());
const tasks = () => oneOffTasks(world.emulator);
const capacity = { code: 'ClientException', message: noRoom, status: 400 };

describe('the first reply to RunTask is lost, and the next attempt is', () => {
  test.each([
    ['denied', {}],
    ['expired', {}],
    ['throttle', {}],
    ['error', { code: 'ClientException', message: 'No.', status: 400 }],
  ])('%s: its task is found, and is the one', async (fault, more) => {
    const before = (await tasks()).length;
    await world.addFault('ecs', 'RunTask', 'lost-reply');
    await world.addFault('ecs', 'RunTask', fault, { times: 9, ...more });
    // At this speed ECS would forget one that ends, before the last attempt.
    await world.emulator.post('ecs', { runTask: { seconds: 1_000_000 } });
    const running = world.start({ ...withCommand, ...newImage() });
    await running.sawInLog('pre-deploy-command runs in task');
    running.kill('SIGINT');
    const run = await running.finished;
    const after = await tasks();
    expect(after.length).toBe(before + 1);
    expect(run.log).toContain(`pre-deploy-command runs in task ${after[0]?.arn}`);
  });

  test.each(['denied', 'throttle'])(
    '%s, and no task can be looked for: that it may run is said',
    async (fault) => {
      await world.addFault('ecs', 'RunTask', 'lost-reply');
      await world.addFault('ecs', 'RunTask', fault, { times: 9 });
      // The first two look for an earlier command.
      await world.addFault('ecs', 'ListTasks', 'denied', { times: 99, after: 2 });
      const run = await world.deploy({ ...withCommand, ...newImage() });
      expect(run.exitCode).toBe(1);
      const startedBy = (await tasks())[0]?.startedBy;
      expect(run.log).toContain('It is not known whether its task was started');
      expect(run.log).toContain(`aws ecs list-tasks --cluster default --started-by ${startedBy}`);
      expect(run.log).toContain('aws ecs stop-task');
      expect(run.log).toContain('The service was not touched.');
      expect(run.outputs['changed']).toBe('true');
      expect(run.summary).toContain('may have been started');
    },
  );
});

test('a lost reply, then no room: there is one task, and it is found', async () => {
  const before = (await tasks()).length;
  await world.addFault('ecs', 'RunTask', 'lost-reply');
  await world.addFault('ecs', 'RunTask', 'error', capacity);
  const run = await world.deploy({ ...withCommand, ...newImage() });
  const after = await tasks();
  expect(run.exitCode).toBe(0);
  expect(after.length).toBe(before + 1);
  expect(run.log).toContain(`pre-deploy-command runs in task ${after[0]?.arn}`);
});

test('an attempt without an answer, then no room: it is asked again with the same token', async () => {
  await world.addFault('ecs', 'RunTask', 'reset');
  await world.addFault('ecs', 'RunTask', 'error', capacity);
  const before = (await tasks()).length;
  const run = await world.deploy({ ...withCommand, ...newImage() });
  expect(run.exitCode).toBe(0);
  expect((await tasks()).length).toBe(before + 1);
  expect(new Set(callsTo(run.calls, 'RunTask').map(({ input }) => input['clientToken'])).size).toBe(1);
});

test('beside a task definition the family to look for is its own', async () => {
  const arn = await registerOwn(world.ecs, 'doubtful');
  await world.addFault('ecs', 'RunTask', 'reset', { times: 9 });
  const run = await world.deploy({
    ...inputsOfOwn('doubtful', arn),
    subnets,
    'pre-deploy-command': 'npm run migrate',
  });
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('It is not known whether its task was started');
  expect(run.log).toContain('of family doubtful ');
});

describe('of a first deployment', () => {
  const first = { ...withCommand, 'pre-deploy-command': 'node migrate.js' };

  test('a log group that was made, before RegisterTaskDefinition is denied, is said to stay', async () => {
    await world.addFault('ecs', 'RegisterTaskDefinition', 'denied');
    const run = await world.deploy({ ...first, 'service-name': 'denied' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('Log group /aws/ecs/default/denied-pre-deploy was created, and stays.');
    expect(run.outputs['changed']).toBe('true');
    expect(run.summary).toContain('create log group /aws/ecs/default/denied-pre-deploy');
  });

  test('a log group that was there is none of its own', async () => {
    const fault = { code: 'ResourceAlreadyExistsException', status: 400 };
    await world.addFault('logs', 'CreateLogGroup', 'error', fault);
    await world.addFault('ecs', 'RegisterTaskDefinition', 'denied');
    const run = await world.deploy({ ...first, 'service-name': 'there' });
    expect(run.exitCode).toBe(1);
    expect(run.log).not.toContain('was created');
    expect(run.outputs['changed']).toBe('false');
  });

  test('a log group of which nobody knows who made it may be its own, and that is said', async () => {
    await world.addFault('logs', 'CreateLogGroup', 'lost-reply');
    await world.addFault('ecs', 'RegisterTaskDefinition', 'denied');
    const run = await world.deploy({ ...first, 'service-name': 'unheard' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(
      'Log group /aws/ecs/default/unheard-pre-deploy may have been created, and stays.',
    );
    expect(run.outputs['changed']).toBe('true');
  });
});
