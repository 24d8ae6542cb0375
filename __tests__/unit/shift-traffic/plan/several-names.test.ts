import type { RecordSet } from '../../../../src/dns/records.ts';
import type { Observed, ObservedName } from '../../../../src/shift-traffic/model/observed.ts';
import type { ShiftPlan } from '../../../../src/shift-traffic/model/plan.ts';
import { planShiftTraffic } from '../../../../src/shift-traffic/plan/plan.ts';
import {
  certificateArn,
  now,
  observedName,
  observedShiftOf,
  ready,
  rulesFor,
} from '../../../helpers/observed-shift.ts';
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

const www = 'www.example.com';
const both = `${domain} and ${www}`;

const seen = { ...ready, rules: rulesFor(domain, www) };
const named = (name: string, records: readonly RecordSet[], more: Partial<ObservedName> = {}) =>
  observedName(
    name,
    records.map((record) => ({ ...record, name: `${name}.` })),
    { readiness: seen, greenReadiness: seen, ...more },
  );

function plan(
  raw: Raw,
  app: readonly RecordSet[],
  other: readonly RecordSet[],
  more: Partial<Observed> = {},
  each: Partial<ObservedName> = {},
): ShiftPlan {
  const inputs = shiftInputs({ domain: `${domain},${www}`, ...raw });
  const names = [named(domain, app, each), named(www, other, each)];
  return planShiftTraffic(inputs, observedShiftOf(inputs, names, more), now);
}

function proceeding(made: ShiftPlan) {
  if (made.kind !== 'proceed')
    throw new Error(`refused: ${made.refusals.map(({ because }) => because).join()}`);
  return made;
}

const sentences = (made: ShiftPlan) => proceeding(made).steps.map(({ sentence }) => sentence);

describe('one step says of several names', () => {
  test.each<[string, Raw, readonly RecordSet[], readonly RecordSet[], string]>([
    [
      'once, what is the same and has their names in it',
      { mode: 'adopt' },
      [alias(blueHost)],
      [alias(blueHost)],
      `replace the A record of ${both} by a weighted pair that answers the same (blue 100, green 0)`,
    ],
    [
      'once, what is the same and has no name in it',
      { mode: 'rollback' },
      weightedPair(80, 20),
      weightedPair(80, 20),
      'give blue everything (blue 100, green 0), and green nothing, down from 20 %',
    ],
    [
      'once, the end of both',
      { mode: 'finalize' },
      weightedPair(0, 100),
      weightedPair(0, 100),
      `replace the pair of ${both} by one simple record to green`,
    ],
    [
      'of each, what is not the same',
      { mode: 'adopt' },
      [alias(blueHost)],
      [cname(blueHost)],
      `replace the A record of ${domain} by a weighted pair that answers the same (blue 100, green 0); replace the CNAME record of ${www} by a weighted pair that answers the same (blue 100, green 0)`,
    ],
  ])('%s', (_case, raw, app, other, sentence) => {
    expect(sentences(plan(raw, app, other))).toEqual([sentence]);
  });

  test('and waits as long as the slowest of their caches', () => {
    const slow = [weighted(cname(blueHost), 'b', 80), weighted(cname(greenHost), 'g', 20)];
    for (const [app, other] of [
      [weightedPair(80, 20), slow],
      [slow, weightedPair(80, 20)],
    ] as const) {
      expect(proceeding(plan({ mode: 'rollback' }, app, other)).steps).toMatchObject([
        { kind: 'change-records', greenPercent: 0, drainSeconds: 300 },
      ]);
    }
  });
});

describe('what is to be known', () => {
  const beforeFirst = "The A record of blue evaluates its target's health";
  const heeding = (pair: readonly RecordSet[]) =>
    pair.map((record, index) =>
      index === 0 ? { ...record, answer: { ...alias(blueHost).answer, evaluateTargetHealth: true } } : record,
    ) as readonly RecordSet[];
  const said = (app: readonly RecordSet[], other: readonly RecordSet[]) =>
    proceeding(plan({ mode: 'shift', 'green-percent': '10' }, app, other)).notices.filter((notice) =>
      notice.includes(beforeFirst),
    );

  test('of all names is said once, of one of them with its name', () => {
    const [plain, heeds] = [weightedPair(100, 0), heeding(weightedPair(100, 0))];
    expect(said(heeds, heeds)).toEqual([expect.stringMatching(/^The A record of blue evaluates/)]);
    expect(said(plain, heeds)).toEqual([
      expect.stringMatching(/^www\.example\.com: The A record of blue evaluates/),
    ]);
    expect(said(heeds, plain)).toEqual([
      expect.stringMatching(/^app\.example\.com: The A record of blue evaluates/),
    ]);
    expect(said(plain, plain)).toEqual([]);
  });

  test('and names the name itself is said as it is', () => {
    const { notices } = proceeding(plan({ mode: 'rollback' }, weightedPair(80, 20), []));
    expect(notices).toContainEqual(expect.stringMatching(/^www\.example\.com has no address record/));
  });
});

