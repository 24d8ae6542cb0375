import type { Deployment, Ecs, ExpressService } from './state.ts';

/** ECS as a test wants to see it, without the eventual consistency of the API. */
export function stateView(ecs: Ecs): object {
  return {
    clusters: [...ecs.clusters.keys()],
    services: [...ecs.services.values()].map((service) =>
      service.kind === 'express'
        ? expressState(service)
        : { name: service.name, kind: service.kind, status: service.status },
    ),
    oneOffTasks: ecs.oneOffTasks.map(
      ({ id, arn, definition, startedBy, lastStatus, stopCode, stoppedReason, exitCode }) => ({
        id,
        arn,
        taskDefinition: definition.arn,
        startedBy,
        lastStatus,
        stopCode,
        stoppedReason,
        exitCode,
      }),
    ),
    scenario: {
      ...ecs.scenario,
      armedAlarms: [...ecs.scenario.armedAlarms],
      failResources: Object.fromEntries(ecs.scenario.failResources),
      privateSubnets: [...ecs.scenario.privateSubnets],
    },
  };
}

function expressState(service: ExpressService): object {
  return {
    name: service.name,
    kind: service.kind,
    arn: service.arn,
    status: service.status,
    host: service.host,
    desiredCount: service.desiredCount,
    steadyRevision: service.steady?.arn,
    targetGroups: service.resources.targetGroupArns ?? [],
    resources: Object.fromEntries(
      [...service.resources.states].map(([name, { status, arn }]) => [name, { status, arn }]),
    ),
    deployments: service.deployments.map(deploymentState),
    tasks: service.tasks.map(({ id, lastStatus, desiredStatus, stoppedReason, exitCode, privateIp }) => ({
      id,
      lastStatus,
      desiredStatus,
      privateIp,
      stoppedReason,
      exitCode,
    })),
  };
}

const deploymentState = (deployment: Deployment): object => ({
  arn: deployment.arn,
  status: deployment.status,
  stage: deployment.stage,
  targetPercent: deployment.targetPercent,
  statusReason: deployment.statusReason,
});
