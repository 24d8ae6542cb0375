import type { RecordSet } from '../../../../src/dns/records.ts';
import type { Observed, OneName } from '../../../../src/shift-traffic/model/observed.ts';
import type { ShiftPlan } from '../../../../src/shift-traffic/model/plan.ts';
import { planShiftTraffic } from '../../../../src/shift-traffic/plan/plan.ts';
import {
  now,
  observedName,
  observedShift,
  observedShiftOf,
  ready,
  rulesFor,
} from '../../../helpers/observed-shift.ts';
import { alias, domain, greenHost, weightedPair } from '../../../helpers/records.ts';
import { shiftInputs } from '../../../helpers/shift-inputs.ts';

type Raw = Readonly<Record<string, string>>;

const pair = weightedPair(0, 100);
const moved = [alias(greenHost)];

function plan(records: readonly RecordSet[], raw: Raw = {}, more: Partial<OneName> = {}): ShiftPlan {
  const inputs = shiftInputs({ mode: 'finalize', ...raw });
  return planShiftTraffic(inputs, observedShift(inputs, records, more), now);
}

function proceeding(made: ShiftPlan) {
  if (made.kind !== 'proceed')
    throw new Error(`refused: ${made.refusals.map(({ because }) => because).join()}`);
  return made;
}

const kinds = (made: ShiftPlan) => proceeding(made).steps.map(({ kind }) => kind);

function blue(status: string): Pick<Observed, 'blue'> {
  const seen = observedShift(shiftInputs(), []).blue;
  if (seen?.service === undefined) throw new Error('bad case');
  return { blue: { ...seen, service: { ...seen.service, status } } };
}

const busy = { quiet: { kind: 'busy', requests: 400, hour: now } } as const;
const toBlue = { otherNames: [{ name: 'www.example.com', leads: 'to-blue' }] } as const;
const along = {
  otherNames: [
    { name: 'shop.example.com', leads: 'along' },
    { name: 'docs.example.com', leads: 'elsewhere' },
  ],
} as const;

test.each<[string, readonly RecordSet[], string]>([
  ['one type', pair, 'replace the pair of app.example.com by one simple record to green'],
  [
    'two types',
    [...pair, ...weightedPair(0, 100, 'AAAA')],
    'replace the pair of app.example.com by simple records to green',
  ],
])('the pair of %s becomes what answers the same', (_case, records, sentence) => {
  expect(proceeding(plan(records)).steps).toMatchObject([
    { sentence, greenPercent: 100, isForward: false, drainSeconds: 0 },
  ]);
});

describe('blue goes only where it is asked for, and is there to go', () => {
  test.each<[string, Raw, Partial<OneName>, string[]]>([
    ['pause it', { 'retire-blue': 'pause' }, {}, ['pause App Runner service shop']],
    ['delete it', { 'retire-blue': 'delete' }, {}, ['delete App Runner service shop']],
    [
      'delete it, though it is paused',
      { 'retire-blue': 'delete' },
      blue('PAUSED'),
      ['delete App Runner service shop'],
    ],
    ['it is paused already', { 'retire-blue': 'pause' }, blue('PAUSED'), []],
    ['it is deleted already, and was to be paused', { 'retire-blue': 'pause' }, blue('DELETED'), []],
    ['it is deleted already', { 'retire-blue': 'delete' }, blue('DELETED'), []],
    ['no service is known', { 'retire-blue': 'delete' }, { blue: undefined }, []],
    ['it is not asked for', {}, {}, []],
  ])('%s', (_case, raw, more, sentences) => {
    expect(proceeding(plan(moved, raw, more)).steps.map(({ sentence }) => sentence)).toEqual(sentences);
  });
});

describe('what would keep blue from being retired is no matter where it stays', () => {
  test.each<[string, readonly RecordSet[], Raw, Partial<OneName>, string[]]>([
    ['another name leads to it', pair, {}, toBlue, ['change-records']],
    ['nobody looked for other names', pair, {}, { otherNames: undefined }, ['change-records']],
    ['the pair is gone, and blue still has requests', moved, {}, busy, []],
    [
      'other names lead to what is moved, or elsewhere',
      pair,
      { 'retire-blue': 'delete' },
      along,
      ['change-records', 'retire-blue'],
    ],
    [
      'nobody was to look whether blue is quiet',
      pair,
      { 'hold-hours': '0' },
      { quiet: undefined },
      ['change-records'],
    ],
  ])('%s', (_case, records, raw, more, steps) => {
    expect(kinds(plan(records, raw, more))).toEqual(steps);
  });
});

describe('what stays behind', () => {
  const stays = 'App Runner service shop and its link to app.example.com stay until you remove them.';
  const domains = [
    {
      name: domain,
      hasWww: false,
      status: 'ACTIVE',
      validationNames: ['_a.app.example.com.', '_b.app.example.com'],
    },
    {
      name: 'other.example.com',
      hasWww: false,
      status: 'ACTIVE',
      validationNames: ['_c.other.example.com.'],
    },
  ];
  const validating =
    "These CNAMEs validate blue's certificate. Delete them after you delete blue: _a.app.example.com, _b.app.example.com. Those that validate green's certificate must stay.";

  test.each<[string, Raw, Partial<OneName>, readonly string[]]>([
    ['the service', {}, {}, [stays]],
    ['the service that is paused', { 'retire-blue': 'pause' }, {}, [stays]],
    ['nothing, where it is deleted by this job', { 'retire-blue': 'delete' }, {}, []],
    ['nothing, where it was deleted before', {}, blue('DELETED'), []],
    ['nothing that is known', {}, { blue: undefined }, []],
    ['the records that validate the certificate of this name', {}, { domains }, [stays, validating]],
    ['these records, though the service goes', { 'retire-blue': 'delete' }, { domains }, [validating]],
    ['none of names that are not moved', {}, { domains: domains.slice(1) }, [stays]],
    ['nothing of domains that nobody could see', {}, { domains: undefined }, [stays]],
  ])('is said: %s', (_case, raw, more, said) => {
    expect(proceeding(plan(pair, raw, more)).notices).toEqual(said);
  });

  test('is said of all names at once', () => {
    const www = 'www.example.com';
    const inputs = shiftInputs({ mode: 'finalize', domain: `${domain},${www}` });
    const seen = { greenReadiness: { ...ready, rules: rulesFor(domain, www) } };
    const names = [
      observedName(domain, pair, seen),
      observedName(
        www,
        pair.map((record) => ({ ...record, name: `${www}.` })),
        seen,
      ),
    ];
    expect(proceeding(planShiftTraffic(inputs, observedShiftOf(inputs, names), now)).notices).toEqual([
      'App Runner service shop and its links to app.example.com and www.example.com stay until you remove them.',
    ]);
  });
});

test.each<[Raw, RegExp]>([
  [{}, /mode: adopt, then mode: rollback, as long as the App Runner service is there$/],
  [{ 'retire-blue': 'pause' }, /mode: adopt, then mode: rollback, after the App Runner service was resumed$/],
  [
    { 'retire-blue': 'delete' },
    /^If it goes wrong: the App Runner service is deleted, so there is no way back/,
  ],
])('the way back with %j', (raw, said) => {
  expect(proceeding(plan(pair, raw)).about.ifWrong).toEqual([expect.stringMatching(said)]);
});
