import { findFollowers } from '../../../../src/dns/followers.ts';
import type { RecordSet } from '../../../../src/dns/records.ts';
import type { Observed, ObservedName } from '../../../../src/shift-traffic/model/observed.ts';
import { planShiftTraffic } from '../../../../src/shift-traffic/plan/plan.ts';
import { now, observedName, observedShiftOf } from '../../../helpers/observed-shift.ts';
import {
  alias,
  blueHost,
  domain,
  greenHost,
  values,
  weighted,
  weightedPair,
} from '../../../helpers/records.ts';
import { shiftInputs } from '../../../helpers/shift-inputs.ts';

type Raw = Readonly<Record<string, string>>;

const www = 'www.example.com';
const named = (name: string, records: readonly RecordSet[]): ObservedName =>
  observedName(
    name,
    records.map((record) => ({ ...record, name: `${name}.` })),
  );

function plan(names: readonly ObservedName[], raw: Raw = {}, more: Partial<Observed> = {}) {
  const inputs = shiftInputs({
    mode: 'monitor',
    domain: names.map((name) => name.domain).join(),
    ...raw,
  });
  return planShiftTraffic(inputs, observedShiftOf(inputs, names, more), now);
}

/** What is watched, what is only said, and what makes the job red in the end. */
function watch(names: readonly ObservedName[], raw: Raw = {}, more: Partial<Observed> = {}) {
  const made = plan(names, raw, more);
  if (made.kind !== 'proceed') throw new Error(made.refusals.map(({ because }) => because).join());
  const [step] = made.steps;
  if (step?.kind !== 'watch') throw new Error('nothing is watched');
  return { step, notices: made.notices, undone: made.undone.map(({ because }) => because) };
}

const app = (...records: readonly RecordSet[]) => named(domain, records);
const third = (weight: number) => weighted(alias('canary.example.net'), 'canary', weight);
const thirdIs = (weight: number) =>
  `the weighted A record "canary" of app.example.com (weight ${weight}) leads to canary.example.net`;

describe('what is beside the pair', () => {
  test.each<[string, readonly RecordSet[], number]>([
    [
      'without a weight, holds nothing: it is said, and nothing is red',
      [...weightedPair(90, 10), third(0)],
      10,
    ],
    [
      'of one type without a weight, while the other type has other shares',
      [...weightedPair(90, 10), third(0), ...weightedPair(50, 50, 'AAAA')],
      50,
    ],
  ])('%s', (_case, records, greenPercent) => {
    const { step, notices, undone } = watch([app(...records)]);
    expect(step.greenPercent).toBe(greenPercent);
    expect(notices).toEqual([expect.stringContaining(thirdIs(0))]);
    expect(undone).toEqual([]);
  });

  test.each<[string, readonly RecordSet[], number, string]>([
    ['has a share, is watched by nobody', [...weightedPair(50, 25), third(25)], 25, thirdIs(25)],
    [
      'has the same share as two weights of 0',
      [...weightedPair(0, 0), third(0), ...weightedPair(90, 10, 'AAAA')],
      100 / 3,
      thirdIs(0),
    ],
    [
      'is green once more, though without a weight',
      [...weightedPair(90, 10), weighted(alias(greenHost), 'second', 0)],
      10,
      '2 weighted A records of app.example.com lead to green',
    ],
  ])('and %s makes the job red, and is said', (_case, records, greenPercent, because) => {
    const { step, notices, undone } = watch([app(...records)]);
    expect(step.greenPercent).toBeCloseTo(greenPercent);
    expect(undone).toEqual([expect.stringContaining(because)]);
    expect(notices).toEqual([expect.stringContaining(because)]);
  });

  test('is sorted out one by one: what has a share is red, and what has none is said', () => {
    const idle = weighted(alias('old.example.net'), 'old', 0);
    const { notices, undone } = watch([app(...weightedPair(50, 25), third(25), idle)]);
    expect(undone).toEqual([expect.stringContaining(thirdIs(25))]);
    expect(notices).toEqual([
      expect.stringContaining('leads to old.example.net'),
      expect.stringContaining(thirdIs(25)),
    ]);
  });

  test('leads browsers past the addresses, with a weight or without, is never passed over', () => {
    const bindings = [0, 1].map((weight) =>
      weighted(values('HTTPS', `1 cdn-${weight}.example.net.`), `h${weight}`, weight),
    );
    const { undone } = watch([app(...weightedPair(90, 10), ...bindings)]);
    expect(undone).toEqual([
      expect.stringContaining('cdn-0.example.net'),
      expect.stringContaining('cdn-1.example.net'),
    ]);
  });

  test('is no side because it is a load balancer, or a host of App Runner where another one is named', () => {
    const others = ['other-1.eu-west-1.elb.amazonaws.com', 'other.eu-west-1.awsapprunner.com'].map((host) =>
      weighted(alias(host), host, 0),
    );
    const { notices, undone } = watch([app(...weightedPair(90, 10), ...others)], {
      'apprunner-service': '',
      'blue-dns-name': blueHost,
    });
    expect(undone).toEqual([]);
    expect(notices).toHaveLength(2);
  });

  test('shares that the types do not say alike are no matter: a rollback takes both', () => {
    const { notices, undone } = watch([app(...weightedPair(90, 10), ...weightedPair(50, 50, 'AAAA'))]);
    expect({ notices, undone }).toEqual({ notices: [], undone: [] });
  });
});

