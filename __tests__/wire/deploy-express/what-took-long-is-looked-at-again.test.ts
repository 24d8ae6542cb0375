import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import {
  CreateExpressGatewayServiceCommand,
  DeleteExpressGatewayServiceCommand,
  UpdateExpressGatewayServiceCommand,
} from '@aws-sdk/client-ecs';
import { callsTo, type Deployments, linesOf, startDeployments } from '../../helpers/deployments.ts';
import { EXECUTION_ROLE, INFRASTRUCTURE_ROLE } from '../../helpers/express-service.ts';
import type { FakeDocker } from '../../helpers/fake-docker.ts';
import { installPushingDocker } from '../../helpers/pushing-docker.ts';
import type { ActionRun, RunningAction } from '../../helpers/run-action.ts';

/** While a job builds or waits, the world goes on: what it sends after that rests on another look. */

let world: Deployments;
let workspace: string;
let docker: FakeDocker;
beforeAll(() => {
  docker = installPushingDocker();
  workspace = mkdtempSync(join(tmpdir(), 'workspace-'));
  mkdirSync(join(workspace, 'app'));
  writeFileSync(join(workspace, 'app', 'Dockerfile'), 'FROM scratch\n');
});
afterAll(() => {
  docker.remove();
  rmSync(workspace, { recursive: true });
});
beforeEach(async () => {
  world = await startDeployments('--speed', '2000');
});
afterEach(() => world.stop());

const colour = (value: string) => [{ name: 'COLOUR', value }];

/** What another job does, or somebody at the console. */
async function changeService(serviceArn: string, value: string): Promise<void> {
  await world.ecs.send(
    new UpdateExpressGatewayServiceCommand({
      serviceArn,
      memory: '1024',
      primaryContainer: { image: 'public.ecr.aws/example/web:1', environment: colour(value) },
    }),
  );
}

test('a setting that another job changes during the build stays changed', async () => {
  const first = await world.deploy({ 'environment-variables': 'COLOUR=teal' });
  const build = {
    image: '',
    source: 'app',
    memory: '',
    'environment-mode': 'merge',
    'environment-variables': 'LEVEL=info',
  };
  const held = await world.emulator.hold({ service: 'ecr', operation: 'GetAuthorizationToken' });
  await world.emulator.forgetRequests();
  const running = world.start(build, { workspace });
  await held.arrived();
  await changeService(first.outputs['service-arn'] ?? '', 'plum');
  await held.release();
  const run = await running.finished;
  expect(run.exitCode).toBe(0);
  const sent = callsTo(await world.emulator.requests(), 'UpdateExpressGatewayService').at(-1);
  expect(sent?.input['primaryContainer']).toMatchObject({
    environment: expect.arrayContaining([...colour('plum'), { name: 'LEVEL', value: 'info' }]),
  });
});

/** Longer than what was seen may be sent as it was. */
const tooLongMs = 6_000;

describe.each([
  ['of the look itself', { service: 'ecs', operation: 'DescribeServiceRevisions' }],
  ['between plan and update', { service: 'elbv2', operation: 'DescribeRules' }],
])('while a call %s hangs', (_when, slow) => {
  test('a setting that another job changes stays changed', async () => {
    const first = await world.deploy({ 'environment-variables': 'COLOUR=teal' });
    await world.emulator.forgetRequests();
    const held = await world.emulator.hold({ ...slow, times: 1 });
    const running = world.start({
      image: 'public.ecr.aws/example/web:2',
      'environment-mode': 'merge',
      'environment-variables': 'LEVEL=info',
    });
    await held.arrived();
    await changeService(first.outputs['service-arn'] ?? '', 'plum');
    await setTimeout(tooLongMs);
    await held.release();
    const run = await running.finished;
    expect(run.exitCode).toBe(0);
    const [, ours, ...others] = callsTo(await world.emulator.requests(), 'UpdateExpressGatewayService');
    expect(others).toEqual([]);
    expect(ours?.input['primaryContainer']).toMatchObject({
      environment: expect.arrayContaining([...colour('plum'), { name: 'LEVEL', value: 'info' }]),
    });
  });
});

