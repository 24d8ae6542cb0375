import { compare, type Difference } from './compare.ts';
import type { Recording } from './record.ts';

/** A difference that is known, and stays: the source says who is right. */
export type Gap = {
  readonly scenario: string;
  /** `*` for any characters, here and in `path`. */
  readonly step: string;
  readonly path: string;
  readonly why: string;
  readonly source: string;
};

export type Verdict = {
  readonly unlisted: readonly Difference[];
  /** Gaps of the scenario that nothing differs by any more. */
  readonly closed: readonly Gap[];
  readonly listed: number;
};

export function judge(witness: Recording, emulator: Recording, gaps: readonly Gap[]): Verdict {
  const own = gaps.filter(({ scenario }) => scenario === witness.scenario);
  const differences = compare(witness.steps, emulator.steps);
  const unlisted = differences.filter((one) => !own.some((gap) => covers(gap, one)));
  return {
    unlisted,
    closed: own.filter((gap) => !differences.some((one) => covers(gap, one))),
    listed: differences.length - unlisted.length,
  };
}

const covers = (gap: Gap, { step, path }: Difference): boolean =>
  matches(step, gap.step) && matches(path, gap.path);

function matches(text: string, pattern: string): boolean {
  const source = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`).test(text);
}
