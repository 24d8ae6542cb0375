import { AwsError } from '../world.ts';
import { clusterArn, requireCluster } from './clusters.ts';
import { findService } from './express-lookup.ts';
import { halt } from './halt.ts';
import { alarmName } from './managed-resources.ts';
import {
  type Input,
  invalid,
  optionalChoice,
  optionalMoment,
  optionalRecord,
  optionalText,
  optionalTexts,
  requiredText,
  requiredTexts,
} from './members.ts';
import { page } from './paging.ts';
import { taskCounts } from './service-view.ts';
import {
  type Deployment,
  type Ecs,
  type ExpressService,
  isOver,
  type Revision,
  wantedTasks,
} from './state.ts';
import { TIMINGS } from './timings.ts';

/** Newest first, though no documentation says so; a deployment that was just started is not listed yet. */
export function listServiceDeployments(ecs: Ecs, input: Input): unknown {
  const reference = requiredText(input, 'service');
  const clusterName =
    reference.startsWith('arn:') && !optionalText(input, 'cluster') ? reference.split('/')[1] : undefined;
  const cluster = requireCluster(ecs, clusterName ? { cluster: clusterName } : input);
  const service = findService(ecs, cluster.name, reference);
  if (!service) throw new AwsError('ServiceNotFoundException', 'Service not found.');
  const statuses = optionalTexts(input, 'status');
  const range = optionalRecord(input, 'createdAt') ?? {};
  const after = ecs.clock.momentOf(optionalMoment(range, 'after') ?? Number.NEGATIVE_INFINITY);
  const before = ecs.clock.momentOf(optionalMoment(range, 'before') ?? Number.POSITIVE_INFINITY);
  const deployments = (service.kind === 'express' ? service.deployments : []).filter((deployment) => {
    const created = deployment.createdAt.getTime();
    const visible = isOver(deployment) || ageSeconds(ecs, deployment) >= TIMINGS.deploymentListed;
    return (
      visible && created >= after && created <= before && (!statuses || statuses.includes(deployment.status))
    );
  });
  if (ecs.scenario.oldestDeploymentsFirst) deployments.reverse();
  const { items, nextToken } = page(input, deployments, 20);
  return {
    serviceDeployments: items.map((deployment) =>
      briefView(ecs, service.arn, deployment, service.clusterName),
    ),
    nextToken,
  };
}

/** The first look at a new deployment finds it MISSING: reads are eventually consistent. */
export function describeServiceDeployments(ecs: Ecs, input: Input): unknown {
  const wanted = requiredTexts(input, 'serviceDeploymentArns', 20);
  const found = wanted.map((arn) => visibleDeployment(ecs, arn));
  return {
    serviceDeployments: found.flatMap((hit) =>
      hit ? [deploymentView(ecs, hit.service, hit.deployment)] : [],
    ),
    failures: wanted.filter((_, index) => !found[index]).map((arn) => ({ arn, reason: 'MISSING' })),
  };
}

export function stopServiceDeployment(ecs: Ecs, input: Input): unknown {
  const arn = requiredText(input, 'serviceDeploymentArn');
  const type = optionalChoice(input, 'stopType', ['ABORT', 'ROLLBACK']) ?? 'ROLLBACK';
  const hit = findDeployment(ecs, arn);
  if (!hit) throw new AwsError('ServiceDeploymentNotFoundException', 'Service deployment not found.');
  const { service, deployment } = hit;
  if (isOver(deployment) || deployment.stage === 'CLEAN_UP' || deployment.haltedBy) {
    throw new AwsError(
      'ConflictException',
      `The service deployment can't be stopped because it is in ${deployment.status} status.`,
    );
  }
  const reason = 'Service deployment rolled back because a user requested it.';
  halt(ecs, service, deployment, type === 'ABORT' ? { kind: 'aborted' } : { kind: 'rollback', reason });
  return { serviceDeploymentArn: arn };
}

