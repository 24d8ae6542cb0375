import {
  AddListenerCertificatesCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
  paginateDescribeListenerCertificates,
  paginateDescribeRules,
  type Rule,
  type RuleCondition,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { hasHost, type ListenerRule, type ListenerRules } from '../dns/host-rule.ts';
import { ActionError } from '../errors.ts';
import { atEachAttempt, refuseRepeats } from './attempts.ts';
import { clientOf } from './clients.ts';
import { type Doubt, doubtOf, keepDoubt } from './doubt.ts';
import { ask, askPages } from './failures.ts';
import type { Ingress } from './ingress.ts';

const elb = () => clientOf(ElasticLoadBalancingV2Client);

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

/** Express's own rule. */
export type OwnRule = ListenerRule & {
  /** All conditions as they are, in AWS's words: `addRuleHosts` has to repeat them. */
  readonly conditions: readonly RuleCondition[];
};

/** All rules of a listener but the default one, which has no host. */
export async function describeListenerRules(
  listenerArn: string,
  ownRuleArn: string,
): Promise<ListenerRules<OwnRule>> {
  const seen = (await listRules(listenerArn)).filter(({ IsDefault }) => IsDefault !== true).map(readRule);
  return {
    own: seen.find(({ arn }) => arn === ownRuleArn),
    others: seen.filter(({ arn }) => arn !== ownRuleArn).map(({ conditions: _conditions, ...rule }) => rule),
  };
}

async function listRules(listenerArn: string): Promise<readonly Rule[]> {
  const seen: Rule[] = [];
  const pages = paginateDescribeRules({ client: elb() }, { ListenerArn: listenerArn });
  const doing = `describe the rules of listener ${listenerArn}`;
  for await (const { Rules: rules = [] } of askPages('elasticloadbalancing:DescribeRules', doing, pages)) {
    seen.push(...rules);
  }
  return seen;
}

/** A rule that leads to the service beside Express's own, or the default action of the listener. */
export type PinnedRule = Pick<ListenerRule, 'arn' | 'hosts'> & { readonly isDefault: boolean };

export async function listPinnedRules(ingress: Ingress): Promise<readonly PinnedRule[]> {
  const rules = await listRules(ingress.listenerArn);
  return rules.flatMap((rule) => {
    const { arn, hosts, targetGroupArns } = readRule(rule);
    const isPinned =
      arn !== ingress.ruleArn && targetGroupArns.some((group) => ingress.targetGroupArns.includes(group));
    return isPinned ? [{ arn, hosts, isDefault: rule.IsDefault === true }] : [];
  });
}

function readRule({ RuleArn, Priority, Conditions, Actions }: Rule): OwnRule {
  const conditions = Conditions ?? [];
  const others = conditions.filter((condition) => !isHostCondition(condition));
  return {
    arn: RuleArn ?? '',
    priority: Number(Priority),
    hosts: conditions.filter(isHostCondition).flatMap(hostsOf),
    otherValueCount: others.reduce((sum, condition) => sum + countValues(condition), 0),
    targetGroupArns: (Actions ?? []).flatMap(({ TargetGroupArn, ForwardConfig }) => [
      ...(TargetGroupArn === undefined ? [] : [TargetGroupArn]),
      ...(ForwardConfig?.TargetGroups ?? []).flatMap((group) => group.TargetGroupArn ?? []),
    ]),
    conditions,
  };
}

function isHostCondition({ Field }: RuleCondition): boolean {
  return Field === 'host-header';
}

function hostsOf({ HostHeaderConfig, Values }: RuleCondition): readonly string[] {
  return HostHeaderConfig?.Values ?? Values ?? [];
}

/** Regular expressions count as well. */
function countValues({ Values, ...condition }: RuleCondition): number {
  const lists = Object.values(condition).flatMap((part) =>
    typeof part === 'object' ? Object.values(part).filter(Array.isArray) : [],
  );
  return lists.length > 0 ? lists.reduce((sum, list) => sum + list.length, 0) : (Values?.length ?? 0);
}

/** Each reads the rule again; the SDK's own pause before a repeat comes before that. */
const mostAttempts = 8;

/**
 * Adds hosts to Express's own rule. Conditions are replaced as a whole, so all of them are sent; a repeat that the SDK made of
 * its own would undo what others wrote since the first attempt.
 */
export async function addRuleHosts(
  listenerArn: string,
  own: OwnRule,
  hosts: readonly string[],
): Promise<void> {
  let rule: OwnRule | undefined = own;
  let doubt: Doubt | undefined;
  for (let attempt = 1; ; attempt += 1) {
    const seen = rule;
    const missing = hosts.filter((host) => !hasHost(seen.hosts, host));
    // An attempt that nobody answered did it.
    if (missing.length === 0) return;
    try {
      return await modifyOnce(seen, missing);
    } catch (error) {
      keepDoubt(error, doubt);
      doubt = doubtOf(error);
      const mayPass = error instanceof ActionError && error.code === 'aws-unavailable';
      if (!mayPass || attempt === mostAttempts) throw error;
      rule = (await describeListenerRules(listenerArn, own.arn)).own;
      if (rule === undefined) throw error;
    }
  }
}

/**
 * Actions are left out, which keeps the weights of a canary (ELB API reference, ModifyRule: "any properties that you do not
 * specify remain unchanged").
 */
async function modifyOnce({ arn, hosts, conditions }: OwnRule, more: readonly string[]): Promise<void> {
  const kept = conditions.map(withoutLegacyValues);
  const before = kept.find(isHostCondition);
  const after: RuleCondition = {
    Field: 'host-header',
    HostHeaderConfig: { ...before?.HostHeaderConfig, Values: [...hosts, ...more] },
  };
  const command = new ModifyRuleCommand({
    RuleArn: arn,
    Conditions: [after, ...kept.filter((condition) => !isHostCondition(condition))],
  });
  const doing = `add ${more.join(', ')} to listener rule ${arn}`;
  command.middlewareStack.add(refuseRepeats(doing, 'elasticloadbalancing:ModifyRule'), atEachAttempt);
  await ask('elasticloadbalancing:ModifyRule', doing, () => elb().send(command));
}

/** `Values` repeats, in the older form, what the `…Config` member says; only one of the two may be sent. */
function withoutLegacyValues({ Values, ...condition }: RuleCondition): RuleCondition {
  const hasConfig = Object.keys(condition).some((key) => key.endsWith('Config'));
  return hasConfig || Values === undefined ? condition : { ...condition, Values };
}

/** ARNs, each once: AWS may name the default certificate twice. */
export async function listListenerCertificates(listenerArn: string): Promise<readonly string[]> {
  const arns: string[] = [];
  const pages = paginateDescribeListenerCertificates({ client: elb() }, { ListenerArn: listenerArn });
  const action = 'elasticloadbalancing:DescribeListenerCertificates';
  const doing = `list the certificates of listener ${listenerArn}`;
  for await (const { Certificates: certificates = [] } of askPages(action, doing, pages)) {
    arns.push(...certificates.flatMap(({ CertificateArn }) => CertificateArn ?? []));
  }
  return [...new Set(arns)];
}

/** To the listener's list, never as its default: the service's own on.aws host would lose its certificate. */
export async function addListenerCertificate(listenerArn: string, certificateArn: string): Promise<void> {
  await ask(
    'elasticloadbalancing:AddListenerCertificates',
    `add certificate ${certificateArn} to listener ${listenerArn}`,
    () =>
      elb().send(
        new AddListenerCertificatesCommand({
          ListenerArn: listenerArn,
          Certificates: [{ CertificateArn: certificateArn }],
        }),
      ),
  );
}
