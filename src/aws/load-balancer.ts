import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { elb } from './elb-client.ts';
import { ask } from './failures.ts';

export type LoadBalancer = {
  readonly dnsName: string;
  /** The hosted zone that an alias record to it has to state. */
  readonly zoneId: string;
  readonly isInternetFacing: boolean;
  /** Has IPv6 addresses, too. */
  readonly isDualStack: boolean;
};

export async function describeLoadBalancer(loadBalancerArn: string): Promise<LoadBalancer | undefined> {
  const answer = await ask(
    'elasticloadbalancing:DescribeLoadBalancers',
    `describe load balancer ${loadBalancerArn}`,
    () => elb().send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [loadBalancerArn] })),
  );
  const seen = answer.LoadBalancers?.[0];
  if (seen?.DNSName === undefined || seen.CanonicalHostedZoneId === undefined) return undefined;
  return {
    dnsName: seen.DNSName,
    zoneId: seen.CanonicalHostedZoneId,
    isInternetFacing: seen.Scheme === 'internet-facing',
    isDualStack: seen.IpAddressType?.startsWith('dualstack') === true,
  };
}

export async function listListenerPorts(loadBalancerArn: string): Promise<readonly number[]> {
  const answer = await ask('elasticloadbalancing:DescribeListeners', 'list the listeners of green', () =>
    elb().send(new DescribeListenersCommand({ LoadBalancerArn: loadBalancerArn })),
  );
  return (answer.Listeners ?? []).flatMap(({ Port }) => Port ?? []);
}
