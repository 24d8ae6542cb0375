import type { RecordSet } from '../../../../src/dns/records.ts';
import type { OneName } from '../../../../src/shift-traffic/model/observed.ts';
import { planShiftTraffic } from '../../../../src/shift-traffic/plan/plan.ts';
import { now, observedShift } from '../../../helpers/observed-shift.ts';
import { blueHost, cname, domain, greenHost, weighted, weightedPair } from '../../../helpers/records.ts';
import { shiftInputs } from '../../../helpers/shift-inputs.ts';

type Raw = Readonly<Record<string, string>>;

function plan(raw: Raw, records: readonly RecordSet[], more: Partial<OneName> = {}) {
  const inputs = shiftInputs(raw);
  const made = planShiftTraffic(inputs, observedShift(inputs, records, more), now);
  if (made.kind !== 'proceed') throw new Error(made.refusals.map(({ because }) => because).join());
  return made;
}

const heeding = (record: RecordSet | undefined): RecordSet => {
  if (record?.answer.kind !== 'alias') throw new Error('bad case');
  return { ...record, answer: { ...record.answer, evaluateTargetHealth: true } };
};
const pairWith = (blue: number, green: number, change: Record<'blue' | 'green', Partial<RecordSet>>) =>
  weightedPair(blue, green).map((record, index) => ({
    ...record,
    ...(index === 0 ? change.blue : change.green),
  }));
const [blue, green] = weightedPair(0, 0);
const ofBlue =
  "The A record of blue evaluates its target's health: when that counts as unhealthy, Route 53 sends everybody to the other side, regardless of the weights. It is kept as it was found.";
const ofGreen =
  "The A record of green evaluates its target's health: when that counts as unhealthy, Route 53 sends everybody to the other side, regardless of the weights. For a load balancer of Express a neighbour's or an idle target group is enough.";
const oneCheck = (side: string, other: string) =>
  `Only one of the two A records has a health check, that of ${side}: while it fails, Route 53 sends everybody to ${other}, regardless of the weights, and even when ${other} does not answer.`;
const hc = { healthCheckId: 'hc' };

test.each<[string, readonly RecordSet[], readonly string[]]>([
  ['an even pair', weightedPair(50, 50), []],
  ['a pair in half percents', weightedPair(199, 1), []],
  [
    'weights that are no percent',
    weightedPair(100, 10),
    ['Weight 10 with 100 for blue is 9.09 %: weights are shares of their sum, not percent.'],
  ],
  [
    'two weights of 0',
    weightedPair(0, 0),
    ['Both weights are 0. For Route 53 these are equal shares: half of the traffic goes to green.'],
  ],
  ['one health check each', pairWith(90, 10, { blue: hc, green: hc }), []],
  ['a health check of blue alone', pairWith(90, 10, { blue: hc, green: {} }), [oneCheck('blue', 'green')]],
  ['a health check of green alone', pairWith(90, 10, { blue: {}, green: hc }), [oneCheck('green', 'blue')]],
  [
    'records that caches keep for long',
    [weighted(cname(blueHost), 'b', 90), weighted(cname(greenHost), 'g', 10)],
    ['Caches keep the CNAME records for 300 s: a step or a rollback takes that long to have effect.'],
  ],
  [
    'green, whose health is heeded',
    pairWith(90, 10, { blue: {}, green: heeding(green) && { answer: heeding(green).answer } }),
    [ofGreen],
  ],
  [
    'both, before the first step',
    pairWith(100, 0, { blue: { answer: heeding(blue).answer }, green: { answer: heeding(green).answer } }),
    [ofBlue, ofGreen],
  ],
  [
    'both, later: of blue it was said',
    pairWith(90, 10, { blue: { answer: heeding(blue).answer }, green: { answer: heeding(green).answer } }),
    [ofGreen],
  ],
])('a status says of %s', (_case, records, said) => {
  expect(plan({ mode: 'status' }, records).notices).toEqual(said);
});

test('two weights of 0 are no time before the first step', () => {
  const records = pairWith(0, 0, { blue: { answer: heeding(blue).answer }, green: {} });
  expect(plan({ mode: 'status' }, records).notices).toEqual([expect.stringMatching(/^Both weights are 0/)]);
});

describe('whether resolvers reach the zone', () => {
  const own = ['ns-1.awsdns-01.com'];
  const { zone } = observedShift(shiftInputs(), []);
  const unasked = { own, above: undefined, resolvers: undefined };
  const unknown =
    'It is not known whether resolvers reach hosted zone Z1 (example.com): they could not be asked from here.';
  const unnamed =
    'It is not known whether resolvers reach hosted zone Z1: they could not be asked from here.';

  test.each<[string, Partial<OneName>, readonly string[]]>([
    ['they do', { delegation: { own, above: undefined, resolvers: own } }, []],
    ['its parent says so', { delegation: { own, above: own, resolvers: undefined } }, []],
    ['nobody looked', { delegation: undefined }, [unknown]],
    ['nobody could be asked', { delegation: unasked }, [unknown]],
    [
      'nobody could be asked of a zone without a name',
      { delegation: unasked, zone: { ...zone, name: '' } },
      [unnamed],
    ],
  ])('is said: %s', (_case, more, said) => {
    expect(plan({ mode: 'status' }, weightedPair(90, 10), more).notices).toEqual(said);
  });

  test.each(['rollback', 'monitor'])('is no matter for a %s, which holds for nothing', (mode) => {
    const notices = (more: Partial<OneName>) => plan({ mode }, weightedPair(90, 10), more).notices;
    expect(notices({ delegation: unasked })).toEqual(notices({}));
    const along = {
      otherNames: [{ name: 'docs.example.com', leads: 'along' }],
      followers: undefined,
    } as const;
    expect(notices(along)).toEqual(notices({}));
  });
});

describe('a plan without steps', () => {
  const raw = { mode: 'shift', 'green-percent': '10' };

  test('has nothing to approve', () => {
    const made = plan(raw, weightedPair(90, 10));
    expect(made).toMatchObject({ steps: [], undone: [] });
    expect(made.about).toEqual({ extent: [], ifWrong: [], breaks: expect.any(Array), green: undefined });
  });

  test('is of its name all the same', () => {
    const other = 'www.example.com';
    const records = weightedPair(90, 10).map((record) => ({ ...record, name: `${other}.` }));
    expect(plan({ ...raw, domain: other }, records, { domain: other }).checksum).not.toBe(
      plan(raw, weightedPair(90, 10)).checksum,
    );
  });
});

test.each([
  [domain, []],
  [`${domain},App.Example.com.`, ['domain has app.example.com more than once; it moves once.']],
])('a name that is given twice moves once: %s', (given, said) => {
  const { notices } = plan({ mode: 'status', domain: given }, weightedPair(90, 10));
  expect(notices).toEqual(said);
});