describe('of several names', () => {
  test('those with a share are watched at the greatest of them', () => {
    for (const shares of [
      [10, 50],
      [50, 10],
    ] as const) {
      const [one, other] = shares.map((percent) => weightedPair(100 - percent, percent));
      const { step } = watch([named(domain, one ?? []), named(www, other ?? [])]);
      expect(step).toMatchObject({ greenPercent: 50, domains: [domain, www] });
      expect(step.wayBack.before).toHaveLength(4);
    }
  });

  test('one that green has nothing of is neither watched nor changed', () => {
    const idle = named(www, [
      weighted(alias(blueHost), 'b', 0),
      weighted(alias('canary.example.net'), 'canary', 5),
    ]);
    const { step, undone } = watch([app(...weightedPair(90, 10)), idle]);
    expect(step.domains).toEqual([domain]);
    expect([...new Set(step.wayBack.after.map(({ name }) => name))]).toEqual([`${domain}.`]);
    expect(undone).toEqual([expect.stringContaining('"canary" of www.example.com')]);
  });

  test.each<[string, readonly RecordSet[], RegExp]>([
    ['which has no blue to go back to', [weighted(alias(greenHost), 'g', 5)], /there is no blue/],
    ['which has no record', [], /^www\.example\.com has no address record/],
  ])('one %s makes the job red, and the others are watched', (_case, records, because) => {
    const { step, undone, notices } = watch([app(...weightedPair(90, 10)), named(www, records)]);
    expect(step.domains).toEqual([domain]);
    expect(undone).toContainEqual(expect.stringMatching(because));
    expect(notices.join()).toMatch(new RegExp(because.source.replace('^', '')));
  });

  test('one that is before or after the move is passed over without a word', () => {
    for (const records of [[alias(blueHost)], [alias(greenHost)], [weighted(alias(blueHost), 'b', 1)]]) {
      const { step, notices, undone } = watch([app(...weightedPair(90, 10)), named(www, records)]);
      expect(step.domains).toEqual([domain]);
      expect({ notices, undone }).toEqual({ notices: [], undone: [] });
    }
  });
});

describe('a name that follows another', () => {
  const followers = (own: readonly RecordSet[]) => {
    const link = { ...alias(domain), name: `${www}.` };
    const state = findFollowers([
      { domain, records: own },
      { domain: www, records: [link] },
    ]).get(www);
    if (state === undefined) throw new Error('bad case');
    return [named(domain, own), { ...named(www, [link]), state }];
  };
  const said = `${www} has no share of its own: it follows ${domain}, and goes back with it.`;

  test('goes back with that one, which is said', () => {
    const { step, notices, undone } = watch(followers(weightedPair(90, 10)));
    expect(step.domains).toEqual([domain]);
    expect({ notices, undone }).toEqual({ notices: [said], undone: [] });
  });

  test('is said where there is nothing to watch as well, and in a rollback', () => {
    const names = followers(weightedPair(100, 0));
    expect(plan(names)).toMatchObject({ kind: 'proceed', steps: [], notices: [said] });
    const back = plan(followers(weightedPair(90, 10)), { mode: 'rollback' });
    expect(back).toMatchObject({ steps: [{}], notices: expect.arrayContaining([said]), undone: [] });
  });

  test('of two names goes back with them', () => {
    const shop = 'shop.example.com';
    const links = [
      { ...alias(domain), name: `${www}.` },
      { ...alias(shop, { type: 'AAAA' }), name: `${www}.` },
    ];
    const pairs = [named(domain, weightedPair(90, 10)), named(shop, weightedPair(90, 10))];
    const state = findFollowers([...pairs, { domain: www, records: links }]).get(www);
    if (state === undefined) throw new Error('bad case');
    const { notices } = watch([...pairs, { ...named(www, links), state }]);
    expect(notices).toEqual([expect.stringMatching(/it follows .* and .*, and goes back with them\.$/)]);
  });
});

test('a name that is delegated away is not changed, whatever stands beside its pair', () => {
  const records = [...weightedPair(90, 10), third(0), values('NS', 'ns-9.awsdns-09.com.')];
  const made = plan([app(...records)]);
  expect(made.kind === 'refuse' ? made.refusals.map(({ because }) => because) : []).toEqual([
    expect.stringContaining(thirdIs(0)),
    expect.stringContaining('is delegated to'),
  ]);
});

test.each<[string, Observed['alarms'], readonly string[], readonly string[]]>([
  ['all are there', [{ name: 'a', state: 'OK', reason: undefined }], ['a', 'b'], []],
  [
    'one is missing: the other one is watched, and the job is red',
    [
      { name: 'a', state: 'missing', reason: undefined },
      { name: 'b', state: 'OK', reason: undefined },
    ],
    ['b'],
    ['there is no CloudWatch alarm a in this Region'],
  ],
  ['nobody could look', undefined, ['a', 'b'], []],
])('of the alarms %s', (_case, alarms, watched, undone) => {
  const made = watch([app(...weightedPair(90, 10))], { alarms: 'a,b' }, { alarms });
  expect(made.step.by.alarms).toEqual(watched);
  expect(made.step.sentence).toContain(
    `alarms ${watched.join(', ')}; if it does badly, give blue everything`,
  );
  expect(made.undone).toEqual(undone);
  expect(made.notices).toEqual(undone.map((text) => expect.stringContaining(text)));
});
