import { startEmulator } from './emulator.ts';
import { type EmulatorOptions, parseOptions, USAGE } from './options.ts';

/** A mistake inside (EX_SOFTWARE of sysexits.h): an answer did not fit AWS's model. */
const MISANSWERED = 70;

/** Stays in the foreground; prints one JSON line on stdout when ready and nothing else there, ever. */
async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stderr.write(`${USAGE}\n`);
    return;
  }
  const emulator = await startEmulator(readOptions());
  // Once each: a second Ctrl-C ends it without waiting for containers to stop.
  const close = (): void => {
    emulator.close().then(() => process.exit(emulator.hasMisanswered() ? MISANSWERED : 0), fail);
  };
  process.once('SIGINT', close);
  process.once('SIGTERM', close);
  process.stdout.write(`${JSON.stringify(emulator.ready)}\n`);
}

function readOptions(): EmulatorOptions {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`${message}\n${USAGE}`, { cause: error });
  }
}

function fail(error: unknown): void {
  process.stderr.write(`emulator: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

// Work that was begun in virtual time has no caller to be told of its failure; the rest of the world goes on.
process.on('unhandledRejection', (error) => {
  process.stderr.write(
    `emulator: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
});
main().catch(fail);
