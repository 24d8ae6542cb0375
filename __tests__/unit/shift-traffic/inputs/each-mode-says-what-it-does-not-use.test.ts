import { shiftInputDefaults } from '../../../../src/shift-traffic/inputs/names.ts';
import { planShiftTraffic } from '../../../../src/shift-traffic/plan/plan.ts';
import { now, observedShift } from '../../../helpers/observed-shift.ts';
import { alias, blueHost, weightedPair } from '../../../helpers/records.ts';
import { parseRawShift, shiftInputs } from '../../../helpers/shift-inputs.ts';

const columns = ['adopt', 'shift', 'rollback', 'monitor', 'finalize', 'status', 'verify', 'plan'] as const;
type Mode = (typeof columns)[number];
type Raw = Readonly<Record<string, string>>;

const attach = { 'attach-domain': 'true' };
const certificate = 'arn:aws:acm:eu-west-1:123456789012:certificate/0f0e';
const role = 'arn:aws:iam::123456789012:role/dns';
const checksum = 'a'.repeat(64);

/**
 * A value that is not the default, with what it needs beside it, and what each mode does with it: `u`ses it, says in the
 * `l`og or in a `n`otice that it does not, or `r`efuses it.
 */
const rows: Readonly<Record<string, readonly [row: string, value: string, beside?: Raw]>> = {
  //                               adopt shift rollback monitor finalize status verify plan
  domain: ['u u u u u u u u', 'www.example.com'],
  'apprunner-service': ['u u u l u u u u', 'other'],
  'blue-dns-name': ['u u u u u u u u', blueHost],
  'blue-hosted-zone-id': ['u l l l l l l u', 'Z0AAAAAAAAAAAA'],
  'express-service': ['u u l u u u u u', 'other'],
  cluster: ['u u l u u u u u', 'other'],
  'hosted-zone-id': ['u u u u u u u u', 'Z0AAAAAAAAAAAA'],
  'dns-role-arn': ['u u u u u u u u', role],
  'allow-external-dns': ['u u l l u l l u', 'true'],
  'green-percent': ['n u n r r n n u', '10'],
  'blue-weight': ['n u n r r n n u', '9', { 'green-weight': '1' }],
  'green-weight': ['n u n r r n n u', '1', { 'blue-weight': '9' }],
  steps: ['n u n r r n n u', '10,50'],
  'max-step': ['l u l r l l l u', '50'],
  'adopt-as': ['u l l l l l l u', 'cname'],
  'blue-set-identifier': ['u l l l l l l u', 'a'],
  'green-set-identifier': ['u l l l l l l u', 'b'],
  'green-health-check-id': ['u u n r n u n u', '01234567-89ab-cdef-0123-456789abcdef'],
  'attach-domain': ['n u n r n n n u', 'true'],
  'certificate-arn': ['n u n r n n n u', certificate, attach],
  'request-certificate': ['n u n r n n n u', 'true', attach],
  'certificate-timeout-minutes': ['l u l r l l l u', '5', { ...attach, 'request-certificate': 'true' }],
  'redirect-http': ['n u n r n n n u', 'true', attach],
  'probe-path': ['l u l u u u u u', '/up'],
  'probe-status': ['l u l u u u u u', '204'],
  'bake-minutes': ['l u l r l l l u', '9'],
  'watch-minutes': ['r r n u r r r r', '9'],
  alarms: ['n u n u n n n u', 'web-5xx'],
  'max-error-percent': ['n u n u n n n u', '1'],
  'min-requests': ['l u l u l l u u', '7'],
  'fail-on-inconclusive': ['u u l l u l l u', 'false'],
  'drain-seconds': ['l u l l l l l u', '7'],
  'wait-for-minutes': ['u u u u u l l u', '7'],
  'poll-interval-seconds': ['u u u u u l l u', '7'],
  'on-cancel': ['l u l l l l l u', 'hold'],
  'hold-hours': ['l l l l u l l u', '7'],
  'quiet-requests': ['l l l l u l l u', '7'],
  'retire-blue': ['l l l r u l l u', 'pause'],
  'plan-checksum': ['u u n r u n n u', checksum],
  gate: ['u u l l u l l u', 'off'],
  'gate-environment': ['u u l r u l l u', 'dns'],
  'gate-accept': ['u u l l u l l u', 'wait-timer'],
  'gate-strict': ['u u l l u l l u', 'true'],
  'github-token': ['u u u u u u u u', 'ghs_token'],
};

const sayHowMuch = ['green-percent', 'steps', 'blue-weight', 'green-weight'];

/** What a job of the mode needs, each by the defaults of action.yml. */
function baseOf(mode: Mode, input: string): Raw {
  const share: Raw = mode === 'shift' && !sayHowMuch.includes(input) ? { 'green-percent': '20' } : {};
  const gate: Raw = ['adopt', 'shift', 'finalize'].includes(mode)
    ? { gate: 'required', 'plan-checksum': checksum, 'gate-environment': 'dns-shift' }
    : { gate: 'required' };
  const given = { ...shiftInputDefaults, 'apprunner-service': '', 'express-service': '', ...gate, ...share };
  const sides: Raw = {
    ...(mode !== 'monitor' && { 'apprunner-service': 'shop' }),
    ...(mode !== 'rollback' && { 'express-service': 'web' }),
  };
  return { ...given, ...sides, mode, domain: 'app.example.com' };
}

