import { isDeepStrictEqual } from 'node:util';
import type { RecordChange } from '../../src/dns/batch.ts';
import { isSameName, toRoute53Name } from '../../src/dns/names.ts';
import { type RecordSet, setIdentifierOf, weightOf } from '../../src/dns/records.ts';

/**
 * A hosted zone by the rules of Route 53 that matter for a move: a batch is done whole or not at all; a DELETE must
 * match exactly; a CREATE must be new; simple and weighted do not mix; a CNAME stands alone; one TTL a group.
 */
export type SimulatedZone = { readonly records: readonly RecordSet[] };

export type Applied =
  | { readonly ok: true; readonly zone: SimulatedZone }
  | { readonly ok: false; readonly why: string };

export function applyChanges(zone: SimulatedZone, changes: readonly RecordChange[]): Applied {
  let records = zone.records;
  for (const { action, record } of changes) {
    const rivals = records.filter((other) => isSameName(other.name, record.name));
    if (action === 'DELETE') {
      // Not by the comparison of the product, which could be mistaken with it: "you must specify the same values" for every
      // member, https://docs.aws.amazon.com/Route53/latest/APIReference/API_Change.html. Only the name has two spellings.
      const named = { ...record, name: toRoute53Name(record.name) };
      const hit = rivals.find((other) =>
        isDeepStrictEqual({ ...other, name: toRoute53Name(other.name) }, named),
      );
      if (hit === undefined) return { ok: false, why: `not found: ${describe(record)}` };
      records = records.filter((other) => other !== hit);
      continue;
    }
    const why = judgeCreate(record, rivals);
    if (why !== undefined) return { ok: false, why };
    records = [...records, { ...record, name: toRoute53Name(record.name) }];
  }
  return { ok: true, zone: { records } };
}

function judgeCreate(record: RecordSet, rivals: readonly RecordSet[]): string | undefined {
  const peers = rivals.filter(({ type }) => type === record.type);
  if (peers.some((peer) => setIdentifierOf(peer) === setIdentifierOf(record)))
    return `exists: ${describe(record)}`;
  if (peers.some((peer) => peer.policy.kind !== record.policy.kind)) return `mixed: ${describe(record)}`;
  if (record.policy.kind === 'simple' && peers.length > 0) return `not alone: ${describe(record)}`;
  const isCname = record.type === 'CNAME';
  if (rivals.some(({ type }) => (type === 'CNAME') !== isCname)) return `CNAME conflict: ${describe(record)}`;
  const ttl = ttlOf(record);
  if (peers.some((peer) => ttl !== undefined && ttlOf(peer) !== undefined && ttlOf(peer) !== ttl)) {
    return `unequal TTL: ${describe(record)}`;
  }
  const weight = weightOf(record);
  if (!Number.isInteger(weight) || weight < 0 || weight > 255) return `weight: ${describe(record)}`;
  return undefined;
}

function ttlOf({ answer }: RecordSet): number | undefined {
  return answer.kind === 'values' ? answer.ttlSeconds : undefined;
}

function describe(record: RecordSet): string {
  return `${record.name} ${record.type} ${setIdentifierOf(record) ?? ''}`;
}

/** The share of look-ups of an address type that each answer gets; empty when the name has no such record. */
export function shares(zone: SimulatedZone, name: string, type: string): ReadonlyMap<RecordSet, number> {
  const members = zone.records.filter(
    (record) => isSameName(record.name, name) && (record.type === type || record.type === 'CNAME'),
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
