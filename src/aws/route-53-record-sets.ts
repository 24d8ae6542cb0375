import type { ResourceRecordSet, RRType } from '@aws-sdk/client-route-53';
import type { RecordSet, RoutingPolicy } from '../dns/records.ts';

/** A record set in our words. */
export function readRecord(seen: ResourceRecordSet): RecordSet {
  const alias = seen.AliasTarget;
  return {
    name: seen.Name ?? '',
    type: seen.Type ?? '',
    policy: readPolicy(seen),
    answer: alias
      ? {
          kind: 'alias',
          zoneId: alias.HostedZoneId ?? '',
          dnsName: alias.DNSName ?? '',
          evaluateTargetHealth: alias.EvaluateTargetHealth === true,
        }
      : {
          kind: 'values',
          ttlSeconds: seen.TTL ?? 0,
          values: (seen.ResourceRecords ?? []).map(({ Value }) => Value ?? ''),
        },
    ...(seen.HealthCheckId !== undefined && { healthCheckId: seen.HealthCheckId }),
    ...(seen.TrafficPolicyInstanceId !== undefined && {
      trafficPolicyInstanceId: seen.TrafficPolicyInstanceId,
    }),
  };
}

function readPolicy(seen: ResourceRecordSet): RoutingPolicy {
  const setIdentifier = seen.SetIdentifier;
  if (setIdentifier === undefined) return { kind: 'simple' };
  if (seen.Weight !== undefined) return { kind: 'weighted', setIdentifier, weight: seen.Weight };
  return { kind: 'other', setIdentifier, label: otherPolicy(seen) };
}

function otherPolicy(seen: ResourceRecordSet): string {
  if (seen.Region !== undefined) return 'latency';
  if (seen.Failover !== undefined) return 'failover';
  if (seen.GeoLocation !== undefined) return 'geolocation';
  if (seen.GeoProximityLocation !== undefined) return 'geoproximity';
  if (seen.CidrRoutingConfig !== undefined) return 'client subnets';
  if (seen.MultiValueAnswer !== undefined) return 'multivalue answers';
  return 'a policy this action does not know';
}

/** The exact inverse of `readRecord`: a DELETE must repeat what is there. */
export function writeRecord({ name, type, answer, policy, healthCheckId }: RecordSet): ResourceRecordSet {
  return {
    Name: name,
    Type: type as RRType,
    ...(policy.kind === 'weighted' && { SetIdentifier: policy.setIdentifier, Weight: policy.weight }),
    ...(answer.kind === 'alias'
      ? {
          AliasTarget: {
            HostedZoneId: answer.zoneId,
            DNSName: answer.dnsName,
            EvaluateTargetHealth: answer.evaluateTargetHealth,
          },
        }
      : { TTL: answer.ttlSeconds, ResourceRecords: answer.values.map((Value) => ({ Value })) }),
    ...(healthCheckId !== undefined && { HealthCheckId: healthCheckId }),
  };
}
