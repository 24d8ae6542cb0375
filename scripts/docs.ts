/**
 * `npm run docs`: writes the tables of inputs and outputs into each README, from the action.yml next to it.
 * `npm run docs -- --check`: changes nothing, and fails when a table is not up to date.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { fillTables } from './docs-tables.ts';

const root = join(import.meta.dirname, '..');
const check = process.argv.includes('--check');

for (const folder of ['.', 'shift-traffic']) {
  const metadata = join(root, folder, 'action.yml');
  if (!existsSync(metadata)) continue;
  const readme = join(root, folder, 'README.md');
  const before = readFileSync(readme, 'utf8');
  const filled = fillTables(before, parse(readFileSync(metadata, 'utf8')));
  for (const problem of filled.problems) fail(`${join(folder, 'action.yml')}: ${problem}`);
  if (filled.text === before) continue;
  if (check) fail(`${join(folder, 'README.md')} is not what action.yml says: run npm run docs`);
  else writeFileSync(readme, filled.text);
}

function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
