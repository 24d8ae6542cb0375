import type { ZoneRef } from '../../aws/route-53-records.ts';
import { checksOf } from '../../dns/health-check.ts';
import { type RecordSet, weightOf } from '../../dns/records.ts';
import { ActionError } from '../../errors.ts';
import type { Job } from '../model/job.ts';
import type { ObservedGreen, SeenHealthCheck } from '../model/observed.ts';
import { lookAtHealthCheck } from '../observe/health-check.ts';
import { describeFailing, noticesOfSight } from '../plan/health-check.ts';

/**
 * Why the shares that these records give may not be served at all; `undefined`: nothing was seen that speaks against them.
 * A probe asks green by its address, so that it is content while Route 53 sends everybody to blue, or everybody to green.
 *
 * It is no reason to go back: Route 53 itself has taken green out, and what an approval named as the judge of green does
 * not say that green is bad.
 */
export async function findUnserved(
  records: readonly RecordSet[],
  { green, ref }: { readonly green: ObservedGreen; readonly ref: ZoneRef },
  job: Job,
): Promise<string | undefined> {
  // A side without a share is left out of the answers anyway.
  const served = records.filter((record) => weightOf(record) > 0);
  const named = checksOf(served, green.balancer.dnsName);
  const seen: SeenHealthCheck[] = [];
  for (const { id, side } of named) {
    try {
      seen.push(await lookAtHealthCheck(ref, id, side));
    } catch (error) {
      if (!(error instanceof ActionError) || error.code !== 'aws-unavailable') throw error;
      return error.message;
    }
  }
  await tell(seen.flatMap(noticesOfSight), job);
  return seen.map(whyUnserved).find((because) => because !== undefined);
}

function whyUnserved(check: SeenHealthCheck): string | undefined {
  if (check.kind === 'missing') {
    return `health check ${check.id}, which ${check.side}'s record names, is not there any more, and how Route 53 takes the record then is not known`;
  }
  const { state } = check.kind === 'found' ? check : {};
  return state?.kind === 'unknown' && state.mayPass ? state.because : describeFailing(check);
}

/** What the plan has said is not said again. */
export async function tell(notices: readonly string[], { facts, runner }: Job): Promise<void> {
  for (const notice of notices.filter((one) => !facts.notices.includes(one))) {
    facts.notices.push(notice);
    await runner.notice(notice);
  }
}
