import { isSameName, renderNames } from './names.ts';
import { type RecordSet, type Refusal, targetOf } from './records.ts';
import { findStrangers, isAddressType } from './strangers.ts';

export type NamedRecords = { readonly domain: string; readonly records: readonly RecordSet[] };

/** A name without addresses of its own: who looks it up is led to other names that move. */
export type Following = {
  readonly kind: 'following';
  readonly whom: readonly string[];
  /** Why it is not to be moved itself. */
  readonly refusal: Refusal;
};

/** Of names that are given together, those that only follow others of them, and so move, and go back, with these. */
export function findFollowers(names: readonly NamedRecords[]): ReadonlyMap<string, Following> {
  const led = new Map(names.map((name) => [name.domain, whomOf(name, names)]));
  const reachesRecords = (domain: string, passed: readonly string[]): boolean => {
    if (passed.includes(domain)) return false;
    const whom = led.get(domain) ?? [];
    return whom.every((other) => reachesRecords(other, [...passed, domain]));
  };
  const followers = names.filter(
    ({ domain }) => (led.get(domain) ?? []).length > 0 && reachesRecords(domain, []),
  );
  return new Map(followers.map((name) => [name.domain, following(name, led.get(name.domain) ?? [])]));
}

/** Those of the other names that all its addresses are of; none, where one leads elsewhere. */
function whomOf({ domain, records }: NamedRecords, names: readonly NamedRecords[]): readonly string[] {
  if (findStrangers(domain, records).length > 0) return [];
  const addresses = records.filter(({ type }) => isAddressType(type));
  const whom = addresses.map((record) =>
    names.map((other) => other.domain).filter((other) => isSameName(other, targetOf(record) ?? '')),
  );
  return whom.every(({ length }) => length > 0) ? [...new Set(whom.flat())] : [];
}

function following({ domain, records }: NamedRecords, whom: readonly string[]): Following {
  const types = [...new Set(records.filter(({ type }) => isAddressType(type)).map(({ type }) => type))];
  const leader = renderNames(whom);
  const lead = types.length === 1 ? 'record leads' : 'records lead';
  return {
    kind: 'following',
    whom,
    refusal: {
      because: `${domain} has no share of its own: its ${types.join(' and ')} ${lead} to ${leader}, in domain as well`,
      wayOut: `Leave ${domain} out of domain: it follows ${leader}. Let green know all names: custom-domains.`,
    },
  };
}
