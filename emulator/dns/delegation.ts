import { type ResourceRecord, referralFor } from '../route-53/answer.ts';
import { isWithin, labelsOf } from '../route-53/domain-name.ts';
import type { HostedZone } from '../route-53/state.ts';

export type Authority =
  | { readonly kind: 'zone'; readonly zone: HostedZone }
  /** The parent zone hands the name to servers that are none of Route 53's here. */
  | { readonly kind: 'elsewhere'; readonly parent: HostedZone; readonly servers: readonly ResourceRecord[] };

/**
 * The public zone whose name servers the world asks about a name. Going down from the top as a resolver does: a
 * sub-zone counts only when its parent's NS records name its servers, and of several zones of one name only the first
 * one is registered with the top-level domain. A zone that nobody delegates to answers nobody, as on AWS.
 */
export function findAuthority(zones: Iterable<HostedZone>, name: string): Authority | undefined {
  const candidates = [...zones]
    .filter((zone) => zone.delegationSet !== undefined && isWithin(name, zone.name))
    .sort((one, other) => labelsOf(one.name).length - labelsOf(other.name).length);
  let [zone] = candidates;
  while (zone) {
    const parent: HostedZone = zone;
    const referral = referralFor(parent, name);
    if (!referral) return { kind: 'zone', zone: parent };
    const child = candidates.find((candidate) => isDelegatedTo(candidate, referral.records));
    if (!child) return { kind: 'elsewhere', parent, servers: referral.records };
    zone = child;
  }
  return undefined;
}

function isDelegatedTo(zone: HostedZone, delegation: readonly ResourceRecord[]): boolean {
  const servers = zone.delegationSet?.nameServers ?? [];
  return delegation.some(
    ({ name, value }) => name === zone.name && servers.includes(value.replace(/\.$/, '').toLowerCase()),
  );
}
