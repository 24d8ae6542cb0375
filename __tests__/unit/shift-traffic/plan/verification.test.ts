import { findFollowers } from '../../../../src/dns/followers.ts';
import type { RecordSet } from '../../../../src/dns/records.ts';
import type { DnsAnswer, Verification } from '../../../../src/shift-traffic/model/measured.ts';
import type { Observed, ObservedName, Probe } from '../../../../src/shift-traffic/model/observed.ts';
import { judgeVerification } from '../../../../src/shift-traffic/plan/verification.ts';
import { observedName, observedShiftOf } from '../../../helpers/observed-shift.ts';
import { alias, blueHost, domain, greenHost, weightedPair } from '../../../helpers/records.ts';
import { shiftInputs } from '../../../helpers/shift-inputs.ts';

const ok: Probe = { kind: 'answered', status: 200 };
const sick: Probe = { kind: 'answered', status: 503 };
const away: Probe = { kind: 'failed', because: 'connection refused', isCertificate: false };
const www = 'www.example.com';

const answer = (side: DnsAnswer['side'], more: Partial<DnsAnswer> = {}): DnsAnswer => ({
  type: 'A',
  responseCode: 'NOERROR',
  data: ['192.0.2.1'],
  side,
  ...more,
});

const seenOf = (more: Partial<Verification> = {}): Verification => ({
  domain,
  name: ok,
  blue: ok,
  green: ok,
  answers: [],
  ...more,
});

function judge(
  names: readonly ObservedName[],
  seen: readonly Verification[],
  more: Partial<Observed> = {},
  raw: Readonly<Record<string, string>> = {},
) {
  const inputs = shiftInputs({ mode: 'verify', ...raw });
  return judgeVerification(inputs, observedShiftOf(inputs, names, more), seen);
}

const app = (records: readonly RecordSet[]) => [observedName(domain, records)];
const half = weightedPair(50, 50);

describe('who is asked is who gets visitors', () => {
  const blueIs = (because: string) => `blue does not answer as it should: ${because}`;
  const greenIs = (because: string) => `green does not answer as it should: ${because}`;

  test.each<[string, readonly RecordSet[], Partial<Verification>, string | undefined]>([
    ['everybody answers', half, {}, undefined],
    ['the name does not', half, { name: sick }, `${domain} does not answer as it should: it answered 503`],
    ['blue does not', half, { blue: away }, blueIs('connection refused')],
    ['green does not', half, { green: sick }, greenIs('it answered 503')],
    [
      'neither does',
      half,
      { blue: away, green: sick },
      `${blueIs('connection refused')}; ${greenIs('it answered 503')}`,
    ],
    ['neither could be asked', half, { blue: undefined, green: undefined }, undefined],
    ['blue does not, and has no share', weightedPair(0, 100), { blue: away }, undefined],
    ['blue does not, after the move', [alias(greenHost)], { blue: away }, undefined],
    ['green does not, and has no share', weightedPair(100, 0), { green: sick }, undefined],
    ['green does not, before the move', [alias(blueHost)], { green: sick }, undefined],
    ['blue does not, before the move', [alias(blueHost)], { blue: sick }, blueIs('it answered 503')],
  ])('%s', (_case, records, seen, because) => {
    expect(judge(app(records), [seenOf(seen)])?.message).toBe(because);
  });

  test('what counts as an answer, the inputs say', () => {
    expect(judge(app(half), [seenOf({ green: sick })], {}, { 'probe-status': '200-599' })).toBeUndefined();
  });
});

describe('what Route 53 answers', () => {
  const says = (data: string) => `Route 53 answers ${data} for ${domain}`;
  const against = (side: string, other: string) =>
    `, which is ${side}, although the records give ${other} everything: it takes ${other} for unhealthy, or has not got the latest change yet`;

  test.each<[string, readonly RecordSet[], DnsAnswer, string | undefined]>([
    ['either side of a pair', half, answer('green'), undefined],
    ['the side that has everything', weightedPair(0, 100), answer('green'), undefined],
    ['blue, which has everything', weightedPair(100, 0), answer('blue'), undefined],
    [
      'green, which has nothing',
      weightedPair(100, 0),
      answer('green'),
      `${says('NOERROR 192.0.2.1')}${against('green', 'blue')}`,
    ],
    [
      'blue, which has nothing',
      weightedPair(0, 100),
      answer('blue'),
      `${says('NOERROR 192.0.2.1')}${against('blue', 'green')}`,
    ],
    [
      'a third place',
      half,
      answer('neither'),
      `${says('NOERROR 192.0.2.1')}, which is neither blue nor green`,
    ],
    ['what cannot be told apart', weightedPair(100, 0), answer(undefined), undefined],
    ['what cannot be told apart, after the last step', weightedPair(0, 100), answer(undefined), undefined],
    ['an error', half, answer(undefined, { responseCode: 'SERVFAIL', data: [] }), says('SERVFAIL')],
    [
      'an error beside a text',
      half,
      answer(undefined, { responseCode: 'REFUSED' }),
      says('REFUSED 192.0.2.1'),
    ],
    ['no address', half, answer(undefined, { data: [] }), says('NOERROR')],
    [
      'no IPv6 address, which a side may lack',
      half,
      answer(undefined, { type: 'AAAA', data: [] }),
      undefined,
    ],
    [
      'an error about IPv6',
      half,
      answer(undefined, { type: 'AAAA', responseCode: 'SERVFAIL', data: [] }),
      says('SERVFAIL'),
    ],
  ])('%s', (_case, records, seen, because) => {
    expect(judge(app(records), [seenOf({ answers: [seen] })])?.message).toBe(because);
  });
});

