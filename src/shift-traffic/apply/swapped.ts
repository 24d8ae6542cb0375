import { listRecordsAt, type ZoneRef } from '../../aws/route-53-records.ts';
import { isSameName, normaliseName, renderNames } from '../../dns/names.ts';
import { areSameRecords, type RecordSet, renderAnswer, weightOf } from '../../dns/records.ts';
import { ActionError } from '../../errors.ts';

/** The records that a change replaces, and those it leaves. */
export type Swap = {
  readonly before: readonly RecordSet[];
  readonly after: readonly RecordSet[];
  /** Green gets more, so that it matters whose change it is: who made it may take it back. */
  readonly isForward: boolean;
};

/**
 * The address records as they are now, of the types that the change is about: what stands beside them is no part of it,
 * and no reason to doubt it. On a way back, which may leave others in place, they are only those that it swaps.
 */
export async function readSwapped(
  ref: ZoneRef,
  domains: readonly string[],
  change: Swap,
): Promise<readonly RecordSet[]> {
  return pickSwapped(await listRecordsAt(ref, domains), change);
}

export function pickSwapped(
  records: readonly RecordSet[],
  { before, after, isForward }: Swap,
): readonly RecordSet[] {
  const own = [...before, ...after];
  const isSwapped = (record: RecordSet) =>
    own.some((one) => isAlike(one, record) && (isForward || isSameMember(one, record)));
  return records.filter(isSwapped);
}

export function isAlike(one: RecordSet, other: RecordSet): boolean {
  return one.type === other.type && isSameName(one.name, other.name);
}

export function isSameMember({ policy: one }: RecordSet, { policy: other }: RecordSet): boolean {
  if (one.kind === 'simple' || other.kind === 'simple') return one.kind === other.kind;
  return one.setIdentifier === other.setIdentifier;
}

/** Those of the names that the change is of. */
export function namesIn(
  { before, after }: Pick<Swap, 'before' | 'after'>,
  domains: readonly string[],
): readonly string[] {
  const records = [...before, ...after];
  return domains.filter((domain) => records.some(({ name }) => isSameName(name, domain)));
}

/** Says how the records differ from those that were expected; nothing of a stranger's is ever overwritten. */
export function stateChanged(
  domains: readonly string[],
  wanted: readonly RecordSet[],
  now: readonly RecordSet[],
  cause?: unknown,
): ActionError {
  const of = (records: readonly RecordSet[], names: readonly string[]) =>
    records.filter(({ name }) => names.some((one) => isSameName(one, name)));
  const changed = domains.filter((domain) => !areSameRecords(of(wanted, [domain]), of(now, [domain])));
  return new ActionError(
    'state-changed',
    `somebody else changed the records of ${renderNames(changed)}: expected ${describeRecords(of(wanted, changed))}, found ${describeRecords(of(now, changed))}`,
    {
      hint: 'Find out who did (CloudTrail, ChangeResourceRecordSets), then make a new plan. Nothing of theirs was overwritten.',
      cause,
    },
  );
}

export function describeRecords(records: readonly RecordSet[]): string {
  const isOfSeveral = new Set(records.map(({ name }) => normaliseName(name))).size > 1;
  const describe = (record: RecordSet) =>
    `${isOfSeveral ? `${normaliseName(record.name)} ` : ''}${describeRecord(record)}`;
  return records.length === 0 ? 'no record' : records.map(describe).join('; ');
}

function describeRecord(record: RecordSet): string {
  const { policy, type } = record;
  const weight = policy.kind === 'weighted' ? ` "${policy.setIdentifier}" weight ${weightOf(record)}` : '';
  return `${type}${weight} to ${renderAnswer(record)}`;
}
