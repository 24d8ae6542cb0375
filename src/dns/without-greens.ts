import { isSameName, isSameTarget } from './names.ts';
import { anySide, sideOf } from './pair.ts';
import { type RecordSet, targetOf, weightOf } from './records.ts';
import { allBlue } from './weights.ts';

/** An alias target that Route 53 did not find for that type. */
export type MissingTarget = { readonly host: string; readonly type: string };

/**
 * The weighted records of green whose target is missing, of each type that blue is in as well: a type without a record would
 * answer nobody.
 */
export function findLost(
  records: readonly RecordSet[],
  missing: readonly MissingTarget[],
): readonly RecordSet[] {
  const isLost = (record: RecordSet) =>
    missing.some(({ host, type }) => type === record.type && isSameTarget(targetOf(record) ?? '', host));
  return records.filter(
    (record) =>
      record.policy.kind === 'weighted' &&
      !isBlue(record) &&
      isLost(record) &&
      records.some((peer) => isPeer(peer, record) && isBlue(peer) && !isLost(peer)),
  );
}

/** Blue has all of a type in which nobody else is left, or nobody has a weight. */
export function withoutGreens(
  records: readonly RecordSet[],
  lost: readonly RecordSet[],
): readonly RecordSet[] {
  const left = records.filter((record) => !lost.includes(record));
  return left.map((record) => {
    if (record.policy.kind !== 'weighted' || !isBlue(record)) return record;
    if (!lost.some((green) => isPeer(green, record))) return record;
    const peers = left.filter((peer) => isPeer(peer, record));
    const getsAll = peers.length === 1 || peers.every((peer) => weightOf(peer) === 0);
    return getsAll ? { ...record, policy: { ...record.policy, weight: allBlue.blue } } : record;
  });
}

function isPeer(one: RecordSet, other: RecordSet): boolean {
  return one.type === other.type && isSameName(one.name, other.name);
}

function isBlue(record: RecordSet): boolean {
  return sideOf(record, anySide) === 'blue';
}
