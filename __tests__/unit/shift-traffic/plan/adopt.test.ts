import type { RecordSet } from '../../../../src/dns/records.ts';
import type { Observed, OneName } from '../../../../src/shift-traffic/model/observed.ts';
import type { ShiftPlan } from '../../../../src/shift-traffic/model/plan.ts';
import { planShiftTraffic } from '../../../../src/shift-traffic/plan/plan.ts';
import { now, observedShift } from '../../../helpers/observed-shift.ts';
import {
  alias,
  blueHost,
  cname,
  domain,
  greenHost,
  weighted,
  weightedPair,
} from '../../../helpers/records.ts';
import { shiftInputs } from '../../../helpers/shift-inputs.ts';

type Raw = Readonly<Record<string, string>>;

const check = '01234567-89ab-cdef-0123-456789abcdef';

function plan(records: readonly RecordSet[], more: Partial<OneName> = {}, raw: Raw = {}): ShiftPlan {
  const inputs = shiftInputs({ mode: 'adopt', ...raw });
  return planShiftTraffic(inputs, observedShift(inputs, records, more), now);
}

function proceeding(made: ShiftPlan) {
  if (made.kind !== 'proceed')
    throw new Error(`refused: ${made.refusals.map(({ because }) => because).join()}`);
  return made;
}

const reasons = (made: ShiftPlan) =>
  made.kind === 'refuse' ? made.refusals.map(({ because }) => because) : [];
const kinds = (made: ShiftPlan) => proceeding(made).steps.map(({ kind }) => kind);
const sentences = (made: ShiftPlan) => proceeding(made).steps.map(({ sentence }) => sentence);

function green(change: object): Pick<Observed, 'green'> {
  const seen = observedShift(shiftInputs(), []).green;
  return { green: seen && { ...seen, balancer: { ...seen.balancer, ...change } } };
}

function blue(service: object | undefined): Pick<Observed, 'blue'> {
  const seen = observedShift(shiftInputs(), []).blue;
  if (seen?.service === undefined) throw new Error('bad case');
  return { blue: { ...seen, service: service && { ...seen.service, ...service } } };
}

describe('a pair that is there needs nothing of whoever is in the way of a new one', () => {
  test.each<[string, Partial<OneName>]>([
    ['external-dns holds the name', { externalDnsOwner: 'prod' }],
    ["green's load balancer is internal", green({ isInternetFacing: false })],
    ['blue is paused', blue({ status: 'PAUSED' })],
  ])('%s', (_case, more) => {
    expect(kinds(plan(weightedPair(90, 10), more))).toEqual([]);
  });

  test.each<[string, readonly RecordSet[], Raw, readonly RegExp[]]>([
    ['is as it should be', weightedPair(90, 10), {}, []],
    ['has two weights of 0', weightedPair(0, 0), {}, [/^Both weights are 0/]],
    [
      'lacks the health check that is asked for',
      weightedPair(90, 10),
      { 'green-health-check-id': check },
      [/^The record of green does not have health check 01234567.*mode: shift sets it/],
    ],
  ])('and it is said where it %s', (_case, records, raw, said) => {
    expect(proceeding(plan(records, {}, raw)).notices).toEqual(
      said.map((text) => expect.stringMatching(text)),
    );
  });
});

describe('the step names what is replaced, and by what', () => {
  const byPair = (weights: string) => `by a weighted pair that answers the same (${weights})`;

  test.each<[string, readonly RecordSet[], Partial<OneName>, Raw, string]>([
    [
      'a record to blue',
      [alias(blueHost)],
      {},
      {},
      `replace the A record of ${domain} ${byPair('blue 100, green 0')}`,
    ],
    [
      'a record to green, after a finished move',
      [alias(greenHost)],
      {},
      {},
      `replace the A record of ${domain} ${byPair('blue 0, green 100')}`,
    ],
    [
      'records of both types',
      [alias(blueHost), alias(blueHost, { type: 'AAAA' })],
      green({ isDualStack: true }),
      {},
      `replace the A and AAAA record of ${domain} ${byPair('blue 100, green 0')}`,
    ],
    [
      'with a health check for green',
      [alias(blueHost)],
      {},
      { 'green-health-check-id': check },
      `replace the A record of ${domain} ${byPair('blue 100, green 0')}, green with health check ${check}`,
    ],
    [
      'one health check of both types',
      [alias(blueHost), alias(blueHost, { type: 'AAAA' })],
      green({ isDualStack: true }),
      { 'green-health-check-id': check },
      `replace the A and AAAA record of ${domain} ${byPair('blue 100, green 0')}, green with health check ${check}`,
    ],
    [
      "a health check of blue, which is kept, and is not green's",
      [weighted(alias(blueHost, { healthCheckId: 'hc-blue' }), 'b', 100)],
      {},
      {},
      `replace the A record of ${domain} ${byPair('blue 100, green 0')}`,
    ],
  ])('%s', (_case, records, more, raw, sentence) => {
    expect(sentences(plan(records, more, raw))).toEqual([sentence]);
  });
});

describe('is refused', () => {
  test.each<[string, readonly RecordSet[], Partial<OneName>, Raw, RegExp]>([
    [
      'where a record has a type that green has no address of',
      [alias(blueHost), alias(blueHost, { type: 'AAAA' })],
      {},
      {},
      /IPv6/,
    ],
    [
      'where Route 53 has no such health check',
      [alias(blueHost)],
      { healthChecks: [{ kind: 'missing', id: check, side: 'green' }] },
      { 'green-health-check-id': check },
      /^there is no health check 01234567/,
    ],
    [
      'after a finished move where nothing says where blue is',
      [alias(greenHost)],
      { blue: undefined },
      {},
      /nothing says where blue is/,
    ],
  ])('%s', (_case, records, more, raw, because) => {
    expect(reasons(plan(records, more, raw))).toEqual([expect.stringMatching(because)]);
  });

  test('a paused blue is named, with the way out', () => {
    expect(plan([alias(blueHost)], blue({ status: 'PAUSED' }))).toMatchObject({
      refusals: [
        {
          because: 'App Runner service shop is PAUSED: nobody could be sent back to it',
          wayOut: 'Resume it (aws apprunner resume-service).',
        },
      ],
    });
  });
});

test.each<[string, Partial<OneName>]>([
  ['runs', blue({ status: 'RUNNING' })],
  ['is being changed, and serves meanwhile', blue({ status: 'OPERATION_IN_PROGRESS' })],
  ['is known by its host alone', blue(undefined)],
  ['is known by its record alone', { blue: undefined }],
])('a blue that %s can be adopted', (_case, more) => {
  expect(kinds(plan([alias(blueHost)], more))).toEqual(['change-records']);
});

test.each([
  [60, []],
  [61, ['Caches keep the former record for up to 61 s']],
])('a former record that caches keep for %i s', (ttlSeconds, said) => {
  expect(proceeding(plan([cname(blueHost, { ttlSeconds })])).notices).toEqual([
    expect.stringContaining('blue and green may answer one visitor in turn'),
    ...said.map((text) => expect.stringContaining(text)),
  ]);
});
