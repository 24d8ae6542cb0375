import { aliasTtlSeconds, drainSecondsOf } from '../../dns/batch.ts';
import { normaliseName } from '../../dns/names.ts';
import type { Group, WeightedState } from '../../dns/pair.ts';
import type { RecordSet, Side } from '../../dns/records.ts';
import { greenPercentOf, renderPercent } from '../../dns/weights.ts';
import { type Delegation, judgeDelegation } from '../../dns/zone.ts';
import type { Observed, ObservedZone } from '../model/observed.ts';

/** What the records do that their owner may not know. */
export function noticesOfRecords({ groups, weights }: WeightedState): readonly string[] {
  const sum = weights.blue + weights.green;
  const isBeforeFirst = weights.green === 0 && weights.blue > 0;
  return [
    ...(sum === 0
      ? ['Both weights are 0. For Route 53 these are equal shares: half of the traffic goes to green.']
      : []),
    ...(sum !== 0 && sum !== 100 && sum !== 200
      ? [
          `Weight ${weights.green} with ${weights.blue} for blue is ${renderPercent(greenPercentOf(weights))} %: weights are shares of their sum, not percent.`,
        ]
      : []),
    ...groups.flatMap((group) => noticesOfGroup(group, isBeforeFirst)),
  ];
}

const whenUnhealthy: Readonly<Record<Side, string>> = {
  blue: 'It is kept as it was found.',
  green: "For a load balancer of Express a neighbour's or an idle target group is enough.",
};

/** @param isBeforeFirst nobody is sent to green yet: what is so from the first step to the last is said then. */
function noticesOfGroup({ type, blue, green }: Group, isBeforeFirst: boolean): string[] {
  const notices: string[] = [];
  for (const [side, record] of [
    ['blue', blue],
    ['green', green],
  ] as const) {
    const isSaid = side === 'green' || isBeforeFirst;
    if (isSaid && record.answer.kind === 'alias' && record.answer.evaluateTargetHealth) {
      notices.push(
        `The ${type} record of ${side} evaluates its target's health: when that counts as unhealthy, Route 53 sends everybody to the other side, regardless of the weights. ${whenUnhealthy[side]}`,
      );
    }
  }
  if ((blue.healthCheckId === undefined) !== (green.healthCheckId === undefined)) {
    const [side, other] = green.healthCheckId === undefined ? ['blue', 'green'] : ['green', 'blue'];
    notices.push(
      `Only one of the two ${type} records has a health check, that of ${side}: while it fails, Route 53 sends everybody to ${other}, regardless of the weights, and even when ${other} does not answer.`,
    );
  }
  const ttlSeconds = drainSecondsOf([blue, green]);
  if (ttlSeconds > aliasTtlSeconds) {
    notices.push(
      `Caches keep the ${type} records for ${ttlSeconds} s: a step or a rollback takes that long to have effect.`,
    );
  }
  return notices;
}

/** Whether what is changed reaches anybody, where that does not keep it from being done. */
export function noticesOfDelegation(
  zone: ObservedZone,
  delegation: Delegation | undefined,
): readonly string[] {
  if (delegation === undefined || (delegation.above === undefined && delegation.resolvers === undefined)) {
    return [
      `It is not known whether resolvers reach hosted zone ${zone.ref.zoneId}${zone.name === '' ? '' : ` (${normaliseName(zone.name)})`}: they could not be asked from here.`,
    ];
  }
  const refusal = judgeDelegation({ id: zone.ref.zoneId, name: zone.name }, delegation);
  return refusal === undefined ? [] : [`${refusal.because}. ${refusal.wayOut}`];
}

/** An AAAA alias to a balancer without IPv6 answers with no address, and clients then use the A record. */
export function noticesOfIpv6(
  records: readonly RecordSet[],
  { green }: Pick<Observed, 'green'>,
  step: string,
): readonly string[] {
  const hasIpv6 = records.some(({ type }) => type === 'AAAA');
  if (!hasIpv6 || green === undefined || green.balancer.isDualStack) return [];
  return [
    `From ${step} on, visitors with IPv6 who are sent to green fall back to IPv4: its load balancer ${green.balancer.dnsName} has no IPv6 address.`,
  ];
}
