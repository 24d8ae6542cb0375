/** `npm test`, `npm test -- poll`, `npm test -- --watch=false --coverage`: what follows `--` goes to jest. */
import { renderTally, runJest } from './jest.ts';

const tally = runJest(process.argv.slice(2));
process.stdout.write(`${renderTally(tally)}\n`);
process.exitCode = tally.failed === 0 ? 0 : 1;
