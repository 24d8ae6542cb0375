import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

export type Tally = { readonly passed: number; readonly failed: number; readonly skipped: number };

/**
 * Runs the tests with the Node that runs this script; every flag of the test runner is here or in jest.config.cjs.
 * `recordFile` gets the IAM actions that the wire tests need.
 */
export function runJest(args: readonly string[], recordFile?: string): Tally {
  const folder = mkdtempSync(join(tmpdir(), 'jest-'));
  const report = join(folder, 'report.json');
  try {
    const { status } = spawnSync(
      process.execPath,
      [join(root, 'node_modules/jest/bin/jest.js'), '--json', `--outputFile=${report}`, ...args],
      // With --json the readable output is on stderr, and stdout has nothing but the report's path.
      {
        cwd: root,
        stdio: ['ignore', 'ignore', 'inherit'],
        env: {
          ...process.env,
          // Test runner and emulators load the same modules over and over; so do the actions, see run-action.ts.
          NODE_COMPILE_CACHE: join(root, '.tmp', 'compile-cache'),
          ...(recordFile !== undefined && { RECORD_ACTIONS_TO: recordFile }),
        },
      },
    );
    return readTally(report, status);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readTally(report: string, status: number | null): Tally {
  const read = readReport(report);
  // A test file that does not load has no tests to count, and a run that breaks down has no report.
  const broken = read.numRuntimeErrorTestSuites + (read.numTotalTests === 0 ? 1 : 0);
  const failed = read.numFailedTests + broken;
  return {
    passed: read.numPassedTests,
    failed: failed === 0 && status !== 0 ? 1 : failed,
    skipped: read.numPendingTests + read.numTodoTests,
  };
}

type Report = Readonly<
  Record<
    | 'numPassedTests'
    | 'numFailedTests'
    | 'numPendingTests'
    | 'numTodoTests'
    | 'numTotalTests'
    | 'numRuntimeErrorTestSuites',
    number
  >
>;

function readReport(report: string): Report {
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return {
      numPassedTests: 0,
      numFailedTests: 0,
      numPendingTests: 0,
      numTodoTests: 0,
      numTotalTests: 0,
      numRuntimeErrorTestSuites: 0,
    };
  }
}

/** The closing line of `npm test` and of `npm run verify`. */
export function renderTally({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
