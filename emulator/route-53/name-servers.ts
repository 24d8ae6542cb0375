import { AwsError } from '../world.ts';
import type { Hosting } from './state.ts';

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

/** Nobody can make a reusable delegation set here, so none is ever found. */
export function refuseDelegationSet(id: string | undefined): void {
  if (id !== undefined) throw new AwsError('NoSuchDelegationSet', `No delegation set found with ID: ${id}`);
}
