import fc from 'fast-check';
import { flowOf } from '../../../src/dns/flow.ts';
import { sideOf } from '../../../src/dns/pair.ts';
import { type RecordSet, targetOf, weightOf } from '../../../src/dns/records.ts';
import { planRetreat } from '../../../src/dns/retreat.ts';
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

const weights = (records: readonly RecordSet[]) => records.map(weightOf);
const retreat = (...records: readonly RecordSet[]) => planRetreat(domain, records, undefined);
const hints = values('HTTPS', '1 . alpn="h2" ipv4hint=192.0.2.1');

describe('a rollback takes what it can, and says what stays', () => {
  test.each<[string, readonly RecordSet[], readonly number[], readonly string[]]>([
    ['the pair', weightedPair(50, 50), [100, 0], []],
    ['both weights 0, which Route 53 takes for halves', weightedPair(0, 0), [100, 0], []],
    ['an HTTPS record with hints beside it', [...weightedPair(50, 50), hints], [100, 0], []],
    [
      'a third member of weight 0',
      [...weightedPair(50, 50), weighted(alias('canary.example.net'), 'canary', 0)],
      [100, 0],
      [],
    ],
    [
      'a third member with a share',
      [...weightedPair(50, 50), weighted(alias('canary.example.net'), 'canary', 7)],
      [50, 0],
      ['is neither side'],
    ],
    [
      'a third member with all of it',
      [...weightedPair(0, 0), weighted(alias('canary.example.net'), 'canary', 7)],
      [100, 0],
      ['is neither side'],
    ],
    [
      'a third member beside blue alone',
      [...weightedPair(5, 0), weighted(alias('canary.example.net'), 'canary', 7)],
      [],
      ['is neither side'],
    ],
    [
      'green behind another target, and a parked load balancer',
      [
        weighted(alias(blueHost), 'b', 50),
        weighted(alias('d111.cloudfront.net'), 'g', 50),
        weighted(alias(greenHost), 'parked', 0),
      ],
      [100, 0, 0],
      [],
    ],
    [
      'two green members',
      [...weightedPair(50, 50), weighted(alias(`other.${greenHost}`), 'second', 9)],
      [100, 0, 0],
      [],
    ],
    [
      'two blue members, of which one has a weight',
      [...weightedPair(50, 50), weighted(alias(`x.${blueHost}`), 'second', 0)],
      [50, 0, 0],
      ['it is not known which App Runner service is blue'],
    ],
    [
      'two blue members, of which the one without a weight may be the one',
      [...weightedPair(0, 95), weighted(alias(`x.${blueHost}`), 'second', 5)],
      [0, 5, 0],
      ['it is not known which App Runner service is blue'],
    ],
    [
      'two blue members without a weight',
      [...weightedPair(0, 50), weighted(alias(`x.${blueHost}`), 'second', 0)],
      [],
      ['it is not known which App Runner service is blue'],
    ],
    [
      'two blue members, and green without a share',
      [...weightedPair(1, 0), weighted(alias(`x.${blueHost}`), 'second', 1)],
      [],
      [],
    ],
    [
      'AAAA to green alone',
      [...weightedPair(50, 50), weighted(alias(greenHost, { type: 'AAAA' }), 'g6', 1)],
      [100, 0],
      ['there is no blue beside it'],
    ],
    [
      'a simple AAAA record to green',
      [...weightedPair(50, 50), alias(greenHost, { type: 'AAAA' })],
      [100, 0],
      ['there is no blue beside it'],
    ],
    [
      'a simple AAAA record to blue',
      [...weightedPair(50, 50), alias(blueHost, { type: 'AAAA' })],
      [100, 0],
      [],
    ],
    [
      'green behind another target',
      [weighted(alias(blueHost), 'b', 1), weighted(alias('d111.cloudfront.net'), 'g', 255)],
      [100, 0],
      [],
    ],
    [
      'a pair of CNAMEs',
      [weighted(cname(blueHost), 'b', 1), weighted(cname(greenHost), 'g', 3)],
      [100, 0],
      [],
    ],
    ['AAAA at blue already', [...weightedPair(1, 1), ...weightedPair(100, 0, 'AAAA')], [100, 0], []],
  ])('%s', (_case, records, after, left) => {
    const seen = retreat(...records);
    expect(weights(seen.after)).toEqual(after);
    expect(seen.left.map(({ because }) => because)).toEqual(
      left.map((text) => expect.stringContaining(text)),
    );
  });

  test.each<[string, readonly RecordSet[], readonly number[], readonly string[]]>([
    [
      'a parked service stays parked',
      [...weightedPair(0, 100), weighted(alias(`x.${blueHost}`), 'parked', 0)],
      [100, 0],
      [],
    ],
    [
      'another service keeps what it has',
      [...weightedPair(0, 95), weighted(alias(`x.${blueHost}`), 'parked', 5)],
      [100, 0],
      ['is neither side'],
    ],
    [
      'blue gets a weight beside another service that has it all',
      [...weightedPair(0, 0), weighted(alias(`x.${blueHost}`), 'parked', 5)],
      [100, 0],
      ['is neither side'],
    ],
    [
      'another service is not green, where none is a load balancer',
      [weighted(alias(blueHost), 'b', 1), weighted(alias(`x.${blueHost}`), 'parked', 5)],
      [],
      ['is neither side'],
    ],
  ])('blue is named: %s', (_case, records, after, left) => {
    const seen = planRetreat(domain, records, blueHost);
    expect(weights(seen.after)).toEqual(after);
    expect(seen.left.map(({ because }) => because)).toEqual(
      left.map((text) => expect.stringContaining(text)),
    );
  });

  test.each<[string, readonly RecordSet[]]>([
    ['green alone', [alias(greenHost)]],
    ['green alone, weighted', [weighted(alias(greenHost), 'g', 1)]],
    [
      'a traffic policy',
      weightedPair(1, 1).map((record) => ({ ...record, trafficPolicyInstanceId: 'tp-1' })),
    ],
    [
      'latency records',
      [{ ...alias(greenHost), policy: { kind: 'other', label: 'latency', setIdentifier: 'l' } }],
    ],
  ])('nothing can be taken from %s', (_case, records) => {
    const seen = retreat(...records);
    expect(seen.before).toEqual([]);
    expect(seen.left.length).toBeGreaterThan(0);
  });
});

