import type { ECSManagedResources } from '@aws-sdk/client-ecs';

/** By what an Express service is reached: the ARNs that ECS itself notes in the service revision. */
export type Ingress = {
  readonly loadBalancerArn: string;
  readonly listenerArn: string;
  /** Express's own rule. Its deployments move the weights of this one and touch no other. */
  readonly ruleArn: string;
  /** Both: they alternate with each deployment. */
  readonly targetGroupArns: readonly string[];
};

/** `undefined` while ECS has not made, or not yet noted, a load balancer. */
export function readIngress(managed: ECSManagedResources | undefined): Ingress | undefined {
  const path = managed?.ingressPaths?.[0];
  const [loadBalancerArn, listenerArn, ruleArn] = [
    path?.loadBalancer?.arn,
    path?.listener?.arn,
    path?.rule?.arn,
  ];
  if (loadBalancerArn === undefined || listenerArn === undefined || ruleArn === undefined) return undefined;
  return {
    loadBalancerArn,
    listenerArn,
    ruleArn,
    targetGroupArns: (path?.targetGroups ?? []).flatMap(({ arn }) => arn ?? []),
  };
}
