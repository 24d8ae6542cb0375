import { describeDeployment, describeRevision, listDeployments } from '../../aws/deployments.ts';
import { describeExpressService } from '../../aws/express.ts';
import { unlessDenied } from '../../aws/failures.ts';
import { describeEcsService } from '../../aws/services.ts';
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
  if (service.status === 'DRAINING') {
    return { kind: 'draining', serviceArn: service.arn, ...(await observeNeighbours(inputs)) };
  }
  if (!service.express) return { kind: 'ordinary', serviceArn: service.arn };

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
    serviceArn: service.arn,
    clusterArn: service.clusterArn,
    status: express.status,
    tags: service.tags,
    infrastructureRoleArn: express.infrastructureRoleArn,
    running: newest && {
      ...newest,
      imageDigest: revision?.imageDigest,
      managedSecurityGroups: revision?.managedSecurityGroups,
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
 * A deployment that has just begun is not `currentDeployment` yet: that names the one before, or none. Whoever took the
 * outcome of the one before for that of the newest configuration would end a second job green while the first waits.
 */
async function observeLatestDeployment(asked: DeploymentQuestion): Promise<ObservedDeployment | undefined> {
  const { currentDeploymentArn, newestRevisionArn } = asked;
  if (currentDeploymentArn === undefined) return (await observeDeployments(asked))[0];
  const deployment = await describeDeployment(currentDeploymentArn);
  const current = {
    arn: currentDeploymentArn,
    // A deployment that AWS does not show yet has only just begun.
    status: deployment?.status ?? 'PENDING',
    phase: deployment?.phase ?? 'running',
    targetRevisionArn: deployment?.targetRevisionArn,
  };
  if (newestRevisionArn === undefined || current.targetRevisionArn === newestRevisionArn) return current;
  const listed = await observeDeployments(asked);
  return listed.find(({ targetRevisionArn }) => targetRevisionArn === newestRevisionArn) ?? current;
}

async function observeDeployments({
  cluster,
  serviceArn,
}: DeploymentQuestion): Promise<readonly ObservedDeployment[]> {
  const listed = await listDeployments(cluster, serviceArn);
  return listed.map(({ status, ...seen }) => ({ ...seen, status: status ?? 'UNKNOWN' }));
}
