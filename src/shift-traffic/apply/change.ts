import { changeRecords, isInSync, listRecordsAt, type ZoneRef } from '../../aws/route-53-records.ts';
import { replaceRecords } from '../../dns/batch.ts';
import { isSameName, normaliseName, renderNames } from '../../dns/names.ts';
import { areSameRecords, type RecordSet, renderAnswer, weightOf } from '../../dns/records.ts';
import type { WeightPair } from '../../dns/weights.ts';
import { ActionError } from '../../errors.ts';
import { pollUntil } from '../../poll.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import { type AcceptedChange, type Job, noteFound, noteRecords, recordsNow } from '../model/job.ts';
import { commentFor } from './comment.ts';
import { startInsisting } from './insist.ts';

export type Change = {
  readonly before: readonly RecordSet[];
  readonly after: readonly RecordSet[];
  readonly greenPercent: number;
  /** `undefined`: no weights any more. */
  readonly weights: WeightPair | undefined;
  /** Green gets more, so that it matters whose change it is: who made it may take it back. */
  readonly isForward: boolean;
  /** What it does, for CloudTrail. */
  readonly sentence: string;
  /** The line of the log that tells that Route 53 accepted it. */
  readonly told: string;
};

/** Whether an accepted change was followed to its end, or why not. It is made in either case. */
export type Followed =
  | { readonly kind: 'in-sync' }
  | { readonly kind: 'lost-sight'; readonly because: unknown };

/**
 * Makes a change in one batch, notes it, and follows it until all of Route 53's servers have it and the records still are
 * as it left them. The only code that writes records; whether to go back is for others to decide.
 *
 * Throws when the change was not made, or when nobody can tell: then `lastChange` is still `sent`.
 */
export async function swap(change: Change, ref: ZoneRef, job: Job): Promise<Followed> {
  const { clock, facts, runner } = job;
  const comment = commentFor(change.sentence, job);
  // Once it is sent, a change is followed to its end also when the job is cancelled meanwhile.
  const made = await submit(change, ref, comment, job);
  const { changeId } = made;
  const accepted: AcceptedChange = {
    changeId,
    comment,
    submittedAt: clock.now(),
    inSyncAt: undefined,
    before: change.before,
    after: change.after,
    greenPercent: change.greenPercent,
  };
  if (made.isOurs) facts.changes.push(accepted);
  const beside = recordsNow(facts).filter((record) => standsBeside(change, record));
  note(accepted, change, [...beside, ...change.after], job);
  runner.info(`${change.told}${describeMaking(made)}`);
  try {
    await waitInSync(ref, changeId, change.isForward ? 0 : job.inputs.changeTimeoutSeconds, job);
    accepted.inSyncAt = clock.now();
    noteRecords(facts, [...beside, ...(await confirmMade(ref, change, job))]);
    runner.info("All of Route 53's servers have it");
    return { kind: 'in-sync' };
  } catch (because) {
    return { kind: 'lost-sight', because };
  }
}

type Made = {
  /** `undefined` when only the records tell that it was made. */
  readonly changeId: string | undefined;
  readonly isOurs: boolean;
};

function describeMaking({ changeId, isOurs }: Made): string {
  if (!isOurs) return ' (not by this request: the records were so already)';
  return changeId === undefined ? ' (the reply was lost; the records tell)' : '';
}

/**
 * Sends the batch, which Route 53 takes only if the records are as in `before`. When it is refused, or a reply was lost,
 * the records are read and tell what is true; whose change they show, the attempts tell.
 */
async function submit(change: Change, ref: ZoneRef, comment: string, { facts, inputs }: Job): Promise<Made> {
  const { before, after } = change;
  const domains = namesIn(change, inputs);
  // Of an earlier attempt nobody knows what became: the records may show that one.
  const isOpen = facts.lastChange === 'sent';
  facts.lastChange = 'sent';
  const sent = await changeRecords(ref, replaceRecords(before, after), comment);
  if (sent.kind === 'accepted') {
    facts.lastChange = 'known';
    return { changeId: sent.changeId, isOurs: true };
  }
  const { error, isJudged } = sent;
  const mayBeMade = sent.mayBeMade || isOpen;
  if (!mayBeMade) facts.lastChange = 'known';
  const seen = await listRecordsAt(ref, domains).catch(() => undefined);
  if (seen === undefined) throw isJudged && mayBeMade ? notKnown(error) : error;
  const now = pickSwapped(seen, change);
  facts.lastChange = 'known';
  if (areSameRecords(now, before) || !(isJudged || mayBeMade)) throw error;
  const isAsWanted = areSameRecords(now, after);
  if (isAsWanted && (mayBeMade || !change.isForward)) return { changeId: undefined, isOurs: mayBeMade };
  noteFound(facts, domains, seen);
  throw isAsWanted ? madeByAnother(domains, after, error) : stateChanged(domains, before, now, error);
}

