import { isAppRunnerHost, isLoadBalancerHost } from './app-runner-zones.ts';
import { isSameName, isSameTarget, isWithin, normaliseName, wildcardCovers, wildcardsFor } from './names.ts';
import type { RecordSet } from './records.ts';
import { hasHints, isAddressType, isServiceBindingType } from './strangers.ts';

export type ZoneContent = { readonly name: string; readonly records: readonly RecordSet[] };

/** Another name than the one that is moved. */
export type OtherName =
  /** `along`: to a name that is moved, and so wherever that leads. */
  | { readonly name: string; readonly leads: 'to-blue' | 'along' | 'elsewhere' }
  | { readonly name: string; readonly leads: 'unseen'; readonly because: string };

/**
 * Every name that may lead to blue: those that are linked to it, and all of the zone, as a wildcard link is for names that
 * it does not tell. A linked name that leads where nobody can look may lead to blue; one that is not linked gets no answer
 * from blue, and counts only when it is seen to lead there.
 *
 * @param moved lead to green when blue is retired, so what leads to them is not followed further.
 */
export function findOtherNames(
  zone: ZoneContent,
  {
    linked,
    moved,
    blueHost,
  }: { readonly linked: readonly string[]; readonly moved: readonly string[]; readonly blueHost: string },
): readonly OtherName[] {
  const table = Map.groupBy(zone.records, ({ name }) => normaliseName(name));
  const inZone = zone.records
    .filter((record) => leadsSomewhere(record) || record.type === 'NS')
    .map(({ name }) => normaliseName(name))
    .filter((name) => !isSameName(name, zone.name) || table.get(name)?.some(leadsSomewhere));
  // A label with an underscore is of no host (RFC 8552): the CNAMEs that validate certificates are such names.
  const goals = new Set(moved.map(normaliseName));
  const names = [
    ...new Set([...linked.map(normaliseName), ...inZone.filter((name) => !name.startsWith('_'))]),
  ];
  return names
    .filter((name) => !moved.some((one) => isSameName(name, one)))
    .map((name): OtherName => {
      const ends = follow(name, { zoneName: zone.name, table, goals, passed: new Set() });
      if (ends.some((end) => end.kind === 'host' && isSameTarget(end.host, blueHost)))
        return { name, leads: 'to-blue' };
      const isLinked = linked.some((link) => wildcardCovers(link, name));
      const because = isLinked ? ends.map(explainUnseen).find((reason) => reason !== undefined) : undefined;
      if (because !== undefined) return { name, leads: 'unseen', because };
      return { name, leads: ends.some(({ kind }) => kind === 'moved') ? 'along' : 'elsewhere' };
    });
}

/** Where a name leads in the end, as far as its zone tells. */
type End =
  | { readonly kind: 'host'; readonly host: string }
  | { readonly kind: 'moved' }
  | { readonly kind: 'lost'; readonly because: string };

type Way = {
  readonly zoneName: string;
  readonly table: ReadonlyMap<string, readonly RecordSet[]>;
  /** The names that are moved. */
  readonly goals: ReadonlySet<string>;
  /** So that a circle ends. */
  readonly passed: Set<string>;
};

function follow(name: string, way: Way): readonly End[] {
  const { zoneName, table, goals, passed } = way;
  const wanted = normaliseName(name);
  if (!isWithin(wanted, zoneName)) return [{ kind: 'host', host: wanted }];
  if (goals.has(wanted)) return [{ kind: 'moved' }];
  if (passed.has(wanted)) return [];
  passed.add(wanted);
  const cut = findCut(wanted, way);
  if (cut !== undefined) return [{ kind: 'lost', because: `${cut} is delegated to other name servers` }];
  const own = table.get(wanted);
  const wildcard = wildcardsFor(wanted, zoneName).find((pattern) => table.has(pattern));
  const answering = own ?? (wildcard === undefined ? [] : table.get(wildcard)) ?? [];
  return answering.flatMap((record) => followRecord(record, way));
}

function followRecord(record: RecordSet, way: Way): readonly End[] {
  const { type, answer, trafficPolicyInstanceId } = record;
  if (trafficPolicyInstanceId !== undefined) {
    return [{ kind: 'lost', because: `a traffic policy says where ${normaliseName(record.name)} leads` }];
  }
  if (!leadsSomewhere(record)) return [];
  if (answer.kind === 'alias') return follow(answer.dnsName, way);
  if (type === 'CNAME') return answer.values.flatMap((value) => follow(value, way));
  // Whose addresses they are, no record tells: a proxy's, an accelerator's, or blue's own.
  const addresses: End = {
    kind: 'lost',
    because: `its ${type} record has addresses (${answer.values.join(', ')})`,
  };
  if (!isServiceBindingType(type)) return [addresses];
  const targets = answer.values.map((value) => value.trim().split(/\s+/)[1] ?? '.');
  return [
    ...targets.filter((target) => target !== '.').flatMap((target) => follow(target, way)),
    ...(answer.values.some(hasHints) ? [addresses] : []),
  ];
}

/** The name itself or one above it that lives in another zone; what this zone has there is never asked for. */
function findCut(name: string, { zoneName, table }: Way): string | undefined {
  const labels = name.split('.');
  return labels
    .map((_label, index) => labels.slice(index).join('.'))
    .filter((above) => isWithin(above, zoneName) && !isSameName(above, zoneName))
    .find((above) => table.get(above)?.some(({ type }) => type === 'NS'));
}

function leadsSomewhere({ type }: RecordSet): boolean {
  return isAddressType(type) || isServiceBindingType(type);
}

/** A load balancer and another App Runner service send nobody on to blue; of other hosts nobody knows. */
function explainUnseen(end: End): string | undefined {
  if (end.kind === 'lost') return end.because;
  if (end.kind === 'moved') return undefined;
  if (isLoadBalancerHost(end.host) || isAppRunnerHost(end.host)) return undefined;
  return `${end.host} is not in this hosted zone`;
}
