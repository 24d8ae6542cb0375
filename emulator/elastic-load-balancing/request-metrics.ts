import type { Outcome } from '../world.ts';
import type { Balancing, LoadBalancer, Rule, TargetGroup } from './state.ts';

const NAMESPACE = 'AWS/ApplicationELB';

/**
 * What CloudWatch is told of one request. Figures of a target group carry both dimensions; what the load balancer
 * answers by itself is known of the load balancer as a whole only, all its services together.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
export function countRequest(
  balancing: Balancing,
  request: { readonly rule: Rule; readonly group: TargetGroup | undefined; readonly outcome: Outcome },
): void {
  const { group, outcome } = request;
  const loadBalancer = [...balancing.loadBalancers.values()].find(({ listener }) =>
    listener.rules.has(request.rule.arn),
  );
  if (!loadBalancer) return;
  const whole = { LoadBalancer: dimensionOf(loadBalancer.arn) };
  const family = `${Math.floor(outcome.status / 100)}XX_Count`;
  if (!group || !outcome.fromTarget) {
    add(balancing, whole, `HTTPCode_ELB_${family}`, 1);
    if (group)
      add(balancing, { ...whole, TargetGroup: dimensionOf(group.arn) }, 'TargetConnectionErrorCount', 1);
    return;
  }
  for (const dimensions of [whole, { ...whole, TargetGroup: dimensionOf(group.arn) }]) {
    add(balancing, dimensions, 'RequestCount', 1);
    add(balancing, dimensions, `HTTPCode_Target_${family}`, 1);
    add(balancing, dimensions, 'TargetResponseTime', outcome.milliseconds / 1000, 'Seconds');
  }
  const perTarget = 1 / Math.max(1, group.targets.size);
  add(balancing, { TargetGroup: dimensionOf(group.arn) }, 'RequestCountPerTarget', perTarget);
  add(balancing, { ...whole, TargetGroup: dimensionOf(group.arn) }, 'RequestCountPerTarget', perTarget);
}

/** Once a minute: how many targets of each group in use are well. */
export function countHosts(balancing: Balancing): void {
  for (const loadBalancer of balancing.loadBalancers.values()) {
    for (const group of groupsBehind(balancing, loadBalancer)) {
      const targets = [...group.targets.values()];
      const healthy = targets.filter(({ health }) => health.state === 'healthy').length;
      const unhealthy = targets.filter(({ health }) => health.state === 'unhealthy').length;
      const dimensions = { LoadBalancer: dimensionOf(loadBalancer.arn), TargetGroup: dimensionOf(group.arn) };
      add(balancing, dimensions, 'HealthyHostCount', healthy);
      add(balancing, dimensions, 'UnHealthyHostCount', unhealthy);
    }
  }
}

function groupsBehind(balancing: Balancing, { listener }: LoadBalancer): TargetGroup[] {
  const arns = [...listener.rules.values()].flatMap(({ forward }) =>
    forward.map((choice) => choice.targetGroupArn),
  );
  return [...new Set(arns)].flatMap((arn) => balancing.targetGroups.get(arn) ?? []);
}

/** `…:loadbalancer/app/name/id` → `app/name/id`; `…:targetgroup/name/id` → `targetgroup/name/id`. */
const dimensionOf = (arn: string): string =>
  arn.slice(arn.lastIndexOf(':') + 1).replace(/^loadbalancer\//, '');

function add(
  { metrics }: Balancing,
  dimensions: Readonly<Record<string, string>>,
  name: string,
  value: number,
  unit = 'Count',
): void {
  metrics.add({ namespace: NAMESPACE, name, dimensions, value, unit });
}
