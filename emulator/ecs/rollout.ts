import { sleep } from '../clock.ts';
import { addEvent } from './events.ts';
import { halt, unwind } from './halt.ts';
import { alarmName, provision, setTraffic } from './managed-resources.ts';
import {
  type Deployment,
  dateOf,
  type Ecs,
  type ExpressService,
  isOver,
  type LifecycleStage,
  type Revision,
  type TaskKeeper,
  wantedTasks,
} from './state.ts';
import { createTaskKeeper } from './task-keeper.ts';
import { TIMINGS } from './timings.ts';

/** The canary's share of the traffic in percent; fixed on Express (developer guide). */
const CANARY_PERCENT = 5;

/** Starts deploying the revision. A deployment that still runs is superseded: it ends STOPPED. */
export function startDeployment(ecs: Ecs, service: ExpressService, target: Revision): Deployment {
  const running = service.deployments.find((deployment) => !isOver(deployment));
  if (running) halt(ecs, service, running, { kind: 'superseded' });
  const now = dateOf(ecs);
  const desired = target.configuration.scalingTarget.minTaskCount;
  const deployment: Deployment = {
    arn: ecs.arn('ecs', `service-deployment/${service.clusterName}/${service.name}/${ecs.ids.mixed(21)}`),
    schedulerId: `ecs-svc/${BigInt(`0x1${ecs.ids.hex(15)}`)
      .toString()
      .padStart(19, '0')}`,
    target,
    source: service.steady,
    createdAt: now,
    status: 'PENDING',
    statusReason: undefined,
    stage: undefined,
    startedAt: undefined,
    finishedAt: undefined,
    stoppedAt: undefined,
    updatedAt: now,
    targetPercent: 0,
    rollback: undefined,
    breaker: { status: 'MONITORING', failureCount: 0, threshold: breakerThreshold(desired) },
    alarms: { status: 'MONITORING', triggered: [] },
    missed: new Set(),
    halt: new AbortController(),
    haltedBy: undefined,
  };
  service.deployments = [deployment, ...service.deployments];
  rollOut(ecs, service, deployment).catch((error: unknown) => {
    process.stderr.write(`emulator: ${error instanceof Error ? error.stack : String(error)}\n`);
  });
  return deployment;
}

/** BOUNDED_PERCENT, the default: half of the desired tasks, at least 3 and at most 200 (API reference). */
const breakerThreshold = (desired: number): number => Math.min(200, Math.max(3, Math.ceil(desired / 2)));

/** The stages of a deployment, in their order. Halting it at any of them leads to `unwind`. */
async function rollOut(ecs: Ecs, service: ExpressService, deployment: Deployment): Promise<void> {
  const { signal } = deployment.halt;
  const stage = (name: LifecycleStage): void => {
    deployment.stage = name;
    deployment.updatedAt = dateOf(ecs);
  };
  const pass = async (name: LifecycleStage, seconds: number): Promise<void> => {
    stage(name);
    await sleep(ecs.clock, seconds, signal);
  };
  try {
    await sleep(ecs.clock, TIMINGS.pending, signal);
    deployment.status = 'IN_PROGRESS';
    deployment.startedAt = dateOf(ecs);
    stage('RECONCILE_SERVICE');
    await reconcile(ecs, service, deployment);
    await pass('PRE_SCALE_UP', TIMINGS.emptyStage);
    stage('SCALE_UP');
    const keeper = keepTasks(ecs, service, deployment);
    await keeper.whenHealthy(signal);
    await pass('POST_SCALE_UP', TIMINGS.emptyStage);
    if (deployment.source) {
      await pass('TEST_TRAFFIC_SHIFT', TIMINGS.emptyStage);
      await pass('POST_TEST_TRAFFIC_SHIFT', TIMINGS.emptyStage);
      stage('PRODUCTION_TRAFFIC_SHIFT');
      await shiftTraffic(ecs, service, deployment);
      await pass('POST_PRODUCTION_TRAFFIC_SHIFT', TIMINGS.emptyStage);
      await pass('BAKE_TIME', TIMINGS.bake);
    }
    stage('CLEAN_UP');
    await succeed(ecs, service, deployment);
  } catch (error) {
    if (!deployment.haltedBy) throw error;
    await unwind(ecs, service, deployment, deployment.haltedBy);
  }
}