describe('attach-domain', () => {
  const attaching = { mode: 'shift', 'green-percent': '10', 'attach-domain': 'true' };
  const requesting = { ...attaching, 'request-certificate': 'true', 'certificate-timeout-minutes': '2.5' };
  const unready = (certificate: object | undefined, hosts: readonly string[] = []) =>
    ({ readiness: { ...ready, rules: rulesFor(...hosts), certificate } }) as Partial<ObservedName>;
  const available = { kind: 'available', arn: certificateArn };

  test.each<[string, Raw, Partial<ObservedName>, readonly string[]]>([
    [
      'adds a certificate and both hosts',
      attaching,
      unready(available),
      [
        `add certificate ${certificateArn} to green's listener`,
        `add hosts ${both} to Express's own listener rule`,
        `wait until green answers for ${both}`,
      ],
    ],
    [
      'adds the host that is missing',
      attaching,
      unready(undefined, [domain]),
      [`add host ${www} to Express's own listener rule`, `wait until green answers for ${both}`],
    ],
    [
      'requests one certificate for both where it may',
      requesting,
      unready({ kind: 'missing' }),
      [
        `request a certificate for ${both}, make its records, wait up to 2.5 min until it is issued, and add it to green's listener`,
        `add hosts ${both} to Express's own listener rule`,
        `wait until green answers for ${both}`,
      ],
    ],
    [
      'requests none where there is one',
      requesting,
      unready(available, [domain, www]),
      [`add certificate ${certificateArn} to green's listener`, `wait until green answers for ${both}`],
    ],
    ['has nothing to do where green has all', attaching, unready(undefined, [domain, www]), []],
    [
      'is not done where it is not asked for',
      { ...attaching, 'attach-domain': 'false' },
      unready(undefined, [domain, www]),
      [],
    ],
  ])('%s', (_case, raw, each, first) => {
    const said = sentences(plan(raw, weightedPair(100, 0), weightedPair(100, 0), {}, each));
    expect(said.slice(0, -2)).toEqual(first);
    expect(said.at(-2)).toMatch(/^give green 10 %/);
  });

  test('requests one for both where one of them lacks it, in the place of the one that is there', () => {
    const inputs = shiftInputs({ domain: `${domain},${www}`, ...requesting });
    const names = [
      named(domain, weightedPair(100, 0), unready(available)),
      named(www, weightedPair(100, 0), unready({ kind: 'missing' })),
    ];
    const made = planShiftTraffic(inputs, observedShiftOf(inputs, names), now);
    expect(proceeding(made).steps.slice(0, 2)).toMatchObject([
      { kind: 'obtain-certificate', names: [domain, www], timeoutSeconds: 150 },
      { kind: 'attach-host' },
    ]);
  });
});

test('the way back of names that had unlike weights of one share is one share', () => {
  const made = plan({ mode: 'shift', 'green-percent': '50' }, weightedPair(90, 10), weightedPair(9, 1));
  expect(proceeding(made).about.ifWrong).toEqual([expect.stringContaining('and green has 10 % again')]);
});

describe('who approves sees which names change', () => {
  const extent = (app: readonly RecordSet[], other: readonly RecordSet[], raw: Raw = { mode: 'adopt' }) =>
    proceeding(plan(raw, app, other)).about.extent.filter((text) => text.startsWith('In one batch'));

  test.each<[string, readonly RecordSet[], readonly RecordSet[], readonly string[]]>([
    ['both', [alias(blueHost)], [alias(blueHost)], [`In one batch: ${domain}, ${www}`]],
    ['one, which the step names', [alias(blueHost)], weightedPair(100, 0), []],
    ['none', weightedPair(100, 0), weightedPair(100, 0), []],
  ])('%s', (_case, app, other, said) => {
    expect(extent(app, other)).toEqual(said);
  });

  test('and blue, which goes with them, is none', () => {
    expect(
      extent(weightedPair(0, 100), weightedPair(0, 100), { mode: 'finalize', 'retire-blue': 'delete' }),
    ).toEqual([`In one batch: ${domain}, ${www}`]);
  });
});

test('in which order the names are given changes nothing', () => {
  const inputs = shiftInputs({ domain: `${domain},${www}`, mode: 'shift', 'green-percent': '50' });
  const names = [named(domain, weightedPair(90, 10)), named(www, weightedPair(90, 10))];
  const [one, other] = [names, names.toReversed()].map((given) =>
    planShiftTraffic(inputs, observedShiftOf(inputs, given), now),
  );
  expect(one).toEqual(other);
});

test('a status says that the shares are not the same, and what to do', () => {
  expect(proceeding(plan({ mode: 'status' }, weightedPair(90, 10), weightedPair(50, 50))).notices).toEqual([
    `green does not have the same share of all names: ${domain} 10 %, ${www} 50 %. Give them the same share first, each name in a run of its own: mode: shift with domain: ${www} and green-percent: 10.`,
  ]);
});

test('what a rollback cannot do for one name, it says, and does for the other', () => {
  const made = proceeding(plan({ mode: 'rollback' }, weightedPair(90, 10), []));
  expect(made.steps).toHaveLength(1);
  expect(made.undone).toEqual([
    { because: `${www} has no address record in hosted zone Z1`, wayOut: expect.stringMatching(/^Create/) },
  ]);
});
