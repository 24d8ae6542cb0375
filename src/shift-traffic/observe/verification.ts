import { testDnsAnswer } from '../../aws/route-53-records.ts';
import { greenPercentOfState } from '../../dns/pair.ts';
import { targetOf } from '../../dns/records.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type { Observed, Verification } from '../model/observed.ts';
import { sendProbe } from './probe.ts';
import { measureShare } from './request-counts.ts';

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
  // Those who look must not keep blue busy when it is to grow quiet.
  const isBlueLeft = greenPercentOfState(state) === 100;
  const type = state.kind === 'weighted' ? (state.groups[0]?.type ?? 'A') : 'A';
  const share =
    blue?.service === undefined || green === undefined
      ? undefined
      : await measureShare(blue.service, green.ingress, { now, least: inputs.bake.minRequests });
  const [own, blueAnswer, greenAnswer, tested] = await Promise.all([
    sendProbe({ address: domain, domain, path: inputs.probe.path, signal }),
    isBlueLeft ? undefined : ask(blue?.host ?? hosts.blue),
    ask(green?.balancer.dnsName ?? hosts.green),
    testDnsAnswer(zone.ref, domain, type),
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
