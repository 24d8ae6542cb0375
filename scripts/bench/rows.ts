export type Row = {
  readonly what: string;
  readonly ours: string;
  readonly other?: string;
  readonly ratio?: number;
  readonly goal: string;
};

const rows: Row[] = [];

/** `theirs` is absent where there is nothing to compare with. */
export function addRow(row: {
  readonly what: string;
  readonly mine: number | undefined;
  readonly theirs?: number | undefined;
  readonly unit: string;
  readonly goal: string;
}): void {
  const { what, mine = Number.NaN, theirs, unit, goal } = row;
  const known = theirs !== undefined && !Number.isNaN(theirs);
  rows.push({
    what,
    ours: `${Math.round(mine)} ${unit}`,
    ...(known && { other: `${Math.round(theirs)} ${unit}`, ratio: mine / theirs }),
    goal,
  });
}

export function printRows(): void {
  const width = Math.max(...rows.map(({ what }) => what.length));
  for (const { what, ours, other, ratio, goal } of rows) {
    const compared = other === undefined ? '' : `  other ${other}  ratio ${ratio?.toFixed(2)}`;
    process.stdout.write(`${what.padEnd(width)}  ${ours}${compared}  (goal: ${goal})\n`);
  }
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
