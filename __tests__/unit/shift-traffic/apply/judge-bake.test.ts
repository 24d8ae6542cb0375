import fc from 'fast-check';
import {
  type BakeLook,
  badProbePercent,
  badProbesInRow,
  goodProbePercent,
  judgeBake,
  judgeNames,
  whyBehind,
} from '../../../../src/shift-traffic/apply/judge-bake.ts';
import type { CountedRequests } from '../../../../src/shift-traffic/model/measured.ts';
import type { Probe } from '../../../../src/shift-traffic/model/observed.ts';

const fine: Probe = { kind: 'answered', status: 200 };
const sick: Probe = { kind: 'answered', status: 503 };
const statuses = [{ from: 200, to: 399 }];
const bake = { seconds: 300, alarms: [], maxErrorPercent: undefined, minRequests: 100 };
const judgingErrors = { ...bake, maxErrorPercent: 1 };

function look(more: Partial<BakeLook> = {}): BakeLook {
  return { probe: fine, alarms: [], counted: undefined, isLast: false, ...more };
}

const counted = (visitors: number, failed: number, more: Partial<CountedRequests> = {}): CountedRequests => ({
  requests: visitors + 31,
  until: Date.UTC(2026, 10, 24, 12, 4),
  isBehind: false,
  visitors,
  failed,
  balancerErrors: 0,
  ...more,
});
const alarm = (state: string) => [{ name: 'web-5xx', state, reason: 'Threshold Crossed' }];

test('good news is told at the end only', () => {
  expect(judgeBake([look()], bake, statuses)).toBeUndefined();
  expect(judgeBake([look(), look({ isLast: true })], bake, statuses)).toEqual({
    kind: 'good',
    because: '2 of 2 probes answered',
  });
});

/** `.` is a probe that was answered as it should be, `x` one that was not; the last one ends the watch. */
function watch(pattern: string) {
  const looks = [...pattern].map((sign, index) =>
    look({ probe: sign === 'x' ? sick : fine, isLast: index === pattern.length - 1 }),
  );
  return judgeBake(looks, bake, statuses);
}

/** The watch of five minutes, with a look each ten seconds. */
const defaultLooks = 31;
const everyTenth = '.........x'.repeat(3);

test.each<[string, string, 'good' | 'bad' | 'unclear', string]>([
  ['none fails', '.'.repeat(defaultLooks), 'good', '31 of 31 probes answered'],
  ['a single one fails', `${'.'.repeat(12)}x${'.'.repeat(18)}`, 'good', '30 of 31 probes answered'],
  ['a single one of few fails', '.x.', 'unclear', '1 of 3 probes failed'],
  ['the only one fails', 'x', 'unclear', 'the last probe failed'],
  ['two fail', `x${'.'.repeat(12)}x${'.'.repeat(17)}`, 'unclear', '2 of 31 probes failed'],
  ['every tenth fails', `${everyTenth}.`, 'unclear', '3 of 31 probes failed'],
  ['every tenth fails, and so the first', `x${everyTenth}`, 'unclear', 'the last probe failed'],
  ['the last one fails', `${'.'.repeat(30)}x`, 'unclear', 'the last probe failed: it answered 503'],
  ['every fourth fails', `${'...x'.repeat(7)}...`, 'unclear', '7 of 31 probes failed'],
  ['two of three fail', `${'xx.'.repeat(10)}.`, 'bad', '20 of 31 probes failed'],
  ['three in a row fail', `${'.'.repeat(28)}xxx`, 'bad', '3 probes in a row failed: it answered 503'],
  ['all fail', 'xxx', 'bad', '3 probes in a row failed'],
])('when %s', (_case, pattern, kind, because) => {
  expect(watch(pattern)).toMatchObject({ kind, because: expect.stringContaining(because) });
});

const patterns = fc.array(fc.constantFrom('.', 'x'), { minLength: 1, maxLength: 60 });

test('whatever the order: good means that few failed, and one that failed undoes nothing', () => {
  fc.assert(
    fc.property(patterns, (signs) => {
      const pattern = signs.join('');
      const failed = pattern.replaceAll('.', '').length;
      const verdict = watch(pattern);
      if (verdict?.kind === 'good')
        expect((100 * failed) / pattern.length).toBeLessThanOrEqual(goodProbePercent);
      if (verdict?.kind === 'bad') expect(failed).toBeGreaterThanOrEqual(badProbesInRow);
      if ((100 * failed) / pattern.length >= badProbePercent && failed >= badProbesInRow)
        expect(verdict?.kind).toBe('bad');
    }),
  );
});

test('bad news of probes is told at once', () => {
  const looks = (pattern: string) => [...pattern].map((sign) => look({ probe: sign === 'x' ? sick : fine }));
  expect(judgeBake(looks('..xx'), bake, statuses)).toBeUndefined();
  expect(judgeBake(looks('..xxx'), bake, statuses)).toMatchObject({ kind: 'bad' });
  expect(judgeBake(looks('x.x.x'), bake, statuses)).toMatchObject({ kind: 'bad' });
});

