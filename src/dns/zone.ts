import { type Form, type Parsed, parseForm } from '../parse.ts';
import { isSameName, isWithin, normaliseName } from './names.ts';
import type { Refusal } from './records.ts';

export type Zone = {
  /** Without the prefix `/hostedzone/`. */
  readonly id: string;
  readonly name: string;
  /** Answers only inside VPCs, so that nobody on the internet would notice a change. */
  readonly isPrivate: boolean;
};

const zoneIdForm: Form = {
  pattern: /^[A-Z0-9]{1,32}$/,
  wanted: 'the id of a hosted zone, such as Z0123456789ABC',
};

/** Route 53 itself writes `/hostedzone/` before it. */
export function parseZoneId(raw: string): Parsed<string> {
  return parseForm(raw.replace(/^\/?hostedzone\//, ''), zoneIdForm);
}

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

/** A batch is of one zone: of two, one could be changed and the other not. */
export function judgeZones(zones: ReadonlyMap<string, Zone>): Refusal | undefined {
  const [first, ...more] = new Set([...zones.values()].map(({ id }) => id));
  if (first === undefined || more.length === 0) return undefined;
  const places = [...zones].map(([domain, { id, name }]) => `${domain} in ${id} (${normaliseName(name)})`);
  return {
    because: `the names are of ${more.length + 1} hosted zones, and Route 53 changes one at a time: ${places.join(', ')}`,
    wayOut: 'Give each zone a job of its own: docs/several-names.md shows the matrix.',
  };
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

/** The public zone above one that the user named. */
export function findParent(given: Zone, seen: readonly Zone[]): Zone | undefined {
  return seen
    .filter(
      ({ name, isPrivate }) => !isPrivate && isWithin(given.name, name) && !isSameName(given.name, name),
    )
    .toSorted((a, b) => b.name.length - a.name.length)[0];
}

/** For a zone that the user named. */
export function judgeGivenZone(domains: readonly string[], zone: Zone): Refusal | undefined {
  const outside = domains.filter((domain) => !isWithin(domain, zone.name));
  if (outside.length > 0) {
    return {
      because: `hosted zone ${zone.id} is ${normaliseName(zone.name)}, which does not hold ${outside.join(', ')}`,
      wayOut:
        outside.length < domains.length
          ? 'Give each zone a job of its own: docs/several-names.md shows the matrix.'
          : 'Correct hosted-zone-id or domain.',
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

/** Whom resolvers are led to for a zone's name, by those that may be asked. `undefined`: they could not be. */
export type Delegation = {
  /** Who serves the zone; those of `resolvers` included that are other names of the same servers. */
  readonly own: readonly string[];
  /** The NS record of the zone above, where that is in the same account. */
  readonly above: readonly string[] | undefined;
  /** What this machine's resolver answers. */
  readonly resolvers: readonly string[] | undefined;
};

/** A zone that nobody is led to is never asked: changes there would be a silent no-op. */
export function judgeDelegation(
  zone: Pick<Zone, 'id' | 'name'>,
  { own, above, resolvers }: Delegation,
): Refusal | undefined {
  const isOwn = (server: string) => own.some((one) => isSameName(one, server));
  const [elsewhere] = [above, resolvers].filter((servers) => servers !== undefined && !servers.some(isOwn));
  if (elsewhere === undefined) return undefined;
  const points = elsewhere.length === 0 ? 'no name server' : elsewhere.map(normaliseName).join(', ');
  return {
    because: `resolvers are not led to hosted zone ${zone.id} (${normaliseName(zone.name)}): above it stands ${points}, and none of its own (${own.map(normaliseName).join(', ')})`,
    wayOut:
      'Set hosted-zone-id to the zone that resolvers are led to, or delegate to this one first. If this machine has a view of its own, run the job where the DNS of the internet is asked.',
  };
}

/** Those of every private hosted zone (Route 53 developer guide, "Working with private hosted zones"). */
const privateNameServers = [
  'ns-0.awsdns-00.com',
  'ns-512.awsdns-00.net',
  'ns-1024.awsdns-00.org',
  'ns-1536.awsdns-00.co.uk',
];

/** Whether the answer is that of a private zone, which hides the one of the internet from the machines in its VPC. */
export function isPrivateView(nameServers: readonly string[]): boolean {
  return nameServers.some((server) => privateNameServers.some((one) => isSameName(one, server)));
}
