import type { ZoneRef } from '../../aws/route-53-records.ts';
import { healthChecksIn, withoutHealthChecks } from '../../dns/batch.ts';
import { renderNames } from '../../dns/names.ts';
import type { RecordSet } from '../../dns/records.ts';
import { ActionError } from '../../errors.ts';
import type { Job } from '../model/job.ts';
import { lookAtHealthCheck } from '../observe/health-check.ts';
import { type Change, type Followed, swap } from './change.ts';

/**
 * A change that gives green less: in distress a health check that was deleted holds nobody, so that the records are then
 * written without it.
 */
export async function swapBack(change: Change, ref: ZoneRef, job: Job): Promise<Followed> {
  try {
    return await swap(change, ref, job);
  } catch (error) {
    if (!(error instanceof ActionError) || error.code !== 'health-check-missing') throw error;
    const { gone, notice } = await findGone(change.after, ref);
    const followed = await swap({ ...change, after: withoutHealthChecks(change.after, gone) }, ref, job);
    job.facts.notices.push(notice);
    await job.runner.notice(notice);
    return followed;
  }
}

/** Route 53's refusal need not name the one that is gone, so that each is asked for. */
async function findGone(records: readonly RecordSet[], ref: ZoneRef) {
  const ids = healthChecksIn(records);
  const looks = await Promise.all(
    ids.map((id) => lookAtHealthCheck(ref, id, 'green').catch((error: unknown) => asUnseen(error))),
  );
  const gone = ids.filter((_id, index) => looks[index]?.kind === 'missing');
  if (gone.length === 0) {
    const notice = `Route 53 takes no record of a health check that is not there any more, and which of them (${ids.join(', ')}) it is could not be seen. The change was made without any, and the records have none now.`;
    return { gone: ids, notice };
  }
  const [what, them] =
    gone.length === 1
      ? [`Health check ${gone[0]} is`, 'it']
      : [`Health checks ${renderNames(gone, gone.length)} are`, 'them'];
  return { gone, notice: `${what} not there any more, so that the change was made without ${them}.` };
}

function asUnseen(error: unknown): undefined {
  if (!(error instanceof ActionError)) throw error;
}
