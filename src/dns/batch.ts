import { createHash } from 'node:crypto';
import { isSameName } from './names.ts';
import { anySide, type Group, sideOf } from './pair.ts';
import { type RecordSet, weightOf } from './records.ts';
import { allBlue, type Weights } from './weights.ts';

export type RecordChange = { readonly action: 'DELETE' | 'CREATE'; readonly record: RecordSet };

/**
 * One batch that swaps `before` for `after`. Route 53 does all of a batch or nothing, and a DELETE that does not repeat
 * the record exactly fails it: so this is a compare-and-swap, where an UPSERT would overwrite blindly. Members that stay
 * as they are are swapped too, for their share in the comparison.
 */
export function replaceRecords(
  before: readonly RecordSet[],
  after: readonly RecordSet[],
): readonly RecordChange[] {
  return [
    ...before.map((record) => ({ action: 'DELETE' as const, record })),
    ...after.map((record) => ({ action: 'CREATE' as const, record })),
  ];
}

/** The pair with other weights, and nothing else changed: health checks, TTLs and set identifiers stay the user's. */
export function withWeights(groups: readonly Group[], weights: Weights): readonly RecordSet[] {
  return groups.flatMap(({ blue, green }) => [
    withWeight(blue, weights.blue),
    withWeight(green, weights.green),
  ]);
}

/** Whether a member of green has another health check, or none. */
export function lacksHealthCheck(groups: readonly Group[], healthCheckId: string | undefined): boolean {
  return healthCheckId !== undefined && groups.some(({ green }) => green.healthCheckId !== healthCheckId);
}

/** `undefined`: each keeps its own. */
export function withGreenHealthCheck(
  groups: readonly Group[],
  healthCheckId: string | undefined,
): readonly Group[] {
  if (healthCheckId === undefined) return groups;
  return groups.map((group) => ({ ...group, green: { ...group.green, healthCheckId } }));
}

/** Of a health check that is not there any more no record can be written. The others keep theirs. */
export function withoutHealthChecks(
  records: readonly RecordSet[],
  gone: readonly string[],
): readonly RecordSet[] {
  return records.map((record) => {
    const { healthCheckId, ...unchecked } = record;
    return healthCheckId !== undefined && gone.includes(healthCheckId) ? unchecked : record;
  });
}

/** Two zeros are equal shares for Route 53, and no way back writes them: blue gets all. */
export function withoutZeros(records: readonly RecordSet[]): readonly RecordSet[] {
  const isZero = (record: RecordSet) =>
    records.every(
      (peer) => peer.type !== record.type || !isSameName(peer.name, record.name) || weightOf(peer) === 0,
    );
  return records.map((record) =>
    isZero(record) && sideOf(record, anySide) === 'blue' ? withWeight(record, allBlue.blue) : record,
  );
}

/** Each once. */
export function healthChecksIn(records: readonly RecordSet[]): readonly string[] {
  return [...new Set(records.flatMap(({ healthCheckId }) => healthCheckId ?? []))];
}

function withWeight(record: RecordSet, weight: number): RecordSet {
  if (record.policy.kind !== 'weighted') return record;
  return { ...record, policy: { ...record.policy, weight } };
}

/** Route 53 answers for an alias to a load balancer with 60 s, and that cannot be changed. */
export const aliasTtlSeconds = 60;

/** Route 53 brings a change to all its servers within a minute (Route 53 API reference, GetChange). */
export const inSyncSeconds = 60;

/** How long resolvers may still hand out what the records said before. */
export function drainSecondsOf(records: readonly RecordSet[]): number {
  return records.reduce((longest, { answer }) => Math.max(longest, ttlOf(answer)), 0);
}

function ttlOf(answer: RecordSet['answer']): number {
  return answer.kind === 'alias' ? aliasTtlSeconds : answer.ttlSeconds;
}

/** Route 53 API reference, ChangeBatch. */
const commentLimit = 256;

/** What CloudTrail will show beside the change. Foreign text in it is reduced to printable ASCII. */
export function renderComment(parts: readonly (string | undefined)[]): string {
  const text = parts
    .filter((part) => part !== undefined && part !== '')
    .join('; ')
    .replace(/\s+/g, ' ')
    .replace(/[^\x20-\x7e]/g, '?');
  return text.length <= commentLimit ? text : `${text.slice(0, commentLimit - 3)}...`;
}

/**
 * A fingerprint of what was shown for approval: equal for equal content, whatever the order of members.
 *
 * @param content plain data, such as JSON can carry.
 */
export function checksumOf(content: unknown): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}

function canonicalJson(content: unknown): string {
  return JSON.stringify(content, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}
