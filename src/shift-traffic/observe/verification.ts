import { testDnsAnswer } from '../../aws/route-53-records.ts';
import { targetOf } from '../../dns/records.ts';
import { ActionError } from '../../errors.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type { MeasuredShare, Observed, Verification } from '../model/observed.ts';
import { sendProbe } from './probe.ts';
import { blueRequestMetric, greenMetrics } from './request-counts.ts';

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
    address === undefined ? undefined : sendProbe({ address, domain, path: inputs.probe.path, signal });
  const type = state.kind === 'weighted' ? (state.groups[0]?.type ?? 'A') : 'A';
  const [own, blueAnswer, greenAnswer, tested, share] = await Promise.all([
    sendProbe({ address: domain, domain, path: inputs.probe.path, signal }),
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

type Metrics = Parameters<typeof import('../../aws/metrics.ts')['readSums']>[0]['metrics'];

async function measureShare(blue: Metrics[number], green: Metrics, now: number): Promise<MeasuredShare> {
  const { readSums } = await import('../../aws/metrics.ts');
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
