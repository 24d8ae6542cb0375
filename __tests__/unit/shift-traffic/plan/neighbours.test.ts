import type { OtherName } from '../../../../src/dns/leads.ts';
import type { RecordSet } from '../../../../src/dns/records.ts';
import type { OneName } from '../../../../src/shift-traffic/model/observed.ts';
import { planShiftTraffic } from '../../../../src/shift-traffic/plan/plan.ts';
import { now, observedShift } from '../../../helpers/observed-shift.ts';
import { alias, blueHost, domain, weightedPair } from '../../../helpers/records.ts';
import { shiftInputs } from '../../../helpers/shift-inputs.ts';

type Raw = Readonly<Record<string, string>>;

function plan(raw: Raw, records: readonly RecordSet[], more: Partial<OneName>) {
  const inputs = shiftInputs(raw);
  return planShiftTraffic(inputs, observedShift(inputs, records, more), now);
}

/** The notices that are there only because of the other names, where nobody asked green for those that follow. */
function saidOf(otherNames: readonly OtherName[] | undefined, raw: Raw, records: readonly RecordSet[]) {
  const [made, without] = [otherNames, []].map((names) =>
    plan(raw, records, { otherNames: names, followers: undefined }),
  );
  if (made?.kind !== 'proceed' || without?.kind !== 'proceed') throw new Error('bad case');
  return made.notices.filter((notice) => !without.notices.includes(notice));
}

const adopt: [Raw, readonly RecordSet[]] = [{ mode: 'adopt' }, [alias(blueHost)]];
const toBlue = (name: string): OtherName => ({ name, leads: 'to-blue' });
const hosts =
  'Other names lead to blue, and stay there: www.example.com, shop.example.com. To move a name in the same batch, add it to domain.';
const wildcard =
  'Wildcards lead to blue, and stay there: *.example.com. A host of a wildcard can move when it has a record of its own.';
const unseen =
  'shop.example.org is linked to blue, and it is not known whether it leads there: its zone is elsewhere.';
const follow =
  /^Names that follow a name of this move, and move with it: docs\.example\.com and old\.example\.com\. Add them to custom-domains/;

test.each<[string, readonly OtherName[] | undefined, readonly (string | RegExp)[]]>([
  ['hosts that lead to blue', [toBlue('www.example.com'), toBlue('shop.example.com')], [hosts]],
  ['a wildcard that does', [toBlue('*.example.com')], [wildcard]],
  [
    'both, apart',
    [toBlue('www.example.com'), toBlue('*.example.com'), toBlue('shop.example.com')],
    [hosts, wildcard],
  ],
  [
    'a name that nobody could look at',
    [{ name: 'shop.example.org', leads: 'unseen', because: 'its zone is elsewhere' }],
    [unseen],
  ],
  [
    'names that move along',
    [
      { name: 'docs.example.com', leads: 'along' },
      { name: 'old.example.com', leads: 'along' },
    ],
    [follow],
  ],
  ['a name that leads elsewhere', [{ name: 'blog.example.com', leads: 'elsewhere' }], []],
  ['nothing, where nobody looked', undefined, []],
])('other names are not touched, and said: %s', (_case, otherNames, said) => {
  const expected = said.map((text) => (typeof text === 'string' ? text : expect.stringMatching(text)));
  expect(saidOf(otherNames, ...adopt)).toEqual(expected);
});

test.each<[string, Raw, readonly RecordSet[], readonly RegExp[]]>([
  [
    'a step',
    { mode: 'shift', 'green-percent': '10' },
    weightedPair(100, 0),
    [/stay there/, /^Names that follow/],
  ],
  ['the end, where blue stays', { mode: 'finalize' }, weightedPair(0, 100), [/^Names that follow/]],
  ['a rollback, which asks green for nothing', { mode: 'rollback' }, weightedPair(90, 10), [/stay there/]],
])('what concerns %s is said of it', (_case, raw, records, said) => {
  const others: OtherName[] = [toBlue('www.example.com'), { name: 'docs.example.com', leads: 'along' }];
  expect(saidOf(others, raw, records)).toEqual(said.map((text) => expect.stringMatching(text)));
});

describe('a record that is protected', () => {
  const protectedRecord = (change: object) => ({
    name: `${domain}.`,
    type: 'A',
    comment: undefined,
    ...change,
  });

  test.each([
    ['without a word why', undefined, ''],
    ['with one', 'ask us', ': "ask us"'],
  ])('refuses the change, %s', (_case, comment, why) => {
    expect(plan(...adopt, { protections: [protectedRecord({ comment })] })).toEqual({
      kind: 'refuse',
      refusals: [
        {
          because: `the A record of app.example.com is protected in Route 53, which refuses every change of it${why}`,
          wayOut: expect.stringContaining('Delete the protection'),
        },
      ],
    });
  });

  test.each([
    ['of another type', { type: 'MX' }],
    ['of another name', { name: 'www.example.com.' }],
  ])('%s is in the way of nobody', (_case, change) => {
    expect(plan(...adopt, { protections: [protectedRecord(change)] }).kind).toBe('proceed');
  });

  test('is no matter where nothing changes', () => {
    const made = plan({ mode: 'status' }, [alias(blueHost)], { protections: [protectedRecord({})] });
    expect(made.kind).toBe('proceed');
  });

  test('is not looked for in what retires blue', () => {
    const raw = { mode: 'finalize', 'retire-blue': 'delete' };
    const made = plan(raw, weightedPair(0, 100), {
      protections: [protectedRecord({ name: 'x.example.com.' })],
    });
    expect(made.kind).toBe('proceed');
  });
});
