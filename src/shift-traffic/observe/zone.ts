import { unlessDenied } from '../../aws/failures.ts';
import { listRecords, listRecordsAt, listRecordsOf } from '../../aws/route-53-records.ts';
import { describeZone, findZones } from '../../aws/route-53-zones.ts';
import { findFollowers } from '../../dns/followers.ts';
import { inListingOrder } from '../../dns/listing-order.ts';
import { isSameName, wildcardsFor } from '../../dns/names.ts';
import { classifyRecords, type RecordState } from '../../dns/pair.ts';
import type { SideTargets } from '../../dns/pair-refusals.ts';
import { type RecordSet, type Refusal, renderAnswer } from '../../dns/records.ts';
import { externalDnsNames, findExternalDnsOwner, judgeDelegatedAway } from '../../dns/strangers.ts';
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

/** A zone that is given is not looked for: nothing but its records is needed for a way back. Its name is asked for later. */
export async function observeZoneForRollback(inputs: ShiftInputs): Promise<ObservedZone> {
  const { id: zoneId, roleArn } = inputs.zone;
  return zoneId === undefined ? observeZone(inputs) : { ref: { roleArn, zoneId }, name: '' };
}

/** In distress a name without a zone, or in another one, holds no other name: `outside` says why it is left out. */
export async function observeZoneOfMost({ domains, zone }: ShiftInputs): Promise<{
  readonly zone: ObservedZone;
  readonly outside: ReadonlyMap<string, Refusal>;
}> {
  const { id: zoneId, roleArn } = zone;
  if (zoneId !== undefined) return { zone: { ref: { roleArn, zoneId }, name: '' }, outside: new Map() };
  const account = { roleArn };
  const zones = await findZones(account, domains);
  const choices = domains.map((domain) => ({ domain, choice: chooseZone(domain, zones) }));
  const first = choices.find(({ choice }) => choice.kind === 'chosen') ?? {
    domain: domains[0],
    choice: requireZone(domains[0], zones),
  };
  if (first.choice.kind !== 'chosen') throw asError(first.choice);
  const { zone: chosen, parent } = first.choice;
  const outside = choices.flatMap(({ domain, choice }): readonly [string, Refusal][] => {
    if (choice.kind === 'refused') return [[domain, choice]];
    const refusal = judgeZones(
      new Map([
        [first.domain, chosen],
        [domain, choice.zone],
      ]),
    );
    return refusal === undefined ? [] : [[domain, refusal]];
  });
  return {
    zone: { ref: { ...account, zoneId: chosen.id }, name: chosen.name, parent },
    outside: new Map(outside),
  };
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
