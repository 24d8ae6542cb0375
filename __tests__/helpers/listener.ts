import {
  DescribeListenerCertificatesCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
  RemoveListenerCertificatesCommand,
  type Rule,
  type RuleCondition,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { EmulatorHandle } from './emulator.ts';

/** The one HTTPS listener of an emulated account, as somebody at the AWS CLI sees and changes it. */
export type EmulatedListener = {
  /** Of a service by the first letters of its name, which its host of AWS begins with. */
  readonly rule: (letters: string) => Promise<Rule>;
  readonly hosts: (letters: string) => Promise<readonly string[]>;
  readonly certificates: () => Promise<readonly { readonly arn: string; readonly isDefault: boolean }[]>;
  readonly removeCertificate: (arn: string) => Promise<void>;
  readonly setConditions: (letters: string, conditions: readonly RuleCondition[]) => Promise<void>;
};

export function openListener(emulator: EmulatorHandle): EmulatedListener {
  const elb = new ElasticLoadBalancingV2Client(emulator.client);
  const listenerArn = async () => {
    const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
    const [balancer] = LoadBalancers;
    const { Listeners = [] } = await elb.send(
      new DescribeListenersCommand({ LoadBalancerArn: balancer?.LoadBalancerArn }),
    );
    return Listeners[0]?.ListenerArn;
  };
  const rule = async (letters: string) => {
    const { Rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn: await listenerArn() }));
    const found = Rules.find((each) => hostsOf(each)[0]?.startsWith(`${letters}-`));
    if (found === undefined) throw new Error(`no rule for ${letters}-…`);
    return found;
  };
  return {
    rule,
    hosts: async (letters) => hostsOf(await rule(letters)),
    certificates: async () => {
      const { Certificates = [] } = await elb.send(
        new DescribeListenerCertificatesCommand({ ListenerArn: await listenerArn() }),
      );
      return Certificates.map(({ CertificateArn = '', IsDefault = false }) => ({
        arn: CertificateArn,
        isDefault: IsDefault,
      }));
    },
    removeCertificate: async (CertificateArn) => {
      const ListenerArn = await listenerArn();
      await elb.send(
        new RemoveListenerCertificatesCommand({ ListenerArn, Certificates: [{ CertificateArn }] }),
      );
    },
    setConditions: async (letters, conditions) => {
      const { RuleArn } = await rule(letters);
      await elb.send(new ModifyRuleCommand({ RuleArn, Conditions: [...conditions] }));
    },
  };
}

export function hostCondition(...hosts: readonly string[]): RuleCondition {
  return { Field: 'host-header', HostHeaderConfig: { Values: [...hosts] } };
}

function hostsOf({ Conditions = [] }: Rule): readonly string[] {
  return Conditions.flatMap(({ HostHeaderConfig }) => HostHeaderConfig?.Values ?? []);
}

/** Puts a certificate into the emulated ACM; its ARN. */
export async function addCertificate(
  emulator: EmulatorHandle,
  domainNames: readonly string[],
  status: 'ISSUED' | 'PENDING_VALIDATION' | 'VALIDATION_TIMED_OUT' = 'ISSUED',
): Promise<string> {
  const made = (await emulator.post('acm', { certificates: [{ domainNames, status }] })) as {
    readonly certificates: readonly { readonly arn: string }[];
  };
  return made.certificates[0]?.arn ?? '';
}
