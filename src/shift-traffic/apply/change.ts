import { changeRecords } from '../../aws/route-53-changes.ts';
import { listRecordsAt, type ZoneRef } from '../../aws/route-53-records.ts';
import { replaceRecords } from '../../dns/batch.ts';
import { isSameName, renderNames } from '../../dns/names.ts';
import { areSameRecords, type RecordSet } from '../../dns/records.ts';
import type { WeightPair } from '../../dns/weights.ts';
import { ActionError } from '../../errors.ts';
import { type AcceptedChange, type Job, leadOf, noteFound, noteRecords, recordsNow } from '../model/job.ts';
import { commentFor } from './comment.ts';
import { waitInSync } from './in-sync.ts';
import { startInsisting } from './insist.ts';
import { noteAnswered } from './remember.ts';
import {
  describeRecords,
  isAlike,
  isSameMember,
  namesIn,
  pickSwapped,
  type Swap,
  stateChanged,
} from './swapped.ts';

export type Change = Swap & {
  readonly greenPercent: number;
  /** `undefined`: no weights any more. */
  readonly weights: WeightPair | undefined;
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
  if (change.isForward && changeId !== undefined) await noteAnswered(change.greenPercent, job);
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
  if (!isOurs) return ' (not by this request: the records had these values already)';
  return changeId === undefined
    ? ' (the reply was lost; the records show it, but an equal step of another job would look the same)'
    : '';
}

/**
 * Sends the batch, which Route 53 takes only if the records are as in `before`. When it is refused, or a reply was lost,
 * the records are read and tell what is true; whose change they show, the attempts tell.
 */
async function submit(change: Change, ref: ZoneRef, comment: string, { facts, inputs }: Job): Promise<Made> {
  const { before, after } = change;
  const domains = namesIn(change, inputs.domains);
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

/** The repeat of a change that was made is refused as well. */
function notKnown(cause: ActionError): ActionError {
  return new ActionError(
    'aws-unavailable',
    `it is not known whether the change was made: a request was not answered, its repeat was refused, and the records could not be read (${cause.message})`,
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
    `somebody else made the same change of ${renderNames(domains)} at the same time: the records are ${describeRecords(after)}, and this job made none of it`,
    {
      hint: 'The other job watches its step, and undoes it if necessary. This job changed nothing. Put two jobs of one domain into one concurrency group.',
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
  // Of the first name, as the outputs are: a change may be of others.
  facts.shares.push({ at: accepted.submittedAt, greenPercent: leadOf(facts)?.greenPercent ?? greenPercent });
}

function confirmMade(ref: ZoneRef, change: Change, job: Job): Promise<readonly RecordSet[]> {
  const look = () => confirm(ref, change, job);
  return change.isForward ? look() : startInsisting(job).read('Route 53 does not show the records', look);
}

/** Reads the records once more: whoever wrote last is right, and it should have been us. */
async function confirm(ref: ZoneRef, change: Swap, { inputs, facts }: Job): Promise<readonly RecordSet[]> {
  const domains = namesIn(change, inputs.domains);
  const seen = await listRecordsAt(ref, domains);
  const now = pickSwapped(seen, change);
  if (areSameRecords(now, change.after)) return now;
  noteFound(facts, domains, seen);
  throw stateChanged(domains, change.after, now);
}
