import { testDnsAnswer, type ZoneRef } from '../../aws/route-53-records.ts';
import { leadsTo, type Whereabouts } from '../../dns/answer.ts';
import type { RecordState } from '../../dns/pair.ts';
import type { Side } from '../../dns/records.ts';
import type { DnsAnswer } from '../model/measured.ts';
import { resolveHost } from './resolvers.ts';

/** Of many addresses each answer has some: two of them need not have one in common, three times in a row they do not. */
const rounds = 3;

/** What Route 53's servers answer, of each type that the pair has, and which side that is. */
export async function observeAnswers(
  ref: ZoneRef,
  domain: string,
  state: RecordState,
  hosts: Readonly<Record<Side, string | undefined>>,
): Promise<readonly DnsAnswer[]> {
  const types = state.kind === 'weighted' ? state.groups.map(({ type }) => type) : ['A'];
  return Promise.all(
    types.map(async (type) => {
      for (let round = 1; ; round += 1) {
        const [{ responseCode, data }, blue, green] = await Promise.all([
          testDnsAnswer(ref, domain, type),
          find(hosts.blue, type),
          find(hosts.green, type),
        ]);
        // One record has no other to answer in its place.
        const side = state.kind === 'weighted' ? leadsTo(data, { blue, green }) : undefined;
        if (side !== 'neither' || round === rounds) return { type, responseCode, data, side };
      }
    }),
  );
}

async function find(host: string | undefined, type: string): Promise<Whereabouts> {
  return { host, addresses: host === undefined ? undefined : await resolveHost(host, type) };
}
