import type { ZoneRef } from '../../aws/route-53-records.ts';
import { withoutHealthChecks } from '../../dns/batch.ts';
import { ActionError } from '../../errors.ts';
import type { Job } from '../model/job.ts';
import { type Change, type Followed, swap } from './change.ts';

/**
 * A change towards blue: in distress a health check that was deleted holds nobody, so that the records are then written
 * without any.
 */
export async function swapBack(change: Change, ref: ZoneRef, job: Job): Promise<Followed> {
  try {
    return await swap(change, ref, job);
  } catch (error) {
    if (!(error instanceof ActionError) || error.code !== 'health-check-missing') throw error;
    const notice = `${error.message}. The rollback was made without health checks, and the records have none now.`;
    job.facts.notices.push(notice);
    await job.runner.notice(notice);
    return swap({ ...change, after: withoutHealthChecks(change.after) }, ref, job);
  }
}
