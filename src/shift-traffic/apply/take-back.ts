import { healthChecksIn, withoutHealthChecks, withoutZeros } from '../../dns/batch.ts';
import { isSameName, renderNames } from '../../dns/names.ts';
import { areSameRecords, type RecordSet, targetOf } from '../../dns/records.ts';
import { renderPercent } from '../../dns/weights.ts';
import { findLost, withoutGreens } from '../../dns/without-greens.ts';
import { ActionError } from '../../errors.ts';
import type { Job } from '../model/job.ts';
import { findBlueUnserved } from './blue-unserved.ts';
import { asFailedRollback, bringBack, describeDoubt } from './bring-back.ts';
import { type Left, lookLeft, renderLeft } from './describe-left.ts';
import { startInsisting } from './insist.ts';
import { lookBack } from './look-back.ts';
import { partOf } from './name-by-name.ts';
import { describeStaying, noWayBack, partWays, renderWere } from './part-ways.ts';
import type { Unfinished } from './remember.ts';
import { isAlike, isSameMember, readSwapped, stateChanged } from './swapped.ts';

export type TakenBack =
  /** Nothing is to be taken back, or nothing is left of what was written. */
  | { readonly kind: 'left' }
  | { readonly kind: 'already-back'; readonly left: ActionError | undefined }
  | {
      readonly kind: 'taken-back';
      readonly domains: readonly string[];
      readonly doubt: string;
      readonly greenPercent: number;
      /** Why the other names were not, or what keeps people at green. */
      readonly left: ActionError | undefined;
    };

/**
 * For the post step: brings back the records of before the job, if they are still as the job left them. Green never gets
 * more by it than it has. A name that somebody else has changed, that is back already, or that has no way back keeps no
 * other from going back.
 */
export async function takeBack(
  { memory, owesWayBack, isAnswered }: Unfinished,
  job: Job,
): Promise<TakenBack> {
  const { inputs } = job;
  const { domains } = inputs;
  const { written, writtenPercent } = memory;
  const isHeld = inputs.onCancel === 'hold' && !owesWayBack;
  if (isHeld || memory.startPercent >= writtenPercent) return { kind: 'left' };
  const start = withoutZeros(memory.start);
  const startPercent = areSameRecords(start, memory.start) ? memory.startPercent : 0;
  const ref = { zoneId: memory.zoneId, roleArn: inputs.zone.roleArn };
  const swapped = { before: written, after: start, isForward: false };
  const insisting = startInsisting(job);
  const found = await insisting
    .read('Route 53 does not show the records', () => readSwapped(ref, domains, swapped))
    .catch(
      asFailedRollback(
        `green may have been left with more of ${renderNames(domains)} than it had before the job`,
        job,
      ),
    );
  const isBack = (domain: string) => isAsBefore(ofName(found, domain), ofName(start, domain));
  if (domains.every(isBack)) {
    return { kind: 'already-back', left: requireNoneLeft(domains, await lookLeft(ref, job, start)) };
  }
  const isOurs = (domain: string) =>
    [written, memory.before].some((own) => areSameRecords(ofName(found, domain), ofName(own, domain)));
  const open = domains.filter((domain) => !isBack(domain));
  const ours = open.filter(isOurs);
  const strangers = open.filter((domain) => !isOurs(domain));
  const changed = strangers.length === 0 ? undefined : stateChanged(strangers, written, found);
  if (ours.length === 0 && changed !== undefined) throw changed;
  const isWritten = ours.some((domain) => areSameRecords(ofName(found, domain), ofName(written, domain)));
  const leftOf = (names: readonly string[]) =>
    `green was left with more of ${renderNames(names)} than it had before the job`;
  const because = owesWayBack ? 'as green did badly' : 'as the job was cancelled or failed';
  const change = {
    before: ours.flatMap((domain) => ofName(found, domain)),
    after: ours.flatMap((domain) => ofName(start, domain)),
    greenPercent: startPercent,
    weights: undefined,
    isForward: false,
    sentence: `back to ${renderPercent(startPercent)} % for green, ${because}`,
  };
  const { going, staying, doubtOfBlue } = partWays(await lookBack(change, job), job, true);
  const others = changed === undefined ? '' : `. Besides, ${changed.message}`;
  if (going.length === 0) throw noWayBack(`${leftOf(ours)}${others}`, staying, '', job);
  const tell = ({ sentence }: Pick<typeof change, 'sentence'>) => `Wrote: ${sentence}`;
  const followed = await bringBack(partOf(change, going), tell, ref, job, insisting).catch(
    asFailedRollback(`${leftOf(ours)}${describeStaying(staying)}`, job),
  );
  const doubtOfStep = isWritten && !isAnswered ? describeUnanswered(writtenPercent) : '';
  const beside = await lookLeft(ref, job, start);
  const doubt = `${doubtOfBlue}${describeDoubt(followed)}${doubtOfStep}${renderLeft(beside)}`;
  const done = `${renderWere(going)} rolled back${doubt}${others}`;
  const unserved = await findBlueUnserved(done, start, ref, job);
  return {
    kind: 'taken-back',
    domains: going,
    doubt,
    greenPercent: startPercent,
    left:
      staying.length === 0
        ? (unserved ?? changed ?? requireNoneLeft(going, beside))
        : noWayBack(leftOf(staying.map(({ domain }) => domain)), staying, done, job),
  };
}

/** The job has taken back its own; green has people all the same. */
function requireNoneLeft(domains: readonly string[], { atGreen, unseen }: Left): ActionError | undefined {
  const [first] = atGreen;
  if (first !== undefined) {
    const reasons = atGreen.map(({ because }) => because).join('; ');
    return new ActionError('state-changed', `green keeps traffic of ${renderNames(domains)}: ${reasons}`, {
      hint: first.wayOut,
    });
  }
  if (unseen === undefined) return undefined;
  return new ActionError('inconclusive', `green may keep traffic of ${renderNames(domains)}: ${unseen}`, {
    hint: 'mode: status shows the records as they are.',
  });
}

/** A way back writes records without a health check that was deleted, and without green where it is gone. */
function isAsBefore(found: readonly RecordSet[], start: readonly RecordSet[]): boolean {
  const left = healthChecksIn(found);
  const gone = healthChecksIn(start).filter((id) => !left.includes(id));
  const unchecked = withoutHealthChecks(start, gone);
  const missing = unchecked.filter(
    (one) => !found.some((record) => isAlike(one, record) && isSameMember(one, record)),
  );
  const lost = findLost(
    unchecked,
    missing.map((record) => ({ host: targetOf(record) ?? '', type: record.type })),
  );
  return areSameRecords(found, withoutGreens(unchecked, lost));
}

/** Route 53 keeps no mark of who made a change: CloudTrail alone has it, some minutes later. */
function describeUnanswered(percent: number): string {
  return `. It is not known whether the step to ${renderPercent(percent)} % is this job's: Route 53's answer to it did not arrive. An equal step of another job looks the same, and was taken back as well`;
}

function ofName(records: readonly RecordSet[], domain: string): readonly RecordSet[] {
  return records.filter(({ name }) => isSameName(name, domain));
}
