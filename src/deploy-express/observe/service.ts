import { describeDeployment, describeRevision, listDeployments } from '../../aws/deployments.ts';
import { describeExpressService } from '../../aws/express.ts';
import { unlessDenied } from '../../aws/failures.ts';
import { describeEcsService } from '../../aws/services.ts';
import { systemClock } from '../../poll.ts';
import type { DeployInputs } from '../model/inputs.ts';
import type { ObservedDeployment, ObservedService } from '../model/observed.ts';
import { observeNeighbours } from './previews.ts';

export async function observeService(inputs: DeployInputs): Promise<ObservedService> {
  const service = await describeEcsService(inputs.cluster, inputs.serviceName);
  switch (service.kind) {
    case 'cluster-missing':
      return { kind: 'absent', clusterExists: false, expressServiceCount: 0 };
    case 'missing':
      return { kind: 'absent', clusterExists: true, ...(await observeNeighbours(inputs)) };
    case 'found':
      break;
  }
  const { createdAt } = service;
  if (service.status === 'DRAINING') {
    return { kind: 'draining', serviceArn: service.arn, createdAt, ...(await observeNeighbours(inputs)) };
  }
  if (!service.express) return { kind: 'ordinary', serviceArn: service.arn };

  const seenAt = systemClock.now();
  const express = await describeExpressService(service.arn);
  const newest = express.configurations[0];
  const [deployment, revision] = await Promise.all([
    observeLatestDeployment({
      cluster: inputs.cluster,
      serviceArn: service.arn,
      currentDeploymentArn: express.currentDeploymentArn,
      newestRevisionArn: newest?.revisionArn,
    }),
    newest?.revisionArn === undefined ? undefined : unlessDenied(describeRevision(newest.revisionArn)),
  ]);
  return {
    kind: 'express',
    seenAt,
    serviceArn: service.arn,
    clusterArn: service.clusterArn,
    status: express.status,
    createdAt,
    tags: service.tags,
    infrastructureRoleArn: express.infrastructureRoleArn,
    running: newest && {
      ...newest,
      imageDigest: revision?.imageDigest,
      managedSecurityGroups: revision?.managedSecurityGroups,
      assignsPublicIp: revision?.assignsPublicIp,
      ingress: revision?.ingress,
    },
    deployment,
    runningCount: service.runningCount,
    desiredCount: service.desiredCount,
  };
}

type DeploymentQuestion = {
  readonly cluster: string;
  readonly serviceArn: string;
  readonly currentDeploymentArn: string | undefined;
  readonly newestRevisionArn: string | undefined;
};

/**
 * AWS names a deployment only while it runs, and one that has just begun not yet. So it is looked for in the list by the
 * newest revision: whoever took the outcome of the one before for its own would end a second job green while the first
 * waits.
 */
async function observeLatestDeployment(asked: DeploymentQuestion): Promise<ObservedDeployment | undefined> {
  const { currentDeploymentArn, newestRevisionArn } = asked;
  const current = currentDeploymentArn === undefined ? undefined : await observeCurrent(currentDeploymentArn);
  const isOfNewest = (one: ObservedDeployment | undefined) => one?.targetRevisionArn === newestRevisionArn;
  if (current !== undefined && (newestRevisionArn === undefined || isOfNewest(current))) return current;
  const listed = await observeDeployments(asked);
  return listed.find(isOfNewest) ?? current ?? listed[0];
}

async function observeCurrent(arn: string): Promise<ObservedDeployment> {
  const deployment = await describeDeployment(arn);
  return {
    arn,
    // A deployment that AWS does not show yet has only just begun.
    status: deployment?.status ?? 'PENDING',
    phase: deployment?.phase ?? 'running',
    targetRevisionArn: deployment?.targetRevisionArn,
  };
}

async function observeDeployments({
  cluster,
  serviceArn,
}: DeploymentQuestion): Promise<readonly ObservedDeployment[]> {
  const listed = await listDeployments(cluster, serviceArn);
  return listed.map(({ status, ...seen }) => ({ ...seen, status: status ?? 'UNKNOWN' }));
}
