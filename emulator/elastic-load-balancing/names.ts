import { type AwsNames, type AwsZone, mappedToIpv6 } from '../world.ts';
import { plainHost } from './host-pattern.ts';
import { HOSTED_ZONE_IDS } from './hosted-zones.ts';
import type { Balancing, Listener, LoadBalancer } from './state.ts';

/** What a load balancer's own name, and an Express endpoint, resolve to. A custom host is for others' DNS to resolve. */
export function balancerNames(balancing: Balancing, address: string): AwsNames {
  return (name) => {
    const host = plainHost(name.replace(/\.$/, '').replace(/^dualstack\./, ''));
    const all = [...balancing.loadBalancers.values()];
    const loadBalancer = all.find(({ dnsName }) => plainHost(dnsName) === host);
    if (loadBalancer) {
      return {
        addresses: addressesOf(loadBalancer, address),
        healthy: isHealthy(balancing, loadBalancer),
      };
    }
    const behind = host.endsWith('.on.aws') ? all.find(({ listener }) => hasHost(listener, host)) : undefined;
    return behind && { addresses: addressesOf(behind, address), healthy: true };
  };
}

const hasHost = ({ rules }: Listener, host: string): boolean =>
  [...rules.values()].some(({ hosts }) => hosts.some((known) => plainHost(known) === host));

function addressesOf({ ipAddressType }: LoadBalancer, address: string): readonly string[] {
  if (ipAddressType === 'ipv4') return [address];
  const ipv6 = mappedToIpv6(address);
  return ipAddressType === 'dualstack' ? [address, ipv6] : [ipv6];
}

/**
 * As Route 53's EvaluateTargetHealth sees it: every target group that has targets has a healthy one. So a neighbour's
 * sick service makes the shared load balancer sick. The documentation also says that a group without targets is
 * unhealthy; Express always keeps one such group a service, and its load balancers would never be healthy.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-alias-common.html
 */
function isHealthy(balancing: Balancing, { listener }: LoadBalancer): boolean {
  const arns = [...listener.rules.values()].flatMap(({ forward }) =>
    forward.map(({ targetGroupArn }) => targetGroupArn),
  );
  const occupied = arns
    .map((arn) => [...(balancing.targetGroups.get(arn)?.targets.values() ?? [])])
    .filter((targets) => targets.length > 0);
  return (
    occupied.length > 0 &&
    occupied.every((targets) => targets.some(({ health }) => health.state === 'healthy'))
  );
}

export const BALANCER_ZONES: readonly AwsZone[] = Object.entries(HOSTED_ZONE_IDS).map(
  ([region, hostedZoneId]) => ({
    hostedZoneId,
    suffix: `.${region}.elb.amazonaws.com.`,
    types: ['A', 'AAAA'],
  }),
);
