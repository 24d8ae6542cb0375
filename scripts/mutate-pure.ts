/**
 * `npm run mutate:pure [-- WORDS]`: Stryker changes the pure code in every way it knows, and runs the unit tests that should see
 * it; with WORDS only the code whose name has them. Texts are left out: which words a message has is for reviewers. It
 * takes hours for all, so that CI does without. The survivors that are accepted stand in scripts/mutants/README.md.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PureCode, pureCode } from './mutants/pure.ts';

const root = join(import.meta.dirname, '..');
/** Both of one version, or the runner does not load. Not in package.json: 180 packages that nothing else needs. */
const packages = ['@stryker-mutator/core@10.0.0', '@stryker-mutator/jest-runner@10.0.0'];
const leastScore = 85;

const slug = (name: string): string => name.replaceAll(' ', '-');

function configOf({ name, mutate, tests }: PureCode): object {
  return {
    testRunner: 'jest',
    jest: {
      configFile: 'jest.config.cjs',
      // Pure code needs no emulator, and Stryker loads no environment of ours.
      config: { testMatch: tests, globalSetup: null, globalTeardown: null, testEnvironment: 'node' },
      enableFindRelatedTests: false,
    },
    // There must be none: Stryker rewrites what it finds with a version of TypeScript that has another API.
    tsconfigFile: 'no-such-file.json',
    mutate,
    mutator: { excludedMutations: ['StringLiteral'] },
    ignorePatterns: ['/.tmp', '/dist'],
    concurrency: 1,
    // On a busy machine a slow test is no endless loop.
    timeoutMS: 20_000,
    thresholds: { high: 90, low: leastScore, break: leastScore },
    reporters: ['clear-text', 'json'],
    clearTextReporter: { allowColor: false, reportTests: false },
    jsonReporter: { fileName: `.tmp/mutants-${slug(name)}.json` },
    tempDirName: `.tmp/stryker-${slug(name)}`,
  };
}

function reachesScore(code: PureCode): boolean {
  const file = join('.tmp', `stryker-${slug(code.name)}.json`);
  mkdirSync(join(root, '.tmp'), { recursive: true });
  writeFileSync(join(root, file), JSON.stringify(configOf(code)));
  const exec = [
    'exec',
    '--yes',
    ...packages.map((name) => `--package=${name}`),
    '--',
    'stryker',
    'run',
    file,
  ];
  return (
    spawnSync('npm', exec, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' }).status === 0
  );
}

const words = process.argv.slice(2).join(' ');
const chosen = pureCode.filter(({ name }) => name.includes(words));
if (chosen.length === 0) {
  const names = pureCode.map(({ name }) => `  ${name}`).join('\n');
  process.stderr.write(`No code has "${words}" in its name. There are:\n${names}\n`);
  process.exit(2);
}
const results = chosen.map((code) => ({ name: code.name, isEnough: reachesScore(code) }));
for (const { name, isEnough } of results)
  process.stdout.write(`${isEnough ? 'enough' : `below ${leastScore} %`}: ${name}\n`);
process.exitCode = results.every(({ isEnough }) => isEnough) ? 0 : 1;
