import { greenPercentOfState, type RecordState } from '../../dns/pair.ts';
import { renderPercent } from '../../dns/weights.ts';
import { ActionError } from '../../errors.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type { MeasuredShare, Verification } from '../model/observed.ts';
import { judgeProbe } from '../model/observed.ts';

/** Whether everybody who is sent somewhere gets an answer there. */
export function judgeVerification(
  { domain, probe: { statuses } }: ShiftInputs,
  state: RecordState,
  seen: Verification,
): ActionError | undefined {
  const percent = greenPercentOfState(state);
  const complaints = [
    ...(percent === undefined ? [`${domain} is not a pair of blue and green`] : []),
    ...complain(domain, judgeProbe(seen.domain, statuses)),
    ...(seen.blue && percent !== 100 ? complain('blue', judgeProbe(seen.blue, statuses)) : []),
    ...(seen.green && percent !== 0 ? complain('green', judgeProbe(seen.green, statuses)) : []),
    ...(seen.answer.startsWith('NOERROR ') ? [] : [`Route 53 answers ${seen.answer} for ${domain}`]),
  ];
  if (complaints.length === 0) return undefined;
  return new ActionError('verification-failed', complaints.join('; '), {
    hint: 'If green is the one that does not answer, run mode: rollback.',
  });
}

function complain(who: string, because: string | undefined): string[] {
  return because === undefined ? [] : [`${who} does not answer as it should: ${because}`];
}

/**
 * `1200 of 1340 requests (89.55 %) went to blue, …`. Requests to the services' own hosts are in it, and answers of DNS
 * are kept by resolvers, each for many people: it need not be what the weights say.
 */
export function renderShare(share: MeasuredShare): string {
  if ('unread' in share) return `not known: ${share.unread}`;
  const total = share.blueRequests + share.greenRequests;
  if (total === 0) return 'no requests in the last 15 min';
  const percent = renderPercent((100 * share.greenRequests) / total);
  return `${share.greenRequests} of ${total} requests in the last 15 min (${percent} %) went to green`;
}
