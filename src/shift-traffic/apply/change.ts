import { changeRecords, isInSync, listRecords, type ZoneRef } from '../../aws/route-53-records.ts';
import { renderComment, replaceRecords } from '../../dns/batch.ts';
import { areSameRecords, type RecordSet, renderAnswer, weightOf } from '../../dns/records.ts';
import { isAddressType } from '../../dns/strangers.ts';
import { ActionError } from '../../errors.ts';
import { type Clock, pollUntil } from '../../poll.ts';
import type { ApplyContext } from './context.ts';

export type Change = { readonly before: readonly RecordSet[]; readonly after: readonly RecordSet[] };

/**
 * Sends one batch. When the reply was lost, or a repeat of the request was refused for what the first one did, the
 * records are read and tell what is true; a refusal means that somebody else changed them.
 *
 * @returns the id of the change; `undefined` when only the records tell that it was made.
 */
export async function submitChange(
  ref: ZoneRef,
  domain: string,
  { before, after }: Change,
  comment: string,
): Promise<string | undefined> {
  try {
    return await changeRecords(ref, replaceRecords(before, after), comment);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    if (error.code !== 'state-changed' && error.code !== 'aws-unavailable') throw error;
    const now = await readAddresses(ref, domain);
    if (areSameRecords(now, after)) return undefined;
    if (error.code === 'aws-unavailable' && areSameRecords(now, before)) throw error;
    throw stateChanged(domain, before, now, error);
  }
}

export async function readAddresses(ref: ZoneRef, domain: string): Promise<readonly RecordSet[]> {
  return (await listRecords(ref, domain)).filter(({ type }) => isAddressType(type));
}

/** The zone's servers take up to a minute; sooner a look only spends a part of the account's five requests a second. */
const firstLookIntervals = 4;
/** When there is no id to ask for: a minute, at the usual interval. */
const blindIntervals = 6;

export type WaitOptions = {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
};

export function waitOptions({ inputs, clock, signal }: ApplyContext): WaitOptions {
  return {
    clock,
    signal,
    intervalSeconds: inputs.pollIntervalSeconds,
    timeoutSeconds: inputs.changeTimeoutSeconds,
  };
}

/** Until all of Route 53's servers answer by the new records. */
export async function waitInSync(
  ref: ZoneRef,
  changeId: string | undefined,
  { clock, signal, intervalSeconds, timeoutSeconds }: WaitOptions,
): Promise<void> {
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
export async function confirmRecords(
  ref: ZoneRef,
  domain: string,
  wanted: readonly RecordSet[],
): Promise<readonly RecordSet[]> {
  const now = await readAddresses(ref, domain);
  if (!areSameRecords(now, wanted)) throw stateChanged(domain, wanted, now);
  return now;
}

/** Names who differs how; nothing of a stranger's is ever overwritten. */
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

/** The comment of a change, which CloudTrail keeps. */
export function commentFor(domain: string, sentence: string, parts: readonly string[]): string {
  return renderComment([`shift-traffic ${domain}: ${sentence}`, ...parts]);
}
