import { findFollowers } from '../../../../src/dns/followers.ts';
import type { RecordSet } from '../../../../src/dns/records.ts';
import type { OneName } from '../../../../src/shift-traffic/model/observed.ts';
import type { ShiftPlan } from '../../../../src/shift-traffic/model/plan.ts';
import { planShiftTraffic } from '../../../../src/shift-traffic/plan/plan.ts';
import { now, observedName, observedShift, observedShiftOf } from '../../../helpers/observed-shift.ts';
import { alias, blueHost, domain, greenHost, weighted, weightedPair } from '../../../helpers/records.ts';
import { shiftInputs } from '../../../helpers/shift-inputs.ts';

function plan(mode: string, records: readonly RecordSet[], more: Partial<OneName> = {}): ShiftPlan {
  const inputs = shiftInputs({ mode, ...(mode === 'shift' && { 'green-percent': '50' }) });
  return planShiftTraffic(inputs, observedShift(inputs, records, more), now);
}

const refusals = (made: ShiftPlan) => (made.kind === 'refuse' ? made.refusals : []);
const notices = (made: ShiftPlan) => (made.kind === 'proceed' ? made.notices : undefined);
const modes = ['adopt', 'shift', 'finalize'] as const;

const foreign = [alias('elsewhere.example.net')];
const third = [
  weighted(alias('a.example.net'), 'a', 1),
  weighted(alias('b.example.net'), 'b', 1),
  weighted(alias(blueHost), 'c', 1),
];
const uneven = [...weightedPair(90, 10), ...weightedPair(50, 50, 'AAAA')];

describe('records that are no ground for a change are refused, with all that is in the way', () => {
  test.each<[string, readonly RecordSet[], readonly RegExp[]]>([
    ['of somebody else', foreign, [/neither side|elsewhere\.example\.net/]],
    ['with two that lead elsewhere', third, [/a\.example\.net/, /b\.example\.net/]],
    ['of which A and AAAA have other shares', uneven, [/the A and AAAA records of .* do not say the same/]],
  ])('%s', (_case, records, because) => {
    for (const mode of modes)
      expect(refusals(plan(mode, records)).map((one) => one.because)).toEqual(
        because.map((text) => expect.stringMatching(text)),
      );
  });

  test.each<[string, Partial<OneName>, string]>([
    ['no record at all', {}, 'app.example.com has no address record in hosted zone Z1'],
    [
      'none of its own beside a wildcard',
      { wildcard: '*.example.com, which leads to blue' },
      'app.example.com has no record of its own; *.example.com, which leads to blue, answers for it, and a record of its own would replace that answer',
    ],
  ])('%s', (_case, more, because) => {
    const wayOut = 'Create the record to blue first, as App Runner shows it under "Custom domains".';
    for (const mode of [...modes, 'rollback', 'monitor'])
      expect(refusals(plan(mode, [], more))).toEqual([{ because, wayOut }]);
  });
});

test.each<[string, readonly RecordSet[], readonly RegExp[]]>([
  ['of somebody else', foreign, [/elsewhere\.example\.net.*\. \S/]],
  ['with two that lead elsewhere', third, [/a\.example\.net/, /b\.example\.net/]],
  [
    'of which A and AAAA have other shares',
    uneven,
    [
      /do not say the same, so clients with IPv6 get other answers\. If green is among them, run mode: rollback/,
    ],
  ],
  ['of which both weights are 0', weightedPair(0, 0), [/^Both weights are 0/]],
  ['that are an even pair', weightedPair(90, 10), []],
  ['to blue', [alias(blueHost)], []],
  ['to green', [alias(greenHost)], []],
  ['of blue, weighted alone', [weighted(alias(blueHost), 'b', 100)], []],
])('a status says what is in the way of records %s', (_case, records, said) => {
  expect(notices(plan('status', records))).toEqual(said.map((text) => expect.stringMatching(text)));
});

describe('a name that follows another of the move', () => {
  const www = 'www.example.com';
  const own = weightedPair(100, 0);
  const link = { ...alias(domain), name: `${www}.` };
  const state = findFollowers([
    { domain, records: own },
    { domain: www, records: [link] },
  ]).get(www);
  if (state === undefined) throw new Error('bad case');
  const planBoth = (raw: Readonly<Record<string, string>>) => {
    const inputs = shiftInputs({ domain: `${domain},${www}`, ...raw });
    const names = [observedName(domain, own), { ...observedName(www, [link]), state }];
    return planShiftTraffic(inputs, observedShiftOf(inputs, names), now);
  };
  const because =
    'www.example.com has no share of its own: its A record leads to app.example.com, in domain as well';

  test.each([{ mode: 'adopt' }, { mode: 'shift', 'green-percent': '10' }, { mode: 'finalize' }])(
    'is refused by %j, with the way out',
    (raw) => {
      expect(refusals(planBoth(raw as Readonly<Record<string, string>>))).toMatchObject([
        { because, wayOut: expect.stringMatching(/^Leave www\.example\.com out of domain/) },
      ]);
    },
  );

  test('is explained by a status', () => {
    expect(notices(planBoth({ mode: 'status' }))).toEqual([
      expect.stringContaining(`${because}. Leave www.example.com out of domain`),
    ]);
  });
});
