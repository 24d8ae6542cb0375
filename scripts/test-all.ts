import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runJest, type Tally } from './jest.ts';
import { comparePermissions } from './permissions.ts';

const recordFile = join(import.meta.dirname, '..', '.tmp', 'actions.txt');

/** All tests, and then what only all of them together can tell: whether the policies in bootstrap/ are what is needed. */
export async function testAll(): Promise<Tally> {
  mkdirSync(join(recordFile, '..'), { recursive: true });
  rmSync(recordFile, { force: true });
  writeFileSync(recordFile, '');
  const tally = runJest([], recordFile);
  if (tally.failed > 0) {
    process.stdout.write(
      'The policies in bootstrap/ were not compared with the calls made: not all tests passed.\n',
    );
    return tally;
  }
  const differences = await comparePermissions(recordFile);
  for (const line of differences) process.stdout.write(`${line}\n`);
  return differences.length === 0
    ? { ...tally, passed: tally.passed + 1 }
    : { ...tally, failed: tally.failed + 1 };
}
