/**
 * `npm run mutate [-- WORDS]`: plants one small fault after the other in a copy of the sources, builds, and runs the tests that
 * should see it; with WORDS only those whose name has them. A fault that no test sees is a hole in the tests. It takes an
 * hour or more for all, so that CI does without.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deploymentMutants } from './mutants/deployments.ts';
import type { Mutant } from './mutants/mutant.ts';
import { recordMutants } from './mutants/records.ts';
import { verdictMutants } from './mutants/verdicts.ts';

const root = join(import.meta.dirname, '..');

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => interrupted.abort(new Error('interrupted')));
}

/** Whether it ends well. Throws when it is interrupted, once it has ended; all that it started is told to end as well. */
async function runs(copy: string, script: string, ...args: readonly string[]): Promise<boolean> {
  const child = spawn(process.execPath, [join('scripts', script), ...args], {
    cwd: copy,
    stdio: 'ignore',
    env: { ...process.env, STOP_AT_FIRST_FAILURE: '1' },
    // A group of its own, which can be ended as a whole.
    detached: true,
  });
  const end = () => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
  };
  interrupted.signal.addEventListener('abort', end);
  const [code] = await once(child, 'exit');
  interrupted.signal.removeEventListener('abort', end);
  interrupted.signal.throwIfAborted();
  return code === 0;
}

function plant({ file, from, to }: Mutant, copy: string): () => void {
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  if (text.split(from).length !== 2) throw new Error(`${file} does not have exactly once: ${from}`);
  writeFileSync(
    path,
    text.replace(from, () => to),
  );
  return () => writeFileSync(path, text);
}

/** No name stands for both. */
function actionsOf({ file }: Mutant): readonly string[] {
  return /^src\/(deploy-express|shift-traffic)\//.exec(file)?.slice(1) ?? [];
}

type Fate = 'killed' | 'SURVIVED' | 'DOES NOT BUILD';

async function fateOf(mutant: Mutant, copy: string): Promise<Fate> {
  const restore = plant(mutant, copy);
  try {
    if (mutant.pure !== true && !(await runs(copy, 'build.ts', ...actionsOf(mutant))))
      return 'DOES NOT BUILD';
    const isUnseen = await runs(copy, 'test.ts', '--bail', '--testTimeout=60000', mutant.tests);
    return isUnseen ? 'SURVIVED' : 'killed';
  } finally {
    restore();
  }
}

async function judge(chosen: readonly Mutant[], copy: string): Promise<boolean> {
  cpSync(root, copy, { recursive: true, filter: (path) => !/[\\/](node_modules|\.git|\.tmp)$/.test(path) });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  // Tests that fail without a fault would kill every one.
  const tests = [...new Set(chosen.map((mutant) => mutant.tests))].join('|');
  say(`${chosen.length} of ${all.length} faults, about a minute each. First the tests run without any.`);
  if (!(await runs(copy, 'build.ts')) || !(await runs(copy, 'test.ts', tests)))
    throw new Error('the tests fail without any fault');
  let killed = 0;
  for (const mutant of chosen) {
    const fate = await fateOf(mutant, copy);
    if (fate === 'killed') killed += 1;
    say(`${fate.padEnd(14)} ${mutant.name}`);
  }
  say(`${killed} of ${chosen.length} killed`);
  return killed === chosen.length;
}

const words = process.argv.slice(2).join(' ');
const all = [...recordMutants, ...verdictMutants, ...deploymentMutants];
const chosen = all.filter(({ name }) => name.includes(words));
if (chosen.length === 0) {
  const names = all.map(({ name }) => `  ${name}`).join('\n');
  process.stderr.write(`No fault has "${words}" in its name. There are:\n${names}\n`);
  process.exit(2);
}
const copy = mkdtempSync(join(tmpdir(), 'mutants-'));
try {
  process.exitCode = (await judge(chosen, copy)) ? 0 : 1;
} catch (error) {
  say(interrupted.signal.aborted ? 'interrupted' : String(error));
  process.exitCode = 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}
