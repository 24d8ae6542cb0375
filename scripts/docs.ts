/**
 * `npm run docs`: writes the tables of inputs and outputs of each action into its page, from its action.yml.
 * `npm run docs -- --check`: changes nothing, and fails when a table is not up to date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { fillTables } from './docs-tables.ts';

const root = join(import.meta.dirname, '..');
const check = process.argv.includes('--check');

const pages = { 'action.yml': 'docs/inputs.md', 'shift-traffic/action.yml': 'shift-traffic/README.md' };

for (const [metadata, page] of Object.entries(pages)) {
  const file = join(root, page);
  const before = readFileSync(file, 'utf8');
  const filled = fillTables(before, parse(readFileSync(join(root, metadata), 'utf8')));
  for (const problem of filled.problems) fail(`${metadata}: ${problem}`);
  if (filled.text === before) continue;
  if (check) fail(`${page} is not what ${metadata} says: run npm run docs`);
  else writeFileSync(file, filled.text);
}

function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
