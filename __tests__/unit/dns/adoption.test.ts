import { type AdoptionWish, adoptRecords } from '../../../src/dns/adoption.ts';
import { classifyRecords } from '../../../src/dns/pair.ts';
import type { RecordSet } from '../../../src/dns/records.ts';
import { alias, blueHost, cname, domain, greenHost, weighted } from '../../helpers/records.ts';

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
    because: expect.stringContaining('it is not known whether'),
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
  ['CNAME for an alias', [alias(blueHost)], { cnameBecomes: 'cname' }, 'a pair of CNAMEs would be worse'],
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
