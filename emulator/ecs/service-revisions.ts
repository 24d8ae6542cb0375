import { clusterArn } from './clusters.ts';
import { accessType, endpointOf } from './express-view.ts';
import { sidecarsOf } from './images.ts';
import { type Input, invalid, requiredTexts } from './members.ts';
import { awsvpc } from './service-view.ts';
import type { Ecs, ExpressService, ManagedResource, ResourceName, Revision } from './state.ts';

/** Refuses services that are gone, in the words the AWS CLI's monitor waits for after a deletion. */
export function describeServiceRevisions(ecs: Ecs, input: Input): unknown {
  const wanted = requiredTexts(input, 'serviceRevisionArns', 20);
  const found = wanted.map((arn) => findRevision(ecs, arn));
  if (found.some((hit) => hit?.service.status === 'INACTIVE')) {
    throw invalid('Cannot call DescribeServiceRevisions for a service that is INACTIVE');
  }
  return {
    serviceRevisions: found.flatMap((hit) => (hit ? [revisionView(ecs, hit.service, hit.revision)] : [])),
    failures: wanted.filter((_, index) => !found[index]).map((arn) => ({ arn, reason: 'MISSING' })),
  };
}

function findRevision(
  ecs: Ecs,
  arn: string,
): { readonly service: ExpressService; readonly revision: Revision } | undefined {
  if (!/^arn:[^:]+:ecs:[^:]*:\d{12}:service-revision\/[^/]+\/[^/]+\/[^/]+$/.test(arn)) {
    throw invalid(`Invalid service revision ARN: ${arn}`);
  }
  for (const service of ecs.services.values()) {
    const revision = service.kind === 'express' && service.revisions.find((known) => known.arn === arn);
    if (service.kind === 'express' && revision) return { service, revision };
  }
  return undefined;
}

function revisionView(ecs: Ecs, service: ExpressService, revision: Revision): object {
  const { container } = revision.configuration;
  const rule = service.resources.states.get('rule');
  const targetGroupArn = service.resources.targetGroupArns?.[revision.side];
  return {
    serviceRevisionArn: revision.arn,
    serviceArn: service.arn,
    clusterArn: clusterArn(ecs, service.clusterName),
    taskDefinition: revision.taskDefinition.arn,
    launchType: 'FARGATE',
    platformVersion: '1.4.0',
    platformFamily: 'Linux',
    loadBalancers: [],
    networkConfiguration: awsvpc(service, revision),
    containerImages: [
      { containerName: 'Main', image: container.image, imageDigest: revision.imageDigest },
      ...sidecarsOf(revision).map(({ name, image }) => ({
        containerName: name,
        image,
        imageDigest: revision.sidecarDigests.get(name),
      })),
    ],
    guardDutyEnabled: false,
    createdAt: revision.createdAt,
    resolvedConfiguration: {
      loadBalancers:
        rule?.arn && targetGroupArn ? [{ targetGroupArn, productionListenerRule: rule.arn }] : [],
    },
    ecsManagedResources: managedResourcesView(ecs, service, revision),
  };
}

function managedResourcesView(ecs: Ecs, service: ExpressService, revision: Revision): object {
  const { configuration } = revision;
  const { container, scalingTarget } = configuration;
  const shown = (name: ResourceName, members: object = {}): object[] => {
    const resource = service.resources.states.get(name);
    return resource ? [{ ...resourceView(resource), ...members }] : [];
  };
  const [loadBalancer] = shown('loadBalancer', { scheme: service.scheme, subnetIds: configuration.subnets });
  const [certificate] = shown('certificate', { domainName: service.host });
  const [listener] = shown('listener');
  const [rule] = shown('rule');
  const [scalableTarget] = shown('scalableTarget', {
    minCapacity: scalingTarget.minTaskCount,
    maxCapacity: scalingTarget.maxTaskCount,
  });
  return {
    ingressPaths: [
      {
        accessType: accessType(service),
        endpoint: endpointOf(ecs, service),
        loadBalancer,
        loadBalancerSecurityGroups: shown('loadBalancerSecurityGroup'),
        certificate,
        listener,
        rule,
        targetGroups: targetGroups(service, revision),
      },
    ],
    autoScaling: {
      scalableTarget,
      applicationAutoScalingPolicies: shown('scalingPolicy', {
        policyType: 'TargetTrackingScaling',
        targetValue: scalingTarget.autoScalingTargetValue,
        metric: POLICY_METRICS[scalingTarget.autoScalingMetric],
      }),
    },
    metricAlarms: shown('metricAlarm'),
    serviceSecurityGroups: shown('serviceSecurityGroup'),
    logGroups: shown('logGroup', { logGroupName: container.logGroup }),
  };
}

/** Application Auto Scaling has other names for the metrics of `scalingTarget`. */
const POLICY_METRICS: Readonly<Record<string, string>> = {
  AVERAGE_CPU: 'ECSServiceAverageCPUUtilization',
  AVERAGE_MEMORY: 'ECSServiceAverageMemoryUtilization',
  REQUEST_COUNT_PER_TARGET: 'ALBRequestCountPerTarget',
};

function targetGroups(service: ExpressService, revision: Revision): object[] {
  const resource = service.resources.states.get('targetGroups');
  if (!resource) return [];
  const { container, healthCheckPath } = revision.configuration;
  const arns = service.resources.targetGroupArns ?? [undefined, undefined];
  return arns.map((arn) => ({
    ...resourceView({ ...resource, arn }),
    healthCheckPath,
    healthCheckPort: container.containerPort,
    port: container.containerPort,
  }));
}

const resourceView = ({ arn, status, statusReason, updatedAt }: ManagedResource): object => ({
  arn,
  status,
  statusReason,
  updatedAt,
});
