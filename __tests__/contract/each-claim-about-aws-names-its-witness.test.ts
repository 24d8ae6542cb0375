import { existsSync, readdirSync } from 'node:fs';
import { readText } from '../helpers/source-tree.ts';

/** Who says that AWS does what the emulator does. Defined at the beginning of its README. */
const WITNESSES = ['model', 'guide', 'operators', 'recorded', 'ours'] as const;

type Claim = { readonly text: string; readonly witnesses: readonly string[] };

/** The cells of a row; a bar within a cell is written `\|`. */
const cellsOf = (row: string): readonly string[] =>
  row
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());

/** The rows of all tables whose header passes. */
function rowsOf(
  page: string,
  isWanted: (header: readonly string[]) => boolean,
): readonly (readonly string[])[] {
  const tables = readText(page).match(/(?:^\|.*\|\n)+/gm) ?? [];
  return tables.flatMap((table) => {
    const [header = '', , ...rows] = table.trim().split('\n');
    return isWanted(cellsOf(header)) ? rows.map(cellsOf) : [];
  });
}

const claims: readonly Claim[] = rowsOf('emulator/README.md', (header) => header.at(-1) === 'Source').map(
  (cells) => ({ text: cells[0] ?? '', witnesses: (cells.at(-1) ?? '').split(/; (?=\w+(?::|;|$))/) }),
);
const wordOf = (witness: string): string => /^\w+/.exec(witness)?.[0] ?? '';
const bornBy = (word: string): readonly Claim[] =>
  claims.filter(({ witnesses }) => witnesses.some((witness) => wordOf(witness) === word));

test.each(claims)('$text: says who says so', ({ witnesses }) => {
  for (const witness of witnesses) {
    expect(WITNESSES).toContain(wordOf(witness));
    // Details follow a colon; a list of words alone is enough.
    expect(witness).toMatch(/^\w+(?:: .+)?$/s);
    // Nor is a further one hidden among the details, where it would not be counted.
    expect(witness).not.toMatch(/[;,] (?:model|guide|operators|recorded|ours)\b/);
  }
});

test('most claims have a witness outside, and each word is used as far as there is one', () => {
  const counts = Object.fromEntries(WITNESSES.map((word) => [word, bornBy(word).length]));
  expect(claims.length).toBeGreaterThan(200);
  for (const word of ['model', 'guide', 'operators'] as const) expect(counts[word]).toBeGreaterThan(50);
});

test('what is recorded names its scenario, whose record is there', () => {
  const recorded = bornBy('recorded').flatMap(({ witnesses }) =>
    witnesses.filter((witness) => wordOf(witness) === 'recorded'),
  );
  const files = existsSync('__tests__/recorded') ? readdirSync('__tests__/recorded') : [];
  for (const witness of recorded) expect(files).toContain(`${/^recorded: ([\w-]+)/.exec(witness)?.[1]}.json`);
});

describe('what is ours alone', () => {
  const listed = rowsOf('docs/unproven.md', (header) => header[0] === 'Claim').map(([claim = '']) => claim);

  test.each(bornBy('ours').map(({ text }) => text))('%s: stands in docs/unproven.md once', (text) => {
    expect(listed.filter((claim) => text.startsWith(claim))).toHaveLength(1);
  });

  test.each(listed)('%s is still a claim of the emulator', (claim) => {
    expect(bornBy('ours').filter(({ text }) => text.startsWith(claim))).toHaveLength(1);
  });
});
