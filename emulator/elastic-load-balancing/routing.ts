import type { Address, Routed } from '../world.ts';
import { matchesHost, plainHost } from './host-pattern.ts';
import { countAnswer, countRequest } from './request-metrics.ts';
import type { Balancing, Rule, TargetGroup } from './state.ts';
import { allRules, defaultRuleOf } from './state.ts';

/** Where a request with this Host header goes now. The first rule by priority that matches decides. */
export function route(balancing: Balancing, host: string): Routed {
  const rule = ruleFor(balancing, host) ?? defaultRuleFor(balancing);
  if (!rule) return { status: 404 };
  const chosen = takeTurn(rule);
  const group = chosen === undefined ? undefined : balancing.targetGroups.get(chosen);
  const address = group && nextTarget(group);
  const ended: Routed['ended'] = (outcome) => countAnswer(balancing, { rule, group, outcome });
  if (!group || !address) return { status: 503, ended };
  return { address, began: () => countRequest(balancing, { rule, group }), ended };
}

export function serves(balancing: Balancing, host: string): boolean {
  const name = plainHost(host);
  return (
    [...balancing.loadBalancers.values()].some(({ dnsName }) => plainHost(dnsName) === name) ||
    ruleFor(balancing, host) !== undefined
  );
}

function ruleFor(balancing: Balancing, host: string): Rule | undefined {
  return allRules(balancing).find(({ hosts }) => hosts.some((pattern) => matchesHost(pattern, host)));
}

/** Hosts do not tell the balancers apart here; the first whose default action somebody changed takes the rest. */
function defaultRuleFor({ loadBalancers }: Balancing): Rule | undefined {
  return [...loadBalancers.values()].flatMap(({ listener }) => defaultRuleOf(listener))[0];
}

/**
 * The target group whose turn it is: weights 5 and 95 give the first exactly one request in twenty, evenly spread. ALB
 * draws at random; a test that counts answers should not have to.
 */
export function takeTurn(rule: Pick<Rule, 'forward' | 'credits'>): string | undefined {
  const total = rule.forward.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return undefined;
  const credit = (arn: string): number => rule.credits.get(arn) ?? 0;
  for (const { targetGroupArn, weight } of rule.forward) {
    rule.credits.set(targetGroupArn, credit(targetGroupArn) + weight);
  }
  const [first, ...others] = rule.forward.map(({ targetGroupArn }) => targetGroupArn);
  const richest = others.reduce((best, arn) => (credit(arn) > credit(best ?? arn) ? arn : best), first);
  if (richest !== undefined) rule.credits.set(richest, credit(richest) - total);
  return richest;
}

/**
 * Healthy targets in turn. When none is healthy, all that are registered ("fails open"); ALB does not fall back to
 * another group of the rule, and answers 503 when the group is empty.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html#target-group-health
 */
function nextTarget(group: TargetGroup): Address | undefined {
  const registered = [...group.targets.values()].filter(({ cancelDraining }) => cancelDraining === undefined);
  const healthy = registered.filter(({ health }) => health.state === 'healthy');
  const candidates = healthy.length > 0 ? healthy : registered;
  const chosen = candidates[group.turns % Math.max(1, candidates.length)];
  group.turns += 1;
  return chosen?.address;
}
