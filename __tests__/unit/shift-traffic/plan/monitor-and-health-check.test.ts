import type { RecordSet } from '../../../../src/dns/records.ts';
import type { OneName } from '../../../../src/shift-traffic/model/observed.ts';
import { planShiftTraffic } from '../../../../src/shift-traffic/plan/plan.ts';
import { now, observedShift } from '../../../helpers/observed-shift.ts';
import { alias, blueHost, greenHost, weightedPair } from '../../../helpers/records.ts';
import { shiftInputs } from '../../../helpers/shift-inputs.ts';

type Raw = Readonly<Record<string, string>>;
const check = '01234567-89ab-cdef-0123-456789abcdef';

function plan(raw: Raw, records: readonly RecordSet[], more: Partial<OneName> = {}) {
  const inputs = shiftInputs(raw);
  return planShiftTraffic(inputs, observedShift(inputs, records, more), now);
}

const sharesOf = (records: readonly RecordSet[]) =>
  records.map(({ policy }) => (policy.kind === 'weighted' ? policy.weight : undefined));

describe('a monitor', () => {
  test.each<[string, readonly RecordSet[]]>([
    ['one record to blue', [alias(blueHost)]],
    ['one record to green', [alias(greenHost)]],
    ['blue alone', weightedPair(100, 0).slice(0, 1)],
    ['a pair of which green has nothing', weightedPair(100, 0)],
  ])('has nothing to watch with %s', (_what, records) => {
    expect(plan({ mode: 'monitor' }, records)).toMatchObject({ kind: 'proceed', steps: [], notices: [] });
  });

  test.each([
    [weightedPair(90, 10), 10],
    [weightedPair(0, 100), 100],
    [weightedPair(0, 0), 50],
    [[...weightedPair(90, 10), ...weightedPair(50, 50, 'AAAA')], 50],
  ])('watches %j, and its one change leaves green nothing', (records, greenPercent) => {
    const made = plan({ mode: 'monitor', 'watch-minutes': '3' }, records);
    expect(made).toMatchObject({
      kind: 'proceed',
      steps: [{ kind: 'watch', greenPercent, by: { seconds: 180 } }],
    });
    const [step] = made.kind === 'proceed' ? made.steps : [];
    if (step?.kind !== 'watch') throw new Error('no watch');
    expect(step.wayBack).toMatchObject({ greenPercent: 0, isForward: false });
    expect([...new Set(sharesOf(step.wayBack.after))]).toEqual([100, 0]);
  });

  test.each<[string, readonly RecordSet[], Partial<OneName>]>([
    ['no record', [], {}],
    ['a record of somebody else', [alias('elsewhere.example.net')], {}],
    [
      'an alarm that is not there, with nothing to watch',
      weightedPair(100, 0),
      { alarms: [{ name: 'a', state: 'missing', reason: undefined }] },
    ],
  ])('refuses %s: what it does not understand is never green', (_what, records, more) => {
    expect(plan({ mode: 'monitor', alarms: 'a' }, records, more)).toMatchObject({ kind: 'refuse' });
  });
});

describe('a health check', () => {
  const given = { mode: 'shift', 'green-health-check-id': check };

  test.each<[string, number, (pair: readonly RecordSet[]) => readonly RecordSet[], boolean]>([
    ['is new to both', 20, (pair) => pair, true],
    ['is new to green, and blue has it', 20, ([blue, ...green]) => withCheck([blue], green), true],
    ['is there', 20, ([blue, ...green]) => withCheck(green, [blue]), false],
    ['is new to both, and green gets less', 5, (pair) => pair, false],
  ])('%s: its step says that it is set only when it is', (_what, percent, edit, isSaid) => {
    const made = plan({ ...given, 'green-percent': String(percent) }, edit(weightedPair(90, 10)));
    const [step] = made.kind === 'proceed' ? made.steps : [];
    expect(step?.sentence.includes(`and set health check ${check} on green's record`)).toBe(isSaid);
    const unset = expect.stringContaining(`The record of green does not have health check ${check}`);
    if (percent < 10) expect(made).toMatchObject({ notices: expect.arrayContaining([unset]) });
  });

  function withCheck(
    checked: readonly (RecordSet | undefined)[],
    others: readonly (RecordSet | undefined)[],
  ): readonly RecordSet[] {
    const given = checked.flatMap((record) => (record ? [{ ...record, healthCheckId: check }] : []));
    return [...given, ...others.flatMap((record) => record ?? [])];
  }
  const changesOf = (raw: Raw, records: readonly RecordSet[], more: Partial<OneName> = {}) => {
    const made = plan(raw, records, more);
    return made.kind === 'proceed'
      ? made.steps.flatMap((step) => (step.kind === 'change-records' ? [step] : []))
      : [];
  };
  const checksOf = (records: readonly RecordSet[]) => records.map(({ healthCheckId }) => healthCheckId);

  test.each<[string, Raw, readonly RecordSet[], readonly (readonly (string | undefined)[])[]]>([
    ['with a step', { ...given, 'green-percent': '10' }, weightedPair(100, 0), [[undefined, check]]],
    [
      'where the share stays',
      { ...given, 'green-percent': '10' },
      weightedPair(90, 10),
      [[undefined, check]],
    ],
    [
      'in each of several steps',
      { ...given, steps: '10,50' },
      weightedPair(100, 0),
      [
        [undefined, check],
        [undefined, check],
      ],
    ],
    ['by an adoption', { ...given, mode: 'adopt' }, [alias(blueHost)], [[undefined, check]]],
    [
      'not where green has everything, by an adoption',
      { ...given, mode: 'adopt' },
      [alias(greenHost)],
      [[undefined, undefined]],
    ],
    ['not by a rollback', { ...given, mode: 'rollback' }, weightedPair(90, 10), [[undefined, undefined]]],
  ])('is set %s', (_what, raw, records, wanted) => {
    expect(changesOf(raw, records).map(({ after }) => checksOf(after))).toEqual(wanted);
  });

  test('is never set with weights that are both 0', () => {
    const [step] = changesOf({ ...given, steps: '10,25' }, weightedPair(0, 0));
    expect(sharesOf(step?.after ?? [])).toEqual([50, 50]);
  });

  test('is set with two zeros that become a half, and then nothing is said to be unset', () => {
    const raw = { ...given, 'green-percent': '50' };
    const [step] = changesOf(raw, weightedPair(0, 0));
    expect(checksOf(step?.after ?? [])).toEqual([undefined, check]);
    for (const records of [weightedPair(0, 0), weightedPair(50, 50)]) {
      const made = plan(raw, records);
      expect(made.kind === 'proceed' && made.notices.join()).not.toContain('does not have health check');
    }
  });

  test('that is not there is refused, and one that may not be looked for is a notice', () => {
    const raw = { ...given, 'green-percent': '10' };
    expect(
      plan(raw, weightedPair(100, 0), { healthChecks: [{ kind: 'missing', id: check, side: 'green' }] }),
    ).toMatchObject({
      kind: 'refuse',
    });
    const unseen = plan(raw, weightedPair(100, 0), {
      healthChecks: [{ kind: 'unseen', id: check, side: 'green', because: 'no route53:GetHealthCheck' }],
    });
    expect(unseen).toMatchObject({
      kind: 'proceed',
      notices: expect.arrayContaining([expect.stringContaining('route53:GetHealthCheck')]),
    });
  });
});
