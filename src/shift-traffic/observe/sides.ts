import { NODATA } from 'node:dns';
import { resolve6 } from 'node:dns/promises';
import { type AppRunnerService, findAppRunnerService, isAppRunnerDualStack } from '../../aws/app-runner.ts';
import { type DeploymentPhase, describeRevision, listDeployments } from '../../aws/deployments.ts';
import { describeExpressService } from '../../aws/express.ts';
import { unlessDenied } from '../../aws/failures.ts';
import { describeLoadBalancer } from '../../aws/listener.ts';
import { describeEcsService } from '../../aws/services.ts';
import { isSameName } from '../../dns/names.ts';
import { ActionError } from '../../errors.ts';
import { lastPartOf } from '../../parse-arn.ts';
import type { BlueInputs, ExpressServiceRef, ShiftInputs } from '../model/inputs.ts';
import type { GreenDeployment, ObservedBlue, ObservedGreen } from '../model/observed.ts';

export async function observeBlue({ blue }: ShiftInputs): Promise<ObservedBlue | undefined> {
  if (blue.service === undefined) {
    return blue.host === undefined ? undefined : { service: undefined, host: blue.host };
  }
  const service = await findAppRunnerService(blue.service);
  if (service === undefined) {
    throw new ActionError('plan-refused', `there is no App Runner service ${blue.service} in this Region`, {
      hint: 'Correct apprunner-service, or set blue-dns-name to its host.',
    });
  }
  requireSameHost(blue, service);
  return { service, host: service.host };
}

/** Of two that are named as blue, nobody knows which one is meant. */
export function requireSameHost({ host }: BlueInputs, service: AppRunnerService): void {
  if (host === undefined || isSameName(host, service.host)) return;
  throw new ActionError(
    'plan-refused',
    `App Runner service ${service.name} has the host ${service.host}, but blue-dns-name is ${host}`,
    { hint: 'Give one of them: apprunner-service, or blue-dns-name where the role may not call App Runner.' },
  );
}

/** `undefined` where neither App Runner nor DNS tells: then it is not "no". */
export async function observeIpv6({ service, host }: ObservedBlue): Promise<boolean | undefined> {
  const told = service && (await unlessDenied(isAppRunnerDualStack(service.arn)));
  if (told !== undefined) return told;
  try {
    return (await resolve6(host)).length > 0;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === NODATA ? false : undefined;
  }
}

export async function observeGreen(ref: ExpressServiceRef): Promise<ObservedGreen> {
  const { name, cluster } = ref;
  const service = await describeEcsService(cluster, name);
  if (service.kind !== 'found' || !service.express || service.status !== 'ACTIVE') {
    throw new ActionError('plan-refused', `${describeMissing(service)}: ${name} in cluster ${cluster}`, {
      hint: 'Deploy it first, or correct express-service and cluster.',
    });
  }
  const express = await describeExpressService(service.arn);
  const [running] = express.configurations;
  const revision =
    running?.revisionArn === undefined ? undefined : await describeRevision(running.revisionArn);
  const ingress = revision?.ingress;
  const balancer = ingress && (await describeLoadBalancer(ingress.loadBalancerArn));
  if (running === undefined || ingress === undefined || balancer === undefined) {
    throw new ActionError('plan-refused', `Express service ${name} has no load balancer yet`, {
      hint: 'Wait for its first deployment to succeed, then run the job again.',
    });
  }
  const runs = {
    id: lastPartOf(revision?.arn ?? ''),
    image: running.image,
    imageDigest: revision?.imageDigest,
    settings: running.settings,
  };
  return { name, cluster, serviceArn: service.arn, ingress, balancer, runs };
}

function describeMissing(service: Awaited<ReturnType<typeof describeEcsService>>): string {
  switch (service.kind) {
    case 'cluster-missing':
      return 'the cluster does not exist';
    case 'missing':
      return 'there is no such Express service';
    case 'found':
      return service.express
        ? `the service is ${service.status}`
        : 'an ordinary ECS service, not an Express one';
  }
}

const ended: readonly DeploymentPhase[] = ['succeeded', 'stopped', 'rolled-back', 'rollback-failed'];

/** While it is under way, Express itself shifts traffic between two revisions of green, or may do so. */
export async function observeLatestDeployment(green: ObservedGreen): Promise<GreenDeployment | undefined> {
  const [latest] = await listDeployments(green.cluster, green.serviceArn);
  if (latest === undefined) return undefined;
  const { arn, phase, status = 'in an unknown state' } = latest;
  return { arn, underWay: ended.includes(phase) ? undefined : status };
}
