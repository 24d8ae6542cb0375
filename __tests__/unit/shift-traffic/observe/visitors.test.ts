import fc from 'fast-check';
import type { Probe, SentProbe } from '../../../../src/shift-traffic/model/observed.ts';
import { countVisitors, type GreenFigures } from '../../../../src/shift-traffic/observe/visitors.ts';

const noon = Date.UTC(2026, 10, 24, 12);
const minute = 60_000;
const since = noon + 30_000;
/** Of five minutes, and a look each ten seconds. */
const watch = { startedAt: since, endsAt: since + 5 * minute };

const figures = (more: Partial<Record<keyof GreenFigures, readonly number[]>>): GreenFigures => {
  const points = (values: readonly number[] = []) =>
    values.map((value, index) => ({ at: noon + index * minute, value }));
  return {
    requests: points(more.requests),
    answers: points(more.answers),
    errors: points(more.errors),
    balancerErrors: points(more.balancerErrors),
  };
};

const answered = (status: number, by?: 'balancer'): Probe => ({
  kind: 'answered',
  status,
  ...(by && { by }),
});
const silent: Probe = { kind: 'failed', because: 'no answer within 10 s', isCertificate: false };
const refused: Probe = { kind: 'failed', because: 'certificate has expired', isCertificate: true };
const sent = (probe: Probe | undefined, at = since): SentProbe => ({ at, probe });
const none = { requests: 0, visitors: 0, failed: 0, balancerErrors: 0 };

test.each<[string, GreenFigures, readonly SentProbe[], Partial<typeof none>]>([
  ['nothing has come yet', figures({}), [sent(answered(200))], {}],
  [
    'only probes',
    figures({ requests: [3], answers: [3] }),
    [sent(answered(200)), sent(answered(200)), sent(answered(200))],
    { requests: 3 },
  ],
  [
    'probes that failed are no failures of visitors',
    figures({ requests: [10], answers: [10], errors: [3] }),
    [sent(answered(500)), sent(answered(503)), sent(answered(200))],
    { requests: 10, visitors: 7, failed: 1 },
  ],
  [
    'a probe that nobody answered may be in the figures, and is in no code',
    figures({ requests: [10], answers: [9] }),
    [sent(silent)],
    { requests: 10, visitors: 9 },
  ],
  [
    'a probe that is under way may be, too',
    figures({ requests: [10], answers: [9] }),
    [sent(undefined)],
    { requests: 10, visitors: 9 },
  ],
  [
    'a probe that the certificate ended was no request',
    figures({ requests: [10], answers: [10] }),
    [sent(refused)],
    { requests: 10, visitors: 10 },
  ],
  [
    'what was sent before and after the minutes that are there',
    figures({ requests: [10], answers: [10] }),
    [sent(answered(200), noon - minute), sent(answered(200), noon + 2 * minute)],
    { requests: 10, visitors: 10 },
  ],
  [
    'what was sent at their edges may be in them',
    figures({ requests: [10], answers: [10] }),
    [sent(answered(200), noon - 2_000), sent(answered(200), noon + minute + 2_000)],
    { requests: 10, visitors: 8 },
  ],
  [
    'missing answers are failed as far as the load balancer answered itself',
    figures({ requests: [50, 50], answers: [40, 50], balancerErrors: [4, 7] }),
    [],
    { requests: 100, visitors: 100, failed: 4, balancerErrors: 11 },
  ],
  [
    'all visitors upgrade to WebSocket',
    figures({ requests: [50], answers: [0] }),
    [],
    { requests: 50, visitors: 50 },
  ],
  [
    'a probe that the load balancer answered, after it chose a task',
    figures({ requests: [10], answers: [9], balancerErrors: [1] }),
    [sent(answered(502, 'balancer'))],
    { requests: 10, visitors: 9 },
  ],
  [
    'a probe that the load balancer answered, having no task',
    figures({ requests: [10], answers: [10], balancerErrors: [1] }),
    [sent(answered(503, 'balancer'))],
    { requests: 10, visitors: 10 },
  ],
  [
    'a probe that no rule was for',
    figures({ requests: [10], answers: [10] }),
    [sent(answered(404, 'balancer'))],
    { requests: 10, visitors: 10 },
  ],
])('%s', (_case, seen, probes, counted) => {
  expect(countVisitors(seen, probes, watch)).toMatchObject({ ...none, ...counted });
});

