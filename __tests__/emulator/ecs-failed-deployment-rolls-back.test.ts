import {
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  StopServiceDeploymentCommand,
  UpdateExpressGatewayServiceCommand,
} from '@aws-sdk/client-ecs';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';
import { createWeb, newestDeployment, untilStage, updateWeb, WEB_ARN } from '../helpers/express-service.ts';

let emulator: EmulatorHandle;
let ecs: ECSClient;
beforeEach(async () => {
  emulator = await startEmulator('--speed', '1');
  ecs = new ECSClient(emulator.client);
  await emulator.post('stub', [
    { imageContains: 'crashes', exitCode: 3, logLines: ['fatal: no database'] },
    { imageContains: 'unhealthy', healthStatus: 503 },
    { imageContains: 'deaf', listens: false },
    { imageContains: ':mauve', exitCode: 1 },
  ]);
});
afterEach(() => emulator.stop());

const webIsUp = async () => {
  await createWeb(ecs);
  await emulator.advance(300);
};
const describeWeb = async () =>
  (await ecs.send(new DescribeServicesCommand({ services: ['web'] }))).services?.[0] ?? {};
const messages = async () => ((await describeWeb()).events ?? []).map(({ message }) => message);
const stoppedTasks = async () => {
  const { taskArns } = await ecs.send(new ListTasksCommand({ serviceName: 'web', desiredStatus: 'STOPPED' }));
  return (await ecs.send(new DescribeTasksCommand({ tasks: taskArns }))).tasks ?? [];
};

const BREAKER = 'Service deployment rolled back because the circuit breaker threshold was exceeded.';

test('an image of a registry of others is run by the tag that was given', async () => {
  await webIsUp();
  await updateWeb(ecs, 'public.ecr.aws/demo/shop:mauve');
  await emulator.advance(400);
  expect((await newestDeployment(ecs)).status).toBe('ROLLBACK_SUCCESSFUL');
});

test('three crashes trip the circuit breaker and the old version is rolled back to', async () => {
  await webIsUp();
  await updateWeb(ecs, 'crashes:2');
  await emulator.advance(400);
  const deployment = await newestDeployment(ecs);
  expect(deployment).toMatchObject({
    status: 'ROLLBACK_SUCCESSFUL',
    statusReason: BREAKER,
    rollback: { reason: BREAKER, serviceRevisionArn: deployment.sourceServiceRevisions?.[0]?.arn },
    deploymentCircuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 },
    targetServiceRevision: { runningTaskCount: 0, requestedProductionTrafficWeight: 0 },
  });
  const [task] = await stoppedTasks();
  expect(task).toMatchObject({
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    containers: [{ name: 'Main', exitCode: 3, lastStatus: 'STOPPED' }],
  });
  expect(await messages()).toEqual(
    expect.arrayContaining([
      expect.stringMatching(
        /^\(service web\) \(deployment ecs-svc\/\d+\) deployment failed: tasks failed to start\.$/,
      ),
      expect.stringMatching(/^\(service web\) rolling back to deployment ecs-svc\/\d+\.$/),
    ]),
  );
});

test('after a rollback the scheduler view says COMPLETED, for the old version', async () => {
  await webIsUp();
  await updateWeb(ecs, 'crashes:2');
  await emulator.advance(400);
  expect((await describeWeb()).deployments).toMatchObject([
    { status: 'PRIMARY', rolloutState: 'COMPLETED', taskDefinition: expect.stringMatching(/default-web:1$/) },
  ]);
});

test('a first deployment has nothing to go back to: the service stays, with nothing that runs', async () => {
  await createWeb(ecs, {
    primaryContainer: { image: 'public.ecr.aws/example/crashes:1', containerPort: 8080 },
  });
  await emulator.advance(600);
  expect(await newestDeployment(ecs)).toMatchObject({
    status: 'ROLLBACK_FAILED',
    statusReason: 'No rollback candidate was found to run the rollback.',
    rollback: { reason: BREAKER },
  });
  expect(await describeWeb()).toMatchObject({
    status: 'ACTIVE',
    desiredCount: 0,
    runningCount: 0,
    deployments: [
      {
        rolloutState: 'FAILED',
        rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
      },
    ],
  });
  await updateWeb(ecs, 'web:2');
  await emulator.advance(200);
  expect(await newestDeployment(ecs)).toMatchObject({ status: 'SUCCESSFUL' });
});