/** Those of the names that the change is of. */
function namesIn({ before, after }: Swap, { domains }: ShiftInputs): readonly string[] {
  const records = [...before, ...after];
  return domains.filter((domain) => records.some(({ name }) => isSameName(name, domain)));
}

/** The repeat of a change that was made is refused as well. */
function notKnown(cause: ActionError): ActionError {
  return new ActionError(
    'aws-unavailable',
    `whether the change is made is not known: a request was not answered, its repeat was refused, and the records could not be read (${cause.message})`,
    { hint: 'mode: status shows the records as they are.', cause },
  );
}

function madeByAnother(
  domains: readonly string[],
  after: readonly RecordSet[],
  cause: ActionError,
): ActionError {
  return new ActionError(
    'state-changed',
    `somebody else made the same change of ${renderNames(domains)} at the same time: the records are ${describeRecords(after)}, and none of it is this job's`,
    {
      hint: 'The other job watches its step, and takes it back if it must; this one changed nothing. Two jobs of one domain belong in one concurrency group.',
      cause,
    },
  );
}

/** A record of a name that is changed, which the change leaves as it is. */
function standsBeside({ before }: Change, record: RecordSet): boolean {
  return (
    before.some(({ name }) => isSameName(name, record.name)) &&
    !before.some((one) => isAlike(one, record) && isSameMember(one, record))
  );
}

function note(
  accepted: AcceptedChange,
  { greenPercent, weights }: Change,
  now: readonly RecordSet[],
  { facts }: Job,
): void {
  facts.changed ||= facts.changes.includes(accepted);
  noteRecords(facts, now, { greenPercent, weights });
  facts.shares.push({ at: accepted.submittedAt, greenPercent });
}

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

type Swap = Pick<Change, 'before' | 'after' | 'isForward'>;

function isSameMember({ policy: one }: RecordSet, { policy: other }: RecordSet): boolean {
  if (one.kind === 'simple' || other.kind === 'simple') return one.kind === other.kind;
  return one.setIdentifier === other.setIdentifier;
}

/** The zone's servers take up to a minute; sooner a look only spends a part of the account's five requests a second. */
const firstLookIntervals = 4;
/** When there is no id to ask for: a minute, at the usual interval. */
const blindIntervals = 6;

/** Until all of Route 53's servers answer by the new records. */
async function waitInSync(
  ref: ZoneRef,
  changeId: string | undefined,
  outageSeconds: number,
  job: Job,
): Promise<void> {
  const { clock, inputs, runner } = job;
  const { pollIntervalSeconds: intervalSeconds, changeTimeoutSeconds: timeoutSeconds } = inputs;
  const signal = runner.cancelled;
  if (changeId === undefined) return clock.sleep(intervalSeconds * blindIntervals * 1000, signal);
  await clock.sleep(Math.min(intervalSeconds * firstLookIntervals, timeoutSeconds) * 1000, signal);
  let isSeen = false;
  await pollUntil({
    read: () => {
      isSeen = false;
      return isInSync(ref, changeId);
    },
    judge: (inSync) => {
      isSeen = true;
      return inSync ? { kind: 'done', value: undefined } : { kind: 'wait', because: 'it is PENDING' };
    },
    clock,
    signal,
    intervalSeconds,
    timeoutSeconds,
    outageSeconds,
    // Only what is seen to be PENDING in the end did not get there: since an earlier look it may have.
    onTimeout: (because) =>
      new ActionError(
        isSeen ? 'change-timed-out' : 'aws-unavailable',
        `change ${changeId} did not reach all of Route 53's servers within ${Math.round(timeoutSeconds / 60)} min: ${because}`,
        {
          hint: 'Look at the AWS Health Dashboard for Route 53; mode: status shows the records as they are.',
        },
      ),
  });
}

function confirmMade(ref: ZoneRef, change: Change, job: Job): Promise<readonly RecordSet[]> {
  const look = () => confirm(ref, change, job);
  return change.isForward ? look() : startInsisting(job).read('Route 53 does not show the records', look);
}

/** Reads the records once more: whoever wrote last is right, and it should have been us. */
async function confirm(ref: ZoneRef, change: Swap, { inputs, facts }: Job): Promise<readonly RecordSet[]> {
  const domains = namesIn(change, inputs);
  const seen = await listRecordsAt(ref, domains);
  const now = pickSwapped(seen, change);
  if (areSameRecords(now, change.after)) return now;
  noteFound(facts, domains, seen);
  throw stateChanged(domains, change.after, now);
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
