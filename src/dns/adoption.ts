import { appRunnerZoneId } from './app-runner-zones.ts';
import { aliasTtlSeconds, withGreenHealthCheck } from './batch.ts';
import { isSameName, toRoute53Name } from './names.ts';
import type { Group, RecordState } from './pair.ts';
import { type RecordSet, type Refusal, type Side, setIdentifierOf } from './records.ts';
import { allBlue, allGreen, type Weights } from './weights.ts';

/** Where green's records lead: the load balancer of the Express service, as ELB describes it. */
export type GreenTarget = {
  readonly dnsName: string;
  readonly zoneId: string;
  /** Has IPv6 addresses. */
  readonly isDualStack: boolean;
};

export type AdoptionWish = {
  readonly domain: string;
  readonly zoneName: string;
  /** What becomes of a CNAME: alias records, which also work for AAAA and know their target, or a pair of CNAMEs. */
  readonly cnameBecomes: 'alias' | 'cname';
  readonly setIdentifiers: { readonly blue: string; readonly green: string };
  /** `undefined`: what the record says. */
  readonly blueHost: string | undefined;
  /** `undefined`: not known. Asked for where a CNAME becomes alias records. */
  readonly blueHasIpv6: boolean | undefined;
  /** Overrides the table of App Runner's zones. */
  readonly blueZoneId: string | undefined;
  readonly green: GreenTarget;
  /** Of green's members, where green gets nothing yet, so that nobody's answer depends on it. */
  readonly greenHealthCheckId: string | undefined;
};

export type Adoption =
  | { readonly kind: 'records'; readonly records: readonly RecordSet[]; readonly weights: Weights }
  | ({ readonly kind: 'refused' } & Refusal);

/**
 * The weighted pair that answers as the records do now: all to the side that has it. A failure here is harmless, and
 * every later step changes weights only.
 */
export function adoptRecords(
  state: Extract<RecordState, { kind: 'simple' | 'half' }>,
  wish: AdoptionWish,
): Adoption {
  const serving = state.kind === 'simple' ? state.side : 'blue';
  const records: RecordSet[] = [];
  for (const record of state.records) {
    const pairs = adoptRecord(record, serving, wish);
    if ('because' in pairs) return { kind: 'refused', ...pairs };
    const groups = pairs.map((pair) => ({ ...pair, type: pair.blue.type }));
    const checked = serving === 'blue' ? withGreenHealthCheck(groups, wish.greenHealthCheckId) : groups;
    records.push(...checked.flatMap(({ blue, green }) => [blue, green]));
  }
  return { kind: 'records', records, weights: serving === 'green' ? allGreen : allBlue };
}

type Pair = Omit<Group, 'type'>;

function adoptRecord(record: RecordSet, serving: Side, wish: AdoptionWish): readonly Pair[] | Refusal {
  const identifiers = {
    blue: setIdentifierOf(record) ?? wish.setIdentifiers.blue,
    green: wish.setIdentifiers.green,
  };
  if (identifiers.blue === identifiers.green) return refuseSameIdentifier(identifiers.blue);
  const weigh = (side: Side, members: Omit<RecordSet, 'policy' | 'name'>): RecordSet => ({
    ...members,
    name: toRoute53Name(wish.domain),
    policy: { kind: 'weighted', setIdentifier: identifiers[side], weight: side === serving ? 100 : 0 },
  });
  if (serving === 'green') return bringBlueBack(record, wish, weigh);
  if (record.type === 'CNAME') return adoptCname(record, wish, weigh);
  if (record.type === 'AAAA' && !wish.green.isDualStack) return refuseIpv6(wish);
  if (wish.cnameBecomes === 'cname') return refuseCname(wish);
  return [
    {
      blue: { ...weigh('blue', record), name: record.name },
      green: weigh('green', { type: record.type, answer: aliasToGreen(wish.green) }),
    },
  ];
}

type Weigh = (side: Side, members: Omit<RecordSet, 'policy' | 'name'>) => RecordSet;

/** A CNAME answers for each type that its target has: the aliases in its place need a pair for each. */
function adoptCname(record: RecordSet, wish: AdoptionWish, weigh: Weigh): readonly Pair[] | Refusal {
  const host = record.answer.kind === 'values' ? (record.answer.values[0] ?? '') : record.answer.dnsName;
  if (wish.cnameBecomes === 'cname' || record.policy.kind === 'weighted') {
    return [
      {
        blue: weigh('blue', { ...record, answer: cnameTo(host) }),
        green: weigh('green', { type: 'CNAME', answer: cnameTo(wish.green.dnsName) }),
      },
    ];
  }
  const blue = aliasToBlue(host, wish);
  if ('because' in blue) return blue;
  if (wish.blueHasIpv6 === undefined) return refuseUnseenIpv6(host);
  return (wish.blueHasIpv6 ? ['A', 'AAAA'] : ['A']).map((type) => ({
    blue: weigh('blue', { ...keepHealthCheck(record), type, answer: blue }),
    green: weigh('green', { type, answer: aliasToGreen(wish.green) }),
  }));
}

