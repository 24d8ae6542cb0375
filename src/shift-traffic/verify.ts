import { testDnsAnswer } from '../aws/route-53-records.ts';
import { greenPercentOfState } from '../dns/pair.ts';
import { targetOf } from '../dns/records.ts';
import { renderPercent } from '../dns/weights.ts';
import { ActionError } from '../errors.ts';
import type { ShiftInputs } from './inputs.ts';
import type { Observed } from './observe.ts';
import { judgeProbe, type Probe, probe } from './probe.ts';
import { blueRequestMetric, greenMetrics } from './traffic.ts';

/** What really happens, beside what the records say. */
export type Verification = {
  /** Through whatever DNS this machine asks. */
  readonly domain: Probe;
  readonly blue: Probe | undefined;
  readonly green: Probe | undefined;
  /** What Route 53's servers answer: `NOERROR 192.0.2.1`. */
  readonly answer: string;
  readonly share: MeasuredShare | undefined;
};

/** Requests of the last quarter of an hour, or why they are not known. */
export type MeasuredShare =
  | { readonly blueRequests: number; readonly greenRequests: number }
  | { readonly unread: string };

const windowMs = 15 * 60_000;

export async function observeVerification(
  inputs: ShiftInputs,
  { zone, state, blue, green }: Observed,
  now: number,
  signal: AbortSignal,
): Promise<Verification> {
  const { domain } = inputs;
  const hosts = hostsOf(state);
  const ask = (address: string | undefined) =>
    address === undefined ? undefined : probe({ address, domain, path: inputs.probe.path, signal });
  const type = state.kind === 'weighted' ? (state.groups[0]?.type ?? 'A') : 'A';
  const [own, blueAnswer, greenAnswer, tested, share] = await Promise.all([
    probe({ address: domain, domain, path: inputs.probe.path, signal }),
    ask(blue?.host ?? hosts.blue),
    ask(green?.balancer.dnsName ?? hosts.green),
    testDnsAnswer(zone.ref, domain, type),
    blue?.service === undefined || green === undefined
      ? undefined
      : measureShare(blueRequestMetric(blue.service), greenMetrics(green.ingress).requests, now),
  ]);
  return {
    domain: own,
    blue: blueAnswer,
    green: greenAnswer,
    answer: [tested.responseCode, ...tested.data].join(' '),
    share,
  };
}

/** Where the records lead, for a look without the services being named. */
function hostsOf(state: Observed['state']): { readonly blue?: string; readonly green?: string } {
  if (state.kind !== 'weighted') return {};
  const [group] = state.groups;
  const [blue, green] = [group && targetOf(group.blue), group && targetOf(group.green)];
  return { ...(blue !== undefined && { blue }), ...(green !== undefined && { green }) };
}

type Metrics = Parameters<typeof import('../aws/metrics.ts')['readSums']>[0]['metrics'];

async function measureShare(blue: Metrics[number], green: Metrics, now: number): Promise<MeasuredShare> {
  const { readSums } = await import('../aws/metrics.ts');
  try {
    const series = await readSums({
      metrics: [blue, ...green],
      from: now - windowMs,
      to: now,
      periodSeconds: 60,
    });
    const sums = series.map((points) => points.reduce((sum, { value }) => sum + value, 0));
    const [blueRequests = 0, ...greenRequests] = sums;
    return { blueRequests, greenRequests: greenRequests.reduce((sum, value) => sum + value, 0) };
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return { unread: error.message };
  }
}

/** Whether everybody who is sent somewhere gets an answer there. */
export function judgeVerification(
  { domain, probe: { statuses } }: ShiftInputs,
  state: Observed['state'],
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
