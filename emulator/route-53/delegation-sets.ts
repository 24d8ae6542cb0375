import { AwsError, type Operation } from '../world.ts';
import { requireText } from './invalid-input.ts';
import { type DelegationSet, type Hosting, newId } from './state.ts';

const SUFFIXES = ['com', 'net', 'org', 'co.uk'] as const;
const SERVERS_PER_SUFFIX = 512;
const DOMAINS_PER_SUFFIX = 64;

/** Four name servers, each under another top-level domain, as every public zone gets: `ns-104.awsdns-13.com`. */
export function newNameServers({ ids }: Pick<Hosting, 'ids'>): string[] {
  return SUFFIXES.map((suffix, index) => {
    const drawn = Number.parseInt(ids.hex(8), 16);
    const server = index * SERVERS_PER_SUFFIX + (drawn % SERVERS_PER_SUFFIX);
    const domain = String(drawn % DOMAINS_PER_SUFFIX).padStart(2, '0');
    return `ns-${server}.awsdns-${domain}.${suffix}`;
  });
}

export function describeDelegationSet(set: DelegationSet) {
  return {
    Id: set.id === undefined ? undefined : `/delegationset/${set.id}`,
    CallerReference: set.callerReference,
    NameServers: set.nameServers,
  };
}

/** Reusable delegation sets: how several zones share their name servers. */
export function delegationSetOperations(hosting: Hosting): Record<string, Operation> {
  return {
    CreateReusableDelegationSet: (input) => {
      const set = {
        id: newId(hosting, 'N'),
        callerReference: requireText(input, 'CallerReference'),
        nameServers: newNameServers(hosting),
      };
      hosting.delegationSets.set(set.id, set);
      return {
        DelegationSet: describeDelegationSet(set),
        Location: `https://route53.amazonaws.com/2013-04-01/delegationset/${set.id}`,
      };
    },
    GetReusableDelegationSet: (input) => {
      const id = requireText(input, 'Id');
      const set = hosting.delegationSets.get(id);
      if (!set) throw new AwsError('NoSuchDelegationSet', `No delegation set found with ID: ${id}`);
      return { DelegationSet: describeDelegationSet(set) };
    },
  };
}
