import { DeleteExpressGatewayServiceCommand } from '@aws-sdk/client-ecs';
import { CreateRoleCommand, DeleteRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  callsTo,
  changesOf,
  type Deployments,
  linesOf,
  startDeployments,
} from '../../helpers/deployments.ts';

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

describe('with nothing to change, of a service whose tasks do not run', () => {
  const RoleName = 'idleExecutionRole';
  const name = {
    'service-name': 'idle',
    'smoke-test': 'false',
    'execution-role-arn': `arn:aws:iam::123456789012:role/${RoleName}`,
  };
  const trust = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  });
  const createRole = async () => {
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
    await world.emulator.advance(60);
  };
  const restart = async () => {
    for (const count of [0, 1]) {
      await world.emulator.post('ecs', { desiredCount: { service: 'idle', count } });
      await world.emulator.advance(120);
    }
  };

  let iam: IAMClient;
  beforeAll(async () => {
    iam = new IAMClient(world.emulator.client);
    await createRole();
    expect((await world.deploy(name)).exitCode).toBe(0);
    await iam.send(new DeleteRoleCommand({ RoleName }));
    await restart();
  });
  afterAll(() => iam.destroy());

  test('a dry run says that it would look again', async () => {
    const run = await world.deploy({ ...name, 'dry-run': 'true' });
    expect(run.exitCode).toBe(0);
    expect(linesOf(run)).toContain(
      'Would wait up to 5 min for a task to run: the service should run 1, and none runs now',
    );
    expect(callsTo(run.calls, 'DescribeServices')).toHaveLength(1);
  });

  test('the job is red when none comes up, with the cause and what to do', async () => {
    const run = await world.deploy({ ...name, 'wait-for-minutes': '0.1' });
    expect(run.exitCode).toBe(1);
    expect(run.outputs).toMatchObject({ outcome: 'failed', changed: 'false' });
    expect(run.log).toMatch(
      /no task of idle runs: a task of idle could not start: ECS was unable to assume the role .* \[deployment-failed\]/,
    );
    expect(run.log).toContain('Check the trust policies');
    expect(run.summary).toContain('no task of idle runs');
    expect(changesOf(run.calls)).toEqual([]);
  });

  test('a task that comes up meanwhile is waited for, and nothing is sent', async () => {
    const held = await world.emulator.hold({ service: 'ecs', operation: 'DescribeServices', after: 1 });
    const running = world.start(name);
    await held.arrived();
    await createRole();
    await world.emulator.advance(300);
    await world.emulator.forgetRequests();
    await held.release();
    const run = await running.finished;
    expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'unchanged', changed: 'false' } });
    expect(linesOf(run)).toContain('Service idle: 1 of 1 tasks run');
    expect(changesOf(await world.emulator.requests())).toEqual([]);
  });

  test('one that is deleted meanwhile is told as that', async () => {
    await iam.send(new DeleteRoleCommand({ RoleName }));
    await restart();
    const held = await world.emulator.hold({ service: 'ecs', operation: 'DescribeServices', after: 1 });
    const running = world.start(name);
    await held.arrived();
    const serviceArn = 'arn:aws:ecs:eu-west-1:123456789012:service/default/idle';
    await world.ecs.send(new DeleteExpressGatewayServiceCommand({ serviceArn }));
    await held.release();
    const run = await running.finished;
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('service idle was deleted while this job waited [deployment-failed]');
  });
});
