import fc from 'fast-check';
import {
  greenPercentOf,
  parsePercent,
  parseSteps,
  parseWeights,
  renderPercent,
  weightsForPercent,
} from '../../../src/dns/weights.ts';

test.each([
  ['0', 0],
  ['10', 10],
  ['12.5', 12.5],
  ['0.5', 0.5],
  ['99.50', 99.5],
  ['100', 100],
  ['25 %', 25],
  ['25%', 25],
])('%s is %s %%', (raw, value) => {
  expect(parsePercent(raw)).toEqual({ ok: true, value });
});

const problemWith = (seen: string) => ({
  ok: false,
  problem: { seen, wanted: expect.stringMatching(/percents|0 to 100/) },
});

test.each(['', '-1', '101', '0.1', '33.3', 'ten', '1e1', 'NaN', '.5', '5%0', '%'])(
  '%j is no percent, and is shown',
  (raw) => {
    expect(parsePercent(raw)).toEqual(problemWith(JSON.stringify(raw)));
  },
);

test('every percent has weights with the sum 100 or 200 that mean exactly that percent', () => {
  for (let halves = 0; halves <= 200; halves += 1) {
    const percent = halves / 2;
    const weights = weightsForPercent(percent);
    expect(weights.blue + weights.green).toBe(Number.isInteger(percent) ? 100 : 200);
    expect(greenPercentOf(weights)).toBeCloseTo(percent, 10);
    expect(parseWeights(weights.blue, weights.green).ok).toBe(true);
  }
});

test('weights that were meant as percent say what they really are', () => {
  expect(renderPercent(greenPercentOf({ blue: 100, green: 10 }))).toBe('9.09');
});

test('0 beside 0 is a half, and cannot be written', () => {
  expect(greenPercentOf({ blue: 0, green: 0 })).toBe(50);
  expect(parseWeights(0, 0)).toMatchObject({ problem: { wanted: expect.stringContaining('equal shares') } });
});

test('no weights but those Route 53 takes, and never 0 beside 0', () => {
  fc.assert(
    fc.property(fc.double(), fc.double(), (blue, green) => {
      const parsed = parseWeights(blue, green);
      if (!parsed.ok) return true;
      return (
        [blue, green].every((weight) => Number.isInteger(weight) && weight >= 0 && weight <= 255) &&
        blue + green > 0
      );
    }),
  );
  expect(parseWeights(256, 0)).toMatchObject({
    ok: false,
    problem: { wanted: expect.stringContaining('255') },
  });
  expect(parseWeights(255, 1).ok).toBe(true);
});

test.each([
  ['10, 25,50\n75 100', [10, 25, 50, 75, 100]],
  ['0.5,100', [0.5, 100]],
  [' 10,,25, ', [10, 25]],
])('steps %j', (raw, value) => {
  expect(parseSteps(raw)).toEqual({ ok: true, value });
});

test.each([
  ['', '""'],
  [',', '","'],
  ['50,25', '"50,25"'],
  ['10,10', '"10,10"'],
  ['10,x', '"x"'],
  ['10,101', '"101"'],
])('steps %j are refused, and what is wrong is shown', (raw, seen) => {
  expect(parseSteps(raw)).toEqual(problemWith(seen));
});
