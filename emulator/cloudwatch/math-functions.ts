import { validationError } from './input.ts';
import type { Points } from './statistics.ts';

/** A number, a series, a list of series (`METRICS()`, `[m1, m2]`), or a word such as REPEAT. */
export type MathValue = number | Points | readonly MathValue[] | { readonly word: string };

export type MathContext = {
  /** The series of another query by its id. */
  readonly find: (id: string) => MathValue;
  readonly word: (word: string) => MathValue;
  /** All series that are not expressions. */
  readonly metrics: () => readonly MathValue[];
  /** The times of all periods in the range. */
  readonly times: readonly number[];
};

type MathFunction = (parameters: readonly MathValue[], context: MathContext) => MathValue;

/** Applied where both sides have a value: a period that one of them lacks is lacking in the result. */
export function pointwise(
  one: MathValue,
  other: MathValue,
  apply: (one: number, other: number) => number,
): MathValue {
  if (typeof one === 'number' && typeof other === 'number') return apply(one, other);
  const times = isSeries(one) ? [...one.keys()] : isSeries(other) ? [...other.keys()] : [];
  const points = times.flatMap((at): [number, number][] => {
    const [left, right] = [valueAt(one, at), valueAt(other, at)];
    if (left === undefined || right === undefined) return [];
    const value = apply(left, right);
    // Nothing divided by nothing is no data point.
    return Number.isFinite(value) ? [[at, value]] : [];
  });
  return new Map(points);
}

export const isSeries = (value: MathValue): value is Points => value instanceof Map;

/** Of one series a number, of a list the series of their sums: periods that some members lack count what is there. */
const aggregate =
  (combine: (values: readonly number[]) => number): MathFunction =>
  ([given = []]) => {
    if (isSeries(given)) return given.size === 0 ? 0 : combine([...given.values()]);
    const members = Array.isArray(given) ? given : [given];
    const times = new Set(members.flatMap((member) => (isSeries(member) ? [...member.keys()] : [])));
    const points = [...times]
      .sort((one, other) => one - other)
      .map((at): [number, number] => {
        const values = members.map((member) => valueAt(member, at)).filter((value) => value !== undefined);
        return [at, combine(values)];
      });
    return new Map(points);
  };

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export const MATH_FUNCTIONS: Readonly<Record<string, MathFunction>> = {
  SUM: aggregate(sum),
  AVG: aggregate((values) => sum(values) / values.length),
  MIN: aggregate((values) => Math.min(...values)),
  MAX: aggregate((values) => Math.max(...values)),
  METRICS: (_, context) => context.metrics(),
  ABS: ([value = 0]) => pointwise(value, 0, (one) => Math.abs(one)),
  FILL: ([series = 0, filling = 0], { times }) => {
    if (!isSeries(series)) return series;
    let last: number | undefined;
    const points = times.flatMap((at): [number, number][] => {
      const value = series.get(at) ?? (typeof filling === 'number' ? filling : last);
      last = value;
      return value === undefined ? [] : [[at, value]];
    });
    return new Map(points);
  },
  IF: ([condition = 0, then, otherwise]) => {
    if (then === undefined) throw validationError('IF needs a condition and a value.');
    if (typeof condition === 'number') return condition !== 0 ? then : (otherwise ?? 0);
    const times = isSeries(condition) ? [...condition.keys()] : [];
    const points = times.flatMap((at): [number, number][] => {
      const chosen = valueAt(condition, at) !== 0 ? then : otherwise;
      const value = chosen === undefined ? undefined : valueAt(chosen, at);
      return value === undefined ? [] : [[at, value]];
    });
    return new Map(points);
  },
};

function valueAt(value: MathValue, at: number): number | undefined {
  if (typeof value === 'number') return value;
  return isSeries(value) ? value.get(at) : undefined;
}
