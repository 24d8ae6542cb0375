import type { RecordSet } from '../../../../src/dns/records.ts';
import type { SeenHealthCheck } from '../../../../src/shift-traffic/model/observed.ts';
import {
  describeFailing,
  judgeBlueServing,
  judgeHealthCheck,
  judgeServing,
  noticesOfDroppedCheck,
  noticesOfHealthCheck,
  noticesOfUnsetCheck,
} from '../../../../src/shift-traffic/plan/health-check.ts';
import { planShiftTraffic } from '../../../../src/shift-traffic/plan/plan.ts';
import { now, observedName, observedShift, observedShiftOf } from '../../../helpers/observed-shift.ts';
import { alias, blueHost, domain, weightedPair } from '../../../helpers/records.ts';
import { shiftInputs } from '../../../helpers/shift-inputs.ts';

const id = '01234567-89ab-cdef-0123-456789abcdef';
const otherId = '89abcdef-0123-4567-89ab-cdef01234567';
const inputs = shiftInputs({ mode: 'shift', 'green-percent': '10', 'green-health-check-id': id });
const because = '3 of 16 checkers report success';

type Side = SeenHealthCheck['side'];
type Found = Extract<SeenHealthCheck, { kind: 'found' }>;

const missing = (side: Side, of = id): SeenHealthCheck => ({ kind: 'missing', id: of, side });
const found = (side: Side, kind: Found['state']['kind'], host?: string): SeenHealthCheck => ({
  kind: 'found',
  id,
  side,
  host,
  state: { kind, because, mayPass: false },
});
const unseen = (side: Side): SeenHealthCheck => ({ kind: 'unseen', id, side, because: 'no permission' });

/** All that a check can be seen to be. */
const seen = (side: Side): readonly SeenHealthCheck[] => [
  missing(side),
  unseen(side),
  ...(['healthy', 'doubtful', 'failing', 'unknown'] as const).map((kind) => found(side, kind)),
];

describe('a health check that is not there', () => {
  test.each<[string, SeenHealthCheck, string, string]>([
    [
      'is a mistake in the input that names it',
      missing('green'),
      `there is no health check ${id} in the account of the hosted zone`,
      'Correct green-health-check-id',
    ],
    [
      'and that green has already can be replaced',
      missing('green', otherId),
      `${otherId} in the account of the hosted zone, which green's record names`,
      'Give the record another one by green-health-check-id',
    ],
    [
      'and that blue has is taken out by hand',
      missing('blue', otherId),
      `${otherId} in the account of the hosted zone, which blue's record names`,
      'Take the id out of the record in Route 53.',
    ],
  ])('%s', (_what, check, why, wayOut) => {
    const refusals = judgeHealthCheck(inputs, { healthChecks: [check] });
    expect(refusals).toEqual([
      { because: expect.stringContaining(why), wayOut: expect.stringMatching(new RegExp(`^${wayOut}`)) },
    ]);
    expect(refusals[0]?.because.endsWith('Route 53 would refuse the change')).toBe(check.id !== id);
  });

  test.each(['blue', 'green'] as const)('is all that forbids a change, on the side of %s', (side) => {
    const others = seen(side).filter(({ kind }) => kind !== 'missing');
    expect(judgeHealthCheck(inputs, { healthChecks: others })).toEqual([]);
  });
});

describe('a health check that fails', () => {
  test.each(['blue', 'green'] as const)('is alone in that, on the side of %s', (side) => {
    const told = seen(side).flatMap((check) => describeFailing(check) ?? []);
    expect(told).toEqual([
      `health check ${id} of ${side} fails, and Route 53 leaves ${side} out of its answers while it does: ${because}`,
    ]);
  });

  test("of green's side takes its share away, and blue's is not asked for", () => {
    const both = [...seen('blue'), ...seen('green')];
    expect(judgeServing({ healthChecks: both })).toEqual([
      {
        because: describeFailing(found('green', 'failing')),
        wayOut: expect.stringContaining('get-health-check-status'),
      },
    ]);
    expect(judgeServing({ healthChecks: seen('blue') })).toEqual([]);
  });

  test("of blue's side gives green everything, and green's is not asked for", () => {
    const both = [...seen('blue'), ...seen('green')];
    expect(judgeBlueServing({ healthChecks: both })).toEqual([
      {
        because: expect.stringMatching(/ of blue fails, .*Then green has everything, whatever its share is$/),
        wayOut: expect.stringContaining('Repair blue'),
      },
    ]);
    expect(judgeBlueServing({ healthChecks: seen('green') })).toEqual([]);
  });

  const planFor = (raw: Readonly<Record<string, string>>, check: SeenHealthCheck) => {
    const asked = shiftInputs({ mode: 'shift', ...raw });
    return planShiftTraffic(
      asked,
      observedShift(asked, weightedPair(50, 50), { healthChecks: [check] }),
      now,
    );
  };

  test.each<[string, Readonly<Record<string, string>>, Side, 'refuse' | 'proceed']>([
    ['stops what gives green more', { 'green-percent': '60' }, 'green', 'refuse'],
    [
      'stops a share that stays, and is to rest on it',
      { 'green-percent': '50', 'green-health-check-id': otherId },
      'green',
      'refuse',
    ],
    ['does not stop what gives green less', { 'green-percent': '40' }, 'green', 'proceed'],
    ['of blue stops what gives green more', { 'green-percent': '60' }, 'blue', 'refuse'],
    ['of blue does not stop what gives green less', { 'green-percent': '40' }, 'blue', 'proceed'],
    [
      'of blue does not stop a share that stays',
      { 'green-percent': '50', 'green-health-check-id': otherId },
      'blue',
      'proceed',
    ],
  ])('%s', (_what, raw, side, kind) => {
    expect(planFor(raw, found(side, 'failing'))).toMatchObject({ kind });
  });
});

