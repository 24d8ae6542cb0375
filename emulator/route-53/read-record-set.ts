import { AwsError } from '../world.ts';
import { DomainNameProblem, parseDomainName } from './domain-name.ts';
import { invalidRecord } from './invalid-change-batch.ts';
import { optionalText, readList, readObject, type Violations, violation } from './invalid-input.ts';
import { RECORD_TYPES, type RecordSet, type RecordType, type RoutingPolicy } from './record-set.ts';

type Input = Record<string, unknown>;

const LARGEST_WEIGHT = 255;
const LONGEST_SET_IDENTIFIER = 128;
const LARGEST_TTL = 2 ** 31 - 1;

/** What a change says, before it is held against the zone. Limits of the API model go to `violations`. */
export type GivenRecordSet = {
  readonly input: Input;
  readonly name: string;
  readonly type: string;
  readonly weight: number | undefined;
  readonly ttl: number | undefined;
  readonly values: readonly string[];
};

export function readRecordSet(input: Input, path: string, violations: Violations): GivenRecordSet {
  const name = optionalText(input, 'Name');
  const type = optionalText(input, 'Type');
  if (name === undefined) violation(violations, `${path}.name`, undefined, 'not be null');
  if (type === undefined) violation(violations, `${path}.type`, undefined, 'not be null');
  else if (!isRecordType(type)) {
    violation(violations, `${path}.type`, type, `satisfy enum value set: [${RECORD_TYPES.join(', ')}]`);
  }
  const setIdentifier = optionalText(input, 'SetIdentifier');
  if (setIdentifier !== undefined && setIdentifier.length > LONGEST_SET_IDENTIFIER) {
    const rule = `have length less than or equal to ${LONGEST_SET_IDENTIFIER}`;
    violation(violations, `${path}.setIdentifier`, setIdentifier, rule);
  }
  return {
    input,
    name: name ?? '',
    type: type ?? '',
    weight: readNumber(input, 'Weight', { path: `${path}.weight`, most: LARGEST_WEIGHT, violations }),
    ttl: readNumber(input, 'TTL', { path: `${path}.tTL`, most: LARGEST_TTL, violations }),
    values: readList(input, 'ResourceRecords').map((record) => String(Object(record).Value ?? '')),
  };
}

/** Members that must or must not come together, whatever the zone holds. */
export function completeRecordSet(given: GivenRecordSet, action: string): RecordSet {
  const { input, ttl, values } = given;
  const setIdentifier = optionalText(input, 'SetIdentifier');
  const where = `in Change with [Action=${action}, Name=${given.name}, Type=${given.type}, SetIdentifier=${setIdentifier ?? 'null'}]`;
  const policy = readPolicy(given, setIdentifier, where);
  const alias = readObject(input, 'AliasTarget');
  const trafficPolicyInstanceId = optionalText(input, 'TrafficPolicyInstanceId');
  const hasValues = ttl !== undefined || values.length > 0;
  const forms = [alias !== undefined, hasValues, trafficPolicyInstanceId !== undefined].filter(
    Boolean,
  ).length;
  if (forms !== 1 || (hasValues && (ttl === undefined || values.length === 0))) {
    throw invalidRequest(
      `Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found ${forms > 1 ? 'more than one' : 'none'} ${where}`,
    );
  }
  if (policy.kind === 'weighted' && values.length > 1) {
    throw invalidRequest(`Expected exactly one ResourceRecord for a weighted resource record set ${where}`);
  }
  if (policy.kind === 'multivalue answer' && alias) {
    throw invalidRequest(`MultiValueAnswer cannot be combined with AliasTarget ${where}`);
  }
  const healthCheckId = optionalText(input, 'HealthCheckId');
  return {
    name: readName(given.name),
    // Checked by readRecordSet; `A` cannot come out of this.
    type: isRecordType(given.type) ? given.type : 'A',
    policy,
    values,
    ...(setIdentifier !== undefined && { setIdentifier }),
    ...(ttl !== undefined && { ttl }),
    ...(alias && { alias: readAlias(alias) }),
    ...(healthCheckId !== undefined && { healthCheckId }),
    ...(trafficPolicyInstanceId !== undefined && { trafficPolicyInstanceId }),
  };
}

export const isRecordType = (text: string): text is RecordType => RECORD_TYPES.some((type) => type === text);

function readPolicy(given: GivenRecordSet, setIdentifier: string | undefined, where: string): RoutingPolicy {
  const policies = givenPolicies(given);
  const [policy] = policies;
  if (policies.length > 1 || (!policy && setIdentifier !== undefined)) {
    throw invalidRequest(
      `Expected exactly one of [Weight, Region, Failover, GeoLocation, MultiValueAnswer, CidrRoutingConfig, or GeoProximityLocation], but found ${policy ? 'more than one' : 'none'} ${where}`,
    );
  }
  if (policy && setIdentifier === undefined) {
    throw invalidRequest(`Missing field 'SetIdentifier' ${where}`);
  }
  return policy ?? { kind: 'simple' };
}

function givenPolicies({ input, weight }: GivenRecordSet): RoutingPolicy[] {
  const region = optionalText(input, 'Region');
  const role = optionalText(input, 'Failover');
  const geolocation = readObject(input, 'GeoLocation');
  const cidr = readObject(input, 'CidrRoutingConfig');
  const geoproximity = readObject(input, 'GeoProximityLocation');
  return [
    ...(weight === undefined ? [] : [{ kind: 'weighted', weight } as const]),
    ...(region === undefined ? [] : [{ kind: 'latency', region } as const]),
    ...(role === 'PRIMARY' || role === 'SECONDARY' ? [{ kind: 'failover', role } as const] : []),
    ...(geolocation ? [{ kind: 'geolocation', detail: geolocation } as const] : []),
    ...(optionalText(input, 'MultiValueAnswer') === 'true' ? [{ kind: 'multivalue answer' } as const] : []),
    ...(cidr ? [{ kind: 'cidr', detail: cidr } as const] : []),
    ...(geoproximity ? [{ kind: 'geoproximity', detail: geoproximity } as const] : []),
  ];
}

function readAlias(alias: Input) {
  return {
    HostedZoneId: (optionalText(alias, 'HostedZoneId') ?? '').replace(/^\/hostedzone\//, ''),
    DNSName: readName(optionalText(alias, 'DNSName') ?? ''),
    EvaluateTargetHealth: optionalText(alias, 'EvaluateTargetHealth') === 'true',
  };
}

function readName(text: string): string {
  try {
    return parseDomainName(text);
  } catch (error) {
    if (error instanceof DomainNameProblem) throw invalidRecord(error.message, text);
    throw error;
  }
}

function readNumber(
  input: Input,
  name: string,
  limit: { readonly path: string; readonly most: number; readonly violations: Violations },
): number | undefined {
  const text = optionalText(input, name);
  if (text === undefined) return undefined;
  if (!/^-?\d+$/.test(text)) {
    throw new AwsError(
      'InvalidInput',
      `Invalid XML ; cvc-datatype-valid.1.2.1: '${text}' is not a valid value for 'integer'.`,
    );
  }
  const value = Number(text);
  if (value > limit.most) {
    violation(limit.violations, limit.path, text, `have value less than or equal to ${limit.most}`);
  }
  if (value < 0) violation(limit.violations, limit.path, text, 'have value greater than or equal to 0');
  return value;
}

const invalidRequest = (sentence: string): AwsError =>
  new AwsError('InvalidInput', `Invalid request: ${sentence}`);
