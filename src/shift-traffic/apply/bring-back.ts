import type { ZoneRef } from '../../aws/route-53-records.ts';
import { ActionError, type ErrorCode } from '../../errors.ts';
import { type Job, noteBack } from '../model/job.ts';
import type { Change, Followed } from './change.ts';
import { startInsisting } from './insist.ts';
import { eachNameIfRefused } from './name-by-name.ts';
import { swapBack } from './swap-back.ts';
import { namesIn } from './swapped.ts';

/** A way back that Route 53 does not take is sent again for as long as a change may take. */
export async function bringBack(
  change: Omit<Change, 'told'>,
  tell: (part: Omit<Change, 'told'>) => string,
  ref: ZoneRef,
  job: Job,
  insisting = startInsisting(job),
): Promise<Followed> {
  const { facts, inputs } = job;
  const followed = await eachNameIfRefused(change, job, async (part) => {
    const write = () => swapBack({ ...part, told: tell(part) }, ref, job);
    const made = await insisting.write('Route 53 did not take the way back', write);
    if (isStill(made)) noteBack(facts, namesIn(part, inputs.domains));
    return made;
  });
  facts.owesWayBack = false;
  return followed;
}

/** The way back is written; that it could not be watched to its end is worth a clause, not another error. */
export function describeDoubt(followed: Followed): string {
  if (followed.kind === 'in-sync') return '';
  const { because } = followed;
  if (!(because instanceof ActionError) || !isStill(followed) || because.code === 'cancelled') throw because;
  return `. It is not known whether all servers have the rollback: ${because.message}`;
}

/** Nobody was seen to have changed the records since. */
export function isStill(followed: Followed): boolean {
  const because = followed.kind === 'in-sync' ? undefined : followed.because;
  return !(because instanceof ActionError && because.code === 'state-changed');
}

const rollBackAtOnce = 'Run mode: rollback at once. It needs only the records.';

/** What is refused to this job is refused to the next one. */
const isRefusedAgain: readonly ErrorCode[] = ['change-refused', 'record-protected'];

export function adviseAfter({ code, hint }: ActionError): string {
  // A rollback runs with a role of its own; this one lacks a right all the same.
  if (code === 'access-denied') return `${rollBackAtOnce} ${hint ?? ''}`.trim();
  if (!isRefusedAgain.includes(code)) return rollBackAtOnce;
  return `Route 53 would refuse mode: rollback for the same reason. Remove the reason first, then run mode: rollback. ${hint ?? ''}`.trim();
}

/** Where a stranger's records stand, there is no way back any more. */
export function asFailedRollback(why: string, { facts }: Job) {
  return (error: unknown): never => {
    if (!(error instanceof ActionError)) throw error;
    if (error.code === 'state-changed') facts.owesWayBack = false;
    throw new ActionError(error.code, `${why}, and the rollback failed: ${error.message}`, {
      hint: adviseAfter(error),
      cause: error,
    });
  };
}
