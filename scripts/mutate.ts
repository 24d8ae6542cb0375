/**
 * `npm run mutate [-- WORDS]`: plants one small fault after the other in a copy of the sources, builds, and runs the tests that
 * should see it; with WORDS only those whose name has them. A fault that no test sees is a hole in the tests. It takes an
 * hour or more for all, so that CI does without.
 */
import { spawnSync } from 'node:child_process';
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

function runs(copy: string, script: string, ...args: readonly string[]): boolean {
  const { status } = spawnSync(process.execPath, [join('scripts', script), ...args], {
    cwd: copy,
    stdio: 'ignore',
    env: { ...process.env, STOP_AT_FIRST_FAILURE: '1' },
  });
  return status === 0;
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

function fateOf(mutant: Mutant, copy: string): Fate {
  const restore = plant(mutant, copy);
  try {
    if (mutant.pure !== true && !runs(copy, 'build.ts', ...actionsOf(mutant))) return 'DOES NOT BUILD';
    return runs(copy, 'test.ts', '--bail', '--testTimeout=60000', mutant.tests) ? 'SURVIVED' : 'killed';
  } finally {
    restore();
  }
}

const words = process.argv.slice(2).join(' ');
const all = [...recordMutants, ...verdictMutants, ...deploymentMutants];
const chosen = all.filter(({ name }) => name.includes(words));
const copy = mkdtempSync(join(tmpdir(), 'mutants-'));
try {
  cpSync(root, copy, { recursive: true, filter: (path) => !/[\\/](node_modules|\.git|\.tmp)$/.test(path) });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  // Tests that fail without a fault would kill every one.
  const tests = [...new Set(chosen.map((mutant) => mutant.tests))].join('|');
  if (!runs(copy, 'build.ts') || !runs(copy, 'test.ts', tests))
    throw new Error('the tests fail without any fault');
  const fates = chosen.map((mutant) => {
    const fate = fateOf(mutant, copy);
    say(`${fate.padEnd(14)} ${mutant.name}`);
    return fate;
  });
  const killed = fates.filter((fate) => fate === 'killed').length;
  say(`${killed} of ${fates.length} killed`);
  process.exitCode = killed === fates.length ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}
