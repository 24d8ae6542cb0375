import type { ListenerRules } from '../../src/dns/host-rule.ts';
import { classifyRecords } from '../../src/dns/pair.ts';
import type { RecordSet } from '../../src/dns/records.ts';
import type { ShiftInputs } from '../../src/shift-traffic/model/inputs.ts';
import type { Observed, ObservedName, OneName, Readiness } from '../../src/shift-traffic/model/observed.ts';
import { intentOf } from '../../src/shift-traffic/observe/observe.ts';
import { blueHost, domain, greenHost } from './records.ts';

export const now = Date.UTC(2026, 10, 24, 12);

export const certificateArn = 'arn:aws:acm:eu-west-1:123456789012:certificate/1b2c';

/** The listener of green with these custom hosts in Express's own rule. */
export function rulesFor(...hosts: readonly string[]): ListenerRules {
  return {
    own: {
      arn: 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/ecs-express-gateway-alb-1/2/3/4',
      priority: 1,
      hosts: ['we-0123456789abcdef.ecs.eu-west-1.on.aws', ...hosts],
      otherValueCount: 0,
      targetGroupArns: [],
    },
    others: [],
  };
}

/** Everything is as it should be. */
export const ready: Readiness = {
  blue: { kind: 'answered', status: 200 },
  green: { kind: 'answered', status: 200 },
  deployment: undefined,
  rules: rulesFor(domain),
  certificate: undefined,
  alarms: [],
  credentialsExpireAt: undefined,
};

/** A name with these records, of which everything is as it should be. */
export function observedName(
  domain: string,
  records: readonly RecordSet[],
  more: Partial<ObservedName> = {},
): ObservedName {
  return {
    domain,
    records,
    state: classifyRecords(domain, records, { blue: blueHost, green: greenHost }),
    externalDnsOwner: undefined,
    wildcard: undefined,
    health: undefined,
    readiness: ready,
    greenReadiness: ready,
    blueAnswer: ready.blue,
    ...more,
  };
}

/** What AWS shows to a job with these inputs, when the one name has these records; `more` may be of the name. */
export function observedShift(
  inputs: ShiftInputs,
  records: readonly RecordSet[],
  more: Partial<Omit<OneName, 'names'>> = {},
): Observed {
  return observedShiftOf(inputs, [observedName(domain, records, more)], more);
}

export function observedShiftOf(
  inputs: ShiftInputs,
  names: readonly ObservedName[],
  more: Partial<Observed> = {},
): Observed {
  return {
    intent: intentOf(
      inputs,
      names.map(({ state }) => state),
    ),
    zone: { ref: { zoneId: 'Z1', roleArn: undefined }, name: 'example.com.' },
    names,
    blue: {
      host: blueHost,
      service: {
        arn: 'arn:aws:apprunner:eu-west-1:123456789012:service/shop/0123456789abcdef0123456789abcdef',
        name: 'shop',
        id: '0123456789abcdef0123456789abcdef',
        host: blueHost,
        status: 'RUNNING',
      },
    },
    green: {
      name: 'web',
      cluster: 'default',
      serviceArn: 'arn:aws:ecs:eu-west-1:123456789012:service/default/web',
      ingress: {
        loadBalancerArn:
          'arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/ecs-express-gateway-alb-1/2',
        listenerArn:
          'arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/ecs-express-gateway-alb-1/2/3',
        ruleArn:
          'arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/ecs-express-gateway-alb-1/2/3/4',
        targetGroupArns: [
          'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/ecs-gateway-tg-a/5',
          'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/ecs-gateway-tg-b/6',
        ],
      },
      balancer: { dnsName: greenHost, zoneId: 'ZELB', isInternetFacing: true, isDualStack: false },
      runs: {
        id: '1234567890123456789',
        image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1',
        imageDigest: `sha256:${'a'.repeat(64)}`,
        settings: {},
      },
    },
    delegation: { own: ['ns-1.awsdns-01.com'], above: undefined, resolvers: ['ns-1.awsdns-01.com'] },
    blueHasIpv6: false,
    greenHttp: { listener: { kind: 'none' }, answer: { kind: 'failed', because: 'connection refused' } },
    quiet: { kind: 'quiet' },
    domains: [],
    otherNames: [],
    followers: [],
    protections: [],
    greenCommits: undefined,
    healthChecks: [],
    alarms: undefined,
    ...more,
  };
}