test('an alarm that goes off is bad at once', () => {
  expect(judgeBake([look({ alarms: alarm('ALARM') })], bake, statuses)).toEqual({
    kind: 'bad',
    because: 'alarm web-5xx went off: Threshold Crossed',
  });
});

test('too many errors are bad at once, when there are enough requests', () => {
  expect(judgeBake([look({ counted: counted(200, 3) })], judgingErrors, statuses)).toMatchObject({
    kind: 'bad',
  });
  expect(judgeBake([look({ counted: counted(99, 99) })], judgingErrors, statuses)).toBeUndefined();
  expect(
    judgeBake([look({ counted: counted(200, 2), isLast: true })], judgingErrors, statuses),
  ).toMatchObject({
    kind: 'good',
    because: '1 of 1 probes answered, 2 of 200 requests of visitors to green failed (1 %)',
  });
});

test('errors are bad also when figures of the end are missing', () => {
  const late = counted(200, 3, { isBehind: true });
  expect(judgeBake([look({ counted: late })], judgingErrors, statuses)).toMatchObject({ kind: 'bad' });
});

test('errors are not judged unless asked for', () => {
  expect(judgeBake([look({ counted: counted(200, 200), isLast: true })], bake, statuses)).toMatchObject({
    kind: 'good',
  });
});

test.each<[string, Partial<BakeLook>, string]>([
  ['an alarm has no data', { alarms: alarm('INSUFFICIENT_DATA') }, 'alarm web-5xx has no data'],
  ['an alarm is gone', { alarms: alarm('missing') }, 'alarm web-5xx is not there any more'],
  ['an alarm is in a state nobody knows', { alarms: alarm('SNOOZED') }, 'alarm web-5xx has no data'],
  ['alarms cannot be read', { alarms: { unread: 'denied' } }, 'denied'],
  ['the metrics cannot be read', { counted: { unread: 'CloudWatch is down' } }, 'CloudWatch is down'],
  ['the metrics were not read', {}, 'the metrics of green were not read'],
  ['there are too few visitors', { counted: counted(99, 0) }, 'fewer than min-requests (100)'],
  [
    'the load balancer answered for somebody',
    { counted: counted(500, 0, { balancerErrors: 2 }) },
    'the load balancer itself answered 2 requests with 5xx',
  ],
  ['the last probe failed', { counted: counted(500, 0), probe: sick }, 'the last probe failed'],
  [
    'figures of the end are missing',
    { counted: counted(500, 0, { isBehind: true }) },
    "CloudWatch's figures of green end at 12:04 UTC",
  ],
  [
    'all figures are missing',
    { counted: counted(0, 0, { requests: 0, until: undefined, isBehind: true }) },
    'CloudWatch has no figures of green yet',
  ],
])('it stays unclear when %s', (_case, last, because) => {
  const answered = Array.from({ length: 30 }, () => look());
  expect(judgeBake([...answered, look({ ...last, isLast: true })], judgingErrors, statuses)).toMatchObject({
    kind: 'unclear',
    because: expect.stringContaining(because),
  });
});

/**
 * `.` is a look at alarms that are content, `u` one that was not answered, `m` one that misses an alarm,
 * `i` one without data, `w` one before the first answer.
 */
test.each<[string, string, 'good' | 'unclear', string]>([
  ['all are read', '.'.repeat(defaultLooks), 'good', 'alarms OK: web-5xx'],
  ['one is not', `${'.'.repeat(12)}u${'.'.repeat(18)}`, 'good', 'alarms OK: web-5xx'],
  [
    'three in a row of many are not',
    `..uuu${'.'.repeat(95)}`,
    'unclear',
    'alarms were not seen in 3 of 100 looks',
  ],
  ['three in a row miss one', `..umm${'.'.repeat(95)}`, 'unclear', 'alarm web-5xx is not there any more'],
  [
    'every third is not',
    `${'.u.'.repeat(10)}.`,
    'unclear',
    'alarms were not seen in 10 of 31 looks, the last',
  ],
  ['all but the last miss one', `${'m'.repeat(30)}.`, 'unclear', 'alarms were not seen in 30 of 31 looks'],
  ['the first answer takes its time', `wwww${'.'.repeat(27)}`, 'good', 'alarms OK: web-5xx'],
  ['some have no data', `..iii${'.'.repeat(26)}`, 'good', 'alarms OK: web-5xx'],
])('of the alarms of a watch, when %s', (_case, pattern, kind, because) => {
  const signs = {
    '.': alarm('OK'),
    m: alarm('missing'),
    i: alarm('INSUFFICIENT_DATA'),
    u: { unread: 'denied' },
    w: undefined,
  };
  const looks = [...pattern].map((sign, index) =>
    look({ alarms: signs[sign as keyof typeof signs], isLast: index === pattern.length - 1 }),
  );
  const verdict = judgeBake(looks, { ...bake, alarms: ['web-5xx'] }, statuses);
  expect(verdict).toMatchObject({ kind, because: expect.stringContaining(because) });
});

