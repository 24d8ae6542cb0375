import { bare, judgeRecord, recordFor, type ValidationRecord } from '../dns/certificate-request.ts';
import { isSameName } from '../dns/names.ts';
import { ActionError } from '../errors.ts';
import type { ZoneOf } from './certificate-zones.ts';
import { changeRecords } from './route-53-changes.ts';
import { listRecordsAt, type ZoneRef } from './route-53-records.ts';

export type MadeRecord = {
  readonly record: ValidationRecord;
  /** `no-zone`: the DNS of the name is not in Route 53, or in another account. */
  readonly state: 'there' | 'made' | 'no-zone';
};

/** A record with the zone it is for, and what that has at its name. */
type Judged = { readonly record: ValidationRecord; readonly ref: ZoneRef } & ReturnType<typeof judgeRecord>;

/**
 * Sees to it that the records are there. All are judged before one is written. They are only ever created: one with
 * another value is somebody's.
 *
 * @param tell called with each that is done, so that it is known also when a later one fails.
 */
export async function makeValidationRecords(
  records: readonly ValidationRecord[],
  zoneOf: ZoneOf,
  { signal, tell }: { readonly signal: AbortSignal; readonly tell: (made: MadeRecord) => void },
): Promise<void> {
  const placed: { record: ValidationRecord; ref: ZoneRef }[] = [];
  for (const record of records) {
    const ref = zoneOf(record.name);
    if (ref === undefined) tell({ record, state: 'no-zone' });
    else placed.push({ record, ref });
  }
  const zones = [...Map.groupBy(placed, ({ ref }) => ref.zoneId).values()];
  const judged = await Promise.all(zones.map(judgeInZone));
  refuseTaken(judged.flat());
  for (const { record, kind } of judged.flat()) if (kind === 'there') tell({ record, state: 'there' });
  for (const inZone of judged) {
    signal.throwIfAborted();
    await createAbsent(inZone, (record) => tell({ record, state: 'made' }));
  }
}

type Placed = Pick<Judged, 'record' | 'ref'>;

async function judgeInZone(placed: readonly Placed[]): Promise<readonly Judged[]> {
  const [{ ref } = { ref: undefined }] = placed;
  if (ref === undefined) return [];
  const seen = await listRecordsAt(
    ref,
    placed.map(({ record }) => record.name),
  );
  return placed.map((one) => {
    const there = seen.filter(({ name }) => isSameName(name, one.record.name));
    return { ...one, ...judgeRecord(there, one.record) };
  });
}

/** One batch: all of the zone or none. */
async function createAbsent(
  judged: readonly Judged[],
  tell: (record: ValidationRecord) => void,
): Promise<void> {
  const absent = judged.filter(({ kind }) => kind === 'absent');
  const [first] = absent;
  if (first === undefined) return;
  const changes = absent.map(({ record }) => ({ action: 'CREATE' as const, record: recordFor(record) }));
  const sent = await changeRecords(first.ref, changes, 'Validation of a certificate in ACM');
  if (sent.kind === 'accepted') {
    for (const { record } of absent) tell(record);
    return;
  }
  // They may be there by an attempt whose reply was lost, or one of them by another job.
  if (!sent.isJudged && !sent.mayBeMade) throw sent.error;
  const after = await judgeInZone(absent);
  refuseTaken(after);
  for (const { record, kind } of after) if (kind === 'there') tell(record);
  if (after.every(({ kind }) => kind === 'absent')) throw sent.error;
  await createAbsent(after, tell);
}

function refuseTaken(judged: readonly Judged[]): void {
  const taken = judged.flatMap((one) => (one.kind === 'other' ? [one] : []));
  if (taken.length === 0) return;
  const conflicts = taken.map(
    ({ record: { name, value }, ref, shown }) =>
      `needs ${bare(name)} CNAME ${bare(value)}, but hosted zone ${ref.zoneId} has ${shown} there`,
  );
  throw new ActionError('plan-refused', `the certificate ${conflicts.join('; it ')}`, {
    hint:
      taken.length === 1
        ? 'It may be what a certificate of another account is renewed by, so it was not changed. Find out whose it is, and replace it if nobody needs it.'
        : 'They may be what certificates of other accounts are renewed by, so nothing was changed. Find out whose they are, and replace those that nobody needs.',
  });
}
