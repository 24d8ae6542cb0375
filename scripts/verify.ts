/** `npm run verify`: everything that CI does, in one command. Goes on after a failure, so that one run shows them all. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderTally } from './jest.ts';
import { testAll } from './test-all.ts';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function runBin(name: string, args: readonly string[]): boolean {
  const windows = process.platform === 'win32';
  const command = join(root, 'node_modules', '.bin', windows ? `${name}.cmd` : name);
  return spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: windows }).status === 0;
}

function runScript(name: string, ...args: readonly string[]): boolean {
  return (
    spawnSync(process.execPath, [join(import.meta.dirname, name), ...args], { cwd: root, stdio: 'inherit' })
      .status === 0
  );
}

const runParity = (against: string): boolean =>
  runScript(join('..', 'parity', 'main.ts'), '--against', against);

function hashFiles(folder: string): ReadonlyMap<string, string> {
  if (!existsSync(folder)) return new Map();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    files.map((file) => {
      const path = join(file.parentPath, file.name);
      return [path, createHash('sha256').update(readFileSync(path)).digest('hex')];
    }),
  );
}

/** A user runs dist/, not src/: what was reviewed must be what runs. */
function distIsReproduced(): boolean {
  const committed = hashFiles(dist);
  if (!runScript('build.ts')) return false;
  const built = hashFiles(dist);
  const paths = [...new Set([...committed.keys(), ...built.keys()])];
  const differing = paths.filter((path) => committed.get(path) !== built.get(path));
  for (const path of differing) say(`differs from what the sources give: ${path}`);
  if (differing.length > 0) say('dist/ has been built anew: look at it and commit it.');
  return differing.length === 0;
}

const steps: readonly { readonly name: string; readonly passes: () => boolean }[] = [
  { name: 'format and lint', passes: () => runBin('biome', ['ci', '.']) },
  { name: 'types', passes: () => runBin('tsc', ['--noEmit']) },
  { name: 'nothing unused', passes: () => runBin('knip', []) },
  { name: 'tables of the inputs', passes: () => runScript('docs.ts', '--check') },
  { name: 'dist/ reproduced', passes: distIsReproduced },
  { name: 'the emulator beside the records of moto', passes: () => runParity('emulator') },
  ...(process.env['MOTO_SERVER']
    ? [{ name: 'the records of moto beside moto', passes: () => runParity('moto') }]
    : []),
];

const failures: string[] = [];
for (const { name, passes } of steps) {
  say(`== ${name}`);
  if (!passes()) failures.push(name);
}
if (!process.env['MOTO_SERVER']) say('no MOTO_SERVER: the records of moto are not compared with moto');
say('== tests');
const tests = await testAll();
for (const name of failures) say(`failed: ${name}`);
const tally = {
  passed: tests.passed + steps.length - failures.length,
  failed: tests.failed + failures.length,
  skipped: tests.skipped,
};
say(renderTally(tally));
process.exitCode = tally.failed === 0 ? 0 : 1;
