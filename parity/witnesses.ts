import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { Place, Witness } from './witness.ts';

/** What stands in for AWS is asked by keys that mean nothing. */
const placeAt = (endpoint: string): Place => ({
  config: {
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIAPARITY0000000000', secretAccessKey: 'parity' },
    maxAttempts: 1,
  },
  account: '123456789012',
  run: '',
});

const ROOT = join(import.meta.dirname, '..');

/** With which the emulator ends after an answer that does not fit AWS's model. */
const MISANSWERED = 70;

export function emulatorWitness(): Witness {
  let url = '';
  let child: ChildProcess | undefined;
  const stop = async (): Promise<void> => {
    if (!child) return;
    const code = await end(child);
    child = undefined;
    if (code === MISANSWERED) throw new Error('the emulator gave an answer that AWS cannot give: see above');
  };
  return {
    name: 'emulator',
    fresh: async () => {
      await stop();
      const args = ['--engine', 'stub', '--route-53-rate', '0', '--speed', '1', '--seed', 'parity'];
      child = spawn(process.execPath, [join(ROOT, 'emulator/main.ts'), ...args], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      if (!child.stdout) throw new Error('the emulator has no output');
      const [line] = await once(createInterface(child.stdout), 'line');
      url = String(JSON.parse(String(line)).env.AWS_ENDPOINT_URL);
      return placeAt(url);
    },
    wait: async (advanceSeconds) => {
      const body = JSON.stringify({ advanceSeconds });
      await fetch(`${url}/_emulator/clock`, { method: 'POST', body });
    },
    close: stop,
  };
}

const START_MS = 60_000;

/** `program` is moto's server; it keeps everything in memory. */
export async function motoWitness(program: string): Promise<Witness> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  // Without it moto has no managed policies of AWS.
  const env = { ...process.env, MOTO_IAM_LOAD_MANAGED_POLICIES: 'true' };
  const child = spawn(program, ['-p', String(port)], { stdio: 'ignore', env });
  let failure: unknown;
  child.once('error', (error) => {
    failure = error;
  });
  const answers = (): Promise<boolean> =>
    fetch(`${url}/moto-api/data.json`).then(
      ({ ok }) => ok,
      () => false,
    );
  const deadline = Date.now() + START_MS;
  while (!(await answers())) {
    if (failure !== undefined || child.exitCode !== null || Date.now() > deadline) {
      child.kill();
      throw new Error(`${program} does not answer${failure === undefined ? '' : `: ${String(failure)}`}`);
    }
    await delay(200);
  }
  return {
    name: 'moto',
    fresh: async () => {
      await fetch(`${url}/moto-api/reset`, { method: 'POST' });
      return placeAt(url);
    },
    wait: (seconds) => delay(seconds * 1000),
    close: async () => void (await end(child)),
  };
}

async function end(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const [code] = await exit;
  return code;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
