import { type CustomDomain, listCustomDomains } from '../../aws/app-runner.ts';
import { unlessDenied } from '../../aws/failures.ts';
import { listRecordsOf, listStretch, listZone } from '../../aws/route-53-records.ts';
import { findOtherNames } from '../../dns/leads.ts';
import { inListingOrder, isListedBefore } from '../../dns/listing-order.ts';
import { isSameName, isWithin } from '../../dns/names.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type { Observed, ObservedBlue, ObservedZone } from '../model/observed.ts';

/** Names that are linked to blue as well; when it is to be retired, also all that may lead there. */
export async function observeLinkedNames(
  { domains: moved, finalize }: ShiftInputs,
  zone: ObservedZone,
  { service, host }: ObservedBlue,
): Promise<Pick<Observed, 'domains' | 'otherNames'>> {
  if (service === undefined) return { domains: undefined, otherNames: undefined };
  const domains = await listCustomDomains(service.arn);
  if (finalize.retireBlue === 'none') return { domains, otherNames: undefined };
  const linked = domains.flatMap(hostsOf);
  const records = await listZone(zone.ref);
  const otherNames = findOtherNames({ name: zone.name, records }, { linked, moved, blueHost: host });
  return { domains, otherNames };
}

/** App Runner's console cannot be asked for `www`, its API links it unless told not to. */
function hostsOf({ name, hasWww }: CustomDomain): readonly string[] {
  return hasWww ? [name, `www.${name}`] : [name];
}

/**
 * What a plan tells of the names beside those it is for. A zone is not walked: of a large one its beginning is seen, and
 * the names that are linked to blue.
 */
export async function observeOthers(
  { domains: moved }: ShiftInputs,
  zone: ObservedZone,
  { service, host }: ObservedBlue,
): Promise<Observed['otherNames']> {
  const [links, { records, next }] = await Promise.all([
    service && unlessDenied(listCustomDomains(service.arn)),
    listStretch(zone.ref, zone.name),
  ]);
  const linked = (links ?? []).flatMap(hostsOf);
  const isUnseen = (name: string) =>
    next !== undefined &&
    isWithin(name, zone.name) &&
    !isListedBefore(name, next) &&
    !moved.some((one) => isSameName(one, name));
  const further = await listRecordsOf(zone.ref, inListingOrder(linked.filter(isUnseen)));
  const content = { name: zone.name, records: [...records, ...further] };
  return findOtherNames(content, { linked, moved, blueHost: host });
}