describe('what a rollback is for, and cannot do', () => {
  const six = { type: 'AAAA' };
  const latency = { kind: 'other', label: 'latency', setIdentifier: 'l' } as const;

  test.each<[string, readonly RecordSet[], readonly string[]]>([
    ['the pair', weightedPair(50, 50), []],
    ['a simple record to green', [...weightedPair(50, 50), alias(greenHost, six)], ['still leads to green']],
    [
      'a weighted record to green',
      [...weightedPair(50, 50), weighted(alias(greenHost, six), 'g6', 1)],
      ['still leads to green'],
    ],
    [
      'a weighted record to green without a weight, alone',
      [...weightedPair(50, 50), weighted(alias(greenHost, six), 'g6', 0)],
      ['still leads to green'],
    ],
    [
      'latency records to green',
      [...weightedPair(50, 50), alias(greenHost, { ...six, policy: latency })],
      ['is routed by latency'],
    ],
    ["a stranger's address", [...weightedPair(50, 50), values('AAAA', '2001:db8::1')], []],
    [
      'a third member that keeps its share',
      [...weightedPair(50, 50), weighted(alias('canary.example.net'), 'canary', 7)],
      [],
    ],
    [
      'two blues without a weight',
      [...weightedPair(0, 50), weighted(alias(`x.${blueHost}`), 'second', 0)],
      ['it is not known which App Runner service is blue'],
    ],
  ])('%s', (_case, records, undone) => {
    const first = retreat(...records);
    const { before, after } = first;
    const second = retreat(...records.filter((record) => !before.includes(record)), ...after);
    for (const seen of [first, second]) {
      expect(seen.undone.map(({ because }) => because)).toEqual(
        undone.map((text) => expect.stringContaining(text)),
      );
    }
  });
});

test.each([
  ['app.example.com', 'Roll back app.example.com (input domain) instead: www.example.com follows it.'],
  ['www.example.com', 'Create the weighted record'],
  ['app.example.net', 'Create the weighted record'],
])('a CNAME to %s has the way out that fits', (target, wayOut) => {
  const { before, left } = planRetreat('www.example.com', [cname(target)], undefined);
  expect(before).toEqual([]);
  expect(left).toMatchObject([{ wayOut: expect.stringContaining(wayOut) }]);
});

