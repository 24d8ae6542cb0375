import type { RecordChange } from '../../src/dns/batch.ts';
import type { RecordSet, Side } from '../../src/dns/records.ts';
import { blueHost, greenHost } from './records.ts';

/**
 * A hosted zone by the rules of Route 53 that matter for a move: a batch is done whole or not at all; a DELETE must
 * match exactly; a CREATE must be new; simple and weighted do not mix; a CNAME stands alone; one TTL a group.
 *
 * Nothing here compares as the product does, which could be mistaken: the zone would then be mistaken with it.
 */
export type SimulatedZone = { readonly records: readonly RecordSet[] };

export type Applied =
  | { readonly ok: true; readonly zone: SimulatedZone }
  | { readonly ok: false; readonly why: string };

export function applyChanges(zone: SimulatedZone, changes: readonly RecordChange[]): Applied {
  let records = zone.records;
  for (const { action, record } of changes) {
    const rivals = records.filter((other) => isAt(other, record.name));
    if (action === 'DELETE') {
      // "you must specify the same values" for every member:
      // https://docs.aws.amazon.com/Route53/latest/APIReference/API_Change.html
      const hit = rivals.find((other) => textOf(other) === textOf(record));
      if (hit === undefined) return { ok: false, why: `not found: ${textOf(record)}` };
      records = records.filter((other) => other !== hit);
      continue;
    }
    const why = judgeCreate(record, rivals);
    if (why !== undefined) return { ok: false, why: `${why}: ${textOf(record)}` };
    records = [...records, { ...record, name: stored(record.name) }];
  }
  return { ok: true, zone: { records } };
}

function judgeCreate(record: RecordSet, rivals: readonly RecordSet[]): string | undefined {
  const peers = rivals.filter(({ type }) => type === record.type);
  if (peers.some((peer) => identifierOf(peer) === identifierOf(record))) return 'exists';
  if (peers.some((peer) => peer.policy.kind !== record.policy.kind)) return 'mixed';
  const isCname = record.type === 'CNAME';
  if (rivals.some(({ type }) => (type === 'CNAME') !== isCname)) return 'CNAME conflict';
  const ttl = ttlOf(record);
  if (peers.some((peer) => ttl !== undefined && ttlOf(peer) !== undefined && ttlOf(peer) !== ttl)) {
    return 'unequal TTL';
  }
  const weight = weightOf(record);
  return Number.isInteger(weight) && weight >= 0 && weight <= 255 ? undefined : 'weight';
}

/**
 * How Route 53 keeps a name, and compares it: lower case, a dot at the end, other characters in octal.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
 */
function stored(name: string): string {
  const inOctal = (character: string) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`;
  return `${name
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/[^a-z0-9_.\\-]/g, inOctal)}.`;
}

/** All that a DELETE names. */
function textOf({ name, type, policy, answer, healthCheckId, trafficPolicyInstanceId }: RecordSet): string {
  const target = answer.kind === 'alias' ? { ...answer, dnsName: stored(answer.dnsName) } : answer;
  const members = { name: stored(name), type, policy, target, healthCheckId, trafficPolicyInstanceId };
  return JSON.stringify(members, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
}

/** What a zone holds, whatever the order: equal texts are equal zones. */
export function contentOf({ records }: SimulatedZone): readonly string[] {
  return records.map(textOf).sort();
}

export function isAt(record: RecordSet, name: string): boolean {
  return stored(record.name) === stored(name);
}

/** Whom the record sends people to, if to one of the two. */
export function sideServedBy({ answer }: RecordSet): Side | undefined {
  const targets = answer.kind === 'alias' ? [answer.dnsName] : answer.values;
  const leadsTo = (host: string) =>
    targets.some((target) => [host, `dualstack.${host}`].map(stored).includes(stored(target)));
  if (leadsTo(blueHost)) return 'blue';
  return leadsTo(greenHost) ? 'green' : undefined;
}

function identifierOf({ policy }: RecordSet): string | undefined {
  return policy.kind === 'simple' ? undefined : policy.setIdentifier;
}

function weightOf({ policy }: RecordSet): number {
  return policy.kind === 'weighted' ? policy.weight : 0;
}

function ttlOf({ answer }: RecordSet): number | undefined {
  return answer.kind === 'values' ? answer.ttlSeconds : undefined;
}

/** The share of look-ups of an address type that each answer gets; empty when the name has no such record. */
export function shares(zone: SimulatedZone, name: string, type: string): ReadonlyMap<RecordSet, number> {
  const members = zone.records.filter(
    (record) => isAt(record, name) && (record.type === type || record.type === 'CNAME'),
  );
  const [only] = members;
  if (only?.policy.kind === 'simple') return new Map([[only, 1]]);
  const sum = members.reduce((total, member) => total + weightOf(member), 0);
  return new Map(
    members
      .map((member) => [member, sum === 0 ? 1 / members.length : weightOf(member) / sum] as const)
      .filter(([, share]) => share > 0),
  );
}
