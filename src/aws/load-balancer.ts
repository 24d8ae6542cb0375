import { DescribeServiceRevisionsCommand } from '@aws-sdk/client-ecs';
import {
  AddListenerCertificatesCommand,
  DescribeListenerCertificatesCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetHealthCommand,
  ModifyRuleCommand,
  type RuleCondition,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ecs } from './ecs-client.ts';
import { elb } from './elb-client.ts';
import { ask } from './failures.ts';
import { type Ingress, readIngress } from './ingress.ts';

export type { Ingress };

/** `undefined` while ECS has not made, or not yet noted, a load balancer. */
export async function describeIngress(revisionArn: string): Promise<Ingress | undefined> {
  const answer = await ask('ecs:DescribeServiceRevisions', `describe service revision ${revisionArn}`, () =>
    ecs().send(new DescribeServiceRevisionsCommand({ serviceRevisionArns: [revisionArn] })),
  );
  return readIngress(answer.serviceRevisions?.[0]?.ecsManagedResources);
}

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

export type RuleHosts = {
  readonly hosts: readonly string[];
  /** All conditions as they are, in AWS's words: `addRuleHost` has to repeat them. */
  readonly conditions: readonly RuleCondition[];
};

export async function describeRuleHosts(ruleArn: string): Promise<RuleHosts> {
  const answer = await ask('elasticloadbalancing:DescribeRules', `describe listener rule ${ruleArn}`, () =>
    elb().send(new DescribeRulesCommand({ RuleArns: [ruleArn] })),
  );
  const conditions = answer.Rules?.[0]?.Conditions ?? [];
  return { hosts: conditions.filter(isHostCondition).flatMap(hostsOf), conditions };
}

/**
 * Adds a host to Express's own rule. Conditions are replaced as a whole, so all of them are sent; actions are left out,
 * which keeps the weights of a canary (ELB API reference, ModifyRule: "any properties that you do not specify remain
 * unchanged"). A rule of its own for the host would be pinned to a target group that the next deployment drains.
 */
export async function addRuleHost(ruleArn: string, rule: RuleHosts, host: string): Promise<void> {
  const others = rule.conditions.filter((condition) => !isHostCondition(condition)).map(withoutLegacyValues);
  const hosts: RuleCondition = {
    Field: 'host-header',
    HostHeaderConfig: { Values: [...rule.hosts, host] },
  };
  await ask('elasticloadbalancing:ModifyRule', `add host ${host} to listener rule ${ruleArn}`, () =>
    elb().send(new ModifyRuleCommand({ RuleArn: ruleArn, Conditions: [hosts, ...others] })),
  );
}

function isHostCondition({ Field }: RuleCondition): boolean {
  return Field === 'host-header';
}

function hostsOf({ HostHeaderConfig, Values }: RuleCondition): readonly string[] {
  return HostHeaderConfig?.Values ?? Values ?? [];
}

/** `Values` repeats, in the older form, what the `…Config` member says; only one of the two may be sent. */
function withoutLegacyValues({ Values, ...condition }: RuleCondition): RuleCondition {
  const hasConfig = Object.keys(condition).some((key) => key.endsWith('Config'));
  return hasConfig || Values === undefined ? condition : { ...condition, Values };
}

export async function listListenerCertificates(listenerArn: string): Promise<readonly string[]> {
  const arns = new Set<string>();
  let marker: string | undefined;
  do {
    const from = marker;
    const answer = await ask(
      'elasticloadbalancing:DescribeListenerCertificates',
      `list the certificates of listener ${listenerArn}`,
      () =>
        elb().send(
          new DescribeListenerCertificatesCommand({
            ListenerArn: listenerArn,
            ...(from && { Marker: from }),
          }),
        ),
    );
    for (const { CertificateArn } of answer.Certificates ?? []) if (CertificateArn) arns.add(CertificateArn);
    marker = answer.NextMarker;
  } while (marker);
  return [...arns];
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

/** Over all target groups of the service, of which one is idle. */
export async function countHealthyTargets(targetGroupArns: readonly string[]): Promise<number> {
  const answers = await Promise.all(
    targetGroupArns.map((TargetGroupArn) =>
      ask('elasticloadbalancing:DescribeTargetHealth', "describe the health of green's targets", () =>
        elb().send(new DescribeTargetHealthCommand({ TargetGroupArn })),
      ),
    ),
  );
  return answers
    .flatMap(({ TargetHealthDescriptions }) => TargetHealthDescriptions ?? [])
    .filter(({ TargetHealth }) => TargetHealth?.State === 'healthy').length;
}
