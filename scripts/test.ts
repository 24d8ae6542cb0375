/** `npm test`, `npm test -- poll`, `npm test -- --watch=false --coverage`: what follows `--` goes to jest. */
import { renderTally, runJest } from './jest.ts';
import { testAll } from './test-all.ts';

const args = process.argv.slice(2);
const tally = args.length === 0 ? await testAll() : runJest(args);
if (args.length > 0)
  process.stdout.write('The policies in bootstrap/ are compared only when all tests run.\n');
process.stdout.write(`${renderTally(tally)}\n`);
process.exitCode = tally.failed === 0 ? 0 : 1;
