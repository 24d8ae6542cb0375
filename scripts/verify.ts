/** `npm run verify`: everything that CI does, in one command. Goes on after a failure, so that one run shows them all. */
import { spawn } from 'node:child_process';
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

type Ended = { readonly passes: boolean; readonly output: string };

/** What is said comes at once at the end: steps run side by side. */
function run(command: string, args: readonly string[], shell = false): Promise<Ended> {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], shell });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  return new Promise((resolve) => {
    child.once('error', ({ message }) => resolve({ passes: false, output: `${output}${message}\n` }));
    child.once('close', (code) => resolve({ passes: code === 0, output }));
  });
}

function runBin(name: string, args: readonly string[]): Promise<Ended> {
  const windows = process.platform === 'win32';
  return run(join(root, 'node_modules', '.bin', windows ? `${name}.cmd` : name), args, windows);
}

const runScript = (name: string, ...args: readonly string[]): Promise<Ended> =>
  run(process.execPath, [join(import.meta.dirname, name), ...args]);

const runParity = (against: string): Promise<Ended> =>
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
async function distIsReproduced(): Promise<Ended> {
  const committed = hashFiles(dist);
  const build = await runScript('build.ts');
  if (!build.passes) return build;
  const built = hashFiles(dist);
  const paths = [...new Set([...committed.keys(), ...built.keys()])];
  const differing = paths.filter((path) => committed.get(path) !== built.get(path));
  const lines = differing.map((path) => `differs from what the sources give: ${path}\n`);
  if (differing.length > 0) lines.push('dist/ has been built anew: look at it and commit it.\n');
  return { passes: differing.length === 0, output: build.output + lines.join('') };
}

/** None of them needs what another makes. The tests run the bundles, so they come after. */
const steps: readonly { readonly name: string; readonly ended: Promise<Ended> }[] = [
  { name: 'format and lint', ended: runBin('biome', ['ci', '.']) },
  { name: 'types', ended: runBin('tsc', ['--noEmit']) },
  { name: 'nothing unused', ended: runBin('knip', []) },
  { name: 'tables of the inputs', ended: runScript('docs.ts', '--check') },
  { name: 'dist/ reproduced', ended: distIsReproduced() },
  { name: 'the emulator beside the records of moto', ended: runParity('emulator') },
  ...(process.env['MOTO_SERVER']
    ? [{ name: 'the records of moto beside moto', ended: runParity('moto') }]
    : []),
];

const failures: string[] = [];
for (const { name, ended } of steps) {
  say(`== ${name}`);
  const { passes, output } = await ended;
  if (output !== '') say(output.trimEnd());
  if (!passes) failures.push(name);
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
