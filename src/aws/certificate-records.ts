import { bare, judgeRecord, recordFor, type ValidationRecord } from '../dns/certificate-request.ts';
import { isSameName } from '../dns/names.ts';
import { ActionError } from '../errors.ts';
import type { ZoneOf } from './certificate-zones.ts';
import { changeRecords } from './route-53-changes.ts';
import { listRecordsAt, type ZoneRef } from './route-53-records.ts';

export type MadeRecord = { readonly record: ValidationRecord } & (
  | { readonly state: 'there' | 'made'; readonly zoneId: string }
  /** The DNS of the name is not in Route 53, or in another account. */
  | { readonly state: 'no-zone' }
  | FailedRecord
);

type FailedRecord = {
  /** `in-doubt`: Route 53 was asked to make it, and nobody could see what it did. */
  readonly state: 'not-made' | 'in-doubt';
  readonly zoneId: string;
  readonly because: string;
  /** `undefined`: it waits for another one, which has its own error. */
  readonly error: ActionError | undefined;
};

/** A record with the zone it is for, and what that has at its name. */
type Judged = Placed & ReturnType<typeof judgeRecord>;

type Placed = { readonly record: ValidationRecord; readonly ref: ZoneRef };

/** @param tell called with what became of each, so that it is known also when the job ends on the way. */
type Telling = {
  readonly signal: AbortSignal;
  readonly tell: (made: MadeRecord) => void;
  /** Called with what Route 53 was just asked to do, and with `undefined` once it has answered. */
  readonly doing: (sentence: string | undefined) => void;
};

/**
 * Sees to it that the records are there, as far as it can be done: what AWS refuses for one zone is not left out of the
 * others. All are judged before one is written. They are only ever created: one with another value is somebody's.
 */
export async function makeValidationRecords(
  records: readonly ValidationRecord[],
  zoneOf: ZoneOf,
  { signal, tell, doing }: Telling,
): Promise<void> {
  const placed: Placed[] = [];
  for (const record of records) {
    const ref = zoneOf(record.name);
    if (ref === undefined) tell({ record, state: 'no-zone' });
    else placed.push({ record, ref });
  }
  const zones = [...Map.groupBy(placed, ({ ref }) => ref.zoneId).values()];
  const looks = await Promise.all(zones.map(async (inZone) => ({ inZone, seen: await lookAt(inZone) })));
  const obstacles = looks.flatMap(({ inZone, seen }) => findObstacles(inZone, seen));
  const isClear = obstacles.length === 0;
  for (const obstacle of obstacles) tell(obstacle);
  for (const { seen } of looks) {
    signal.throwIfAborted();
    if (seen instanceof ActionError) continue;
    for (const made of thereIn(seen)) tell(made);
    for (const made of isClear ? await createAbsent(seen, doing) : seen.flatMap(holdBack)) tell(made);
  }
}

/** What the names have; the error of a zone that cannot be read. */
async function lookAt(placed: readonly Placed[]): Promise<readonly Judged[] | ActionError> {
  const [{ ref } = { ref: undefined }] = placed;
  if (ref === undefined) return [];
  try {
    const seen = await listRecordsAt(
      ref,
      placed.map(({ record }) => record.name),
    );
    return placed.map((one) => {
      const there = seen.filter(({ name }) => isSameName(name, one.record.name));
      return { ...one, ...judgeRecord(there, one.record) };
    });
  } catch (error) {
    if (error instanceof ActionError) return error;
    throw error;
  }
}

/** Records that cannot be made, as far as a look tells. */
function findObstacles(
  inZone: readonly Placed[],
  seen: readonly Judged[] | ActionError,
): readonly MadeRecord[] {
  if (seen instanceof ActionError) return inZone.map((one) => fail(one, 'not-made', seen));
  return seen.flatMap((one) => (one.kind === 'other' ? [fail(one, 'not-made', takenBy(one.shown))] : []));
}

function thereIn(judged: readonly Judged[]): readonly MadeRecord[] {
  return judged.flatMap(({ record, ref, kind }) =>
    kind === 'there' ? [{ record, state: 'there', zoneId: ref.zoneId }] : [],
  );
}

function holdBack({ record, ref, kind }: Judged): readonly MadeRecord[] {
  if (kind !== 'absent') return [];
  const because = 'nothing is written while another one cannot be made';
  return [{ record, state: 'not-made', zoneId: ref.zoneId, because, error: undefined }];
}

/** One batch: all of the zone or none. */
async function createAbsent(
  judged: readonly Judged[],
  doing: Telling['doing'],
): Promise<readonly MadeRecord[]> {
  const absent = judged.filter(({ kind }) => kind === 'absent');
  const [first] = absent;
  if (first === undefined) return [];
  const changes = absent.map(({ record }) => ({ action: 'CREATE' as const, record: recordFor(record) }));
  const shown = absent.map(({ record: { name, value } }) => `${bare(name)} CNAME ${bare(value)}`).join(', ');
  doing(`create ${shown} in hosted zone ${first.ref.zoneId}`);
  const sent = await changeRecords(first.ref, changes, 'Validation of a certificate in ACM');
  doing(undefined);
  if (sent.kind === 'accepted') {
    return absent.map(({ record, ref }) => ({ record, state: 'made', zoneId: ref.zoneId }));
  }
  const failed = absent.map((one) => fail(one, 'not-made', sent.error));
  if (!sent.isJudged && !sent.mayBeMade) return failed;
  // They may be there by an attempt whose reply was lost, or one of them by another job.
  const after = await lookAt(absent);
  if (after instanceof ActionError) {
    return sent.mayBeMade ? absent.map((one) => fail(one, 'in-doubt', after)) : failed;
  }
  const taken = findObstacles(absent, after);
  if (taken.length > 0) return [...thereIn(after), ...taken, ...after.flatMap(holdBack)];
  if (after.every(({ kind }) => kind === 'absent')) return failed;
  return [...thereIn(after), ...(await createAbsent(after, doing))];
}

function fail({ record, ref }: Placed, state: FailedRecord['state'], error: ActionError): MadeRecord {
  return { record, state, zoneId: ref.zoneId, because: error.message, error };
}

function takenBy(shown: string): ActionError {
  return new ActionError('plan-refused', `the zone has ${shown} there`, {
    hint: 'What another account may renew a certificate with was not changed. Find out who needs it, and replace it if nobody does.',
  });
}
