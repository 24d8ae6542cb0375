import { classifyRecords, greenPercentOfState, recordsOf } from '../../../src/dns/pair.ts';
import type { RecordSet } from '../../../src/dns/records.ts';
import { findExternalDnsOwner, judgeDelegatedAway } from '../../../src/dns/strangers.ts';
import {
  alias,
  blueHost,
  cname,
  domain,
  greenHost,
  values,
  weighted,
  weightedPair,
} from '../../helpers/records.ts';

const targets = { blue: blueHost, green: greenHost };
const classify = (...records: readonly RecordSet[]) => classifyRecords(domain, records, targets);
const other = 'other.eu-west-1.awsapprunner.com';

test('no address record is absent, whatever else is at the name', () => {
  expect(classify()).toEqual({ kind: 'absent' });
  expect(classify(values('TXT', '"v=spf1 -all"'))).toEqual({ kind: 'absent' });
});

test.each([
  ['an alias to blue', alias(blueHost), 'blue'],
  ['a CNAME to blue', cname(blueHost), 'blue'],
  ['a CNAME in capitals with a dot', cname(`${blueHost.toUpperCase()}.`), 'blue'],
  ['an alias to green', alias(`dualstack.${greenHost}`), 'green'],
])('%s is simple', (_case, record, side) => {
  expect(classify(record)).toEqual({ kind: 'simple', side, records: [record] });
});

test('the pair is known by its targets, whatever the set identifiers', () => {
  const [blue, green] = weightedPair(90, 10);
  expect(classify(...weightedPair(90, 10))).toEqual({
    kind: 'weighted',
    groups: [{ type: 'A', blue, green }],
    weights: { blue: 90, green: 10 },
  });
});

test('without the services named, sides are known by the kind of their hosts', () => {
  const state = classifyRecords(domain, weightedPair(0, 0), { blue: undefined, green: undefined });
  expect(state.kind).toBe('weighted');
  expect(greenPercentOfState(state)).toBe(50);
});

test('A and AAAA are two groups of one state', () => {
  const records = [...weightedPair(50, 50), ...weightedPair(100, 100, 'AAAA')];
  const state = classify(...records);
  expect(state).toMatchObject({ kind: 'weighted', groups: [{ type: 'A' }, { type: 'AAAA' }] });
  expect(recordsOf(state)).toEqual(records);
});

test('weighted with blue alone is the walkthrough half done', () => {
  const blue = weighted(alias(blueHost), 'app-runner-blue', 100);
  expect(classify(blue)).toEqual({ kind: 'half', records: [blue] });
});

test('records that have nothing to do with addresses do not matter', () => {
  const companions = [
    values('TXT', '"x"'),
    values('CAA', '0 issue "amazon.com"'),
    values('HTTPS', '1 . alpn="h2"'),
  ];
  expect(classify(...weightedPair(90, 10), ...companions).kind).toBe('weighted');
});

test.each<[string, readonly RecordSet[], string]>([
  ['elsewhere', [alias('d111.cloudfront.net')], 'd111.cloudfront.net, which is neither side'],
  ['another App Runner service', [alias(other)], other],
  ['plain addresses', [values('A', '192.0.2.1')], '192.0.2.1'],
  ['AAAA elsewhere', [alias(blueHost), values('AAAA', '2001:db8::1')], 'clients with IPv6 would not move'],
  [
    'a third member',
    [...weightedPair(90, 10), weighted(alias(other), 'canary', 5)],
    '"canary" of app.example.com (weight 5)',
  ],
  [
    'two blues',
    [...weightedPair(90, 10), weighted(alias(blueHost), 'second', 5)],
    '2 weighted A records of app.example.com lead to blue',
  ],
  ['two greens', [...weightedPair(90, 10), weighted(alias(greenHost), 'second', 5)], 'lead to green'],
  ['green alone', [weighted(alias(greenHost), 'g', 100)], 'no blue to go back to'],
  [
    'A weighted, AAAA to green',
    [...weightedPair(90, 10), alias(greenHost, { type: 'AAAA' })],
    'do not say the same',
  ],
  [
    'latency',
    [alias(blueHost, { policy: { kind: 'other', label: 'latency', setIdentifier: 'eu' } })],
    'routed by latency',
  ],
  [
    'a traffic policy',
    [alias(blueHost, { trafficPolicyInstanceId: 'tp-1' })],
    'traffic policy instance tp-1',
  ],
  [
    'HTTPS with a target',
    [alias(blueHost), values('HTTPS', '1 cdn.example.net. alpn="h3"')],
    'past the address records',
  ],
  [
    'HTTPS in alias mode',
    [alias(blueHost), values('HTTPS', '0 cdn.example.net.')],
    'past the address records',
  ],
  [
    'HTTPS with hints',
    [alias(blueHost), values('HTTPS', '1 . alpn="h2" ipv4hint=192.0.2.1')],
    'past the address records',
  ],
  ['SVCB alias', [alias(blueHost), alias('svc.example.com', { type: 'SVCB' })], 'SVCB'],
])('%s is foreign', (_case, records, because) => {
  const state = classify(...records);
  expect(state).toMatchObject({ kind: 'foreign', refusals: [{ because: expect.stringContaining(because) }] });
  expect(recordsOf(state)).toEqual([]);
  expect(greenPercentOfState(state)).toBeUndefined();
});

