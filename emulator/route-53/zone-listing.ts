import { AwsError, type Operation } from '../world.ts';
import { readZoneName } from './create-zone.ts';
import { listingKey } from './domain-name.ts';
import { optionalText, pageSize } from './invalid-input.ts';
import { refuseDelegationSet } from './name-servers.ts';
import { compareText } from './record-table.ts';
import type { HostedZone, Hosting } from './state.ts';
import { isPrivate, zonesOf } from './state.ts';
import { describeZone } from './zone-operations.ts';

const LARGEST_PAGE = 100;

type Input = Record<string, unknown>;

export function zoneListingOperations(hosting: Hosting): Record<string, Operation> {
  return {
    ListHostedZones: (input, caller) => listZones(zonesOf(hosting, caller), input),
    ListHostedZonesByName: (input, caller) => listZonesByName(zonesOf(hosting, caller), input),
  };
}

/** In order of creation; the marker is the id of the next zone. */
function listZones(own: readonly HostedZone[], input: Input) {
  const size = pageSize(input, LARGEST_PAGE);
  const marker = optionalText(input, 'Marker');
  refuseDelegationSet(optionalText(input, 'DelegationSetId'));
  const privateOnly = optionalText(input, 'HostedZoneType') === 'PrivateHostedZone';
  const zones = own.filter((zone) => !privateOnly || isPrivate(zone));
  const start = marker === undefined ? 0 : zones.findIndex(({ id }) => id === marker);
  if (start < 0) throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${marker}`, 404);
  const next = zones[start + size];
  return {
    HostedZones: zones.slice(start, start + size).map(describeZone),
    Marker: marker,
    IsTruncated: next !== undefined,
    NextMarker: next?.id,
    MaxItems: size,
  };
}

/**
 * By name with its labels reversed, then by id, starting with the first zone that is not before the given one: a name
 * that no zone has answers with the zones that follow.
 * https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByName.html
 */
function listZonesByName(own: readonly HostedZone[], input: Input) {
  const size = pageSize(input, LARGEST_PAGE);
  const given = optionalText(input, 'DNSName');
  const givenId = optionalText(input, 'HostedZoneId');
  if (givenId !== undefined && given === undefined) {
    throw new AwsError('InvalidInput', 'A DNS name must be specified when a hosted zone ID is specified.');
  }
  const startKey = given === undefined ? '' : listingKey(readZoneName(given));
  const zones = [...own].sort(byNameAndId).filter((zone) => {
    const order = compareText(listingKey(zone.name), startKey);
    return order > 0 || (order === 0 && compareText(zone.id, givenId ?? '') >= 0);
  });
  const next = zones[size];
  return {
    HostedZones: zones.slice(0, size).map(describeZone),
    DNSName: given,
    HostedZoneId: givenId,
    IsTruncated: next !== undefined,
    ...(next && { NextDNSName: next.name, NextHostedZoneId: next.id }),
    MaxItems: size,
  };
}

const byNameAndId = (one: HostedZone, other: HostedZone): number =>
  compareText(listingKey(one.name), listingKey(other.name)) || compareText(one.id, other.id);
