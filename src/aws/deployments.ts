import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  ECSClient,
  type ECSManagedResources,
  ListServiceDeploymentsCommand,
  type NetworkConfiguration,
  type ServiceDeployment,
  type ServiceDeploymentBrief,
  type ServiceDeploymentStatus,
  StopServiceDeploymentCommand,
} from '@aws-sdk/client-ecs';
import { lastPartOf } from '../parse-arn.ts';
import { refuseOtherThanMissing } from './batch-failures.ts';
import { clientOf } from './clients.ts';
import { ask } from './failures.ts';
import { type Ingress, readIngress } from './ingress.ts';

const ecs = () => clientOf(ECSClient);

/**
 * What each status of a deployment means. There is no FAILED: what failed ends as one of the ROLLBACK states or STOPPED
 * (ECS API Reference, ServiceDeployment). A status that the SDK comes to know does not compile until it has its row.
 */
const phases = {
  PENDING: 'running',
  IN_PROGRESS: 'running',
  // Already lost, but only the end says what serves now.
  STOP_REQUESTED: 'stopping',
  ROLLBACK_REQUESTED: 'rolling-back',
  ROLLBACK_IN_PROGRESS: 'rolling-back',
  SUCCESSFUL: 'succeeded',
  STOPPED: 'stopped',
  ROLLBACK_SUCCESSFUL: 'rolled-back',
  ROLLBACK_FAILED: 'rollback-failed',
} as const satisfies Record<DeploymentStatus, string>;

type DeploymentStatus = ServiceDeploymentStatus;

/** `unknown`: a word that AWS invented later. It is neither success nor failure, and may still turn into one of them. */
export type DeploymentPhase = (typeof phases)[DeploymentStatus] | 'unknown';

export function phaseOf(status: string | undefined): DeploymentPhase {
  return Object.entries(phases).find(([word]) => word === status)?.[1] ?? 'unknown';
}

export type Deployment = {
  readonly arn: string;
  /** AWS's word, to be shown; what it means is the phase. */
  readonly status: string;
  readonly phase: DeploymentPhase;
  readonly statusReason: string | undefined;
  readonly stage: string | undefined;
  readonly targetRevisionArn: string | undefined;
  /** Another revision serves meanwhile, so that there is a canary, and something to roll back to. */
  readonly hasSource: boolean;
  readonly requestedTasks: number;
  readonly runningTasks: number;
  /** Share of production traffic on the new revision, 0–100. */
  readonly trafficPercent: number | undefined;
  readonly createdAt: Date | undefined;
  readonly rollbackReason: string | undefined;
  /** The revision that a rollback went, or goes, back to. */
  readonly rollbackRevisionArn: string | undefined;
  readonly circuitBreaker: { readonly failures: number; readonly threshold: number } | undefined;
  readonly triggeredAlarms: readonly string[];
};

/** `undefined` while the deployment is not visible yet: AWS answers `failures: MISSING` for a while after it began. */
export async function describeDeployment(deploymentArn: string): Promise<Deployment | undefined> {
  const doing = `describe deployment ${deploymentArn}`;
  const answer = await ask('ecs:DescribeServiceDeployments', doing, () =>
    ecs().send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [deploymentArn] })),
  );
  const seen = answer.serviceDeployments?.[0];
  if (seen !== undefined) return readDeployment(seen, deploymentArn);
  refuseOtherThanMissing(answer.failures, doing);
  return undefined;
}

function readDeployment(seen: ServiceDeployment, arn: string): Deployment {
  const target = seen.targetServiceRevision;
  const breaker = seen.deploymentCircuitBreaker;
  return {
    arn: seen.serviceDeploymentArn ?? arn,
    status: seen.status ?? 'UNKNOWN',
    phase: phaseOf(seen.status),
    statusReason: seen.statusReason,
    stage: seen.lifecycleStage,
    targetRevisionArn: target?.arn,
    hasSource: (seen.sourceServiceRevisions ?? []).length > 0,
    requestedTasks: target?.requestedTaskCount ?? 0,
    runningTasks: target?.runningTaskCount ?? 0,
    trafficPercent: target?.requestedProductionTrafficWeight,
    createdAt: seen.createdAt,
    rollbackReason: seen.rollback?.reason,
    rollbackRevisionArn: seen.rollback?.serviceRevisionArn,
    circuitBreaker: breaker && { failures: breaker.failureCount ?? 0, threshold: breaker.threshold ?? 0 },
    triggeredAlarms: seen.alarms?.status === 'TRIGGERED' ? (seen.alarms.triggeredAlarmNames ?? []) : [],
  };
}

export type DeploymentBrief = {
  readonly arn: string;
  readonly targetRevisionArn: string | undefined;
  readonly status: string | undefined;
  readonly phase: DeploymentPhase;
};

/** More than most services have in the three months that ECS remembers. */
const deploymentsPageSize = 100;

/**
 * The deployments of a service that ECS remembers, newest first. In which order AWS answers is documented nowhere, and so
 * all pages are read before the newest one is known.
 */