describe('records that are no pair', () => {
  const hint = (failure: ReturnType<typeof judge>) => failure?.hint;

  test('of somebody else are told, with their way out', () => {
    const failure = judge(app([alias('elsewhere.example.net')]), [seenOf()]);
    expect(failure?.code).toBe('verification-failed');
    expect(failure?.message).toMatch(
      /^app\.example\.com is not a pair of blue and green; the A record of app\.example\.com leads to elsewhere\.example\.net/,
    );
    expect(hint(failure)).toBe('Correct the service inputs, or point the record at blue first.');
  });

  test('of both types with other shares, or none, are told', () => {
    const uneven = [...weightedPair(90, 10), ...weightedPair(50, 50, 'AAAA')];
    for (const records of [uneven, []])
      expect(judge(app(records), [seenOf({ answers: [answer('green')] })])?.message).toBe(
        'app.example.com is not a pair of blue and green',
      );
  });

  test('else the hint is the way back', () => {
    expect(hint(judge(app(half), [seenOf({ green: sick })]))).toBe(
      'If green is the one that does not answer, run mode: rollback.',
    );
  });

  test('a name that follows another is judged by the share of that one', () => {
    const link = { ...alias(domain), name: `${www}.` };
    const pair = weightedPair(0, 100);
    const state = findFollowers([
      { domain, records: pair },
      { domain: www, records: [link] },
    ]).get(www);
    if (state === undefined) throw new Error('bad case');
    const names = [...app(pair), { ...observedName(www, [link]), state }];
    expect(judge(names, [seenOf(), seenOf({ domain: www, blue: away })])).toBeUndefined();
    expect(judge(names, [seenOf(), seenOf({ domain: www, green: sick })])?.message).toBe(
      'www.example.com: green does not answer as it should: it answered 503',
    );
  });
});

test('what is of both names is said once, of one of them with its name', () => {
  const records = half.map((record) => ({ ...record, name: `${www}.` }));
  const names = [...app(half), observedName(www, records)];
  const both = judge(names, [seenOf({ green: sick }), seenOf({ domain: www, green: sick })]);
  expect(both?.message).toBe('green does not answer as it should: it answered 503');
  const one = judge(names, [seenOf({ name: sick }), seenOf({ domain: www })]);
  expect(one?.message).toBe('app.example.com does not answer as it should: it answered 503');
});

test('a name whose records were not seen is no pair', () => {
  expect(judge(app(half), [seenOf({ domain: www })])?.message).toBe(
    'www.example.com is not a pair of blue and green',
  );
});

describe('a zone that resolvers do not reach', () => {
  const delegation = { own: ['ns-1.awsdns-01.com'], above: undefined, resolvers: ['ns.elsewhere.net'] };

  test('comes first, and so does its way out', () => {
    const failure = judge(app([alias('elsewhere.example.net')]), [seenOf()], { delegation });
    expect(failure?.message).toMatch(
      /^resolvers do not reach hosted zone Z1 \(example\.com\).*; app\.example/,
    );
    expect(failure?.hint).toMatch(/^Set hosted-zone-id to the zone that resolvers reach/);
  });

  test('is not told where nobody could look', () => {
    expect(judge(app(half), [seenOf()], { delegation: undefined })).toBeUndefined();
  });
});

describe('a health check that fails', () => {
  const checks = (side: 'blue' | 'green', kind: 'failing' | 'healthy'): Pick<Observed, 'healthChecks'> => ({
    healthChecks: [
      { kind: 'found', id: 'hc', side, host: undefined, state: { kind, because: '0 of 16 succeed' } },
    ],
  });
  const fails = (side: string) =>
    `health check hc of ${side} fails, and Route 53 leaves ${side} out of its answers while it does: 0 of 16 succeed`;

  test.each<[string, readonly RecordSet[], Pick<Observed, 'healthChecks'>, string | undefined]>([
    ['of green, which has a share', half, checks('green', 'failing'), fails('green')],
    ['of green, which has none', weightedPair(100, 0), checks('green', 'failing'), undefined],
    ['of blue, which has a share', half, checks('blue', 'failing'), fails('blue')],
    ['of blue, which has none', weightedPair(0, 100), checks('blue', 'failing'), undefined],
    ['not at all', half, checks('green', 'healthy'), undefined],
  ])('%s', (_case, records, more, because) => {
    expect(judge(app(records), [seenOf()], more)?.message).toBe(because);
  });

  test('of green, of which one name has a share, is told', () => {
    const none = weightedPair(100, 0).map((record) => ({ ...record, name: `${www}.` }));
    const names = [...app(half), observedName(www, none)];
    expect(judge(names, [seenOf(), seenOf({ domain: www })], checks('green', 'failing'))?.message).toBe(
      fails('green'),
    );
  });

  test('is not told where no share is known', () => {
    expect(judge(app([]), [seenOf()], checks('green', 'failing'))?.message).toBe(
      'app.example.com is not a pair of blue and green',
    );
  });
});
