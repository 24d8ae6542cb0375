import { sleep } from '../clock.ts';
import { addEvent } from './events.ts';
import { setTraffic } from './managed-resources.ts';
import {
  type Deployment,
  type DeploymentStatus,
  dateOf,
  type Ecs,
  type ExpressService,
  type Halt,
  isOver,
  wantedTasks,
} from './state.ts';
import { TIMINGS } from './timings.ts';

/**
 * Stops the rollout. What gives way to an update or a deletion ends here and now, even in the middle of a rollback.
 * A deployment that is cleaning up has won already and only has to be left alone.
 */
export function halt(ecs: Ecs, service: ExpressService, deployment: Deployment, why: Halt): void {
  if (isOver(deployment) || deployment.stage === 'CLEAN_UP') return;
  const atOnce = why.kind === 'superseded' || why.kind === 'deleted';
  if (deployment.haltedBy && !atOnce) return;
  deployment.haltedBy = why;
  if (atOnce) {
    retireTarget(service, deployment);
    if (why.kind === 'superseded') setTraffic(ecs, service, deployment, 0);
    const reason =
      why.kind === 'superseded' ? 'a new service deployment was started' : 'the service was deleted';
    finish(ecs, deployment, 'STOPPED', `Service deployment stopped because ${reason}.`);
  }
  deployment.halt.abort(why);
}

/** Takes back what the rollout did, as far as there is a version to go back to. */
export async function unwind(
  ecs: Ecs,
  service: ExpressService,
  deployment: Deployment,
  why: Halt,
): Promise<void> {
  if (isOver(deployment)) return;
  if (why.kind === 'rollback') await rollBack(ecs, service, deployment, why.reason);
  else await stop(ecs, service, deployment);
}

async function stop(ecs: Ecs, service: ExpressService, deployment: Deployment): Promise<void> {
  move(ecs, deployment, 'STOP_REQUESTED');
  await sleep(ecs.clock, TIMINGS.stopRequested);
  if (isOver(deployment)) return;
  setTraffic(ecs, service, deployment, 0);
  retireTarget(service, deployment);
  restoreDesiredCount(service);
  finish(ecs, deployment, 'STOPPED', 'Service deployment was stopped by a user.');
}

async function rollBack(
  ecs: Ecs,
  service: ExpressService,
  deployment: Deployment,
  reason: string,
): Promise<void> {
  const { source, schedulerId } = deployment;
  service.keepers.get(deployment.target)?.startNoMore();
  if (deployment.breaker.status === 'MONITORING') deployment.breaker.status = 'MONITORING_COMPLETE';
  if (deployment.alarms.status === 'MONITORING') deployment.alarms.status = 'MONITORING_COMPLETE';
  const what = deployment.breaker.status === 'TRIGGERED' ? 'tasks failed to start.' : reason;
  addEvent(ecs, service, `(deployment ${schedulerId}) deployment failed: ${what}`);
  move(ecs, deployment, 'ROLLBACK_REQUESTED', reason);
  deployment.rollback = { reason, startedAt: dateOf(ecs), revisionArn: source?.arn };
  await sleep(ecs.clock, TIMINGS.rollbackRequested);
  if (isOver(deployment)) return;
  if (!source) {
    // A first deployment: the service is left with nothing that runs until the next update.
    service.desiredCount = 0;
    retireTarget(service, deployment);
    finish(ecs, deployment, 'ROLLBACK_FAILED', 'No rollback candidate was found to run the rollback.');
    return;
  }
  move(ecs, deployment, 'ROLLBACK_IN_PROGRESS', reason);
  setTraffic(ecs, service, deployment, 0);
  restoreDesiredCount(service);
  const stable = service.deployments.find(
    ({ target, status }) => target === source && status === 'SUCCESSFUL',
  );
  addEvent(ecs, service, `rolling back to deployment ${stable?.schedulerId ?? source.arn}.`);
  await sleep(ecs.clock, TIMINGS.rollback);
  if (isOver(deployment)) return;
  retireTarget(service, deployment);
  if (ecs.scenario.failRollback) {
    finish(ecs, deployment, 'ROLLBACK_FAILED', 'Service deployment rollback failed: tasks failed to start.');
    return;
  }
  finish(ecs, deployment, 'ROLLBACK_SUCCESSFUL', reason);
  addEvent(ecs, service, 'has reached a steady state.');
}

function restoreDesiredCount(service: ExpressService): void {
  service.desiredCount = service.steady ? wantedTasks(service, service.steady) : 0;
}

function retireTarget(service: ExpressService, deployment: Deployment): void {
  service.keepers.get(deployment.target)?.retire();
  service.keepers.delete(deployment.target);
}

function move(ecs: Ecs, deployment: Deployment, status: DeploymentStatus, reason?: string): void {
  deployment.status = status;
  deployment.statusReason = reason ?? deployment.statusReason;
  deployment.updatedAt = dateOf(ecs);
}

function finish(ecs: Ecs, deployment: Deployment, status: DeploymentStatus, reason: string): void {
  move(ecs, deployment, status, reason);
  deployment.finishedAt = dateOf(ecs);
  if (status === 'STOPPED') deployment.stoppedAt = deployment.finishedAt;
}
