import type { uses } from '../src/shift-traffic/inputs/uses.ts';

const modes = ['adopt', 'shift', 'rollback', 'monitor', 'finalize', 'status', 'verify'] as const;

/** Pure: which mode uses which input. Inputs of the same row are in one line; those that every mode uses are left out. */
export function renderUses(table: typeof uses): string {
  const rows = Map.groupBy(Object.entries(table), ([, use]) =>
    modes.map((mode) => cellOf(use, mode)).join(' | '),
  );
  const lines = [...rows]
    .filter(([cells]) => cells.split(' | ').some((cell) => cell !== 'x'))
    .map(([cells, inputs]) => `| ${inputs.map(([name]) => `\`${name}\``).join(', ')} | ${cells} |`);
  return [
    `| Input | ${modes.map((mode) => `\`${mode}\``).join(' | ')} |`,
    `| --- | ${modes.map(() => '---').join(' | ')} |`,
    ...lines,
  ].join('\n');
}

function cellOf(
  { by, beside, refusedBy }: (typeof uses)[keyof typeof uses],
  mode: (typeof modes)[number],
): string {
  if (by.includes(mode)) return 'x';
  if (refusedBy?.includes(mode)) return 'r';
  return beside === 'notice' ? 'n' : '';
}
