import { isSameName, isSameTarget } from './names.ts';

/**
 * A resource record set as Route 53 holds it. A DELETE must repeat every member exactly, so a set that was read is
 * carried along untouched, spelling of its names included; only `isSameRecord` looks beyond the spelling.
 */
export type RecordSet = {
  readonly name: string;
  readonly type: string;
  readonly answer: Answer;
  readonly policy: RoutingPolicy;
  readonly healthCheckId?: string;
  /** Set when a traffic policy made the record; Route 53 then refuses to have it changed by anything else. */
  readonly trafficPolicyInstanceId?: string;
};

export type Answer =
  | {
      readonly kind: 'alias';
      readonly zoneId: string;
      readonly dnsName: string;
      readonly evaluateTargetHealth: boolean;
    }
  | { readonly kind: 'values'; readonly ttlSeconds: number; readonly values: readonly string[] };

export type RoutingPolicy =
  | { readonly kind: 'simple' }
  | { readonly kind: 'weighted'; readonly setIdentifier: string; readonly weight: number }
  /** Latency, failover and so on: told apart only to be named. */
  | { readonly kind: 'other'; readonly label: string; readonly setIdentifier: string };

/** Blue is App Runner, green is Express. */
export type Side = 'blue' | 'green';

/** Why something is not done, and what its owner can do about it. */
export type Refusal = { readonly because: string; readonly wayOut: string };

/** Where the record sends people: an alias target, or the one value of a CNAME. Addresses are no target of ours. */
export function targetOf(record: RecordSet): string | undefined {
  if (record.answer.kind === 'alias') return record.answer.dnsName;
  return record.type === 'CNAME' ? record.answer.values[0] : undefined;
}

/** What the record answers, for people. */
export function renderAnswer({ answer }: RecordSet): string {
  return answer.kind === 'alias' ? answer.dnsName.replace(/\.$/, '') : answer.values.join(', ');
}

export function weightOf(record: RecordSet): number {
  return record.policy.kind === 'weighted' ? record.policy.weight : 0;
}

export function setIdentifierOf(record: RecordSet): string | undefined {
  return record.policy.kind === 'simple' ? undefined : record.policy.setIdentifier;
}

/** Whether Route 53 would take the two for the same record, whatever the case and dots of their names. */
function isSameRecord(one: RecordSet, other: RecordSet): boolean {
  return (
    isSameName(one.name, other.name) &&
    one.type === other.type &&
    one.healthCheckId === other.healthCheckId &&
    isSamePolicy(one.policy, other.policy) &&
    isSameAnswer(one.answer, other.answer)
  );
}

/** The same records, in any order. */
export function areSameRecords(ones: readonly RecordSet[], others: readonly RecordSet[]): boolean {
  return (
    ones.length === others.length &&
    ones.every((one) => others.some((other) => isSameRecord(one, other))) &&
    others.every((other) => ones.some((one) => isSameRecord(one, other)))
  );
}

function isSamePolicy(one: RoutingPolicy, other: RoutingPolicy): boolean {
  if (one.kind === 'simple' || other.kind === 'simple') return one.kind === other.kind;
  if (one.setIdentifier !== other.setIdentifier || one.kind !== other.kind) return false;
  return one.kind !== 'weighted' || other.kind !== 'weighted' || one.weight === other.weight;
}

function isSameAnswer(one: Answer, other: Answer): boolean {
  if (one.kind === 'alias') {
    return (
      other.kind === 'alias' &&
      one.zoneId === other.zoneId &&
      one.evaluateTargetHealth === other.evaluateTargetHealth &&
      isSameTarget(one.dnsName, other.dnsName)
    );
  }
  return (
    other.kind === 'values' &&
    one.ttlSeconds === other.ttlSeconds &&
    one.values.length === other.values.length &&
    one.values.every((value, index) => isSameName(value, other.values[index] ?? ''))
  );
}
