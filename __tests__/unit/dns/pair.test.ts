import {
  classifyRecords,
  greenPercentOfState,
  isPair,
  joinPairs,
  recordsOf,
  renderState,
  type WeightedState,
} from '../../../src/dns/pair.ts';
import type { RecordSet } from '../../../src/dns/records.ts';
import { externalDnsNames, findExternalDnsOwner, judgeDelegatedAway } from '../../../src/dns/strangers.ts';
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

test.each<[string, readonly RecordSet[], number | undefined]>([
  ['no record', [], undefined],
  ['one A record to blue', [alias(blueHost)], 0],
  ['one A and AAAA record to green', [alias(greenHost), alias(greenHost, { type: 'AAAA' })], 100],
  ['weighted, with blue alone', [weighted(alias(blueHost), 'b', 1)], 0],
  ['weighted, blue 90 and green 10 (10 % to green)', weightedPair(90, 10), 10],
  [
    'weighted, A blue 90 and green 10, AAAA blue 50 and green 50',
    [...weightedPair(90, 10), ...weightedPair(50, 50, 'AAAA')],
    undefined,
  ],
  [
    'weighted, A blue 90 and green 10, AAAA to blue',
    [...weightedPair(90, 10), alias(blueHost, { type: 'AAAA' })],
    undefined,
  ],
  [
    'uneven, A blue 90 and green 10, AAAA to green',
    [...weightedPair(90, 10), alias(greenHost, { type: 'AAAA' })],
    undefined,
  ],
  ['uneven, A to blue, AAAA to green', [alias(blueHost), alias(greenHost, { type: 'AAAA' })], undefined],
  [
    'uneven, A to blue, AAAA blue 1 alone',
    [alias(blueHost), weighted(alias(blueHost, { type: 'AAAA' }), 'b', 1)],
    undefined,
  ],
  [
    'uneven, A blue 90, blue 5 and green 10',
    [...weightedPair(90, 10), weighted(alias(blueHost), 'second', 5)],
    undefined,
  ],
  [
    'uneven, A green 100 and green 1',
    [weighted(alias(greenHost), 'g', 100), weighted(alias(greenHost), 'h', 1)],
    undefined,
  ],
  ['uneven, A green 100 alone', [weighted(alias(greenHost), 'g', 100)], undefined],
  ['records of somebody else', [alias('d111.cloudfront.net')], undefined],
  ['records of somebody else', [...weightedPair(90, 10), weighted(alias(other), 'canary', 5)], undefined],
])('%s: is what logs say, and green has its share', (text, records, percent) => {
  const state = classify(...records);
  expect(renderState(state)).toBe(text);
  expect(greenPercentOfState(state)).toBe(percent);
});

test("what is simple is replaced whole, and types that lead to different sides are nobody's pair", () => {
  const blue = alias(blueHost);
  expect(recordsOf(classify(blue))).toEqual([blue]);
  const half = weighted(blue, 'b', 1);
  expect(recordsOf(classify(half))).toEqual([half]);
  expect(classify(blue, alias(greenHost, { type: 'AAAA' })).kind).toBe('foreign');
  expect(classify(blue, weighted(alias(blueHost, { type: 'AAAA' }), 'b', 1)).kind).toBe('foreign');
});

test('pairs of several names are one, and two zeros in one of them are two zeros in the whole', () => {
  const stateOf = (blue: number, green: number) => classify(...weightedPair(blue, green)) as WeightedState;
  const joined = joinPairs([stateOf(50, 50), stateOf(100, 100)]);
  expect(joined).toMatchObject({ kind: 'weighted', weights: { blue: 50, green: 50 } });
  expect(joined.groups).toEqual([...stateOf(50, 50).groups, ...stateOf(100, 100).groups]);
  expect(joinPairs([stateOf(50, 50), stateOf(0, 0), stateOf(7, 7)]).weights).toEqual({ blue: 0, green: 0 });
});

test.each<[string, readonly RecordSet[], boolean]>([
  ['a pair', weightedPair(1, 2), true],
  ['a pair of each type', [...weightedPair(1, 2), ...weightedPair(1, 2, 'AAAA')], true],
  ['a pair and a half', [...weightedPair(1, 2), weighted(alias(blueHost, { type: 'AAAA' }), 'b', 1)], false],
  ['three', [...weightedPair(1, 2), weighted(alias(other), 'c', 3)], false],
  ['one simple record', [alias(blueHost)], false],
  ['two simple records of two types', [alias(blueHost), alias(blueHost, { type: 'AAAA' })], false],
])('two weights tell all of %s: %s', (_case, records, isOne) => {
  expect(isPair(records)).toBe(isOne);
});

test('what leads to neither side is told with both, or with "any" where a side is not named', () => {
  const stray = [alias('d111.cloudfront.net')];
  const refusal = (blue: string | undefined, green: string | undefined) =>
    classifyRecords(domain, stray, { blue, green });
  const because = (text: string) => ({ refusals: [{ because: expect.stringContaining(text) }] });
  expect(refusal(blueHost, greenHost)).toMatchObject(because(`(blue ${blueHost}, green ${greenHost})`));
  expect(refusal(undefined, undefined)).toMatchObject(because('(blue any, green any)'));
});

test('a named green is no other load balancer', () => {
  const record = alias('other-1.eu-west-1.elb.amazonaws.com');
  expect(classify(record).kind).toBe('foreign');
  expect(classifyRecords(domain, [record], { blue: blueHost, green: undefined })).toMatchObject({
    side: 'green',
  });
});

test('the marks of external-dns are looked for beside the name', () => {
  expect(externalDnsNames('APP.example.com.')).toEqual([
    'a-app.example.com',
    'aaaa-app.example.com',
    'cname-app.example.com',
  ]);
  const mark = '"heritage=external-dns"';
  expect(findExternalDnsOwner([values('TXT', mark)])).toBe('unknown');
  expect(findExternalDnsOwner([values('SPF', mark)])).toBeUndefined();
  expect(findExternalDnsOwner([alias(blueHost, { type: 'TXT' })])).toBeUndefined();
});

test('a name with an SOA record is the apex, whatever the zone is called', () => {
  const [ns, soa] = [values('NS', 'ns-1.awsdns-01.org.'), values('SOA', 'ns-1.awsdns-01.org. x. 1 2 3 4 5')];
  expect(judgeDelegatedAway(domain, 'example.com', [ns, soa])).toBeUndefined();
});

test.each([
  ['1  . alpn="h2"', 'weighted'],
  [' 1 app.example.com. alpn="h2"', 'weighted'],
  ['0 .', 'foreign'],
  ['1', 'foreign'],
])('beside the pair, a binding of %j makes it %s', (binding, kind) => {
  expect(classify(...weightedPair(90, 10), values('HTTPS', binding)).kind).toBe(kind);
});

test('of several bindings each has to be harmless', () => {
  const bindings = values('HTTPS', '1 . alpn="h2"', '2 cdn.example.net.');
  expect(classify(...weightedPair(90, 10), bindings).kind).toBe('foreign');
});