test('never are visitors more than were counted, nor do their failures come of nothing', () => {
  const count = fc.array(fc.nat(100), { maxLength: 4 });
  const probe = fc.constantFrom(
    answered(200),
    answered(500),
    answered(502, 'balancer'),
    answered(503, 'balancer'),
    silent,
    refused,
  );
  const probes = fc.array(
    fc.record({ at: fc.integer({ min: noon - minute, max: noon + 5 * minute }), probe }),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(count, count, count, count, probes, (requests, answers, errors, balancerErrors, list) => {
      const seen = figures({ requests, answers, errors, balancerErrors });
      const { until, isBehind, ...counted } = countVisitors(seen, list, watch);
      expect(until).toBe(requests.length === 0 ? undefined : noon + requests.length * minute);
      const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
      expect(counted.visitors).toBeLessThanOrEqual(Math.max(sum(requests), counted.failed));
      expect(counted.failed).toBeLessThanOrEqual(counted.visitors);
      expect(counted.failed).toBeLessThanOrEqual(sum(errors) + sum(balancerErrors));
      const due = list.filter(
        ({ at, probe }) =>
          at >= since && at <= watch.endsAt - minute && probe?.kind === 'answered' && probe.by !== 'balancer',
      );
      if (!isBehind) for (const { at } of due) expect(until ?? 0).toBeGreaterThan(at);
      expect(Math.min(...Object.values(counted))).toBeGreaterThanOrEqual(0);
    }),
  );
});

/** Probes from the beginning of the watch to its end, each ten seconds. */
const everyTen = (probe: Probe, seconds = 300) =>
  Array.from({ length: seconds / 10 + 1 }, (_, index) => sent(probe, since + index * 10_000));
const full = (minutes: number) => figures({ requests: Array.from({ length: minutes }, () => 6) });
const short = { startedAt: since, endsAt: since + 20_000 };

test.each<[string, GreenFigures, readonly SentProbe[], typeof watch, boolean]>([
  ['the minute before the end is there', full(5), everyTen(answered(200)), watch, false],
  ['so is the end', full(6), everyTen(answered(200)), watch, false],
  ['the minute before the end is not there', full(4), everyTen(answered(200)), watch, true],
  ['none is', full(0), everyTen(answered(200)), watch, true],
  ['none is, of probes that failed at green', full(0), everyTen(answered(500)), watch, true],
  ['nobody could ask anything', full(0), [], watch, false],
  ['no probe got an answer', full(0), everyTen(silent), watch, false],
  ['the load balancer had no task to ask', full(0), everyTen(answered(503, 'balancer')), watch, false],
  ['probes were sent before the watch alone', full(0), [sent(answered(200), since - 1)], watch, false],
  ['nobody asked in the last minutes', full(2), everyTen(answered(200), 80), watch, false],
  [
    'nobody asked in the last minutes, and those before are not there',
    full(1),
    everyTen(answered(200), 80),
    watch,
    true,
  ],
  ['of a watch of less than a minute, none is', full(0), everyTen(answered(200), 20), short, true],
  ['of a watch of less than a minute, its own is', full(1), everyTen(answered(200), 20), short, false],
])('figures are behind or not, when %s', (_case, seen, probes, of, isBehind) => {
  expect(countVisitors(seen, probes, of)).toMatchObject({ isBehind });
});

test.each<[string, readonly SentProbe[], Partial<typeof none>]>([
  [
    'a 504 of the load balancer',
    [sent(answered(504, 'balancer'))],
    { requests: 10, visitors: 9, balancerErrors: 1 },
  ],
  ['a 502 of a task', [sent(answered(502))], { requests: 10, visitors: 9, balancerErrors: 2 }],
  [
    'a 404 of the load balancer',
    [sent(answered(404, 'balancer'))],
    { requests: 10, visitors: 10, balancerErrors: 2 },
  ],
  ['a probe that is under way', [sent(undefined)], { requests: 10, visitors: 9, balancerErrors: 2 }],
])('of two errors of the load balancer, those of %s are not of visitors', (_case, probes, counted) => {
  const seen = figures({ requests: [10], answers: [10], balancerErrors: [2] });
  expect(countVisitors(seen, probes, watch)).toMatchObject({ ...none, ...counted });
});

test.each([
  ['as early as a clock may be wrong', noon - 10_000, 9],
  ['earlier', noon - 10_001, 10],
  ['just before the figures end, as far as a clock may be wrong', noon + minute + 9_999, 9],
  ['then', noon + minute + 10_000, 10],
])('a probe that was sent %s', (_case, at, visitors) => {
  const seen = figures({ requests: [10], answers: [10] });
  expect(countVisitors(seen, [sent(answered(200), at)], watch)).toMatchObject({ visitors });
});

test.each([
  ['as the watch began', [since], full(0)],
  ['a minute before its end', [since, watch.endsAt - minute], full(4)],
])('a probe of %s is due', (_case, times, seen) => {
  const probes = times.map((at) => sent(answered(200), at));
  expect(countVisitors(seen, probes, watch)).toMatchObject({ isBehind: true });
});
