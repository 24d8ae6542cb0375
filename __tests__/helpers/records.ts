import type { RecordSet } from '../../src/dns/records.ts';

export const domain = 'app.example.com';
export const blueHost = 'psbqam834h.eu-west-1.awsapprunner.com';
export const greenHost = 'ecs-express-gateway-alb-0a1b2c3d-123456.eu-west-1.elb.amazonaws.com';

/** An alias record as Route 53 gives it back: lower case, with the dot. */
export function alias(target: string, rest: Partial<RecordSet> = {}): RecordSet {
  return {
    name: `${domain}.`,
    type: 'A',
    policy: { kind: 'simple' },
    answer: { kind: 'alias', zoneId: 'ZTARGET', dnsName: `${target}.`, evaluateTargetHealth: false },
    ...rest,
  };
}

export function cname(
  target: string,
  rest: Partial<RecordSet> & { readonly ttlSeconds?: number } = {},
): RecordSet {
  const { ttlSeconds = 300, ...members } = rest;
  return {
    name: `${domain}.`,
    type: 'CNAME',
    policy: { kind: 'simple' },
    answer: { kind: 'values', ttlSeconds, values: [target] },
    ...members,
  };
}

export function values(type: string, ...lines: readonly string[]): RecordSet {
  return {
    name: `${domain}.`,
    type,
    policy: { kind: 'simple' },
    answer: { kind: 'values', ttlSeconds: 300, values: lines },
  };
}

export function weighted(record: RecordSet, setIdentifier: string, weight: number): RecordSet {
  return { ...record, policy: { kind: 'weighted', setIdentifier, weight } };
}

/** The pair that the console's walkthrough leaves behind, with other identifiers than ours. */
export function weightedPair(blue: number, green: number, type = 'A'): readonly RecordSet[] {
  return [
    weighted(alias(blueHost, { type }), 'app-runner-blue', blue),
    weighted(alias(`dualstack.${greenHost}`, { type }), 'ecs-express-green', green),
  ];
}
