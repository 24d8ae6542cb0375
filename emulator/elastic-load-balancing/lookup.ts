import { AwsError } from '../world.ts';
import type { Balancing, LoadBalancer, PlainListener, Rule, TargetGroup } from './state.ts';

/** Finding by ARN, or failing in AWS's words: clients tell a typo (ValidationError) from a resource that is gone. */

export function findLoadBalancer(balancing: Balancing, arn: string): LoadBalancer {
  requireForm(arn, ':loadbalancer/', 'load balancer');
  const found = balancing.loadBalancers.get(arn);
  if (!found) throw new AwsError('LoadBalancerNotFound', `Load balancers '[${arn}]' not found`);
  return found;
}

/** A listener is returned with its load balancer: neither is ever of use alone. */
export function findListener(balancing: Balancing, arn: string): LoadBalancer {
  requireForm(arn, ':listener/', 'listener');
  const found = [...balancing.loadBalancers.values()].find(({ listener }) => listener.arn === arn);
  if (!found) throw new AwsError('ListenerNotFound', 'One or more listeners not found');
  return found;
}

/** One that is not Express's own. */
export function findPlainListener(
  { loadBalancers }: Balancing,
  arn: string,
): { readonly loadBalancer: LoadBalancer; readonly listener: PlainListener } | undefined {
  for (const loadBalancer of loadBalancers.values()) {
    const listener = loadBalancer.plainListeners.get(arn);
    if (listener !== undefined) return { loadBalancer, listener };
  }
  return undefined;
}

export function findTargetGroup(balancing: Balancing, arn: string): TargetGroup {
  requireForm(arn, ':targetgroup/', 'target group');
  const found = balancing.targetGroups.get(arn);
  if (!found) throw new AwsError('TargetGroupNotFound', 'One or more target groups not found');
  return found;
}

/** `rule` is undefined for the listener's default rule, which is no rule of ours: it only answers 404. */
export function findRule(
  balancing: Balancing,
  arn: string,
): { readonly loadBalancer: LoadBalancer; readonly rule: Rule | undefined } {
  requireForm(arn, ':listener-rule/', 'rule');
  for (const loadBalancer of balancing.loadBalancers.values()) {
    const rule = loadBalancer.listener.rules.get(arn);
    if (rule || loadBalancer.listener.defaultRuleArn === arn) return { loadBalancer, rule };
  }
  throw new AwsError('RuleNotFound', 'One or more rules not found');
}

function requireForm(arn: string, resource: string, what: string): void {
  if (arn.startsWith('arn:') && arn.includes(`:elasticloadbalancing:`) && arn.includes(resource)) return;
  throw new AwsError('ValidationError', `'${arn}' is not a valid ${what} ARN`);
}
