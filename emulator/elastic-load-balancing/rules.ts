import { findListener, findRule, findTargetGroup } from './lookup.ts';
import type { Balancing, Forward, Rule } from './state.ts';
import { syncHealthChecks } from './target-groups.ts';

export function createRule(
  balancing: Balancing,
  options: {
    readonly listenerArn: string;
    readonly hosts: readonly string[];
    readonly forward: readonly Forward[];
    readonly certificateArn?: string;
    /** Behind all others unless given. */
    readonly priority?: number;
    readonly openConditions?: Rule['openConditions'];
  },
): string {
  const { listener } = findListener(balancing, options.listenerArn);
  requireTargetGroups(balancing, options.forward);
  const arn = `${listener.arn.replace(':listener/', ':listener-rule/')}/${balancing.ids.hex(16)}`;
  const last = Math.max(0, ...[...listener.rules.values()].map(({ priority }) => priority));
  listener.rules.set(arn, {
    arn,
    listenerArn: listener.arn,
    priority: options.priority ?? last + 1,
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

export function setForward(balancing: Balancing, rule: Rule, forward: readonly Forward[]): void {
  requireTargetGroups(balancing, forward);
  rule.forward = [...forward];
  rule.credits.clear();
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
