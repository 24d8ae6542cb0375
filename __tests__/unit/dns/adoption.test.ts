import { type AdoptionWish, adoptRecords, finalRecords } from '../../../src/dns/adoption.ts';
import { appRunnerZoneId, isLoadBalancerHost } from '../../../src/dns/app-runner-zones.ts';
import { classifyRecords } from '../../../src/dns/pair.ts';
import type { RecordSet } from '../../../src/dns/records.ts';
import { alias, blueHost, cname, domain, greenHost, weighted, weightedPair } from '../../helpers/records.ts';

const wish: AdoptionWish = {
  domain,
  zoneName: 'example.com.',
  cnameBecomes: 'alias',
  setIdentifiers: { blue: 'apprunner-blue', green: 'express-green' },
  blueHost,
  blueHasIpv6: false,
  blueZoneId: undefined,
  green: { dnsName: greenHost, zoneId: 'ZELB', isDualStack: false },
  greenHealthCheckId: undefined,
};

function adopt(records: readonly RecordSet[], change: Partial<AdoptionWish> = {}) {
  const state = classifyRecords(domain, records, { blue: blueHost, green: greenHost });
  if (state.kind !== 'simple' && state.kind !== 'half') throw new Error(`not to be adopted: ${state.kind}`);
  return adoptRecords(state, { ...wish, ...change });
}

const recordsOf = (adoption: ReturnType<typeof adopt>): readonly RecordSet[] =>
  adoption.kind === 'records' ? adoption.records : [];

const green = (weight: number, type = 'A') =>
  weighted(
    alias(greenHost, {
      type,
      answer: { kind: 'alias', zoneId: 'ZELB', dnsName: `${greenHost}.`, evaluateTargetHealth: false },
    }),
    'express-green',
    weight,
  );
const zoneOfIreland = 'Z087551914Z2PCAU0QHMW';

test('an alias to blue keeps its target as it was read, target health included', () => {
  const before = alias(blueHost, {
    answer: { kind: 'alias', zoneId: 'ZAPPRUNNER', dnsName: `${blueHost}.`, evaluateTargetHealth: true },
    healthCheckId: 'hc-1',
  });
  expect(adopt([before])).toEqual({
    kind: 'records',
    weights: { blue: 100, green: 0 },
    records: [weighted(before, 'apprunner-blue', 100), green(0)],
  });
});

test('a CNAME becomes two aliases, with the zone that App Runner has in the Region', () => {
  expect(adopt([cname(blueHost)])).toMatchObject({
    records: [
      {
        type: 'A',
        answer: { kind: 'alias', zoneId: zoneOfIreland, dnsName: `${blueHost}.` },
        policy: { weight: 100 },
      },
      green(0),
    ],
  });
});

test('a CNAME whose target has IPv6 becomes a pair for each type: nothing that was answered is unanswered', () => {
  const adoption = adopt([cname(blueHost)], { blueHasIpv6: true });
  expect(adoption).toMatchObject({
    records: [
      { type: 'A', policy: { weight: 100 } },
      green(0),
      { type: 'AAAA', answer: { zoneId: zoneOfIreland, dnsName: `${blueHost}.` }, policy: { weight: 100 } },
      green(0, 'AAAA'),
    ],
  });
});

test('a CNAME whose target may have IPv6 is not adopted blindly, but as a pair of CNAMEs', () => {
  expect(adopt([cname(blueHost)], { blueHasIpv6: undefined })).toMatchObject({
    kind: 'refused',
    because: expect.stringContaining('could not be seen'),
  });
  expect(adopt([cname(blueHost)], { blueHasIpv6: undefined, cnameBecomes: 'cname' }).kind).toBe('records');
});

test('a CNAME becomes two CNAMEs of 60 s when that is asked for', () => {
  const adoption = adopt([cname(blueHost, { ttlSeconds: 3600 })], { cnameBecomes: 'cname' });
  expect(adoption).toMatchObject({
    records: [
      { type: 'CNAME', answer: { ttlSeconds: 60, values: [blueHost] }, policy: { weight: 100 } },
      { type: 'CNAME', answer: { ttlSeconds: 60, values: [greenHost] }, policy: { weight: 0 } },
    ],
  });
});

test('blue that is weighted already keeps the identifier its owner chose', () => {
  const blue = weighted(alias(blueHost), 'app-runner-blue', 10);
  expect(adopt([blue])).toMatchObject({
    records: [weighted(blue, 'app-runner-blue', 100), green(0)],
  });
});

test('AAAA goes along when the load balancer has IPv6', () => {
  const both = [alias(blueHost), alias(blueHost, { type: 'AAAA' })];
  const adoption = adopt(both, { green: { ...wish.green, isDualStack: true } });
  expect(adoption).toMatchObject({
    records: [{ type: 'A' }, { type: 'A' }, { type: 'AAAA' }, green(0, 'AAAA')],
  });
});

test('a finished move can be opened again: green keeps all, blue is there to go back to', () => {
  expect(adopt([alias(greenHost)])).toMatchObject({
    weights: { blue: 0, green: 100 },
    records: [
      { answer: { zoneId: zoneOfIreland, dnsName: `${blueHost}.` }, policy: { weight: 0 } },
      { answer: { dnsName: `${greenHost}.` }, policy: { weight: 100, setIdentifier: 'express-green' } },
    ],
  });
});

