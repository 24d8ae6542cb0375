import type { ShiftInputs } from '../model/inputs.ts';
import type { Observed, ObservedBlue, ObservedGreen, SeenFollower } from '../model/observed.ts';
import { observeOthers } from './neighbours.ts';
import { sendProbe } from './probe.ts';

type Sides = { readonly blueHost: string | undefined; readonly green: ObservedGreen };

/** Before green gets more: who goes along with the names of this move. A plan also shows the other names that it saw. */
export async function observeFollowers(
  inputs: ShiftInputs,
  { zone }: Pick<Observed, 'zone'>,
  { blue, green }: { readonly blue: ObservedBlue; readonly green: ObservedGreen },
  signal: AbortSignal,
): Promise<Partial<Pick<Observed, 'followers' | 'otherNames'>>> {
  const otherNames = await observeOthers(inputs, zone, blue);
  const followers = await askFollowers(inputs, otherNames, { blueHost: blue.host, green }, signal);
  return { followers, ...(inputs.mode === 'plan' && { otherNames }) };
}

/** Those that were seen before, as they are answered now. */
export async function askFollowersAgain(
  inputs: ShiftInputs,
  followers: readonly SeenFollower[],
  { blue, green }: { readonly blue: ObservedBlue; readonly green: ObservedGreen },
  signal: AbortSignal,
): Promise<readonly SeenFollower[]> {
  const along = followers.map(({ name }) => ({ name, leads: 'along' as const }));
  return askFollowers(inputs, along, { blueHost: blue.host, green }, signal);
}

/** A zone may lead hundreds of names to one. What a listener rule tells of the others needs no request. */
const mostAsked = 10;

/** @param sides without `blueHost`, blue is left alone: it is to be quiet. */
export async function askFollowers(
  { probe: { path } }: ShiftInputs,
  others: Observed['otherNames'],
  { blueHost, green }: Sides,
  signal: AbortSignal,
): Promise<readonly SeenFollower[]> {
  const along = (others ?? []).filter(({ leads }) => leads === 'along').map(({ name }) => name);
  // Nobody can ask a wildcard.
  const asked = along.filter((name) => !name.startsWith('*')).slice(0, mostAsked);
  return Promise.all(
    along.map(async (name): Promise<SeenFollower> => {
      if (!asked.includes(name)) return { name, green: undefined, blue: undefined };
      const [answerOfGreen, answerOfBlue] = await Promise.all([
        sendProbe({ address: green.balancer.dnsName, domain: name, path, signal }),
        blueHost === undefined ? undefined : sendProbe({ address: blueHost, domain: name, path, signal }),
      ]);
      return { name, green: answerOfGreen, blue: answerOfBlue };
    }),
  );
}
