import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { type RunningEmulator, startEmulator } from '../../emulator/emulator.ts';
import { parseOptions } from '../../emulator/options.ts';

/**
 * A process that starts and stops emulators for the test files of one worker, one after another: to load the emulator takes
 * ten times as long as to start it. It prints the address that `POST /start` and `POST /stop` are sent to.
 */
const running = new Map<string, RunningEmulator>();
let complaints = '';
process.stderr.write = (chunk: string | Uint8Array) => {
  complaints += String(chunk);
  return true;
};
process.on('unhandledRejection', (error) => {
  process.stderr.write(
    `emulator: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
});

async function start(body: string): Promise<object> {
  const emulator = await startEmulator(parseOptions(JSON.parse(body)));
  const id = crypto.randomUUID();
  running.set(id, emulator);
  return { id, ready: emulator.ready };
}

async function stop(id: string): Promise<object> {
  const emulator = running.get(id);
  running.delete(id);
  await emulator?.close();
  const said = complaints;
  complaints = '';
  return { hasMisanswered: emulator?.hasMisanswered() ?? false, complaints: said };
}

process.on('disconnect', () => process.exit(0));
const server = createServer(async (request, response) => {
  try {
    const body = await text(request);
    response.end(JSON.stringify(await (request.url === '/start' ? start(body) : stop(body))));
  } catch (error) {
    response.statusCode = 500;
    response.end(error instanceof Error ? error.message : String(error));
  }
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object')
    process.stdout.write(`http://127.0.0.1:${address.port}\n`);
});
