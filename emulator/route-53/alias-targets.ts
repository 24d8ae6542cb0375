import { isIPv6 } from 'node:net';
import type { AwsNames, AwsZone } from '../world.ts';
import type { AliasTargetFinder } from './state.ts';

/** Aliases may point at names that exist, in the zone that belongs to their service and Region. */
export function createAliasTargetFinder(zones: readonly AwsZone[], awsNames: AwsNames): AliasTargetFinder {
  return (hostedZoneId, dnsName) => {
    const zone = zones.find((candidate) => candidate.hostedZoneId === hostedZoneId);
    // The console puts `dualstack.` before a load balancer's name; such a name exists for each of them.
    const name = dnsName.replace(/^dualstack\./, '');
    if (!zone || !name.endsWith(zone.suffix)) return { kind: 'outside' };
    const found = awsNames(name);
    if (!found) return { kind: 'missing' };
    return { kind: 'found', types: [...zone.types, ...(found.addresses.some(isIPv6) ? ['AAAA'] : [])] };
  };
}
