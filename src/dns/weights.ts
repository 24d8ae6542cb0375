import { accepted, type Parsed, quote, refused } from '../parse.ts';

declare const positiveSum: unique symbol;

/**
 * Weights to be written, of which at least one is above zero. Route 53 takes 0 and 0 for "equal shares", not for "off",
 * so such a pair must not be writable: nothing but `parseWeights` and `weightsForPercent` makes this type.
 */
export type Weights = WeightPair & { readonly [positiveSum]: true };

/** Weights as they were found, 0 and 0 included. */
export type WeightPair = { readonly blue: number; readonly green: number };

/** A weight is a whole number from 0 to 255 (Route 53 API reference, ResourceRecordSet). */
const greatestWeight = 255;

export function parseWeights(blue: number, green: number): Parsed<Weights> {
  const valid = [blue, green].every(
    (weight) => Number.isInteger(weight) && weight >= 0 && weight <= greatestWeight,
  );
  const seen = `blue ${blue}, green ${green}`;
  if (!valid) return refused({ seen, wanted: `whole numbers from 0 to ${greatestWeight}` });
  if (blue + green === 0) {
    return refused({ seen, wanted: 'one weight above 0: for Route 53, 0 and 0 are equal shares' });
  }
  return accepted({ blue, green } as Weights);
}

export const allBlue = { blue: 100, green: 0 } as Weights;
export const allGreen = { blue: 0, green: 100 } as Weights;

/** Weights with the sum 100, or 200 for half percents. `greenPercent` is a multiple of 0.5 from 0 to 100. */
export function weightsForPercent(greenPercent: number): Weights {
  const scale = Number.isInteger(greenPercent) ? 1 : 2;
  return { blue: (100 - greenPercent) * scale, green: greenPercent * scale } as Weights;
}

const percentWanted = 'a number from 0 to 100 in steps of 0.5 (weights cannot say it finer)';

export function parsePercent(raw: string): Parsed<number> {
  const text = raw.replace(/\s*%$/, '');
  const value = /^\d{1,3}(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  const valid = value >= 0 && value <= 100 && Number.isInteger(value * 2);
  return valid ? accepted(value) : refused({ seen: quote(raw), wanted: percentWanted });
}

/** `10, 25, 50, 100`: from little to much, so that no step takes back what an earlier one gave. */
export function parseSteps(raw: string): Parsed<readonly number[]> {
  const steps: number[] = [];
  for (const item of raw.split(/[\s,]+/).filter((part) => part !== '')) {
    const parsed = parsePercent(item);
    if (!parsed.ok) return parsed;
    if (parsed.value <= (steps.at(-1) ?? -1)) {
      return refused({
        seen: quote(raw),
        wanted: 'green percents in ascending order, such as 10, 25, 50, 100',
      });
    }
    steps.push(parsed.value);
  }
  return steps.length > 0 ? accepted(steps) : refused({ seen: quote(raw), wanted: percentWanted });
}

/** What the weights really mean, 0–100: 100 beside 10 is 9.09 %, and 0 beside 0 is a half. */
export function greenPercentOf({ blue, green }: WeightPair): number {
  return blue + green === 0 ? 50 : (100 * green) / (blue + green);
}

/** At most two decimals: `9.09`, `12.5`, `50`. */
export function renderPercent(percent: number): string {
  return String(Math.round(percent * 100) / 100);
}