test('nothing is called unchanged by a look that took too long', async () => {
  const first = await world.deploy({});
  const held = await world.emulator.hold({ service: 'ecs', operation: 'DescribeServiceRevisions', times: 1 });
  const running = world.start({});
  await held.arrived();
  await changeService(first.outputs['service-arn'] ?? '', 'plum');
  await setTimeout(tooLongMs);
  await held.release();
  const run = await running.finished;
  expect(run.exitCode).toBe(0);
  expect(run.outputs['outcome']).toBe('updated');
  expect(linesOf(run)).toContain('memory: 1024 → 512');
});

/** Time stands still but for `advance`, so that nothing ends before its turn. */
describe('step by step', () => {
  beforeEach(async () => {
    await world.stop();
    world = await startDeployments('--speed', '1');
  });

  async function createService(value: string): Promise<string> {
    const { service } = await world.ecs.send(
      new CreateExpressGatewayServiceCommand({
        serviceName: 'web',
        executionRoleArn: EXECUTION_ROLE,
        infrastructureRoleArn: INFRASTRUCTURE_ROLE,
        healthCheckPath: '/',
        cpu: '256',
        memory: '512',
        primaryContainer: { image: 'public.ecr.aws/example/web:1', environment: colour(value) },
      }),
    );
    return service?.serviceArn ?? '';
  }

  async function finishRollout(running: RunningAction): Promise<ActionRun> {
    await running.sawInLog('Updated service');
    await world.emulator.advance(3_600);
    return running.finished;
  }

  test('a service that somebody makes while its former one drains is updated, not waited for', async () => {
    const serviceArn = await createService('teal');
    await world.emulator.advance(3_600);
    await world.ecs.send(new DeleteExpressGatewayServiceCommand({ serviceArn }));
    // The first look sees it drain; the second is that of the waiting.
    const held = await world.emulator.hold({ service: 'ecs', operation: 'DescribeServices', after: 1 });
    const running = world.start({ image: 'public.ecr.aws/example/web:2' });
    await held.arrived();
    await world.emulator.advance(600);
    await createService('plum');
    await world.emulator.advance(3_600);
    await world.emulator.forgetRequests();
    await held.release();
    const run = await finishRollout(running);
    expect(run.exitCode).toBe(0);
    expect(run.outputs).toMatchObject({ outcome: 'updated', 'service-arn': serviceArn });
    const calls = await world.emulator.requests();
    expect(callsTo(calls, 'CreateExpressGatewayService')).toEqual([]);
    expect(callsTo(calls, 'UpdateExpressGatewayService')[0]?.input['primaryContainer']).toMatchObject({
      environment: colour('plum'),
    });
    expect(linesOf(run)).toContain('Will update service web: 1 change');
  });

  test('after waiting for the deployment of another job, the service is as the inputs say, or made so', async () => {
    const serviceArn = await createService('teal');
    await world.emulator.advance(3_600);
    const image = 'public.ecr.aws/example/web:2';
    await world.ecs.send(
      new UpdateExpressGatewayServiceCommand({
        serviceArn,
        primaryContainer: { image, environment: colour('teal') },
      }),
    );
    await world.emulator.advance(60);
    const held = await world.emulator.hold({
      service: 'ecs',
      operation: 'DescribeServiceDeployments',
      after: 1,
    });
    const running = world.start({ image });
    await held.arrived();
    await world.emulator.advance(3_600);
    await changeService(serviceArn, 'plum');
    await world.emulator.advance(3_600);
    await world.emulator.forgetRequests();
    await held.release();
    const run = await finishRollout(running);
    expect(run.exitCode).toBe(0);
    expect(run.outputs['outcome']).toBe('updated');
    expect(callsTo(await world.emulator.requests(), 'UpdateExpressGatewayService')[0]?.input).toMatchObject({
      memory: '512',
      primaryContainer: { image, environment: colour('plum') },
    });
  });

  const web2 = 'public.ecr.aws/example/web:2';
  const updating = {
    service: 'ecs',
    operation: 'UpdateExpressGatewayService',
    when: 'before' as const,
    times: 1,
  };

  test.each([
    ['drains', 1],
    ['is gone', 600],
  ])(
    'a service that is deleted before its update is sent, and %s, is told at once',
    async (_state, seconds) => {
      const serviceArn = await createService('teal');
      await world.emulator.advance(3_600);
      const held = await world.emulator.hold(updating);
      const running = world.start({ image: web2 });
      await held.arrived();
      await world.ecs.send(new DeleteExpressGatewayServiceCommand({ serviceArn }));
      await world.emulator.advance(seconds);
      await world.emulator.forgetRequests();
      await held.release();
      const run = await running.finished;
      expect(run.exitCode).toBe(1);
      expect(run.outputs).toMatchObject({ outcome: 'failed', changed: 'false' });
      expect(run.log).toContain('service web was deleted before this job could update it [plan-refused]');
      expect(run.log).toContain('Find out who deleted it (CloudTrail, DeleteExpressGatewayService)');
      expect(callsTo(await world.emulator.requests(), 'UpdateExpressGatewayService')).toHaveLength(1);
    },
  );

  test('one that somebody makes anew in the meantime is planned for, by what it is now', async () => {
    const serviceArn = await createService('teal');
    await world.emulator.advance(3_600);
    const held = await world.emulator.hold(updating);
    const running = world.start({ image: web2 });
    await held.arrived();
    await world.ecs.send(new DeleteExpressGatewayServiceCommand({ serviceArn }));
    const look = await world.emulator.hold({ service: 'ecs', operation: 'DescribeServices', times: 1 });
    await held.release();
    await look.arrived();
    await world.emulator.advance(600);
    await createService('plum');
    await world.emulator.advance(3_600);
    await world.emulator.forgetRequests();
    await look.release();
    const run = await finishRollout(running);
    expect(run.exitCode).toBe(0);
    expect(run.outputs['outcome']).toBe('updated');
    expect(
      callsTo(await world.emulator.requests(), 'UpdateExpressGatewayService').map(({ input }) => input),
    ).toMatchObject([{ primaryContainer: { image: web2, environment: colour('plum') } }]);
  });

  /** The update is refused for the role; what the job looks at after its wait is held. */
  async function startUntilRoleWasWaitedFor() {
    await world.emulator.post('ecs', { rolePropagationFailures: 1 });
    const held = await world.emulator.hold(updating);
    const running = world.start({ image: web2 });
    await held.arrived();
    const look = await world.emulator.hold({
      service: 'ecs',
      operation: 'DescribeExpressGatewayService',
      times: 1,
    });
    await held.release();
    await look.arrived();
    return { running, look };
  }

  test('a service that is gone when a role has been waited for is told at once', async () => {
    const serviceArn = await createService('teal');
    await world.emulator.advance(3_600);
    const { running, look } = await startUntilRoleWasWaitedFor();
    await world.ecs.send(new DeleteExpressGatewayServiceCommand({ serviceArn }));
    await world.emulator.advance(600);
    await look.release();
    const run = await running.finished;
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('service web was deleted before this job could update it [plan-refused]');
  });

  test('a setting that another job changes while a role is waited for stays changed', async () => {
    const serviceArn = await createService('teal');
    await world.emulator.advance(3_600);
    const { running, look } = await startUntilRoleWasWaitedFor();
    await changeService(serviceArn, 'plum');
    await world.emulator.advance(3_600);
    await world.emulator.forgetRequests();
    await look.release();
    const run = await finishRollout(running);
    expect(run.exitCode).toBe(0);
    expect(
      callsTo(await world.emulator.requests(), 'UpdateExpressGatewayService').map(({ input }) => input),
    ).toMatchObject([{ primaryContainer: { image: web2, environment: colour('plum') } }]);
  });
});