/** From a finished move: green keeps all, and blue comes back beside it with weight 0. */
function bringBlueBack(record: RecordSet, wish: AdoptionWish, weigh: Weigh): readonly Pair[] | Refusal {
  if (wish.blueHost === undefined) {
    return {
      because: `${wish.domain} leads to green, and nothing says where blue is`,
      wayOut: 'Set apprunner-service or blue-dns-name.',
    };
  }
  if (record.type === 'CNAME') {
    return [
      {
        blue: weigh('blue', { type: 'CNAME', answer: cnameTo(wish.blueHost) }),
        green: weigh('green', { ...record, answer: cnameTo(wish.green.dnsName) }),
      },
    ];
  }
  const blue = aliasToBlue(wish.blueHost, wish);
  if ('because' in blue) return blue;
  return [{ blue: weigh('blue', { type: record.type, answer: blue }), green: weigh('green', record) }];
}

/** Members of one weighted group must have one TTL, and an alias beside them lives for 60 s. */
function cnameTo(host: string): RecordSet['answer'] {
  return { kind: 'values', ttlSeconds: aliasTtlSeconds, values: [host] };
}

/**
 * Target health is not evaluated: a balancer counts as unhealthy when any of its target groups is, and Express shares
 * one balancer among up to 25 services, of which each has an idle group. A neighbour could pull the domain away.
 */
function aliasToGreen(green: GreenTarget): RecordSet['answer'] {
  return {
    kind: 'alias',
    zoneId: green.zoneId,
    dnsName: toRoute53Name(green.dnsName),
    evaluateTargetHealth: false,
  };
}

type Alias = Extract<RecordSet['answer'], { kind: 'alias' }>;

function aliasToBlue(host: string, wish: AdoptionWish): Alias | Refusal {
  const zoneId = wish.blueZoneId ?? appRunnerZoneId(host);
  if (zoneId !== undefined) {
    return { kind: 'alias', zoneId, dnsName: toRoute53Name(host), evaluateTargetHealth: false };
  }
  return {
    because: `the hosted zone of ${host} is not known, and an alias record needs it`,
    wayOut: 'Set blue-hosted-zone-id (AWS General Reference, App Runner endpoints), or adopt-as: cname.',
  };
}

function keepHealthCheck({ healthCheckId }: RecordSet): { healthCheckId?: string } {
  return healthCheckId === undefined ? {} : { healthCheckId };
}

function refuseSameIdentifier(identifier: string): Refusal {
  return {
    because: `both records would have the set identifier "${identifier}"`,
    wayOut: 'Set green-set-identifier to another word.',
  };
}

function refuseIpv6({ domain, green }: AdoptionWish): Refusal {
  return {
    because: `${domain} has an AAAA record, but green's load balancer ${green.dnsName} has no IPv6 address`,
    wayOut: 'Delete the AAAA record, so that all clients use the A record, or make the balancer dual-stack.',
  };
}

function refuseUnseenIpv6(host: string): Refusal {
  return {
    because: `it is not known whether ${host} answers by IPv6, and the alias records have to answer as the CNAME does`,
    wayOut: 'Set apprunner-service and allow apprunner:DescribeService, or set adopt-as: cname.',
  };
}

function refuseCname({ domain, zoneName }: AdoptionWish): Refusal {
  const apex = isSameName(domain, zoneName);
  return {
    because: apex
      ? `${domain} is the apex of its zone, where DNS permits no CNAME`
      : `${domain} has an alias record, and a pair of CNAMEs would be worse`,
    wayOut: 'Leave adopt-as out.',
  };
}

/** The end of the move: one simple alias to green for each type, in place of the pair. */
export function finalRecords(groups: readonly Group[], green: GreenTarget): readonly RecordSet[] {
  return groups.map(({ green: { name, type, answer } }) => ({
    name,
    type: type === 'CNAME' ? 'A' : type,
    policy: { kind: 'simple' },
    answer: answer.kind === 'alias' ? answer : aliasToGreen(green),
  }));
}
