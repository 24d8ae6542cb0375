import { aliasTtlSeconds, drainSecondsOf } from '../../dns/batch.ts';
import { isSameName, normaliseName } from '../../dns/names.ts';
import type { Group, WeightedState } from '../../dns/pair.ts';
import type { RecordSet, Side } from '../../dns/records.ts';
import { greenPercentOf, renderPercent } from '../../dns/weights.ts';
import type { Observed } from '../model/observed.ts';

/** What the records do that their owner may not know. */
export function noticesOfRecords({ groups, weights }: WeightedState): readonly string[] {
  const sum = weights.blue + weights.green;
  return [
    ...(sum === 0
      ? ['Both weights are 0, which Route 53 takes for equal shares: half of the traffic goes to green.']
      : []),
    ...(sum !== 0 && sum !== 100 && sum !== 200
      ? [
          `Weight ${weights.green} beside ${weights.blue} is ${renderPercent(greenPercentOf(weights))} %: weights are shares of their sum, not percent.`,
        ]
      : []),
    ...groups.flatMap(noticesOfGroup),
  ];
}

const whenUnhealthy: Readonly<Record<Side, string>> = {
  blue: 'It is kept as it was found.',
  green: "For a load balancer of Express a neighbour's or an idle target group is enough.",
};

function noticesOfGroup({ type, blue, green }: Group): string[] {
  const notices: string[] = [];
  for (const [side, record] of [
    ['blue', blue],
    ['green', green],
  ] as const) {
    if (record.answer.kind === 'alias' && record.answer.evaluateTargetHealth) {
      notices.push(
        `The ${type} record of ${side} evaluates its target's health: when that counts as unhealthy, Route 53 sends everybody to the other side, whatever the weights. ${whenUnhealthy[side]}`,
      );
    }
  }
  if ((blue.healthCheckId === undefined) !== (green.healthCheckId === undefined)) {
    notices.push(
      `Only one of the two ${type} records has a health check. It was kept; the other one always counts as healthy.`,
    );
  }
  const ttlSeconds = drainSecondsOf([blue, green]);
  if (ttlSeconds > aliasTtlSeconds) {
    notices.push(
      `The ${type} records live ${ttlSeconds} s in caches: a step, and a rollback, takes that long to have effect.`,
    );
  }
  return notices;
}

/** White-label name servers have other names for the same servers, and a network can have a view of its own: so no refusal. */
export function noticesOfDelegation({ delegation, zone }: Observed): readonly string[] {
  if (delegation === undefined) return [];
  const { ledTo, own } = delegation;
  if (ledTo.some((server) => own.some((one) => isSameName(one, server)))) return [];
  return [
    `Resolvers are led to other name servers for ${normaliseName(zone.name)} (${ledTo.join(', ')}) than those of hosted zone ${zone.ref.zoneId} (${own.join(', ')}). Unless those are other names of the same servers, or this machine has a view of its own, what is changed here reaches nobody: set hosted-zone-id to the zone that is asked.`,
  ];
}

/** Express makes no listener on port 80, while App Runner redirects from it. */
export function noticesOfGreen({ greenPorts }: Observed): readonly string[] {
  if (greenPorts === undefined || greenPorts.includes(80)) return [];
  return [
    "Green's load balancer does not listen on port 80: http:// addresses of the domain, which App Runner redirects, stop working for those who are sent there.",
  ];
}

/** An AAAA alias to a balancer without IPv6 answers with no address, and clients then use the A record. */
export function noticesOfIpv6(
  records: readonly RecordSet[],
  { green }: Observed,
  step: string,
): readonly string[] {
  const hasIpv6 = records.some(({ type }) => type === 'AAAA');
  if (!hasIpv6 || green === undefined || green.balancer.isDualStack) return [];
  return [
    `From ${step} on, visitors with IPv6 who are sent to green fall back to IPv4: its load balancer ${green.balancer.dnsName} has no IPv6 address.`,
  ];
}
