import type { Outcome } from '../world.ts';
import type { Balancing, LoadBalancer, Rule, TargetGroup } from './state.ts';

const NAMESPACE = 'AWS/ApplicationELB';

type Chosen = { readonly rule: Rule; readonly group: TargetGroup };

/**
 * Counted as soon as a target is chosen, whatever becomes of the request: answered, left open, upgraded, or given up by
 * the user. Figures of a target group carry both dimensions.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
export function countRequest(balancing: Balancing, { rule, group }: Chosen): void {
  const places = placesOf(balancing, rule, group);
  for (const dimensions of places) add(balancing, dimensions, 'RequestCount', 1);
  const perTarget = 1 / Math.max(1, group.targets.size);
  for (const dimensions of [{ TargetGroup: dimensionOf(group.arn) }, ...places.slice(1)])
    add(balancing, dimensions, 'RequestCountPerTarget', perTarget);
}

/**
 * The answer, by who gave it: a code of the load balancer's own is in no figure of a target group, and known of the load
 * balancer as a whole only, all its services together.
 */
export function countAnswer(
  balancing: Balancing,
  answer: Pick<Chosen, 'rule'> & { readonly group: TargetGroup | undefined; readonly outcome: Outcome },
): void {
  const { rule, group, outcome } = answer;
  const [whole, ofGroup] = placesOf(balancing, rule, group);
  if (!whole) return;
  const family = Math.floor(outcome.status / 100);
  const places = ofGroup ? [whole, ofGroup] : [whole];
  if (!outcome.fromTarget) {
    add(balancing, whole, `HTTPCode_ELB_${family}XX_Count`, 1);
    if (family === 5) add(balancing, whole, `HTTPCode_ELB_${outcome.status}_Count`, 1);
    if (!outcome.isConnected && ofGroup && outcome.status !== 503)
      for (const dimensions of places) add(balancing, dimensions, 'TargetConnectionErrorCount', 1);
    return;
  }
  // The switch to WebSocket (101) is in none of the families that are counted.
  if (family < 2) return;
  for (const dimensions of places) {
    add(balancing, dimensions, `HTTPCode_Target_${family}XX_Count`, 1);
    add(balancing, dimensions, 'TargetResponseTime', outcome.milliseconds / 1000, 'Seconds');
  }
}

type Dimensions = Readonly<Record<string, string>>;

/** The dimensions of the load balancer, and of the target group behind it; nothing once the rule is gone. */
function placesOf(balancing: Balancing, rule: Rule, group: TargetGroup | undefined): readonly Dimensions[] {
  const loadBalancer = [...balancing.loadBalancers.values()].find(({ listener }) =>
    listener.rules.has(rule.arn),
  );
  if (!loadBalancer) return [];
  const whole = { LoadBalancer: dimensionOf(loadBalancer.arn) };
  return group ? [whole, { ...whole, TargetGroup: dimensionOf(group.arn) }] : [whole];
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
  dimensions: Dimensions,
  name: string,
  value: number,
  unit = 'Count',
): void {
  metrics.add({ namespace: NAMESPACE, name, dimensions, value, unit });
}
