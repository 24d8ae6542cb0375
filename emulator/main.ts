import { startEmulator } from './emulator.ts';
import { parseOptions, USAGE } from './options.ts';

/** Stays in the foreground; prints one JSON line on stdout when ready and nothing else there, ever. */
async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stderr.write(`${USAGE}\n`);
    return;
  }
  const emulator = await startEmulator(parseOptions(process.argv.slice(2)));
  // Once each: a second Ctrl-C ends it without waiting for containers to stop.
  const close = (): void => {
    emulator.close().then(() => process.exit(0), fail);
  };
  process.once('SIGINT', close);
  process.once('SIGTERM', close);
  process.stdout.write(`${JSON.stringify(emulator.ready)}\n`);
}

function fail(error: unknown): void {
  const usage = error instanceof TypeError ? `\n${USAGE}` : '';
  process.stderr.write(`emulator: ${error instanceof Error ? error.message : String(error)}${usage}\n`);
  process.exit(1);
}

main().catch(fail);