async function reconcile(ecs: Ecs, service: ExpressService, deployment: Deployment): Promise<void> {
  const { signal } = deployment.halt;
  const { target } = deployment;
  const reason = await provision(ecs, service, signal);
  if (reason !== undefined) {
    const why = `Service deployment rolled back because a managed resource could not be provisioned: ${reason}`;
    halt(ecs, service, deployment, { kind: 'rollback', reason: why });
    signal.throwIfAborted();
  }
  const { container, healthCheckPath } = target.configuration;
  const targetGroup = service.resources.targetGroupArns?.[target.side];
  if (targetGroup) {
    ecs.loadBalancing.modifyTargetGroup(targetGroup, { healthCheckPath, port: container.containerPort });
  }
  if (!container.logGroupGiven && !ecs.logs.hasGroup(container.logGroup))
    ecs.logs.createGroup(container.logGroup);
  const stored = ecs.images.resolve(container.image);
  if (stored === undefined) target.imageDigest = ecs.foreignDigestOf(container.image);
  else if (stored.found) target.imageDigest = stored.digest;
  if (deployment.source) await sleep(ecs.clock, TIMINGS.reconcile, signal);
  // Without a version that serves there is nothing to be careful with: all traffic goes to the new tasks at once.
  else setTraffic(ecs, service, deployment, 100);
}

function keepTasks(ecs: Ecs, service: ExpressService, deployment: Deployment): TaskKeeper {
  const { target, breaker, schedulerId } = deployment;
  const keeper = createTaskKeeper(ecs, service, { revision: target, schedulerId });
  service.keepers.set(target, keeper);
  keeper.onFailure(() => {
    if (breaker.status !== 'MONITORING') return;
    breaker.failureCount += 1;
    if (breaker.failureCount < breaker.threshold) return;
    breaker.status = 'TRIGGERED';
    const reason = 'Service deployment rolled back because the circuit breaker threshold was exceeded.';
    halt(ecs, service, deployment, { kind: 'rollback', reason });
  });
  service.desiredCount = wantedTasks(service, target);
  keeper.scaleTo(service.desiredCount);
  return keeper;
}

async function shiftTraffic(ecs: Ecs, service: ExpressService, deployment: Deployment): Promise<void> {
  const { signal } = deployment.halt;
  setTraffic(ecs, service, deployment, CANARY_PERCENT);
  await sleep(ecs.clock, TIMINGS.canary / 2, signal);
  if (ecs.scenario.armedAlarms.delete(service.name)) triggerAlarm(ecs, service, deployment);
  await sleep(ecs.clock, TIMINGS.canary / 2, signal);
  setTraffic(ecs, service, deployment, 100);
  await sleep(ecs.clock, TIMINGS.shiftAll, signal);
}

/** Express's alarm went off: more than 1 % of the requests were answered with 4xx or 5xx. */
export function triggerAlarm(ecs: Ecs, service: ExpressService, deployment: Deployment): void {
  deployment.alarms = { status: 'TRIGGERED', triggered: [alarmName(service)] };
  const reason = `Service deployment rolled back because of CloudWatch alarm(s) in ALARM state: ${alarmName(service)}.`;
  halt(ecs, service, deployment, { kind: 'rollback', reason });
}

async function succeed(ecs: Ecs, service: ExpressService, deployment: Deployment): Promise<void> {
  const { target, breaker, alarms } = deployment;
  breaker.status = 'MONITORING_COMPLETE';
  alarms.status = 'MONITORING_COMPLETE';
  service.steady = target;
  retireOthers(service, target);
  const { ingress } = service.resources;
  if (ecs.scenario.takesForeignListeners && ingress) {
    ecs.loadBalancing.removeForeignListeners(ingress.loadBalancerArn);
  }
  if (deployment.source) await sleep(ecs.clock, TIMINGS.cleanUp);
  deployment.status = 'SUCCESSFUL';
  deployment.finishedAt = dateOf(ecs);
  deployment.updatedAt = deployment.finishedAt;
  addEvent(ecs, service, `(deployment ${deployment.schedulerId}) deployment completed.`);
  addEvent(ecs, service, 'has reached a steady state.');
}

function retireOthers(service: ExpressService, kept: Revision): void {
  for (const [revision, keeper] of service.keepers) {
    if (revision === kept) continue;
    keeper.retire();
    service.keepers.delete(revision);
  }
}
