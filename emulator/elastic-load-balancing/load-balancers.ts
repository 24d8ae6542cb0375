import { partitionOf } from '../arn.ts';
import { AwsError } from '../world.ts';
import { findLoadBalancer } from './lookup.ts';
import type { Balancing, IpAddressType, LoadBalancer, Scheme } from './state.ts';
import { syncHealthChecks } from './target-groups.ts';

/** Express puts so many services behind one load balancer, then adds another (developer guide). */
const SERVICES_PER_LOAD_BALANCER = 25;

type Placement = {
  readonly vpcId: string;
  readonly scheme: Scheme;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
};

/** One that services of this VPC and scheme share, while it has room. The first service decides its subnets. */
export function ensureLoadBalancer(balancing: Balancing, placement: Placement): LoadBalancer {
  const shared = [...balancing.loadBalancers.values()].find(
    ({ vpcId, scheme, listener }) =>
      vpcId === placement.vpcId &&
      scheme === placement.scheme &&
      listener.rules.size < SERVICES_PER_LOAD_BALANCER,
  );
  return shared ?? createLoadBalancer(balancing, placement);
}

function createLoadBalancer(balancing: Balancing, placement: Placement): LoadBalancer {
  const { ids, arn } = balancing;
  const name = `ecs-express-gateway-alb-${ids.hex(8)}`;
  const id = ids.hex(16);
  const listenerPath = `app/${name}/${id}/${ids.hex(16)}`;
  const loadBalancer: LoadBalancer = {
    arn: arn('elasticloadbalancing', `loadbalancer/app/${name}/${id}`),
    name,
    dnsName: dnsName(balancing, name, placement.scheme),
    ...placement,
    createdAt: new Date(balancing.clock.now()),
    listener: {
      arn: arn('elasticloadbalancing', `listener/${listenerPath}`),
      defaultRuleArn: arn('elasticloadbalancing', `listener-rule/${listenerPath}/${ids.hex(16)}`),
      defaultRule: undefined,
      defaultCertificateArn: arn('acm', `certificate/${ids.uuid()}`),
      furtherCertificateArns: new Set(),
      rules: new Map(),
    },
    plainListeners: new Map(),
    ipAddressType: 'ipv4',
  };
  balancing.loadBalancers.set(loadBalancer.arn, loadBalancer);
  return loadBalancer;
}

function dnsName({ ids, region }: Balancing, name: string, scheme: Scheme): string {
  const number = String(Number.parseInt(ids.hex(8), 16)).padStart(10, '1');
  const suffix = partitionOf(region) === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `${scheme === 'internal' ? 'internal-' : ''}${name}-${number}.${region}.elb.${suffix}`;
}

/** On AWS its subnets need IPv6 blocks for it; there are none to look at here. */
export function setIpAddressType(loadBalancer: LoadBalancer, type: IpAddressType): void {
  if (loadBalancer.scheme === 'internal' && type !== 'ipv4') {
    throw new AwsError('InvalidConfigurationRequest', "Internal load balancers must use 'ipv4'");
  }
  loadBalancer.ipAddressType = type;
}

/** Its listeners and their rules go with it. */
export function deleteLoadBalancer(balancing: Balancing, arn: string): void {
  balancing.loadBalancers.delete(findLoadBalancer(balancing, arn).arn);
  syncHealthChecks(balancing);
}
