import { type ResourceRecord, referralFor } from '../route-53/answer.ts';
import { isWithin, labelsOf, parseDomainName } from '../route-53/domain-name.ts';
import type { HostedZone, Hosting } from '../route-53/state.ts';

export type Authority =
  | { readonly kind: 'zone'; readonly zone: HostedZone }
  /** The parent zone, or the registry, hands the name to servers that are none of Route 53's here. */
  | { readonly kind: 'elsewhere'; readonly servers: readonly ResourceRecord[] };

/**
 * The public zone whose name servers the world asks about a name. Going down from the top as a resolver does: a
 * sub-zone counts only when its parent's NS records name its servers, and of several zones of one name only the first
 * one is registered with the top-level domain. A zone that nobody delegates to answers nobody, as on AWS.
 */
export function findAuthority(hosting: Hosting, name: string): Authority | undefined {
  const candidates = [...hosting.zones.values()]
    .filter((zone) => zone.nameServers !== undefined && isWithin(name, zone.name))
    .sort((one, other) => labelsOf(one.name).length - labelsOf(other.name).length);
  const [top] = candidates;
  const registered = top && registrationOf(hosting, top.name);
  let zone = registered ? candidates.find((candidate) => isDelegatedTo(candidate, registered)) : top;
  if (registered && !zone) return { kind: 'elsewhere', servers: registered };
  while (zone) {
    const referral = referralFor(zone, name);
    if (!referral) return { kind: 'zone', zone };
    const child = candidates.find((candidate) => isDelegatedTo(candidate, referral.records));
    if (!child) return { kind: 'elsewhere', servers: referral.records };
    zone = child;
  }
  return undefined;
}

/** What a top-level domain answers with, two days to be kept. */
function registrationOf({ registrations }: Hosting, name: string): readonly ResourceRecord[] | undefined {
  return registrations
    .get(name)
    ?.map((server) => ({ name, type: 'NS', ttl: 172_800, value: parseDomainName(server) }));
}

function isDelegatedTo(zone: HostedZone, delegation: readonly ResourceRecord[]): boolean {
  const servers = zone.nameServers ?? [];
  return delegation.some(
    ({ name, value }) => name === zone.name && servers.includes(value.replace(/\.$/, '').toLowerCase()),
  );
}
