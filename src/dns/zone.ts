import { isWithin, normaliseName } from './names.ts';
import type { Refusal } from './records.ts';

export type Zone = {
  /** Without the prefix `/hostedzone/`. */
  readonly id: string;
  readonly name: string;
  /** Answers only inside VPCs, so that nobody on the internet would notice a change. */
  readonly isPrivate: boolean;
};

export type ZoneChoice =
  | {
      readonly kind: 'chosen';
      readonly zone: Zone;
      /** A public zone above it, which has to delegate to it: undefined when there is none to be seen. */
      readonly parent: Zone | undefined;
    }
  | ({ readonly kind: 'refused' } & Refusal);

/** Names a zone that holds `domain` may have, the shortest first. A top-level domain is nobody's zone here. */
export function zoneNamesFor(domain: string): readonly string[] {
  const labels = normaliseName(domain).split('.');
  return labels
    .slice(0, -1)
    .map((_label, index) => labels.slice(index).join('.'))
    .reverse();
}

/** The longest public match is the one that resolvers are led to, provided that it is delegated to. */
export function chooseZone(domain: string, seen: readonly Zone[]): ZoneChoice {
  const matching = seen.filter(({ name }) => isWithin(domain, name));
  const open = matching
    .filter(({ isPrivate }) => !isPrivate)
    .toSorted((a, b) => b.name.length - a.name.length);
  const [zone] = open;
  if (zone === undefined) return { kind: 'refused', ...refuseNone(domain, matching) };
  const rivals = open.filter(({ name }) => normaliseName(name) === normaliseName(zone.name));
  if (rivals.length > 1) {
    return {
      kind: 'refused',
      because: `${rivals.length} public hosted zones are named ${normaliseName(zone.name)}: ${rivals.map(({ id }) => id).join(', ')}`,
      wayOut: 'Set hosted-zone-id to the one whose name servers the registrar lists.',
    };
  }
  return { kind: 'chosen', zone, parent: open[rivals.length] };
}

function refuseNone(domain: string, privateZones: readonly Zone[]): Refusal {
  if (privateZones.length > 0) {
    return {
      because: `${domain} lies only in private hosted zones (${privateZones.map(({ id }) => id).join(', ')}), which the internet does not see`,
      wayOut: 'Set dns-role-arn if the public zone is in another account.',
    };
  }
  return {
    because: `no hosted zone of this account holds ${domain}`,
    wayOut:
      'Set dns-role-arn if the zone is in another account; a zone of another DNS provider cannot be moved.',
  };
}

/** For a zone that the user named. */
export function judgeGivenZone(domain: string, zone: Zone): Refusal | undefined {
  if (!isWithin(domain, zone.name)) {
    return {
      because: `hosted zone ${zone.id} is ${normaliseName(zone.name)}, which does not hold ${domain}`,
      wayOut: 'Correct hosted-zone-id or domain.',
    };
  }
  if (zone.isPrivate) {
    return {
      because: `hosted zone ${zone.id} is private: the internet does not see it`,
      wayOut: `Set hosted-zone-id to the public zone of ${normaliseName(zone.name)}.`,
    };
  }
  return undefined;
}

/**
 * A zone that its parent does not point to is never asked: changes there would be a silent no-op.
 *
 * @param parentNameServers the NS record of the zone's name in the parent zone; empty when there is none.
 */
export function judgeDelegation(
  zone: Zone,
  nameServers: readonly string[],
  parentNameServers: readonly string[],
): Refusal | undefined {
  const delegated = new Set(parentNameServers.map(normaliseName));
  if (nameServers.some((server) => delegated.has(normaliseName(server)))) return undefined;
  const points = parentNameServers.length === 0 ? 'has no NS record for it' : 'points to other name servers';
  return {
    because: `resolvers are not led to hosted zone ${zone.id} (${normaliseName(zone.name)}): the zone above it ${points}`,
    wayOut: 'Set hosted-zone-id to the zone above, or delegate to this one first.',
  };
}
