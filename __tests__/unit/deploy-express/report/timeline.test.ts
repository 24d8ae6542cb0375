import fc from 'fast-check';
import { renderDuration } from '../../../../src/deploy-express/model/timeline.ts';
import { renderTimeline } from '../../../../src/deploy-express/report/timeline.ts';

const entry = { label: 'Canary', startedAt: 1_000, endedAt: 183_000, failed: false };

test('the chart counts from the first entry, and marks what failed', () => {
  const timeline = [entry, { label: 'Roll back', startedAt: 183_000, endedAt: 183_100, failed: true }];
  expect(renderTimeline(timeline)).toEqual([
    '```mermaid',
    'gantt',
    '  dateFormat YYYY-MM-DD HH:mm:ss',
    '  axisFormat %H:%M:%S',
    '  Canary (3 min 2 s) :2000-01-01 00:00:00, 182s',
    '  Roll back (1 s) :crit, 2000-01-01 00:03:02, 1s',
    '```',
  ]);
});

test('without entries there is no chart', () => {
  expect(renderTimeline([])).toEqual([]);
});

test.each(['title of it', 'Section', 'click', '2024-01-01', '', '::;#'])(
  'a label that Mermaid would misread is defused: %j',
  (label) => {
    expect(renderTimeline([{ ...entry, label }])[4]).toMatch(/^ {2}Step\b[^:;#]* :2000-01-01/);
  },
);

test('whatever the label, an entry is one line with one label', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (label) => {
      const lines = renderTimeline([{ ...entry, label }]);
      expect(lines).toHaveLength(6);
      expect(lines[4]).toMatch(/^ {2}[^\n\r:;#%"{}<>]+ :2000-01-01 00:00:00, 182s$/);
    }),
  );
});

test.each([
  [0.4, '0 s'],
  [59.6, '1 min'],
  [612, '10 min 12 s'],
  [3_600, '1 h'],
  [3_900, '1 h 5 min'],
])('%d seconds are %s', (seconds, expected) => {
  expect(renderDuration(seconds)).toBe(expected);
});
