import { findListener, findRule, findTargetGroup } from './lookup.ts';
import type { Balancing, Forward, Listener, LoadBalancer, Rule } from './state.ts';
import { syncHealthChecks } from './target-groups.ts';

/** More than there can be services behind one load balancer. */
const EXPRESS_PRIORITIES = 500;
const FIRST_PRIORITY = 101;

export function createRule(
  balancing: Balancing,
  options: {
    readonly listenerArn: string;
    readonly hosts: readonly string[];
    readonly forward: readonly Forward[];
    readonly certificateArn?: string;
    /** Any that is free unless given: which one Express takes is nobody's to know. */
    readonly priority?: number;
    readonly openConditions?: Rule['openConditions'];
  },
): string {
  const { listener } = findListener(balancing, options.listenerArn);
  requireTargetGroups(balancing, options.forward);
  const arn = `${listener.arn.replace(':listener/', ':listener-rule/')}/${balancing.ids.hex(16)}`;
  listener.rules.set(arn, {
    arn,
    listenerArn: listener.arn,
    priority: options.priority ?? freePriority(listener, arn),
    hosts: [...options.hosts],
    openConditions: options.openConditions ?? [],
    forward: [...options.forward],
    certificateArn: options.certificateArn,
    credits: new Map(),
  });
  if (options.certificateArn !== undefined) listener.furtherCertificateArns.add(options.certificateArn);
  syncHealthChecks(balancing);
  return arn;
}

/** By the id of the rule, so that the same seed gives the same. There is room before it and behind it. */
function freePriority({ rules }: Listener, arn: string): number {
  const taken = [...rules.values()].map(({ priority }) => priority);
  let offset = Number.parseInt(arn.slice(-4), 16) % EXPRESS_PRIORITIES;
  while (taken.includes(FIRST_PRIORITY + offset)) offset = (offset + 1) % EXPRESS_PRIORITIES;
  return FIRST_PRIORITY + offset;
}

export function setForward(balancing: Balancing, rule: Rule, forward: readonly Forward[]): void {
  requireTargetGroups(balancing, forward);
  rule.forward = [...forward];
  rule.credits.clear();
  syncHealthChecks(balancing);
}

/** Of the listener: what no rule is for goes there. */
export function setDefaultForward(
  balancing: Balancing,
  { listener }: LoadBalancer,
  forward: readonly Forward[],
): void {
  listener.defaultRule = {
    arn: listener.defaultRuleArn,
    listenerArn: listener.arn,
    priority: Number.POSITIVE_INFINITY,
    hosts: [],
    openConditions: [],
    forward: [...forward],
    certificateArn: undefined,
    credits: new Map(),
  };
  syncHealthChecks(balancing);
}

export function deleteRule(balancing: Balancing, ruleArn: string): void {
  const { loadBalancer, rule } = findRule(balancing, ruleArn);
  const { rules, furtherCertificateArns } = loadBalancer.listener;
  rules.delete(ruleArn);
  if (rule?.certificateArn !== undefined) furtherCertificateArns.delete(rule.certificateArn);
  syncHealthChecks(balancing);
}

function requireTargetGroups(balancing: Balancing, forward: readonly Forward[]): void {
  for (const { targetGroupArn } of forward) findTargetGroup(balancing, targetGroupArn);
}
