import { type BakeLook, judgeBake } from '../../../../src/shift-traffic/apply/judge-bake.ts';
import type { CountedRequests, Probe } from '../../../../src/shift-traffic/model/observed.ts';

const fine: Probe = { kind: 'answered', status: 200 };
const sick: Probe = { kind: 'answered', status: 503 };
const statuses = [{ from: 200, to: 399 }];
const bake = { seconds: 300, alarms: [], maxErrorPercent: undefined, minRequests: 100 };
const judgingErrors = { ...bake, maxErrorPercent: 1 };

function look(more: Partial<BakeLook> = {}): BakeLook {
  return { probe: fine, alarms: [], counted: undefined, isLast: false, ...more };
}

const counted = (requests: number, errors: number): CountedRequests => ({ requests, errors });
const alarm = (state: string) => [{ name: 'web-5xx', state, reason: 'Threshold Crossed' }];

test('good news is told at the end only', () => {
  expect(judgeBake([look()], bake, statuses)).toBeUndefined();
  expect(judgeBake([look(), look({ isLast: true })], bake, statuses)).toEqual({
    kind: 'good',
    because: '2 requests answered',
  });
});

test('three failed requests in a row are bad, two are not', () => {
  const two = [look({ probe: sick }), look({ probe: sick })];
  expect(judgeBake(two, bake, statuses)).toBeUndefined();
  expect(judgeBake([look(), ...two, look({ probe: sick })], bake, statuses)).toMatchObject({
    kind: 'bad',
    because: expect.stringContaining('it answered 503'),
  });
  expect(judgeBake([look({ probe: sick }), look(), ...two], bake, statuses)).toBeUndefined();
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
    because: '1 requests answered, 2 of 200 requests to green failed (1 %)',
  });
});

test('errors are not judged unless asked for', () => {
  expect(judgeBake([look({ counted: counted(200, 200), isLast: true })], bake, statuses)).toMatchObject({
    kind: 'good',
  });
});

test.each<[string, Partial<BakeLook>, string]>([
  ['an alarm has no data', { alarms: alarm('INSUFFICIENT_DATA') }, 'alarm web-5xx has no data'],
  ['alarms cannot be read', { alarms: { unread: 'denied' } }, 'denied'],
  ['the metrics cannot be read', { counted: { unread: 'CloudWatch is down' } }, 'CloudWatch is down'],
  ['there are too few requests', { counted: counted(99, 0) }, 'fewer than min-requests (100)'],
  ['there are no requests', {}, 'CloudWatch shows 0 requests'],
  ['the last request failed', { counted: counted(500, 0), probe: sick }, 'the last request failed'],
])('it stays unclear when %s', (_case, last, because) => {
  expect(judgeBake([look(), look({ ...last, isLast: true })], judgingErrors, statuses)).toEqual({
    kind: 'unclear',
    because: expect.stringContaining(because),
  });
});

test('without min-requests, no requests are no reason to doubt', () => {
  const last = look({ counted: counted(0, 0), isLast: true });
  expect(judgeBake([last], { ...judgingErrors, minRequests: 0 }, statuses)).toMatchObject({ kind: 'good' });
});
