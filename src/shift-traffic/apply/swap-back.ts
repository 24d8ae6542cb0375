import { missingTargetsIn } from '../../aws/refusals.ts';
import type { ZoneRef } from '../../aws/route-53-records.ts';
import { healthChecksIn, withoutHealthChecks } from '../../dns/batch.ts';
import { renderNames } from '../../dns/names.ts';
import { type RecordSet, renderAnswer } from '../../dns/records.ts';
import { findLost, withoutGreens } from '../../dns/without-greens.ts';
import { ActionError } from '../../errors.ts';
import type { Job } from '../model/job.ts';
import { lookAtHealthCheck } from '../observe/health-check.ts';
import { type Change, type Followed, swap } from './change.ts';

/**
 * A change that gives green less: in distress nothing that was deleted holds anybody. The records are then written without
 * the health check, or without green's record, that Route 53 refuses for it.
 */
export async function swapBack(change: Change, ref: ZoneRef, job: Job): Promise<Followed> {
  const notices: string[] = [];
  for (let after = change.after; ; ) {
    try {
      const followed = await swap({ ...change, after }, ref, job);
      job.facts.notices.push(...notices);
      for (const notice of notices) await job.runner.notice(notice);
      return followed;
    } catch (error) {
      if (!(error instanceof ActionError)) throw error;
      const rest = await leaveOut(after, error, ref);
      if (rest === undefined) throw error;
      after = rest.after;
      notices.push(rest.notice);
    }
  }
}

type Rest = { readonly after: readonly RecordSet[]; readonly notice: string };

/** `undefined`: the refusal is of nothing that can be left out. Each time there is less. */
async function leaveOut(
  after: readonly RecordSet[],
  error: ActionError,
  ref: ZoneRef,
): Promise<Rest | undefined> {
  if (error.code === 'health-check-missing' && healthChecksIn(after).length > 0) {
    const { gone, notice } = await findGone(after, ref);
    return { after: withoutHealthChecks(after, gone), notice };
  }
  if (error.code !== 'change-refused') return undefined;
  const lost = findLost(after, missingTargetsIn(error.message));
  return lost.length === 0 ? undefined : { after: withoutGreens(after, lost), notice: describeRemoved(lost) };
}

function describeRemoved(lost: readonly RecordSet[]): string {
  const hosts = [...new Set(lost.map(renderAnswer))];
  const [record, has] = lost.length === 1 ? ['record', 'was'] : ['records', 'were'];
  const types = [...new Set(lost.map(({ type }) => type))];
  return `Green's load balancer is gone (Route 53 does not find ${renderNames(hosts, hosts.length)}), so its ${renderNames(types)} ${record} ${has} removed: blue is alone. mode: adopt creates green's record again, when there is a green.`;
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