test.each<[string, readonly RecordSet[], Partial<AdoptionWish>, string]>([
  ['AAAA, but no IPv6', [alias(blueHost), alias(blueHost, { type: 'AAAA' })], {}, 'has no IPv6 address'],
  ['CNAME at the apex', [alias(blueHost)], { cnameBecomes: 'cname', zoneName: `${domain}.` }, 'apex'],
  ['CNAME for an alias', [alias(blueHost)], { cnameBecomes: 'cname' }, 'step back'],
  ['equal identifiers', [weighted(alias(blueHost), 'express-green', 1)], {}, 'express-green'],
  ['blue unknown', [alias(greenHost)], { blueHost: undefined }, 'nothing says where blue is'],
])('%s is refused', (_case, records, change, because) => {
  expect(adopt(records, change)).toMatchObject({
    kind: 'refused',
    because: expect.stringContaining(because),
  });
});

test('a Region that App Runner never had needs the zone from the user', () => {
  const host = 'x.eu-south-9.awsapprunner.com';
  const state = classifyRecords(domain, [cname(host)], { blue: host, green: greenHost });
  if (state.kind !== 'simple') throw new Error('not simple');
  expect(adoptRecords(state, { ...wish, blueHost: host })).toMatchObject({
    kind: 'refused',
    wayOut: expect.stringContaining('blue-hosted-zone-id'),
  });
  expect(adoptRecords(state, { ...wish, blueZoneId: 'ZX' })).toMatchObject({ kind: 'records' });
});

test('a finished move of a CNAME can be opened again, as a pair of CNAMEs of 60 s', () => {
  expect(adopt([cname(greenHost, { ttlSeconds: 3600 })])).toMatchObject({
    weights: { blue: 0, green: 100 },
    records: [
      {
        type: 'CNAME',
        answer: { kind: 'values', ttlSeconds: 60, values: [blueHost] },
        policy: { weight: 0 },
      },
      {
        type: 'CNAME',
        answer: { kind: 'values', ttlSeconds: 60, values: [greenHost] },
        policy: { weight: 100 },
      },
    ],
  });
});

test('a CNAME that is weighted already stays one, beside a green of its kind', () => {
  expect(adopt([weighted(cname(blueHost), 'mine', 10)])).toMatchObject({
    records: [
      { type: 'CNAME', policy: { setIdentifier: 'mine', weight: 100 } },
      { type: 'CNAME', answer: { values: [greenHost] }, policy: { weight: 0 } },
    ],
  });
});

test('an alias in place of a CNAME keeps its health check, and makes up none', () => {
  const [checked] = recordsOf(adopt([cname(blueHost, { healthCheckId: 'hc-1' })]));
  expect(checked).toMatchObject({
    type: 'A',
    healthCheckId: 'hc-1',
    answer: { evaluateTargetHealth: false },
  });
  expect(recordsOf(adopt([cname(blueHost)]))[0]).not.toHaveProperty('healthCheckId');
});

test("green's health check goes to green, where green gets nothing yet", () => {
  const checks = (adoption: ReturnType<typeof adopt>) =>
    recordsOf(adoption).map(({ healthCheckId }) => healthCheckId);
  expect(checks(adopt([alias(blueHost)], { greenHealthCheckId: 'hc-2' }))).toEqual([undefined, 'hc-2']);
  expect(checks(adopt([alias(greenHost)], { greenHealthCheckId: 'hc-2' }))).toEqual([undefined, undefined]);
});

test('blue whose zone is not known does not come back as an alias', () => {
  expect(adopt([alias(greenHost)], { blueHost: 'x.eu-south-9.awsapprunner.com' })).toMatchObject({
    kind: 'refused',
    because: expect.stringContaining('is not known'),
  });
});

test.each([
  [
    'an alias stays as it was read',
    weightedPair(0, 100),
    [{ type: 'A', dnsName: `dualstack.${greenHost}.` }],
  ],
  [
    'of each type there is one',
    [...weightedPair(0, 100), ...weightedPair(0, 100, 'AAAA')],
    [
      { type: 'A', dnsName: `dualstack.${greenHost}.` },
      { type: 'AAAA', dnsName: `dualstack.${greenHost}.` },
    ],
  ],
  [
    'CNAMEs become an alias',
    [weighted(cname(blueHost), 'b', 0), weighted(cname(greenHost), 'g', 100)],
    [{ type: 'A', dnsName: `${greenHost}.` }],
  ],
])('at the end green alone is left: %s', (_case, records, left) => {
  const state = classifyRecords(domain, records, { blue: blueHost, green: greenHost });
  if (state.kind !== 'weighted') throw new Error('not weighted');
  expect(finalRecords(state.groups, wish.green)).toEqual(
    left.map(({ type, dnsName }) => ({
      name: `${domain}.`,
      type,
      policy: { kind: 'simple' },
      answer: expect.objectContaining({ kind: 'alias', dnsName, evaluateTargetHealth: false }),
    })),
  );
});

test.each([
  ['psbqam834h.eu-west-1.awsapprunner.com', zoneOfIreland],
  ['PSBQAM834H.eu-west-1.awsapprunner.com.', zoneOfIreland],
  ['a.b.eu-west-1.awsapprunner.com', zoneOfIreland],
  ['psbqam834h.eu-south-9.awsapprunner.com', undefined],
  ['eu-west-1.example.com', undefined],
  ['x.eu-west-1.awsapprunner.com.example.com', undefined],
])('the zone of %s is %s', (host, zoneId) => {
  expect(appRunnerZoneId(host)).toBe(zoneId);
});

test.each([
  ['web-1.eu-west-1.elb.amazonaws.com.', true],
  ['web-1.cn-north-1.elb.amazonaws.com.cn', true],
  ['web-1.eu-west-1.elb.amazonaws.com.example.com', false],
  ['elb.example.com', false],
])('%s is a load balancer: %s', (host, isOne) => {
  expect(isLoadBalancerHost(host)).toBe(isOne);
});