function classOf(raw: Raw, input: string): string {
  const parsed = parseRawShift(raw);
  if (!parsed.ok) return 'r';
  const says = (lines: readonly string[]) =>
    lines.some((line) => new RegExp(`(?:^|[ ,])${input}(?:[,:]|$)`).test(line));
  if (says(parsed.inputs.notices)) return 'n';
  return says(parsed.inputs.remarks) ? 'l' : 'u';
}

test('the table has every input but those that say the mode', () => {
  expect(['mode', 'plan-for', ...Object.keys(rows)].sort()).toEqual(Object.keys(shiftInputDefaults).sort());
});

test.each(columns)('without anything beside its own inputs, %s says nothing', (mode) => {
  expect(shiftInputs(baseOf(mode, ''))).toMatchObject({ notices: [], remarks: [] });
});

describe.each(Object.entries(rows))('%s', (input, [row, value, beside = {}]) => {
  test('is used, said not to be, or refused, by each mode', () => {
    const found = columns.map((mode) =>
      classOf({ ...baseOf(mode, input), ...beside, [input]: value }, input),
    );
    expect(found.join(' ')).toBe(row);
  });

  test('and the same by the plan of each mode', () => {
    const found = columns
      .filter((mode) => mode !== 'plan' && mode !== 'status' && mode !== 'verify')
      .map((mode) => {
        const base = { ...baseOf(mode, input), mode: 'plan', 'plan-for': mode };
        // A plan is asked for no approval.
        const raw = { ...base, 'plan-checksum': '', 'gate-environment': '', ...beside, [input]: value };
        return classOf(raw, input);
      });
    expect(found).toEqual(row.split(' ').slice(0, 5));
  });

  test('what a mode says it does not use is no part of its plan', () => {
    const records = {
      adopt: [alias(blueHost)],
      shift: weightedPair(90, 10),
      rollback: weightedPair(90, 10),
      monitor: weightedPair(90, 10),
      finalize: weightedPair(0, 100),
    };
    for (const [index, mode] of (['adopt', 'shift', 'rollback', 'monitor', 'finalize'] as const).entries()) {
      if (!['l', 'n'].includes(row.split(' ')[index] ?? '')) continue;
      const planOf = (raw: Raw) => {
        const inputs = shiftInputs(raw);
        return planShiftTraffic(inputs, observedShift(inputs, records[mode]), now);
      };
      const without = planOf(baseOf(mode, input));
      expect(without.kind).toBe('proceed');
      expect(planOf({ ...baseOf(mode, input), ...beside, [input]: value })).toEqual(without);
    }
  });
});

describe('a rollback', () => {
  test('is kept from nothing by what it does not use, in whatever form', () => {
    const unused = Object.keys(rows).filter((input) => /^u \S n|^\S \S [ln]/.test(rows[input]?.[0] ?? ''));
    const raw = {
      ...Object.fromEntries(unused.map((input) => [input, '\u0007nonsense,,'])),
      'plan-for': 'nonsense',
    };
    for (const view of [{ mode: 'rollback' }, { mode: 'plan', 'plan-for': 'rollback' }]) {
      const parsed = parseRawShift({ ...baseOf('rollback', ''), ...raw, ...view });
      expect(parsed).toMatchObject({ ok: true });
    }
  });

  test('is kept from nothing by what contradicts itself', () => {
    const parsed = parseRawShift({
      ...baseOf('rollback', ''),
      'plan-for': 'shift',
      'green-percent': '10',
      steps: '10,20',
      'blue-weight': '3',
      'certificate-arn': certificate,
      'request-certificate': 'true',
      'certificate-timeout-minutes': '5',
      'watch-minutes': '5',
      'apprunner-service': '',
      'retire-blue': 'delete',
    });
    expect(parsed).toMatchObject({
      ok: true,
      inputs: {
        notices: [
          'mode: rollback does not use plan-for, green-percent, blue-weight, steps, certificate-arn, request-certificate, watch-minutes: no effect here.',
        ],
        remarks: ['Not used by mode: rollback: certificate-timeout-minutes, retire-blue'],
      },
    });
  });
});

test.each([
  [{ 'green-percent': '100' }, []],
  [{ steps: '50,100' }, []],
  [{ 'blue-weight': '0', 'green-weight': '7' }, []],
  [{ 'green-percent': '10' }, ['green-percent: "10" together with mode: finalize']],
  [{ steps: '10,20' }, ['steps: "10,20" together with mode: finalize']],
  [{ 'blue-weight': '1', 'green-weight': '7' }, ['green-weight: "7" together with mode: finalize']],
])('the end of the move with %j: %j', (raw: Raw, problems) => {
  const parsed = parseRawShift({ ...baseOf('finalize', ''), ...raw });
  if (parsed.ok) expect(parsed.inputs).toMatchObject({ notices: [], remarks: [] });
  expect(parsed.ok ? [] : parsed.problems.map(({ input, seen }) => `${input}: ${seen}`)).toEqual(problems);
});

test.each(['adopt', 'shift', 'finalize'] as const)(
  '%s without a gate says what of the gate is given',
  (mode) => {
    const raw = { ...baseOf(mode, ''), gate: 'off', 'gate-strict': 'true' };
    expect(shiftInputs(raw).notices).toEqual([
      'No approval is asked for, so there is no effect of gate-environment, gate-strict: the gate is off.',
    ]);
    expect(shiftInputs({ ...raw, 'gate-strict': 'false', 'gate-environment': '' }).notices).toEqual([]);
  },
);