const hosts = [
  blueHost,
  `x.${blueHost}`,
  greenHost,
  `y.${greenHost}`,
  'd111.cloudfront.net',
  'canary.example.net',
];
const member = fc.tuple(
  fc.constantFrom(...hosts),
  fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 255 })),
  fc.constantFrom('A', 'AAAA'),
);
const zone = fc
  .array(member, { maxLength: 6 })
  .map((members) =>
    members.map(([host, weight, type], index) => weighted(alias(host, { type }), `${index}`, weight)),
  );

test('whatever stands there: blue never loses, green never gains, no type is left without a weight', () => {
  fc.assert(
    fc.property(zone, (records) => {
      const { before, after, left } = retreat(...records);
      expect(after).toHaveLength(before.length);
      const targets = { blue: undefined, green: undefined };
      for (const [index, record] of after.entries()) {
        const former = before[index] as RecordSet;
        expect({ ...record, policy: former.policy }).toEqual(former);
        const side = sideOf(record, targets);
        if (side === 'green') expect(weightOf(record)).toBe(0);
        if (side === 'blue') expect(weightOf(record)).toBeGreaterThanOrEqual(Math.min(weightOf(former), 100));
      }
      for (const type of new Set(after.map((record) => record.type))) {
        const own = after.filter((record) => record.type === type);
        const blue = own.filter((record) => sideOf(record, targets) === 'blue');
        expect(blue.some((record) => weightOf(record) > 0)).toBe(true);
      }
      const { to } = flowOf(before, after);
      for (const host of to) expect(host).not.toMatch(/elb\.amazonaws\.com$/);
      // What green, or somebody else, keeps of a type that answers is said.
      for (const record of records.filter(({ type }) => !after.some((one) => one.type === type))) {
        const answers = weightOf(record) > 0 && sideOf(record, targets) !== 'blue';
        if (answers) expect(left.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: 500 },
  );
});

test('whatever stands there: a second rollback finds nothing more to take', () => {
  fc.assert(
    fc.property(zone, (records) => {
      const { before, after } = retreat(...records);
      const then = [...records.filter((record) => !before.includes(record)), ...after];
      expect(retreat(...then).before).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('whatever stands there: a blue that is there has a weight afterwards, wherever anybody has one', () => {
  const isBlue = (record: RecordSet) => sideOf(record, { blue: undefined, green: undefined }) === 'blue';
  fc.assert(
    fc.property(zone, (records) => {
      const { before, after } = retreat(...records);
      const then = [...records.filter((record) => !before.includes(record)), ...after];
      for (const { type } of then.filter(isBlue)) {
        const own = then.filter((record) => record.type === type);
        const somebodyHasOne = own.some((record) => weightOf(record) > 0);
        // Of two services nobody knows which one is blue.
        if (new Set(own.filter(isBlue).map(targetOf)).size > 1) continue;
        expect(own.filter(isBlue).some((record) => weightOf(record) > 0)).toBe(somebodyHasOne);
      }
    }),
    { numRuns: 500 },
  );
});

describe('whom a change sends people to, and whom it takes them from', () => {
  test.each<[string, readonly RecordSet[], readonly RecordSet[], readonly string[], readonly string[]]>([
    ['nobody', weightedPair(90, 10), weightedPair(90, 10), [], []],
    ['forward', weightedPair(100, 0), weightedPair(90, 10), [`dualstack.${greenHost}`], [blueHost]],
    ['back', weightedPair(90, 10), weightedPair(100, 0), [blueHost], [`dualstack.${greenHost}`]],
    [
      'from halves that 0 and 0 are',
      weightedPair(0, 0),
      weightedPair(100, 0),
      [blueHost],
      [`dualstack.${greenHost}`],
    ],
    ['other weights of the same share', weightedPair(9, 1), weightedPair(90, 10), [], []],
    ['adoption', [alias(blueHost)], weightedPair(100, 0), [], []],
    ['finalize', weightedPair(0, 100), [alias(`dualstack.${greenHost}`)], [], []],
  ])('%s', (_case, before, after, to, from) => {
    expect(flowOf(before, after)).toEqual({ to, from });
  });
});

describe('what a rollback says of itself', () => {
  const third = weighted(alias('canary.example.net'), 'canary', 50);

  test.each<[string, readonly RecordSet[], number, boolean]>([
    ['nothing', [], 0, false],
    ['the pair', weightedPair(90, 10), 10, true],
    ['both weights 0', weightedPair(0, 0), 50, true],
    [
      'both weights 0, and two greens',
      [...weightedPair(0, 0), weighted(alias(greenHost), 's', 0)],
      200 / 3,
      true,
    ],
    ['a third', [...weightedPair(25, 25), third], 25, true],
    ['types of unlike shares', [...weightedPair(90, 10), ...weightedPair(50, 50, 'AAAA')], 50, true],
    ['blue with all of it', weightedPair(100, 0), 0, true],
    ['blue that is not known', [...weightedPair(0, 50), weighted(alias(`x.${blueHost}`), 's', 0)], 0, true],
    ['no blue', [alias(greenHost)], 0, false],
    ['a blue of one type', [...weightedPair(90, 10), alias(greenHost, { type: 'AAAA' })], 10, true],
    ['a traffic policy', [alias(blueHost, { trafficPolicyInstanceId: 'tp-1' })], 0, false],
  ])('%s', (_case, records, greenPercent, hasBlue) => {
    const seen = retreat(...records);
    expect(seen.greenPercent).toBeCloseTo(greenPercent, 10);
    expect(seen.hasBlue).toBe(hasBlue);
  });

  test('what leads past the addresses is told beside, and what is no address record is not counted', () => {
    expect(retreat(...weightedPair(90, 10), values('TXT', '"x"')).beside).toEqual([]);
    expect(retreat(...weightedPair(90, 10), hints).beside).toEqual([
      expect.objectContaining({ because: expect.stringContaining('HTTPS') }),
    ]);
    expect(retreat(alias(blueHost, { trafficPolicyInstanceId: 'tp-1' })).beside).toEqual([]);
  });

  test.each([
    ['A', /Create the weighted record to the App Runner service/],
    ['AAAA', /^Delete it, so that clients with IPv6/],
  ])('an %s record without a blue has its own way out', (type, wayOut) => {
    expect(retreat(alias(greenHost, { type })).left).toMatchObject([
      { wayOut: expect.stringMatching(wayOut) },
    ]);
  });

  test('blues that are not known are told with their weights', () => {
    const seen = retreat(...weightedPair(50, 50), weighted(alias(`x.${blueHost}`), 'second', 7));
    expect(seen.left).toMatchObject([
      {
        because: expect.stringContaining(
          `the A records lead to ${blueHost} (weight 50), x.${blueHost} (weight 7)`,
        ),
      },
    ]);
  });

  test.each([
    ['d111.cloudfront.net', true],
    ['a1.awsglobalaccelerator.com', true],
    ['abc123.execute-api.eu-west-1.amazonaws.com', true],
    ['cdn.cloudfront.net.example.com', false],
    ['canary.example.net', false],
  ])('beside a load balancer that is green, %s counts as green: %s', (host, isGreen) => {
    const seen = retreat(...weightedPair(50, 25), weighted(alias(host), 'x', 25));
    expect(seen.greenPercent).toBe(isGreen ? 50 : 25);
  });
});

test('the shares of each type count, and so does a host that only one type has', () => {
  const six = weightedPair(100, 0, 'AAAA');
  expect(
    flowOf([...weightedPair(100, 0), ...six], [...weightedPair(100, 0), ...weightedPair(90, 10, 'AAAA')]),
  ).toEqual({
    to: [`dualstack.${greenHost}`],
    from: [blueHost],
  });
  // Alone among its type it has all of it, whatever the weights of the other type are.
  expect(
    flowOf([...weightedPair(100, 0), ...six.slice(0, 1)], [...weightedPair(50, 0), ...six.slice(0, 1)]),
  ).toEqual({
    to: [],
    from: [],
  });
  expect(flowOf([values('A', '192.0.2.1')], [values('A', '192.0.2.2')])).toEqual({ to: [], from: [] });
  expect(flowOf([], [alias(blueHost)])).toEqual({ to: [blueHost], from: [] });
});
