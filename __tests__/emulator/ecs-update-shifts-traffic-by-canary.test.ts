import {
  DescribeExpressGatewayServiceCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  ECSClient,
  UpdateExpressGatewayServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';
import {
  createWeb,
  image,
  newestDeployment,
  untilStage,
  updateWeb,
  WEB_ARN,
} from '../helpers/express-service.ts';

let emulator: EmulatorHandle;
let ecs: ECSClient;
beforeAll(async () => {
  emulator = await startEmulator('--speed', '1');
  ecs = new ECSClient(emulator.client);
  await createWeb(ecs, {
    primaryContainer: { ...image('web:1'), environment: [{ name: 'A', value: '1' }] },
    networkConfiguration: { securityGroups: ['sg-0123456789abcdef0'] },
    cpu: '512',
    memory: '1024',
  });
  await emulator.advance(300);
});
afterAll(() => emulator.stop());

const configurations = async () => {
  const { service } = await ecs.send(new DescribeExpressGatewayServiceCommand({ serviceArn: WEB_ARN }));
  return service?.activeConfigurations ?? [];
};

const rules = async () => {
  const [configuration] = await configurations();
  const { serviceRevisions } = await ecs.send(
    new DescribeServiceRevisionsCommand({ serviceRevisionArns: [configuration?.serviceRevisionArn ?? ''] }),
  );
  const rule = serviceRevisions?.[0]?.ecsManagedResources?.ingressPaths?.[0]?.rule?.arn ?? '';
  const { Rules } = await new ElasticLoadBalancingV2Client(emulator.client).send(
    new DescribeRulesCommand({ RuleArns: [rule] }),
  );
  return (Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? []).map(({ Weight }) => Weight);
};

test('the answer has the target configuration, but neither currentDeployment nor activeConfigurations', async () => {
  expect(await rules()).toEqual([100, 0]);
  const { service } = await ecs.send(
    new UpdateExpressGatewayServiceCommand({
      serviceArn: WEB_ARN,
      primaryContainer: { ...image('web:2'), environment: [{ name: 'B', value: '2' }] },
    }),
  );
  expect(service).not.toHaveProperty('currentDeployment');
  expect(service).not.toHaveProperty('activeConfigurations');
  expect(service?.targetConfiguration).toMatchObject({
    primaryContainer: { image: 'public.ecr.aws/example/web:2' },
    // Left out of the update: kept.
    cpu: '512',
    memory: '1024',
    healthCheckPath: '/',
    networkConfiguration: { securityGroups: ['sg-0123456789abcdef0', expect.any(String)] },
  });
});

test('a container that is sent replaces the whole container, environment included', async () => {
  expect((await configurations()).at(-1)?.primaryContainer?.environment).toEqual([{ name: 'B', value: '2' }]);
});

test('while it rolls there are two active configurations, the one that served first', async () => {
  const images = (await configurations()).map(({ primaryContainer }) => primaryContainer?.image);
  expect(images).toEqual(['public.ecr.aws/example/web:1', 'public.ecr.aws/example/web:2']);
  const { services } = await ecs.send(new DescribeServicesCommand({ services: ['web'] }));
  expect(services?.[0]?.deployments).toMatchObject([
    { status: 'PRIMARY', rolloutState: 'IN_PROGRESS' },
    { status: 'ACTIVE', rolloutState: 'COMPLETED' },
  ]);
});

test('five percent of the traffic go to the new tasks for three minutes, then all of it', async () => {
  const canary = await untilStage(emulator, ecs, 'PRODUCTION_TRAFFIC_SHIFT');
  expect(canary).toMatchObject({
    sourceServiceRevisions: [{ requestedProductionTrafficWeight: 95, runningTaskCount: 1 }],
    targetServiceRevision: { requestedProductionTrafficWeight: 5, runningTaskCount: 1 },
    alarms: { status: 'MONITORING', alarmNames: ['default/web/RollbackAlarm'], triggeredAlarmNames: [] },
  });
  expect(await rules()).toEqual([950, 50]);
  await emulator.advance(170);
  expect(await rules()).toEqual([950, 50]);
  await emulator.advance(20);
  expect(await rules()).toEqual([0, 100]);
});

test('it bakes for three minutes, then the old task is stopped a while before the end', async () => {
  await untilStage(emulator, ecs, 'BAKE_TIME');
  await emulator.advance(150);
  expect(await newestDeployment(ecs)).toMatchObject({ lifecycleStage: 'BAKE_TIME' });
  const cleaning = await untilStage(emulator, ecs, 'CLEAN_UP');
  expect(cleaning).toMatchObject({
    status: 'IN_PROGRESS',
    sourceServiceRevisions: [{ runningTaskCount: 0 }],
  });
  await emulator.advance(100);
  const done = await newestDeployment(ecs);
  expect(done).toMatchObject({ status: 'SUCCESSFUL', alarms: { status: 'MONITORING_COMPLETE' } });
  const minutes = (Number(done.finishedAt) - Number(done.createdAt)) / 60_000;
  expect(minutes).toBeGreaterThan(9.5);
  expect(minutes).toBeLessThan(12);
  await emulator.advance(20);
  expect(await configurations()).toHaveLength(1);
});

test('the next update goes back to the other target group', async () => {
  await updateWeb(ecs, 'web:3');
  await untilStage(emulator, ecs, 'PRODUCTION_TRAFFIC_SHIFT');
  expect(await rules()).toEqual([50, 950]);
});

test('an update during a rollout supersedes it, and all traffic stays where it was', async () => {
  const superseded = await newestDeployment(ecs);
  await updateWeb(ecs, 'web:4');
  expect(await rules()).toEqual([0, 100]);
  await emulator.advance(5);
  const { services } = await ecs.send(new DescribeServicesCommand({ services: ['web'] }));
  expect(services?.[0]?.currentServiceDeployment).not.toBe(superseded.serviceDeploymentArn);
  const next = await newestDeployment(ecs);
  expect(next.sourceServiceRevisions?.[0]?.arn).toBe(superseded.sourceServiceRevisions?.[0]?.arn);
});

test('an update that changes nothing rolls all the same', async () => {
  await emulator.advance(900);
  const before = await newestDeployment(ecs);
  expect(before.status).toBe('SUCCESSFUL');
  await ecs.send(new UpdateExpressGatewayServiceCommand({ serviceArn: WEB_ARN }));
  await emulator.advance(5);
  const after = await newestDeployment(ecs);
  expect(after.serviceDeploymentArn).not.toBe(before.serviceDeploymentArn);
  expect(after.status).toBe('PENDING');
});
