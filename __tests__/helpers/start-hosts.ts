import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Jest's globalSetup: gives each worker that asks a process for its emulators, and none to a run without. */
// biome-ignore lint/style/noDefaultExport: jest takes the default export alone.
export default async function startHosts(): Promise<void> {
  const hosts = new Map<string, Promise<Host>>();
  const broker = createServer(async ({ url = '' }, response) => {
    const known = await hosts.get(url)?.catch(() => undefined);
    const { exitCode, signalCode } = known?.child ?? {};
    if (known === undefined || exitCode !== null || signalCode !== null) hosts.set(url, startHost());
    try {
      response.end((await hosts.get(url))?.url);
    } catch (error) {
      response.statusCode = 500;
      response.end(String(error));
    }
  });
  await new Promise<void>((resolve) => broker.listen(0, '127.0.0.1', resolve));
  const address = broker.address();
  if (address !== null && typeof address === 'object')
    process.env['EMULATOR_HOSTS'] = `http://127.0.0.1:${address.port}`;
  kept.emulatorHosts = { broker, hosts };
}

type Host = { readonly child: ChildProcess; readonly url: string };

/** Where globalTeardown finds it: a module of its own, in the same process. */
export const kept = globalThis as {
  emulatorHosts?: { readonly broker: Server; readonly hosts: ReadonlyMap<string, Promise<Host>> };
};

function startHost(): Promise<Host> {
  const child = spawn(process.execPath, [join(process.cwd(), '__tests__/helpers/emulator-host.ts')], {
    // By the channel it learns that nobody is left to end it.
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the process of the emulators ended with ${code}`)));
    if (child.stdout !== null) createInterface(child.stdout).once('line', (url) => resolve({ child, url }));
  });
}