type Hit = { readonly service: ExpressService; readonly deployment: Deployment };

function findDeployment(ecs: Ecs, arn: string): Hit | undefined {
  if (!/^arn:[^:]+:ecs:[^:]*:\d{12}:service-deployment\/[^/]+\/[^/]+\/[^/]+$/.test(arn)) {
    throw invalid(`Invalid service deployment ARN: ${arn}`);
  }
  for (const service of ecs.services.values()) {
    const deployment = service.kind === 'express' && service.deployments.find((known) => known.arn === arn);
    if (service.kind === 'express' && deployment) return { service, deployment };
  }
  return undefined;
}

function visibleDeployment(ecs: Ecs, arn: string): Hit | undefined {
  const hit = findDeployment(ecs, arn);
  if (!hit) return undefined;
  const { deployment } = hit;
  const visible =
    deployment.missed.has('described') && ageSeconds(ecs, deployment) >= TIMINGS.deploymentDescribed;
  deployment.missed.add('described');
  return visible ? hit : undefined;
}

const ageSeconds = (ecs: Ecs, deployment: Deployment): number =>
  (ecs.clock.now() - deployment.createdAt.getTime()) / 1000;

function briefView(ecs: Ecs, serviceArn: string, deployment: Deployment, clusterName: string): object {
  return {
    serviceDeploymentArn: deployment.arn,
    serviceArn,
    clusterArn: clusterArn(ecs, clusterName),
    createdAt: deployment.createdAt,
    startedAt: deployment.startedAt,
    finishedAt: deployment.finishedAt,
    targetServiceRevisionArn: deployment.target.arn,
    status: deployment.status,
    statusReason: deployment.statusReason,
  };
}

function deploymentView(ecs: Ecs, service: ExpressService, deployment: Deployment): object {
  const { source, target, rollback, breaker, alarms, targetPercent } = deployment;
  return {
    serviceDeploymentArn: deployment.arn,
    serviceArn: service.arn,
    clusterArn: clusterArn(ecs, service.clusterName),
    createdAt: deployment.createdAt,
    startedAt: deployment.startedAt,
    finishedAt: deployment.finishedAt,
    stoppedAt: deployment.stoppedAt,
    updatedAt: deployment.updatedAt,
    // Absent on a first deployment: the AWS CLI's monitor would ask for the revisions of an empty list.
    ...(source ? { sourceServiceRevisions: [revisionSummary(service, source, 100 - targetPercent)] } : {}),
    targetServiceRevision: revisionSummary(service, target, targetPercent),
    status: deployment.status,
    statusReason: deployment.statusReason,
    lifecycleStage: deployment.stage,
    deploymentConfiguration: {
      deploymentCircuitBreaker: { enable: true, rollback: true },
      maximumPercent: 200,
      minimumHealthyPercent: 100,
      alarms: { alarmNames: [alarmName(service)], rollback: true, enable: true },
      strategy: 'CANARY',
      bakeTimeInMinutes: 3,
      canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 3 },
    },
    ...(rollback
      ? {
          rollback: {
            reason: rollback.reason,
            startedAt: rollback.startedAt,
            serviceRevisionArn: rollback.revisionArn,
          },
        }
      : {}),
    deploymentCircuitBreaker: breaker,
    alarms: {
      status: alarms.status,
      alarmNames: [alarmName(service)],
      triggeredAlarmNames: alarms.triggered,
    },
  };
}

function revisionSummary(service: ExpressService, revision: Revision, percent: number): object {
  const { runningCount, pendingCount } = taskCounts(service, revision);
  return {
    arn: revision.arn,
    requestedTaskCount: service.keepers.has(revision) ? wantedTasks(service, revision) : 0,
    runningTaskCount: runningCount,
    pendingTaskCount: pendingCount,
    requestedProductionTrafficWeight: percent,
    requestedTestTrafficWeight: 0,
  };
}