test.each([
  ['A weighted, AAAA simple', [...weightedPair(90, 10), alias(blueHost, { type: 'AAAA' })], 2],
  [
    'A weighted, AAAA with blue alone',
    [...weightedPair(90, 10), weighted(alias(blueHost, { type: 'AAAA' }), 'b', 1)],
    2,
  ],
  ['unequal shares', [...weightedPair(90, 10), ...weightedPair(50, 50, 'AAAA')], 4],
])('%s is uneven: what may be rolled back is known, a share is not', (_case, records, count) => {
  const state = classify(...records);
  expect(state).toMatchObject({
    kind: 'uneven',
    refusal: { because: expect.stringContaining('do not say the same') },
  });
  expect(recordsOf(state)).toHaveLength(count);
  expect(greenPercentOfState(state)).toBeUndefined();
});

test('every reason is told, not only the first', () => {
  const state = classify(
    weighted(alias(other), 'a', 1),
    weighted(alias('d111.cloudfront.net'), 'b', 1),
    weighted(alias(blueHost), 'c', 1),
  );
  expect(state).toMatchObject({ kind: 'foreign', refusals: [{}, {}] });
});

test('a name that is delegated away is not served by this zone; the apex always has name servers', () => {
  const ns = values('NS', 'ns-1.awsdns-01.org.');
  expect(judgeDelegatedAway(domain, 'example.com', [ns])?.because).toContain('delegated');
  expect(judgeDelegatedAway(domain, 'app.example.com.', [ns])).toBeUndefined();
  expect(judgeDelegatedAway(domain, 'example.com', [alias(blueHost)])).toBeUndefined();
});

test('external-dns is known by its mark', () => {
  const mark = values(
    'TXT',
    '"heritage=external-dns,external-dns/owner=prod,external-dns/resource=ingress/web"',
  );
  expect(findExternalDnsOwner([values('TXT', '"v=spf1"'), mark])).toBe('prod');
  expect(findExternalDnsOwner([values('TXT', '"v=spf1"')])).toBeUndefined();
});

describe('what leads elsewhere is not always wrong there', () => {
  test.each<[string, RecordSet, RegExp]>([
    ['CloudFront', alias('d111.cloudfront.net'), /^Leave the record, .* origin of the distribution/],
    ['CloudFront by a CNAME', cname('D111.CloudFront.net.'), /origin of the distribution/],
    ['CloudFront by IPv6', alias('d111.cloudfront.net', { type: 'AAAA' }), /origin of the distribution/],
    ['a sibling', cname('www.example.com.'), /^Move www\.example\.com \(input domain\).*follows/],
    ['the apex', alias('example.com'), /^Move example\.com/],
    ['another owner', cname('shops.other.example'), /^Correct the service inputs/],
    ['a name that only ends alike', cname('notexample.com'), /^Correct the service inputs/],
  ])('%s', (_case, record, wayOut) => {
    expect(classify(record)).toMatchObject({
      kind: 'foreign',
      refusals: [{ wayOut: expect.stringMatching(wayOut) }],
    });
  });
});
