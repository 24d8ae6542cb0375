import { bare } from '../dns/certificate-request.ts';
import { isWithin, wildcardParent } from '../dns/names.ts';
import type { Refusal } from '../dns/records.ts';
import { chooseZone, judgeGivenZone, type Zone } from '../dns/zone.ts';
import { ActionError } from '../errors.ts';
import type { ZoneRef } from './route-53-records.ts';
import { type DnsAccount, describeZone, findZones } from './route-53-zones.ts';

/** The zone for a record below one of the names; `undefined`: their DNS is not in Route 53, or in another account. */
export type ZoneOf = (recordName: string) => ZoneRef | undefined;

/**
 * The zones that get the records of a certificate for these names. A zone that cannot be the right one is refused here,
 * before anything is requested: ACM names the records only afterwards.
 */
export async function findCertificateZones(
  names: readonly string[],
  { roleArn, zoneId }: DnsAccount & { readonly zoneId: string | undefined },
): Promise<ZoneOf> {
  const account = { roleArn };
  const plain = [...new Set(names.map((name) => wildcardParent(name) ?? name))];
  if (zoneId !== undefined) {
    const { zone } = await describeZone(account, zoneId);
    const refusal = judgeGivenZone(plain, zone);
    if (refusal !== undefined)
      throw refuse([{ ...refusal, wayOut: 'Correct hosted-zone-id, or leave it out.' }]);
    return () => ({ ...account, zoneId });
  }
  const zones = await findZones(account, plain);
  const refusals = plain.flatMap((name) => judgeChoice(name, zones));
  if (refusals.length > 0) throw refuse(refusals);
  return (recordName) => {
    const choice = chooseZone(bare(recordName), zones);
    return choice.kind === 'chosen' ? { ...account, zoneId: choice.zone.id } : undefined;
  };
}

/** Of several zones of a name nobody knows the right one; none at all is no mistake. */
function judgeChoice(name: string, zones: readonly Zone[]): readonly Refusal[] {
  const choice = chooseZone(name, zones);
  const isAnyPublic = zones.some(({ isPrivate, name: of }) => !isPrivate && isWithin(name, of));
  return choice.kind === 'refused' && isAnyPublic ? [choice] : [];
}

function refuse(refusals: readonly Refusal[]): ActionError {
  const told = (part: 'because' | 'wayOut') => [...new Set(refusals.map((refusal) => refusal[part]))];
  return new ActionError('plan-refused', told('because').join('; '), { hint: told('wayOut').join(' ') });
}