test.each(['unhealthy:2', 'deaf:2'])(
  '%s is found out by health checks, once the grace period is over',
  async (name) => {
    await webIsUp();
    await updateWeb(ecs, name);
    await emulator.advance(350);
    expect(await newestDeployment(ecs)).toMatchObject({ status: 'IN_PROGRESS', lifecycleStage: 'SCALE_UP' });
    await emulator.advance(1200);
    expect(await newestDeployment(ecs)).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason: BREAKER,
    });
    const [task] = await stoppedTasks();
    expect(task).toMatchObject({
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: expect.stringMatching(/^Task failed ELB health checks in \(target-group arn:/),
    });
    expect(await messages()).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /^\(service web\) \(port 8080\) is unhealthy in \(target-group arn:.*\) due to \(reason .*\)\.$/,
        ),
      ]),
    );
  },
);

test('an alarm that is armed goes off in the next canary', async () => {
  await webIsUp();
  await emulator.post('ecs', { triggerAlarm: { service: 'web' } });
  await updateWeb(ecs, 'web:2');
  await emulator.advance(500);
  expect(await newestDeployment(ecs)).toMatchObject({
    status: 'ROLLBACK_SUCCESSFUL',
    statusReason: expect.stringContaining('default/web/RollbackAlarm'),
    alarms: { status: 'TRIGGERED', triggeredAlarmNames: ['default/web/RollbackAlarm'] },
    deploymentCircuitBreaker: { status: 'MONITORING_COMPLETE', failureCount: 0 },
  });
});

test('an alarm in a rollout that has traffic goes off at once, and a rollback can fail', async () => {
  await webIsUp();
  await updateWeb(ecs, 'web:2');
  await untilStage(emulator, ecs, 'PRODUCTION_TRAFFIC_SHIFT');
  await emulator.post('ecs', { failRollback: true, triggerAlarm: { service: 'web' } });
  expect(await newestDeployment(ecs)).toMatchObject({
    status: 'ROLLBACK_REQUESTED',
    alarms: { status: 'TRIGGERED' },
  });
  await emulator.advance(15);
  expect(await newestDeployment(ecs)).toMatchObject({ status: 'ROLLBACK_IN_PROGRESS' });
  await emulator.advance(100);
  expect(await newestDeployment(ecs)).toMatchObject({ status: 'ROLLBACK_FAILED' });
});

test('a stopped deployment rolls back, or is aborted; one that is over cannot be stopped', async () => {
  await webIsUp();
  await updateWeb(ecs, 'web:2');
  await untilStage(emulator, ecs, 'PRODUCTION_TRAFFIC_SHIFT');
  const { serviceDeploymentArn } = await newestDeployment(ecs);
  const stop = new StopServiceDeploymentCommand({ serviceDeploymentArn });
  expect((await ecs.send(stop)).serviceDeploymentArn).toBe(serviceDeploymentArn);
  await emulator.advance(100);
  expect(await newestDeployment(ecs)).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' });
  await expect(ecs.send(stop)).rejects.toMatchObject({ name: 'ConflictException' });

  await updateWeb(ecs, 'web:3');
  await untilStage(emulator, ecs, 'SCALE_UP');
  const { serviceDeploymentArn: second } = await newestDeployment(ecs);
  await ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: second, stopType: 'ABORT' }));
  expect(await newestDeployment(ecs)).toMatchObject({ status: 'STOP_REQUESTED' });
  await emulator.advance(15);
  expect(await newestDeployment(ecs)).toMatchObject({ status: 'STOPPED', stoppedAt: expect.any(Date) });
});

test('a managed resource that fails says why, and takes the deployment with it', async () => {
  await emulator.post('ecs', {
    failResource: { service: 'web', resource: 'certificate', reason: 'no quota' },
  });
  await createWeb(ecs);
  await emulator.advance(80);
  const { targetServiceRevision } = await newestDeployment(ecs);
  const { serviceRevisions } = await ecs.send(
    new DescribeServiceRevisionsCommand({ serviceRevisionArns: [targetServiceRevision?.arn ?? ''] }),
  );
  expect(serviceRevisions?.[0]?.ecsManagedResources?.ingressPaths?.[0]).toMatchObject({
    certificate: { status: 'FAILED', statusReason: 'no quota' },
    loadBalancer: { status: 'PROVISIONING' },
  });
  await emulator.advance(100);
  expect(await newestDeployment(ecs)).toMatchObject({ status: 'ROLLBACK_FAILED' });
  await emulator.post('ecs', { repairResources: true });
  await ecs.send(new UpdateExpressGatewayServiceCommand({ serviceArn: WEB_ARN }));
  await emulator.advance(400);
  expect(await newestDeployment(ecs)).toMatchObject({ status: 'SUCCESSFUL' });
});
