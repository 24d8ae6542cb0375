import { greenPercentOfState } from '../../dns/pair.ts';
import { targetOf } from '../../dns/records.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import { leaderOf } from '../model/leader.ts';
import type { Verification, Verified } from '../model/measured.ts';
import type { Observed, ObservedName } from '../model/observed.ts';
import { observeAnswers } from './answers.ts';
import { sendProbe } from './probe.ts';
import { measureShare } from './request-counts.ts';

export async function observeVerification(
  inputs: ShiftInputs,
  observed: Observed,
  now: number,
  signal: AbortSignal,
): Promise<Verified> {
  const { blue, green, names } = observed;
  const share =
    blue?.service === undefined || green === undefined
      ? undefined
      : await measureShare(blue.service, green.ingress, { now, least: inputs.bake.minRequests });
  const verified = names.map((name) => verifyName(inputs, name, observed, signal));
  return { names: await Promise.all(verified), share };
}

async function verifyName(
  { probe: { path } }: ShiftInputs,
  name: ObservedName,
  { zone, blue, green, names }: Observed,
  signal: AbortSignal,
): Promise<Verification> {
  const { domain } = name;
  // A name that follows another has no answer of its own.
  const { domain: leader, state } = leaderOf(name, names);
  const hosts = hostsOf(state);
  const ask = (address: string | undefined) =>
    address === undefined ? undefined : sendProbe({ address, domain, path, signal });
  // Those who look must not keep blue busy when it is to grow quiet.
  const isBlueLeft = greenPercentOfState(state) === 100;
  const addresses = { blue: blue?.host ?? hosts.blue, green: green?.balancer.dnsName ?? hosts.green };
  const [own, blueAnswer, greenAnswer, answers] = await Promise.all([
    sendProbe({ address: domain, domain, path, signal }),
    isBlueLeft ? undefined : ask(addresses.blue),
    ask(addresses.green),
    observeAnswers(zone.ref, leader, state, addresses),
  ]);
  return { domain, name: own, blue: blueAnswer, green: greenAnswer, answers };
}

/** Where the records lead, for a look without the services being named. */
function hostsOf(state: ObservedName['state']): { readonly blue?: string; readonly green?: string } {
  if (state.kind !== 'weighted') return {};
  const [group] = state.groups;
  const [blue, green] = [group && targetOf(group.blue), group && targetOf(group.green)];
  return { ...(blue !== undefined && { blue }), ...(green !== undefined && { green }) };
}
