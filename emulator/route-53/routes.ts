import type { RestRoute } from '../world.ts';

const ZONE = '/2013-04-01/hostedzone';
const HEALTH_CHECK = '/2013-04-01/healthcheck';

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_Operations_Amazon_Route_53.html */
export const ROUTES: readonly RestRoute[] = [
  { operation: 'CreateHostedZone', method: 'POST', path: ZONE, status: 201 },
  {
    operation: 'ListHostedZones',
    method: 'GET',
    path: ZONE,
    query: {
      marker: 'Marker',
      maxitems: 'MaxItems',
      delegationsetid: 'DelegationSetId',
      hostedzonetype: 'HostedZoneType',
    },
  },
  {
    operation: 'ListHostedZonesByName',
    method: 'GET',
    path: '/2013-04-01/hostedzonesbyname',
    query: { dnsname: 'DNSName', hostedzoneid: 'HostedZoneId', maxitems: 'MaxItems' },
  },
  { operation: 'GetHostedZoneCount', method: 'GET', path: '/2013-04-01/hostedzonecount' },
  { operation: 'GetHostedZone', method: 'GET', path: `${ZONE}/{Id}` },
  { operation: 'UpdateHostedZoneComment', method: 'POST', path: `${ZONE}/{Id}` },
  { operation: 'DeleteHostedZone', method: 'DELETE', path: `${ZONE}/{Id}` },
  { operation: 'ChangeResourceRecordSets', method: 'POST', path: `${ZONE}/{HostedZoneId}/rrset` },
  {
    operation: 'ListResourceRecordSets',
    method: 'GET',
    path: `${ZONE}/{HostedZoneId}/rrset`,
    query: {
      name: 'StartRecordName',
      type: 'StartRecordType',
      identifier: 'StartRecordIdentifier',
      maxitems: 'MaxItems',
    },
  },
  {
    operation: 'CreateResourceRecordSetProtections',
    method: 'POST',
    path: `${ZONE}/{HostedZoneId}/rrsetprotection`,
  },
  {
    operation: 'DeleteResourceRecordSetProtections',
    method: 'POST',
    path: `${ZONE}/{HostedZoneId}/rrsetprotection/delete`,
  },
  {
    operation: 'ListResourceRecordSetProtections',
    method: 'GET',
    path: `${ZONE}/{HostedZoneId}/rrsetprotection`,
    query: {
      name: 'StartRecordName',
      type: 'StartRecordType',
      maxresults: 'MaxResults',
      nexttoken: 'NextToken',
    },
  },
  { operation: 'GetChange', method: 'GET', path: '/2013-04-01/change/{Id}' },
  {
    operation: 'TestDNSAnswer',
    method: 'GET',
    path: '/2013-04-01/testdnsanswer',
    query: {
      hostedzoneid: 'HostedZoneId',
      recordname: 'RecordName',
      recordtype: 'RecordType',
      resolverip: 'ResolverIP',
    },
  },
  { operation: 'ListTagsForResource', method: 'GET', path: '/2013-04-01/tags/{ResourceType}/{ResourceId}' },
  {
    operation: 'ChangeTagsForResource',
    method: 'POST',
    path: '/2013-04-01/tags/{ResourceType}/{ResourceId}',
  },
  { operation: 'CreateHealthCheck', method: 'POST', path: HEALTH_CHECK, status: 201 },
  { operation: 'GetHealthCheck', method: 'GET', path: `${HEALTH_CHECK}/{HealthCheckId}` },
  { operation: 'DeleteHealthCheck', method: 'DELETE', path: `${HEALTH_CHECK}/{HealthCheckId}` },
  {
    operation: 'CreateReusableDelegationSet',
    method: 'POST',
    path: '/2013-04-01/delegationset',
    status: 201,
  },
  { operation: 'GetReusableDelegationSet', method: 'GET', path: '/2013-04-01/delegationset/{Id}' },
];

export const LIST_ITEMS: Readonly<Record<string, string>> = {
  Changes: 'Change',
  ResourceRecords: 'ResourceRecord',
  ResourceRecordSets: 'ResourceRecordSet',
  ResourceRecordSetProtections: 'ResourceRecordSetProtection',
  // Those of a deletion are called ResourceRecordSetProtectionKey.
  Protections: 'ResourceRecordSetProtectionConfig',
  HostedZones: 'HostedZone',
  NameServers: 'NameServer',
  VPCs: 'VPC',
  RecordData: 'RecordDataEntry',
  Tags: 'Tag',
  AddTags: 'Tag',
  RemoveTagKeys: 'Key',
  Regions: 'Region',
  ChildHealthChecks: 'ChildHealthCheck',
};
