import { bare } from '../dns/certificate-request.ts';
import { isSameName, isWithin, wildcardParent } from '../dns/names.ts';
import type { Refusal } from '../dns/records.ts';
import { judgeDelegatedAway } from '../dns/strangers.ts';
import { chooseZone, judgeGivenZone, type Zone, zoneNamesFor } from '../dns/zone.ts';
import { ActionError } from '../errors.ts';
import { unlessDenied } from './failures.ts';
import { listRecordsAt, type ZoneRef } from './route-53-records.ts';
import { type DnsAccount, describeZone, findZones } from './route-53-zones.ts';

/** The zone for a record below one of the names; `undefined`: their DNS is not in Route 53, or in another account. */
export type ZoneOf = (recordName: string) => ZoneRef | undefined;

/**
 * The zones that get the records of a certificate for these names. A zone that cannot be the right one is refused here,
 * before anything is requested: ACM names the records only afterwards.
 */
export async function findCertificateZones(names: readonly string[], place: ZonePlace): Promise<ZoneOf> {
  const { zoneOf, refusals } = await lookForZones(names, place);
  if (refusals.length === 0) return zoneOf;
  const told = (part: 'because' | 'wayOut') => [...new Set(refusals.map((refusal) => refusal[part]))];
  throw new ActionError('plan-refused', told('because').join('; '), { hint: told('wayOut').join(' ') });
}

/** What speaks against these zones, for a plan: also that a name is delegated to another one. */
export async function findZoneObstacles(
  names: readonly string[],
  place: ZonePlace,
): Promise<readonly Refusal[]> {
  const { holders, refusals } = await lookForZones(names, place);
  const delegated = holders.map(({ zone, held }) => findDelegated(place, zone, held));
  return [...refusals, ...(await Promise.all(delegated)).flat()];
}

type ZonePlace = DnsAccount & { readonly zoneId: string | undefined };

type Found = {
  readonly zoneOf: ZoneOf;
  readonly refusals: readonly Refusal[];
  /** Each zone, with the names that it holds. */
  readonly holders: readonly { readonly zone: Zone; readonly held: readonly string[] }[];
};

async function lookForZones(names: readonly string[], { roleArn, zoneId }: ZonePlace): Promise<Found> {
  const account = { roleArn };
  const plain = [...new Set(names.map((name) => wildcardParent(name) ?? name))];
  if (zoneId !== undefined) {
    const { zone } = await describeZone(account, zoneId);
    const zoneOf = () => ({ ...account, zoneId });
    const refusal = judgeGivenZone(plain, zone);
    if (refusal === undefined) return { zoneOf, refusals: [], holders: [{ zone, held: plain }] };
    const wayOut = 'Correct hosted-zone-id, or leave it out.';
    return { zoneOf, refusals: [{ ...refusal, wayOut }], holders: [] };
  }
  const zones = await findZones(account, plain);
  const byZone = Map.groupBy(plain, (name) => zoneFor(name, zones));
  return {
    zoneOf: (recordName) => {
      const zone = zoneFor(bare(recordName), zones);
      return zone && { ...account, zoneId: zone.id };
    },
    refusals: plain.flatMap((name) => judgeChoice(name, zones)),
    holders: [...byZone].flatMap(([zone, held]) => (zone === undefined ? [] : [{ zone, held }])),
  };
}

function zoneFor(name: string, zones: readonly Zone[]): Zone | undefined {
  const choice = chooseZone(name, zones);
  return choice.kind === 'chosen' ? choice.zone : undefined;
}

/** A record below a name that is delegated away would be made where nobody looks for it. */
async function findDelegated(
  { roleArn }: DnsAccount,
  zone: Zone,
  names: readonly string[],
): Promise<readonly Refusal[]> {
  const asked = [...new Set(names.flatMap((name) => namesBelowApex(name, zone.name)))];
  if (asked.length === 0) return [];
  const seen = await unlessDenied(listRecordsAt({ roleArn, zoneId: zone.id }, asked));
  return asked.flatMap((name) => {
    const there = (seen ?? []).filter((record) => isSameName(record.name, name));
    const refusal = judgeDelegatedAway(name, zone.name, there);
    return refusal === undefined ? [] : [{ ...refusal, wayOut: wayOutOfDelegated }];
  });
}

/** The name, and those above it that are in the zone: each may be delegated. */
function namesBelowApex(name: string, zoneName: string): readonly string[] {
  return zoneNamesFor(name).filter((one) => isWithin(one, zoneName) && !isSameName(one, zoneName));
}

const wayOutOfDelegated =
  'Set hosted-zone-id to the zone that it is delegated to, and dns-role-arn if that zone is in another account. If it is not in Route 53, request the certificate yourself (aws acm request-certificate) and create its record there.';

/** Of several zones of a name nobody knows the right one; none at all is no mistake. */
function judgeChoice(name: string, zones: readonly Zone[]): readonly Refusal[] {
  const choice = chooseZone(name, zones);
  const isAnyPublic = zones.some(({ isPrivate, name: of }) => !isPrivate && isWithin(name, of));
  return choice.kind === 'refused' && isAnyPublic ? [choice] : [];
}
