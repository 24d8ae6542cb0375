import { unlessDenied } from '../../aws/failures.ts';
import { listRecords, listRecordsAt, listRecordsOf, type ZoneRef } from '../../aws/route-53-records.ts';
import { type DnsAccount, describeZone, findZones } from '../../aws/route-53-zones.ts';
import { findFollowers } from '../../dns/followers.ts';
import { inListingOrder } from '../../dns/listing-order.ts';
import { isSameName, wildcardsFor } from '../../dns/names.ts';
import { classifyRecords, type RecordState } from '../../dns/pair.ts';
import type { SideTargets } from '../../dns/pair-refusals.ts';
import { type RecordSet, type Refusal, renderAnswer } from '../../dns/records.ts';
import {
  externalDnsNames,
  findExternalDnsOwner,
  isAddressType,
  judgeDelegatedAway,
} from '../../dns/strangers.ts';
import {
  chooseZone,
  type Delegation,
  findParent,
  judgeGivenZone,
  judgeZones,
  type Zone,
} from '../../dns/zone.ts';
import { ActionError } from '../../errors.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type { ObservedZone } from '../model/observed.ts';
import { askResolvers, findTwins } from './resolvers.ts';

/** The zone that answers for all the names. Without one nothing else can be looked at, so a refusal is thrown. */
export async function observeZone({ domains, zone }: ShiftInputs): Promise<ObservedZone> {
  const account = { roleArn: zone.roleArn };
  if (zone.id !== undefined) {
    const [{ zone: given, nameServers }, others] = await Promise.all([
      describeZone(account, zone.id),
      unlessDenied(findZones(account, domains)),
    ]);
    refuseIf(judgeGivenZone(domains, given));
    const parent = others && findParent(given, others);
    return { ref: { ...account, zoneId: zone.id }, name: given.name, parent, nameServers };
  }
  const zones = await findZones(account, domains);
  const [domain, ...more] = domains;
  const first = requireZone(domain, zones);
  const others = more.map((name) => [name, requireZone(name, zones).zone] as const);
  refuseIf(judgeZones(new Map([[domain, first.zone], ...others])));
  return { ref: { ...account, zoneId: first.zone.id }, name: first.zone.name, parent: first.parent };
}

function requireZone(domain: string, zones: readonly Zone[]) {
  const choice = chooseZone(domain, zones);
  if (choice.kind === 'refused') throw asError(choice);
  return choice;
}

/** As `observeZoneOfMost`, for what is of all names. */
export async function observeZoneForRollback(inputs: ShiftInputs): Promise<ObservedZone> {
  const { zone, outside } = await observeZoneOfMost(inputs);
  const [refusal] = outside.values();
  refuseIf(refusal);
  return zone;
}

/**
 * A zone that is given is not looked for: nothing but its records is needed for a way back. Its name is asked for later. Of
 * several that may be it, the one that has the records is. A name without a zone, or in another one, holds no other name:
 * `outside` says why it is left out.
 */
export async function observeZoneOfMost({ domains, zone }: ShiftInputs): Promise<{
  readonly zone: ObservedZone;
  readonly outside: ReadonlyMap<string, Refusal>;
}> {
  const { id: zoneId, roleArn } = zone;
  if (zoneId !== undefined) return { zone: { ref: { roleArn, zoneId }, name: '' }, outside: new Map() };
  const zones = await findZones({ roleArn }, domains);
  const choices = domains.map((domain) => ({ domain, choice: chooseZone(domain, zones) }));
  const outside = new Map<string, Refusal>();
  for (const { domain, choice } of choices) if (choice.kind === 'refused') outside.set(domain, choice);
  const look = async (domain: string) => ({
    domain,
    ...(await chooseZoneWithRecords({ roleArn }, domain, zones)),
  });
  // Where no name has a zone, the first is refused.
  const [lead = domains[0], ...more] = domains.filter((domain) => !outside.has(domain));
  const [first, ...others] = await Promise.all([look(lead), ...more.map(look)]);
  for (const { domain, zone: other } of others) {
    const refusal = judgeZones(
      new Map([
        [first.domain, first.zone],
        [domain, other],
      ]),
    );
    if (refusal !== undefined) outside.set(domain, refusal);
  }
  const { id, name } = first.zone;
  return { zone: { ref: { roleArn, zoneId: id }, name, parent: first.parent }, outside };
}

/** Nobody is led to a zone that was made and never delegated to. One that is delegated to hides what the one above has. */
async function chooseZoneWithRecords(
  account: DnsAccount,
  domain: string,
  zones: readonly Zone[],
): Promise<Pick<ReturnType<typeof requireZone>, 'zone' | 'parent'>> {
  const choice = requireZone(domain, zones);
  const { zone, parent } = choice;
  if (parent === undefined || (await hasRecords(account, zone, domain, isAddressType))) return choice;
  if (await hasRecords(account, parent, zone.name, (type) => type === 'NS')) return choice;
  const above = await chooseZoneWithRecords(
    account,
    domain,
    zones.filter(({ id }) => id !== zone.id),
  );
  return (await hasRecords(account, above.zone, domain, isAddressType)) ? above : choice;
}

