import { unlessDenied } from '../../aws/failures.ts';
import { describeHealthCheck, listCheckReports } from '../../aws/route-53-health-checks.ts';
import type { DnsAccount } from '../../aws/route-53-zones.ts';
import {
  type CheckSettings,
  type CheckState,
  checksOf,
  hasReports,
  judgeReports,
} from '../../dns/health-check.ts';
import type { Side } from '../../dns/records.ts';
import { ActionError } from '../../errors.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type { Observed, SeenHealthCheck } from '../model/observed.ts';

/**
 * The health checks that what is to be done rests on: the one that green's records get, or those that they have and that
 * decide whether green is served; and blue's, without which green has more than its share. To take from green none is
 * looked at.
 */
export async function lookForHealthChecks(
  { mode, greenHealthCheckId: wanted }: ShiftInputs,
  { intent, zone, names, green }: Observed,
  direction: 'forward' | 'back' | 'none',
): Promise<readonly SeenHealthCheck[]> {
  const records = names.flatMap((name) => name.records);
  const isLook = mode === 'status' || mode === 'verify';
  if (intent === 'shift' && direction === 'back') return [];
  const isForward = intent === 'shift' && direction === 'forward';
  const isWanted = wanted !== undefined && (intent === 'adopt' || intent === 'shift');
  if (!isLook && intent !== 'finalize' && !isForward && !isWanted) return [];
  const named = checksOf(records, green?.balancer.dnsName);
  const ofBlue = isLook || isForward ? named.filter(({ side }) => side === 'blue') : [];
  const ofGreen = named.filter(({ side }) => side === 'green');
  const asked = [...(isWanted ? [{ id: wanted, side: 'green' } as const] : ofGreen), ...ofBlue];
  const look = mode === 'status' ? showHealthCheck : lookAtHealthCheck;
  return Promise.all(asked.map(({ id, side }) => look(zone.ref, id, side)));
}

/** Nothing rests on it: what Route 53 does not tell hides nothing else that there is to show. */
async function showHealthCheck(account: DnsAccount, id: string, side: Side): Promise<SeenHealthCheck> {
  return lookAtHealthCheck(account, id, side).catch((error: unknown) => {
    if (!(error instanceof ActionError) || error.code !== 'aws-unavailable') throw error;
    return { kind: 'unseen', id, side, because: error.message };
  });
}

/** Records can only name health checks of their own account, so that it is asked as the zone is. */
export async function lookAtHealthCheck(
  account: DnsAccount,
  id: string,
  side: Side,
): Promise<SeenHealthCheck> {
  const looked = describeHealthCheck(account, id).then(async (settings): Promise<SeenHealthCheck> => {
    if (settings === undefined) return { kind: 'missing', id, side };
    return { kind: 'found', id, side, host: settings.host, state: await lookAtState(account, id, settings) };
  });
  const because = 'the role may not call route53:GetHealthCheck';
  return (await unlessDenied(looked)) ?? { kind: 'unseen', id, side, because };
}

/** Nothing but a step that gives green more rests on it, so that what AWS does not say is no error. */
async function lookAtState(account: DnsAccount, id: string, settings: CheckSettings): Promise<CheckState> {
  if (!hasReports(settings)) return judgeReports(settings, []);
  try {
    const reports = await listCheckReports(account, id);
    return judgeReports(settings, reports ?? []);
  } catch (error) {
    if (!(error instanceof ActionError) || !isSilence.includes(error.code)) throw error;
    if (error.code === 'access-denied') {
      const because = 'the role may not call route53:GetHealthCheckStatus';
      return { kind: 'unknown', because, mayPass: false };
    }
    return { kind: 'unknown', because: error.message, mayPass: error.code === 'aws-unavailable' };
  }
}

const isSilence = ['access-denied', 'aws-refused', 'aws-unavailable'];
