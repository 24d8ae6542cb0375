import { isInSync } from '../../aws/route-53-changes.ts';
import type { ZoneRef } from '../../aws/route-53-records.ts';
import { ActionError } from '../../errors.ts';
import { pollUntil } from '../../poll.ts';
import type { Job } from '../model/job.ts';

/** The zone's servers take up to a minute; sooner a look only spends a part of the account's five requests a second. */
const firstLookIntervals = 4;
/** When there is no id to ask for: a minute, at the usual interval. */
const blindIntervals = 6;

/** Until all of Route 53's servers answer by the new records. */
export async function waitInSync(
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