async function hasRecords(
  account: DnsAccount,
  { id: zoneId }: Zone,
  name: string,
  isWanted: (type: string) => boolean,
): Promise<boolean> {
  return (await listRecords({ ...account, zoneId }, name)).some(({ type }) => isWanted(type));
}

function refuseIf(refusal: Refusal | undefined): void {
  if (refusal !== undefined) throw asError(refusal);
}

function asError({ because, wayOut }: Refusal): ActionError {
  return new ActionError('plan-refused', because, { hint: wayOut });
}

export type ObservedRecords = {
  readonly domain: string;
  /** All that the zone has at the name. */
  readonly records: readonly RecordSet[];
  readonly state: RecordState;
};

/** One request at most names and places of names: the zone is never walked. */
export async function observeRecords(
  { domains }: Pick<ShiftInputs, 'domains'>,
  zone: ObservedZone,
  targets: SideTargets,
): Promise<readonly ObservedRecords[]> {
  const seen = await listRecordsAt(zone.ref, domains);
  return classify(domains, zone, seen, targets);
}

/** The same, and who else believes that a name is his: `undefined` when nobody left a mark. */
export async function observeRecordsAndOwner(
  { domains }: Pick<ShiftInputs, 'domains'>,
  zone: ObservedZone,
  targets: SideTargets,
): Promise<readonly (ObservedRecords & { readonly externalDnsOwner: string | undefined })[]> {
  const marked = (domain: string) => [domain, ...externalDnsNames(domain)];
  const seen = await listRecordsOf(zone.ref, inListingOrder(domains.flatMap(marked)));
  return classify(domains, zone, seen, targets).map((name) => ({
    ...name,
    externalDnsOwner: findExternalDnsOwner(ofNames(seen, marked(name.domain))),
  }));
}

/** Whose mark each name has now; the mark of a name may be among its own records. */
export async function listExternalDnsOwners(
  ref: ZoneRef,
  domains: readonly string[],
): Promise<ReadonlyMap<string, string | undefined>> {
  const marked = (domain: string) => [domain, ...externalDnsNames(domain)];
  const seen = await listRecordsOf(ref, inListingOrder(domains.flatMap(marked)));
  return new Map(domains.map((domain) => [domain, findExternalDnsOwner(ofNames(seen, marked(domain)))]));
}

function ofNames(records: readonly RecordSet[], names: readonly string[]): readonly RecordSet[] {
  return records.filter((record) => names.some((name) => isSameName(record.name, name)));
}

function classify(
  domains: readonly string[],
  zone: ObservedZone,
  seen: readonly RecordSet[],
  targets: SideTargets,
): readonly ObservedRecords[] {
  const names = domains.map((domain) => {
    const records = ofNames(seen, [domain]);
    return { domain, records, delegated: judgeDelegatedAway(domain, zone.name, records) };
  });
  const followers = findFollowers(names.filter(({ delegated }) => delegated === undefined));
  return names.map(({ domain, records, delegated }) => {
    if (delegated !== undefined)
      return { domain, records, state: { kind: 'foreign', refusals: [delegated] } };
    return { domain, records, state: followers.get(domain) ?? classifyRecords(domain, records, targets) };
  });
}

/** Whom resolvers are led to for the zone's name. What may not be asked stays `undefined`. */
export async function observeDelegation(zone: ObservedZone): Promise<Delegation> {
  const [own, above, resolvers] = await Promise.all([
    zone.nameServers ?? unlessDenied(readNameServers(zone)),
    zone.parent && unlessDenied(readParent(zone, zone.parent)),
    askResolvers(zone.name),
  ]);
  // A zone whose own servers are not known cannot be compared with anything.
  if (own === undefined) return { own: [], above: undefined, resolvers: undefined };
  const isLed = resolvers?.some((server) => own.some((one) => isSameName(one, server)));
  const twins = resolvers === undefined || isLed === true ? [] : await findTwins(resolvers, own);
  return { own: [...own, ...twins], above, resolvers };
}

async function readNameServers({ ref }: ObservedZone): Promise<readonly string[]> {
  return (await describeZone(ref, ref.zoneId)).nameServers;
}

async function readParent({ ref, name }: ObservedZone, parent: Zone): Promise<readonly string[]> {
  const records = await listRecords({ ...ref, zoneId: parent.id }, name);
  return records.flatMap(({ type, answer }) =>
    type === 'NS' && answer.kind === 'values' ? answer.values : [],
  );
}

/** What answers for a name without records: `*.example.com, which leads to …`. */
export async function observeWildcard(domain: string, zone: ObservedZone): Promise<string | undefined> {
  for (const name of wildcardsFor(domain, zone.name)) {
    const [record] = await listRecords(zone.ref, name);
    if (record !== undefined) return `${name}, which leads to ${renderAnswer(record)}`;
  }
  return undefined;
}
