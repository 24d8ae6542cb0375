import { type AppRunnerService, findAppRunnerService } from '../aws/app-runner.ts';
import { describeIngress, listDeployments } from '../aws/deployments.ts';
import { describeExpressService } from '../aws/express.ts';
import type { Ingress } from '../aws/ingress.ts';
import { describeLoadBalancer, type LoadBalancer } from '../aws/listener.ts';
import { describeEcsService } from '../aws/services.ts';
import { ActionError } from '../errors.ts';
import type { ExpressServiceRef } from './inputs/forms.ts';
import type { ShiftInputs } from './inputs.ts';

/** App Runner's side. */
export type ObservedBlue = {
  /** `undefined` when only its host was given. */
  readonly service: AppRunnerService | undefined;
  readonly host: string;
};

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
  return { service, host: service.host };
}

/** Express's side, with all that stands between a visitor and its tasks. */
export type ObservedGreen = {
  readonly name: string;
  readonly cluster: string;
  readonly serviceArn: string;
  readonly ingress: Ingress;
  readonly balancer: LoadBalancer;
};

export async function observeGreen(ref: ExpressServiceRef): Promise<ObservedGreen> {
  const { name, cluster } = ref;
  const service = await describeEcsService(cluster, name);
  if (service.kind !== 'found' || !service.express || service.status !== 'ACTIVE') {
    throw new ActionError('plan-refused', `${describeMissing(service)}: ${name} in cluster ${cluster}`, {
      hint: 'Deploy it first, or correct express-service and cluster.',
    });
  }
  const express = await describeExpressService(service.arn);
  const revisionArn = express.configurations[0]?.revisionArn;
  const ingress = revisionArn === undefined ? undefined : await describeIngress(revisionArn);
  const balancer = ingress && (await describeLoadBalancer(ingress.loadBalancerArn));
  if (ingress === undefined || balancer === undefined) {
    throw new ActionError('plan-refused', `Express service ${name} has no load balancer yet`, {
      hint: 'Wait for its first deployment to succeed, then run the job again.',
    });
  }
  return { name, cluster, serviceArn: service.arn, ingress, balancer };
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

const underWay = ['PENDING', 'IN_PROGRESS', 'STOP_REQUESTED', 'ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS'];

/** `IN_PROGRESS` and its like while Express itself shifts traffic between two revisions of green. */
export async function observeDeploymentUnderWay(green: ObservedGreen): Promise<string | undefined> {
  const [latest] = await listDeployments(green.cluster, green.serviceArn);
  const status = latest?.status;
  return status !== undefined && underWay.includes(status) ? status : undefined;
}