describe('what is said of a health check', () => {
  const said = (check: SeenHealthCheck) =>
    noticesOfHealthCheck({ domains: ['www.example.com', domain] }, { healthChecks: [check] });

  test.each<[string, SeenHealthCheck, readonly string[]]>([
    ['that is not there: it is refused elsewhere', missing('green'), []],
    ['that may not be seen', unseen('green'), [`not known whether health check ${id} exists and is healthy`]],
    [
      'whose state is not known',
      found('blue', 'unknown'),
      [`not known whether health check ${id} is healthy`],
    ],
    [
      'that is healthy, with a doubt',
      found('green', 'doubtful'),
      ['of green counts as healthy, but 3 of 16'],
    ],
    ['that is healthy: nothing', found('green', 'healthy'), []],
    ['that fails: it is refused elsewhere', found('green', 'failing'), []],
    [
      'of green that asks the domain itself, in whatever letters',
      found('green', 'healthy', 'App.Example.com.'),
      ['requests App.Example.com. itself'],
    ],
    ['of green that asks another host', found('green', 'healthy', 'we-0123.ecs.eu-west-1.on.aws'), []],
    ['of blue that asks the domain itself', found('blue', 'healthy', domain), []],
  ])('%s', (_what, check, notices) => {
    expect(said(check)).toEqual(notices.map((notice) => expect.stringContaining(notice)));
  });

  test('that a plan does not set, when it writes no pair or gives green less', () => {
    const stateOf = (records: readonly RecordSet[]) => observedName(domain, records).state;
    const withCheck = weightedPair(90, 10).map((record, index) =>
      index === 1 ? { ...record, healthCheckId: id } : record,
    );
    const unset = [expect.stringContaining(`The record of green does not have health check ${id}`)];
    expect(noticesOfUnsetCheck(inputs, stateOf(weightedPair(90, 10)))).toEqual(unset);
    expect(noticesOfUnsetCheck(inputs, stateOf(withCheck))).toEqual([]);
    expect(noticesOfUnsetCheck(inputs, stateOf([alias(blueHost)]))).toEqual([]);
  });

  test('that the simple record at the end does not have', () => {
    const [blue, green] = weightedPair(0, 100);
    if (blue === undefined || green === undefined) throw new Error('no pair');
    expect(noticesOfDroppedCheck([blue, green])).toEqual([]);
    expect(
      noticesOfDroppedCheck([
        { ...blue, healthCheckId: otherId },
        { ...green, healthCheckId: id },
      ]),
    ).toEqual([expect.stringContaining(`The pair had ${otherId} and ${id}, which can be deleted`)]);
  });

  test('is said of each name that lacks it, and not of one that has it', () => {
    const www = 'www.example.com';
    const asked = shiftInputs({
      domain: `${domain},${www}`,
      mode: 'shift',
      'green-percent': '5',
      'green-health-check-id': id,
    });
    const named = (name: string, edit: (record: RecordSet) => RecordSet) =>
      observedName(
        name,
        weightedPair(90, 10)
          .map((record) => ({ ...record, name: `${name}.` }))
          .map((record, index) => (index === 1 ? edit(record) : record)),
      );
    const names = [named(domain, (green) => ({ ...green, healthCheckId: id })), named(www, (green) => green)];
    expect(planShiftTraffic(asked, observedShiftOf(asked, names), now)).toMatchObject({
      kind: 'proceed',
      notices: expect.arrayContaining([
        expect.stringMatching(/^www\.example\.com: The record of green does not have health check/),
      ]),
    });
  });
});