export async function listDeployments(
  cluster: string,
  serviceArn: string,
): Promise<readonly DeploymentBrief[]> {
  const listed: ServiceDeploymentBrief[] = [];
  let nextToken: string | undefined;
  do {
    const token = nextToken;
    const answer = await ask('ecs:ListServiceDeployments', `list the deployments of ${serviceArn}`, () =>
      ecs().send(
        new ListServiceDeploymentsCommand({
          cluster,
          service: serviceArn,
          maxResults: deploymentsPageSize,
          nextToken: token,
        }),
      ),
    );
    listed.push(...(answer.serviceDeployments ?? []));
    nextToken = answer.nextToken;
  } while (nextToken !== undefined);
  return listed
    .toSorted((one, other) => Number(other.createdAt ?? 0) - Number(one.createdAt ?? 0))
    .map((brief) => ({
      arn: brief.serviceDeploymentArn ?? '',
      targetRevisionArn: brief.targetServiceRevisionArn,
      status: brief.status,
      phase: phaseOf(brief.status),
    }));
}

export type ManagedResource = {
  /** `load balancer`, `certificate`, … as people call it. */
  readonly label: string;
  readonly status: string;
  readonly statusReason: string | undefined;
};

/** What one container of a revision runs. */
export type ContainerImage = {
  readonly container: string;
  /** As the task definition has it. */
  readonly image: string | undefined;
  /** What that was resolved to when the deployment began. */
  readonly imageDigest: string | undefined;
};

export type Revision = {
  readonly arn: string;
  readonly taskDefinitionArn: string | undefined;
  /** What the image reference was resolved to when the deployment began. */
  readonly imageDigest: string | undefined;
  /** Of all its containers; empty where ECS does not show them. */
  readonly containerImages: readonly ContainerImage[];
  readonly resources: readonly ManagedResource[];
  readonly managedSecurityGroups: readonly string[];
  /** Whether its tasks get addresses of the internet; `undefined` where the revision does not say. */
  readonly assignsPublicIp: boolean | undefined;
  readonly targetGroupArns: readonly string[];
  readonly logGroups: readonly string[];
  readonly ingress: Ingress | undefined;
};

/** What Express names the user's container. */
export const mainContainer = 'Main';

/** `undefined`: ECS does not show it, for whatever reason. What it says is then not known. */
export async function describeRevision(revisionArn: string): Promise<Revision | undefined> {
  const answer = await ask('ecs:DescribeServiceRevisions', `describe service revision ${revisionArn}`, () =>
    ecs().send(new DescribeServiceRevisionsCommand({ serviceRevisionArns: [revisionArn] })),
  );
  const seen = answer.serviceRevisions?.[0];
  if (seen === undefined) return undefined;
  const managed = seen.ecsManagedResources;
  const images = seen.containerImages ?? [];
  const main = images.find(({ containerName }) => containerName === mainContainer) ?? images[0];
  return {
    arn: revisionArn,
    taskDefinitionArn: seen.taskDefinition,
    imageDigest: main?.imageDigest,
    containerImages: images.map(({ containerName, image, imageDigest }) => ({
      container: containerName ?? '',
      image,
      imageDigest,
    })),
    resources: readResources(managed),
    managedSecurityGroups: (managed?.serviceSecurityGroups ?? []).map(({ arn }) => lastPartOf(arn ?? '')),
    assignsPublicIp: readPublicIp(seen.networkConfiguration),
    targetGroupArns: (managed?.ingressPaths ?? []).flatMap(({ targetGroups }) =>
      (targetGroups ?? []).flatMap(({ arn }) => arn ?? []),
    ),
    logGroups: (managed?.logGroups ?? []).flatMap(({ logGroupName }) => logGroupName ?? []),
    ingress: readIngress(managed),
  };
}

function readPublicIp(network: NetworkConfiguration | undefined): boolean | undefined {
  const word = network?.awsvpcConfiguration?.assignPublicIp;
  return word === undefined ? undefined : word === 'ENABLED';
}

/** `undefined` while ECS has not made, or not yet noted, a load balancer. */
export async function describeIngress(revisionArn: string): Promise<Ingress | undefined> {
  return (await describeRevision(revisionArn))?.ingress;
}

type SeenResource = { status?: string | undefined; statusReason?: string | undefined };

function readResources(managed: ECSManagedResources | undefined): ManagedResource[] {
  const seen: [string, SeenResource | undefined][] = [];
  for (const path of managed?.ingressPaths ?? []) {
    seen.push(['load balancer', path.loadBalancer]);
    for (const group of path.loadBalancerSecurityGroups ?? [])
      seen.push(['load balancer security group', group]);
    seen.push(['certificate', path.certificate], ['listener', path.listener], ['listener rule', path.rule]);
    for (const group of path.targetGroups ?? []) seen.push(['target group', group]);
  }
  for (const group of managed?.serviceSecurityGroups ?? []) seen.push(['service security group', group]);
  for (const group of managed?.logGroups ?? []) seen.push(['log group', group]);
  seen.push(['scalable target', managed?.autoScaling?.scalableTarget]);
  for (const policy of managed?.autoScaling?.applicationAutoScalingPolicies ?? [])
    seen.push(['scaling policy', policy]);
  for (const alarm of managed?.metricAlarms ?? []) seen.push(['alarm', alarm]);
  return seen.flatMap(([label, resource]) =>
    resource?.status === undefined
      ? []
      : [{ label, status: resource.status, statusReason: resource.statusReason }],
  );
}

/** Asks ECS to bring the previous revision back. Throws the SDK's fault as it is: a conflict may mean that it does so. */
export async function rollBackDeployment(deploymentArn: string, signal: AbortSignal): Promise<void> {
  await ecs().send(
    new StopServiceDeploymentCommand({ serviceDeploymentArn: deploymentArn, stopType: 'ROLLBACK' }),
    { abortSignal: signal },
  );
}
