import { AwsError, type Operation } from '../world.ts';
import { describeChange } from './changes.ts';
import { createZone } from './create-zone.ts';
import { requireText } from './invalid-input.ts';
import { type Change, findZone, type HostedZone, type Hosting, isPrivate, newId } from './state.ts';

export function zoneOperations(hosting: Hosting): Record<string, Operation> {
  return {
    CreateHostedZone: (input, caller) => {
      const { zone, change } = createZone(hosting, input, caller);
      return {
        HostedZone: describeZone(zone),
        ChangeInfo: describeChange(change),
        ...(zone.nameServers ? describeServing(zone) : { VPC: zone.vpcs[0] }),
        Location: `https://route53.amazonaws.com/2013-04-01/hostedzone/${zone.id}`,
      };
    },
    GetHostedZone: (input, caller) => {
      const zone = findZone(hosting, requireText(input, 'Id'), caller);
      return { HostedZone: describeZone(zone), ...describeServing(zone) };
    },
    DeleteHostedZone: (input, caller) => ({
      ChangeInfo: describeChange(deleteZone(hosting, findZone(hosting, requireText(input, 'Id'), caller))),
    }),
  };
}

export function describeZone(zone: HostedZone) {
  return {
    Id: `/hostedzone/${zone.id}`,
    Name: zone.name,
    CallerReference: zone.callerReference,
    Config: { Comment: zone.comment, PrivateZone: isPrivate(zone) },
    ResourceRecordSetCount: zone.written.count(),
  };
}

/** Name servers of a public zone, networks of a private one. */
function describeServing({ nameServers, vpcs }: HostedZone) {
  return nameServers ? { DelegationSet: { NameServers: nameServers } } : { VPCs: vpcs };
}

/** Only a zone that holds nothing but its own SOA and NS goes. */
function deleteZone(hosting: Hosting, zone: HostedZone): Change {
  const own = zone.written.at(zone.name).filter(({ type }) => type === 'SOA' || type === 'NS').length;
  if (zone.written.count() > own) {
    throw new AwsError(
      'HostedZoneNotEmpty',
      'The specified hosted zone contains non-required resource record sets and so cannot be deleted.',
    );
  }
  hosting.zones.delete(zone.id);
  const change: Change = {
    id: newId(hosting, 'C'),
    submittedAt: hosting.clock.now(),
    comment: undefined,
    status: 'INSYNC',
  };
  hosting.changes.set(change.id, change);
  return change;
}
