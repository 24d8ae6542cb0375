import { isDeepStrictEqual } from 'node:util';

export const RECORD_TYPES = [
  'A',
  'AAAA',
  'CAA',
  'CNAME',
  'DS',
  'HTTPS',
  'MX',
  'NAPTR',
  'NS',
  'PTR',
  'SOA',
  'SPF',
  'SRV',
  'SSHFP',
  'SVCB',
  'TLSA',
  'TXT',
] as const;
export type RecordType = (typeof RECORD_TYPES)[number];

export type AliasTarget = {
  readonly HostedZoneId: string;
  /** Canonical. */
  readonly DNSName: string;
  readonly EvaluateTargetHealth: boolean;
};

/** How one answer is chosen among the record sets of a name and type. `detail` is what the policy was given. */
export type RoutingPolicy =
  | { readonly kind: 'simple' }
  | { readonly kind: 'weighted'; readonly weight: number }
  | { readonly kind: 'latency'; readonly region: string }
  | { readonly kind: 'failover'; readonly role: 'PRIMARY' | 'SECONDARY' }
  | { readonly kind: 'multivalue answer' }
  | { readonly kind: 'geolocation' | 'cidr' | 'geoproximity'; readonly detail: object };

export type RecordSet = {
  /** Canonical. */
  readonly name: string;
  readonly type: RecordType;
  /** Absent for simple record sets only. With name and type it is the record set's identity. */
  readonly setIdentifier?: string;
  readonly policy: RoutingPolicy;
  /** Of an alias: none, it answers with its target's. */
  readonly ttl?: number;
  readonly values: readonly string[];
  readonly alias?: AliasTarget;
  readonly healthCheckId?: string;
  readonly trafficPolicyInstanceId?: string;
};

export const sameIdentity = (one: RecordSet, other: RecordSet): boolean =>
  one.name === other.name && one.type === other.type && one.setIdentifier === other.setIdentifier;

/** Equal in everything a client wrote. The order of values says nothing. */
export const sameContent = (one: RecordSet, other: RecordSet): boolean =>
  isDeepStrictEqual(
    { ...one, values: [...one.values].sort() },
    { ...other, values: [...other.values].sort() },
  );

/** As in `Tried to create resource record set [name='www.example.com.', type='A'] but it already exists`. */
export function identityText({ name, type, setIdentifier }: RecordSet): string {
  const identifier = setIdentifier === undefined ? '' : `, set identifier='${setIdentifier}'`;
  return `[name='${name}', type='${type}'${identifier}]`;
}

/** As ListResourceRecordSets shows it. */
export function describeRecordSet(record: RecordSet) {
  return {
    Name: record.name,
    Type: record.type,
    SetIdentifier: record.setIdentifier,
    ...describePolicy(record.policy),
    TTL: record.ttl,
    ...(record.values.length > 0 && { ResourceRecords: record.values.map((Value) => ({ Value })) }),
    AliasTarget: record.alias,
    HealthCheckId: record.healthCheckId,
    TrafficPolicyInstanceId: record.trafficPolicyInstanceId,
  };
}

function describePolicy(policy: RoutingPolicy): object {
  switch (policy.kind) {
    case 'simple':
      return {};
    case 'weighted':
      return { Weight: policy.weight };
    case 'latency':
      return { Region: policy.region };
    case 'failover':
      return { Failover: policy.role };
    case 'multivalue answer':
      return { MultiValueAnswer: true };
    case 'geolocation':
      return { GeoLocation: policy.detail };
    case 'cidr':
      return { CidrRoutingConfig: policy.detail };
    case 'geoproximity':
      return { GeoProximityLocation: policy.detail };
  }
}
