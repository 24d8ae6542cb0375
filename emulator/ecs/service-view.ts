import { clusterArn } from './clusters.ts';
import { withManaged } from './express-view.ts';
import {
  type Deployment,
  type Ecs,
  type ExpressService,
  isOver,
  type OrdinaryService,
  type Revision,
  type Service,
  wantedTasks,
} from './state.ts';
import { tagsOf } from './tags.ts';
import { TIMINGS } from './timings.ts';

/** One entry of DescribeServices. */
export function serviceView(ecs: Ecs, service: Service, options: { readonly withTags: boolean }): object {
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: clusterArn(ecs, service.clusterName),
    status: service.status,
    desiredCount: service.desiredCount,
    serviceRegistries: [],
    launchType: 'FARGATE',
    platformVersion: 'LATEST',
    platformFamily: 'Linux',
    events: service.events,
    createdAt: service.createdAt,
    placementConstraints: [],
    placementStrategy: [],
    schedulingStrategy: 'REPLICA',
    deploymentController: { type: 'ECS' },
    enableECSManagedTags: false,
    propagateTags: 'NONE',
    enableExecuteCommand: false,
    ...(options.withTags ? { tags: tagsOf(ecs, service.arn) } : {}),
    ...(service.kind === 'ordinary' ? ordinaryMembers(service) : expressMembers(service)),
  };
}

function ordinaryMembers(service: OrdinaryService): object {
  return {
    resourceManagementType: 'CUSTOMER',
    taskDefinition: service.taskDefinitionArn,
    runningCount: 0,
    pendingCount: service.desiredCount,
    loadBalancers: [],
    deployments: [],
  };
}

/** An Express service has no `taskDefinition` of its own: it stands in the PRIMARY deployment. */
function expressMembers(service: ExpressService): object {
  const counts = taskCounts(service);
  const newest = service.deployments[0];
  return {
    resourceManagementType: 'ECS',
    runningCount: counts.runningCount,
    pendingCount: counts.pendingCount,
    loadBalancers: [],
    healthCheckGracePeriodSeconds: TIMINGS.healthCheckGrace,
    deployments: service.status === 'ACTIVE' ? schedulerDeployments(service) : [],
    ...(newest ? { currentServiceDeployment: newest.arn } : {}),
    currentServiceRevisions: [...service.keepers.keys()].map((revision) => {
      const { runningCount, pendingCount } = taskCounts(service, revision);
      return {
        arn: revision.arn,
        requestedTaskCount: wantedTasks(service, revision),
        runningTaskCount: runningCount,
        pendingTaskCount: pendingCount,
      };
    }),
    networkConfiguration: awsvpc(service, service.steady ?? service.revisions[0]),
    deploymentConfiguration: {
      strategy: 'CANARY',
      canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 3 },
      bakeTimeInMinutes: 3,
    },
  };
}

export function taskCounts(
  service: ExpressService,
  revision?: Revision,
): { readonly runningCount: number; readonly pendingCount: number } {
  const tasks = service.tasks.filter((task) => !revision || task.revision === revision);
  return {
    runningCount: tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pendingCount: tasks.filter(({ lastStatus }) => lastStatus === 'PENDING' || lastStatus === 'PROVISIONING')
      .length,
  };
}

/**
 * The scheduler's own view of a rollout, older than service deployments. After a rollback the PRIMARY entry is the old
 * version again and COMPLETED, which has been taken for success: the truth is in DescribeServiceDeployments.
 */
function schedulerDeployments(service: ExpressService): object[] {
  const newest = service.deployments[0];
  if (!newest) return [];
  if (newest.status === 'SUCCESSFUL') return [entry(service, newest, 'PRIMARY', 'COMPLETED')];
  const last = service.deployments.find(({ status }) => status === 'SUCCESSFUL');
  const goingBack = newest.rollback !== undefined || isOver(newest);
  if (!goingBack) {
    return [
      entry(service, newest, 'PRIMARY', 'IN_PROGRESS'),
      ...(last ? [entry(service, last, 'ACTIVE', 'COMPLETED')] : []),
    ];
  }
  if (!last) return [entry(service, newest, 'PRIMARY', 'FAILED')];
  const primary = entry(service, last, 'PRIMARY', isOver(newest) ? 'COMPLETED' : 'IN_PROGRESS');
  return isOver(newest) ? [primary] : [primary, entry(service, newest, 'ACTIVE', 'FAILED')];
}

function entry(
  service: ExpressService,
  deployment: Deployment,
  status: 'PRIMARY' | 'ACTIVE',
  rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED',
): object {
  const { target, schedulerId } = deployment;
  return {
    id: schedulerId,
    status,
    taskDefinition: target.taskDefinition.arn,
    desiredCount: rolloutState === 'FAILED' ? 0 : wantedTasks(service, target),
    ...taskCounts(service, target),
    failedTasks: deployment.breaker.failureCount,
    createdAt: deployment.createdAt,
    updatedAt: deployment.updatedAt,
    launchType: 'FARGATE',
    platformVersion: '1.4.0',
    platformFamily: 'Linux',
    networkConfiguration: awsvpc(service, target),
    rolloutState,
    rolloutStateReason: rolloutReason(deployment, rolloutState),
  };
}

function rolloutReason(deployment: Deployment, state: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED'): string {
  if (state === 'COMPLETED') return `ECS deployment ${deployment.schedulerId} completed.`;
  if (state === 'IN_PROGRESS') return `ECS deployment ${deployment.schedulerId} in progress.`;
  return deployment.breaker.status === 'TRIGGERED'
    ? 'ECS deployment circuit breaker: tasks failed to start.'
    : `ECS deployment ${deployment.schedulerId} failed: alarm detected.`;
}

export function awsvpc(service: ExpressService, revision: Revision | undefined): object {
  return {
    awsvpcConfiguration: {
      subnets: revision?.configuration.subnets ?? [],
      securityGroups: withManaged(service, revision?.configuration.securityGroups ?? []),
      assignPublicIp: service.scheme === 'internet-facing' ? 'ENABLED' : 'DISABLED',
    },
  };
}
