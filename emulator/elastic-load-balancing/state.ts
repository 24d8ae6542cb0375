import type { ArnMaker } from '../arn.ts';
import type { Ids } from '../ids.ts';
import type { Address, CertificateStore, Clock, MetricSink } from '../world.ts';
import type { OpenCondition } from './open-condition.ts';
import type { TargetHealth } from './target-health.ts';

export type Forward = { readonly targetGroupArn: string; readonly weight: number };

export type Rule = {
  readonly arn: string;
  readonly listenerArn: string;
  readonly priority: number;
  /** The values of the rule's one host-header condition. */
  hosts: readonly string[];
  /** Conditions beside it, all of which let every request pass. */
  openConditions: readonly OpenCondition[];
  forward: readonly Forward[];
  /** What the service brought to the listener; it leaves with the rule. */
  readonly certificateArn: string | undefined;
  /** Whose turn it is, by target group; forgotten when the weights change. */
  readonly credits: Map<string, number>;
};

/** Express makes one listener a load balancer: HTTPS on 443. */
export type Listener = {
  readonly arn: string;
  readonly defaultRuleArn: string;
  /** Where somebody pointed the default action; `undefined`: it answers 404, as Express made it. */
  defaultRule: Rule | undefined;
  readonly defaultCertificateArn: string;
  readonly furtherCertificateArns: Set<string>;
  /** By ARN. */
  readonly rules: Map<string, Rule>;
};

/** One that somebody added beside it, for HTTP. */
export type PlainListener = {
  readonly arn: string;
  readonly port: number;
  readonly action: PlainAction;
  readonly tags: ReadonlyMap<string, string>;
};

export type PlainAction =
  | { readonly type: 'fixed-response'; readonly statusCode: string }
  | {
      readonly type: 'redirect';
      readonly statusCode: 'HTTP_301' | 'HTTP_302';
      readonly protocol: string;
      readonly host: string;
      readonly port: string;
      readonly path: string;
      readonly query: string;
    };

export type Scheme = 'internet-facing' | 'internal';

export const IP_ADDRESS_TYPES = ['ipv4', 'dualstack', 'dualstack-without-public-ipv4'] as const;
export type IpAddressType = (typeof IP_ADDRESS_TYPES)[number];

export type LoadBalancer = {
  readonly arn: string;
  readonly name: string;
  readonly dnsName: string;
  readonly vpcId: string;
  readonly scheme: Scheme;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly createdAt: Date;
  readonly listener: Listener;
  /** By ARN. */
  readonly plainListeners: Map<string, PlainListener>;
  ipAddressType: IpAddressType;
};

export type Target = {
  readonly id: string;
  readonly address: Address;
  health: TargetHealth;
  /** Set while health checks run. */
  stopChecks: (() => void) | undefined;
  /** Set while the target drains. */
  cancelDraining: (() => void) | undefined;
};

export type TargetGroup = {
  readonly arn: string;
  readonly name: string;
  readonly vpcId: string;
  port: number;
  healthCheckPath: string;
  readonly targets: Map<string, Target>;
  /** How many requests were sent here; the next one goes to the next target. */
  turns: number;
};

/** All that the emulated Elastic Load Balancing remembers. Passed as the first argument to whatever needs it. */
export type Balancing = {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly region: string;
  readonly arn: ArnMaker;
  /** Real milliseconds a container may need before it listens. */
  readonly startAllowanceMs: number;
  readonly metrics: MetricSink;
  /** Absent where no ACM is emulated beside: then every certificate ARN of the account names a certificate. */
  readonly certificates: CertificateStore | undefined;
  readonly loadBalancers: Map<string, LoadBalancer>;
  readonly targetGroups: Map<string, TargetGroup>;
};

/** In the order in which they are tried. */
export const rulesOf = ({ rules }: Listener): Rule[] =>
  [...rules.values()].sort((one, other) => one.priority - other.priority);

export const defaultRuleOf = ({ defaultRule }: Listener): readonly Rule[] =>
  defaultRule === undefined ? [] : [defaultRule];

export const allRules = (balancing: Balancing): Rule[] =>
  [...balancing.loadBalancers.values()].flatMap(({ listener }) => rulesOf(listener));

/** The load balancer whose rules forward to the group, if any: an unused group has none. */
export function balancerUsing(balancing: Balancing, targetGroupArn: string): LoadBalancer | undefined {
  return [...balancing.loadBalancers.values()].find(({ listener }) =>
    [...listener.rules.values(), ...defaultRuleOf(listener)].some(({ forward }) =>
      forward.some((choice) => choice.targetGroupArn === targetGroupArn),
    ),
  );
}
