import { changeRecords, isInSync, listRecords, type ZoneRef } from '../../aws/route-53-records.ts';
import { renderComment, replaceRecords } from '../../dns/batch.ts';
import { areSameRecords, type RecordSet, renderAnswer, weightOf } from '../../dns/records.ts';
import { isAddressType } from '../../dns/strangers.ts';
import type { WeightPair } from '../../dns/weights.ts';
import { ActionError } from '../../errors.ts';
import { pollUntil } from '../../poll.ts';
import type { AcceptedChange, Job } from '../model/job.ts';
import type { Approval } from '../model/observed.ts';

export type Change = {
  readonly before: readonly RecordSet[];
  readonly after: readonly RecordSet[];
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
  const { clock, facts, inputs, runner } = job;
  const comment = commentFor(change, job);
  // Once it is sent, a change is followed to its end also when the job is cancelled meanwhile.
  const changeId = await submit(change, ref, comment, job);
  const accepted: AcceptedChange = {
    changeId,
    comment,
    submittedAt: clock.now(),
    inSyncAt: undefined,
    before: change.before,
    after: change.after,
    greenPercent: change.greenPercent,
  };
  note(accepted, change, job);
  runner.info(`${change.told}${changeId === undefined ? ' (the reply was lost; the records tell)' : ''}`);
  try {
    await waitInSync(ref, changeId, job);
    accepted.inSyncAt = clock.now();
    facts.records = await confirm(ref, inputs.domain, change.after);
    runner.info("All of Route 53's servers have it");
    return { kind: 'in-sync' };
  } catch (because) {
    return { kind: 'lost-sight', because };
  }
}

/**
 * Sends the batch, which Route 53 takes only if the records are as in `before`. When the reply was lost, or a repeat of
 * the request was refused for what the first one did, the records are read and tell what is true.
 *
 * @returns the id of the change; `undefined` when only the records tell that it was made.
 */
async function submit(
  { before, after }: Change,
  ref: ZoneRef,
  comment: string,
  { facts, inputs }: Job,
): Promise<string | undefined> {
  facts.lastChange = 'sent';
  try {
    const changeId = await changeRecords(ref, replaceRecords(before, after), comment);
    facts.lastChange = 'known';
    return changeId;
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    const now = await readAddresses(ref, inputs.domain).catch(() => undefined);
    if (now === undefined) throw error;
    if (areSameRecords(now, before)) {
      facts.lastChange = 'known';
      throw error;
    }
    // A refusal of the last attempt says nothing of the one before it, whose reply may be the one that was lost.
    if (error.code !== 'state-changed' && error.code !== 'aws-unavailable') throw error;
    facts.lastChange = 'known';
    if (areSameRecords(now, after)) return undefined;
    throw stateChanged(inputs.domain, before, now, error);
  }
}

function note(accepted: AcceptedChange, { after, greenPercent, weights }: Change, { facts }: Job): void {
  facts.changes.push(accepted);
  facts.changed = true;
  facts.records = after;
  facts.greenPercent = greenPercent;
  facts.weights = weights;
  facts.shares.push({ at: accepted.submittedAt, greenPercent });
}

/** The records that this action may replace, as they are now. */
export async function readAddresses(ref: ZoneRef, domain: string): Promise<readonly RecordSet[]> {
  return (await listRecords(ref, domain)).filter(({ type }) => isAddressType(type));
}

/** The zone's servers take up to a minute; sooner a look only spends a part of the account's five requests a second. */
const firstLookIntervals = 4;
/** When there is no id to ask for: a minute, at the usual interval. */
const blindIntervals = 6;

/** Until all of Route 53's servers answer by the new records. */
async function waitInSync(ref: ZoneRef, changeId: string | undefined, job: Job): Promise<void> {
  const { clock, inputs, runner } = job;
  const { pollIntervalSeconds: intervalSeconds, changeTimeoutSeconds: timeoutSeconds } = inputs;
  const signal = runner.cancelled;
  if (changeId === undefined) return clock.sleep(intervalSeconds * blindIntervals * 1000, signal);
  await clock.sleep(Math.min(intervalSeconds * firstLookIntervals, timeoutSeconds) * 1000, signal);
  await pollUntil({
    read: () => isInSync(ref, changeId),
    judge: (inSync) =>
      inSync ? { kind: 'done', value: undefined } : { kind: 'wait', because: 'it is PENDING' },
    clock,
    signal,
    intervalSeconds,
    timeoutSeconds,
    onTimeout: (because) =>
      new ActionError(
        'change-timed-out',
        `change ${changeId} did not reach all of Route 53's servers within ${Math.round(timeoutSeconds / 60)} min: ${because}`,
        {
          hint: 'Look at the AWS Health Dashboard for Route 53; mode: status shows the records as they are.',
        },
      ),
  });
}

/** Reads the records once more: whoever wrote last is right, and it should have been us. */
async function confirm(
  ref: ZoneRef,
  domain: string,
  wanted: readonly RecordSet[],
): Promise<readonly RecordSet[]> {
  const now = await readAddresses(ref, domain);
  if (!areSameRecords(now, wanted)) throw stateChanged(domain, wanted, now);
  return now;
}

/** Says how the records differ from those that were expected; nothing of a stranger's is ever overwritten. */
export function stateChanged(
  domain: string,
  wanted: readonly RecordSet[],
  now: readonly RecordSet[],
  cause?: unknown,
): ActionError {
  return new ActionError(
    'state-changed',
    `somebody else changed the records of ${domain}: expected ${describeRecords(wanted)}, found ${describeRecords(now)}`,
    {
      hint: 'Find out who did (CloudTrail, ChangeResourceRecordSets), then make a new plan. Nothing of theirs was overwritten.',
      cause,
    },
  );
}

export function describeRecords(records: readonly RecordSet[]): string {
  return records.length === 0 ? 'no record' : records.map(describeRecord).join('; ');
}

function describeRecord(record: RecordSet): string {
  const { policy, type } = record;
  const weight = policy.kind === 'weighted' ? ` "${policy.setIdentifier}" weight ${weightOf(record)}` : '';
  return `${type}${weight} to ${renderAnswer(record)}`;
}

/** The comment of a change, which CloudTrail keeps: what it does, which run makes it, and by whose leave. */
function commentFor({ sentence }: Change, { facts, inputs, runner }: Job): string {
  const { repository, runId, runAttempt } = runner.context;
  return renderComment([
    `shift-traffic ${inputs.domain}: ${sentence}`,
    ...(runId === '' ? [] : [`run ${repository} ${runId}/${runAttempt}`]),
    ...describeApproval(facts.approval),
  ]);
}

/** The reviewer's words stay between the quotes, whatever they hold. */
function describeApproval(approval: Approval): readonly string[] {
  if (approval.kind !== 'approved') return [];
  const { approver, comment, environment } = approval;
  if (approver === undefined) return [`let pass by environment ${environment.name}`];
  return [
    `approved by ${approver.login} (${approver.id}) in ${environment.name}`,
    ...(comment === undefined ? [] : [`"${comment.replaceAll('"', "'")}"`]),
  ];
}