test.each<[string, CountedRequests, boolean]>([
  ['some visitors have come', counted(12, 0), true],
  ['no figures have come', counted(0, 0, { requests: 0 }), true],
  ['nobody comes, by figures that are there', counted(0, 0, { requests: 31 }), false],
])('to watch for longer is said to help where %s: %s', (_case, seen, helps) => {
  const verdict = judgeBake([look({ counted: seen, isLast: true })], judgingErrors, statuses);
  if (verdict?.kind !== 'unclear') throw new Error(`it is ${verdict?.kind}`);
  expect(verdict.wayOut.includes('Lengthen bake-minutes')).toBe(helps);
});

test('without min-requests, no requests are no reason to doubt', () => {
  const last = look({ counted: counted(0, 0), isLast: true });
  expect(judgeBake([last], { ...judgingErrors, minRequests: 0 }, statuses)).toMatchObject({
    kind: 'good',
    because: expect.stringContaining('0 of 0 requests of visitors to green failed (0 %)'),
  });
});

describe('of several names the worst counts', () => {
  const judge = (...names: readonly (readonly [string, readonly BakeLook[]])[]) =>
    judgeNames(new Map(names), bake, statuses);
  const end = look({ isLast: true });
  const ill = look({ probe: sick });

  test('bad at once, whatever the others are', () => {
    expect(judge(['a', [look(), look(), look()]], ['b', [ill, ill, ill]])).toEqual({
      kind: 'bad',
      because: 'b: 3 probes in a row failed: it answered 503',
    });
  });

  test('unclear before good, and told by name', () => {
    expect(judge(['a', [look(), end]], ['b', [look(), look({ isLast: true, probe: sick })]])).toMatchObject({
      kind: 'unclear',
      because: 'b: the last probe failed: it answered 503',
    });
  });

  test('what all have in common is told once', () => {
    expect(judge(['a', [look(), end]], ['b', [look(), end]])).toEqual({
      kind: 'good',
      because: '2 of 2 probes answered',
    });
    const ringing = { ...end, alarms: alarm('ALARM') };
    expect(judge(['a', [ringing]], ['b', [ringing]])?.because).toBe(
      'alarm web-5xx went off: Threshold Crossed',
    );
  });

  test('open while one of them is', () => {
    expect(judge(['a', [look()]], ['b', [look()]])).toBeUndefined();
  });
});

test.each<[string, readonly BakeLook[], typeof judgingErrors | typeof bake, object | undefined]>([
  [
    'an alarm without a reason',
    [look({ alarms: [{ name: 'a', state: 'ALARM', reason: undefined }] })],
    bake,
    {
      kind: 'bad',
      because: 'alarm a went off',
    },
  ],
  ['as many visitors as are enough', [look({ counted: counted(100, 2) })], judgingErrors, { kind: 'bad' }],
  [
    'one visitor, where any number is enough',
    [look({ counted: counted(1, 1) })],
    { ...judgingErrors, minRequests: 0 },
    { kind: 'bad' },
  ],
  [
    'alarms that were never read',
    [look({ alarms: undefined, isLast: true })],
    bake,
    {
      kind: 'unclear',
      because: 'CloudWatch has not answered yet',
    },
  ],
  [
    'figures that were read before, and not this time',
    [look({ counted: counted(200, 3) }), look({ counted: { unread: 'throttled' } })],
    judgingErrors,
    { kind: 'bad' },
  ],
  ['no look at all', [], bake, undefined],
])('%s', (_case, looks, how, verdict) => {
  const judged = judgeBake(looks, how, statuses);
  if (verdict === undefined) expect(judged).toBeUndefined();
  else expect(judged).toMatchObject(verdict);
});

test('exactly as many as may be are good: of probes, and of looks without sight of the alarms', () => {
  const twenty = (nth: Partial<BakeLook>) =>
    Array.from({ length: 20 }, (_, index) => look({ ...(index === 5 && nth), isLast: index === 19 }));
  expect(judgeBake(twenty({ probe: sick }), bake, statuses)).toMatchObject({ kind: 'good' });
  expect(judgeBake(twenty({ alarms: { unread: 'denied' } }), bake, statuses)).toMatchObject({ kind: 'good' });
});

test.each([
  [undefined, undefined],
  [{ unread: 'denied' }, undefined],
  [counted(1, 0), undefined],
  [counted(1, 0, { isBehind: true }), "CloudWatch's figures of green end at 12:04 UTC"],
])('figures %j lack minutes: %s', (figures, why) => {
  expect(whyBehind(figures)).toBe(why);
});

test('nobody but the job at green is told as that, with the figures', () => {
  const last = look({ counted: counted(0, 0, { requests: 31 }), isLast: true });
  expect(judgeBake([last], judgingErrors, statuses)).toMatchObject({
    kind: 'unclear',
    because: expect.stringContaining('0 requests of visitors'),
    wayOut: expect.stringContaining('Nobody but this job'),
  });
});

test('names stay open while one of them is, however good the others are', () => {
  const end = look({ isLast: true });
  const names = new Map([
    ['a', [look(), end]],
    ['b', [look()]],
  ]);
  expect(judgeNames(names, bake, statuses)).toBeUndefined();
  expect(judgeNames(new Map(), bake, statuses)).toBeUndefined();
});
