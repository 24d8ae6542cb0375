import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { clean } from './clean.ts';
import { clientsOf } from './clients.ts';
import { createOutside, type EmulatedNames } from './outside.ts';
import { Refusal } from './refusal.ts';
import type { Stage, Witness } from './witness.ts';

/** What stands in for AWS is asked by keys that mean nothing. */
const placeAt = (endpoint: string): Pick<Stage, 'config' | 'account' | 'run'> => ({
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

type Emulator = { readonly ready: EmulatedNames; readonly stop: () => Promise<void> };

async function startEmulator(): Promise<Emulator> {
  const args = ['--engine', 'stub', '--route-53-rate', '0', '--speed', '1', '--seed', 'parity'];
  const child = spawn(process.execPath, [join(ROOT, 'emulator/main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (!child.stdout) throw new Error('the emulator has no output');
  const [line] = await once(createInterface(child.stdout), 'line');
  return {
    ready: JSON.parse(String(line)),
    stop: async () => {
      if ((await end(child)) === MISANSWERED) {
        throw new Error('the emulator gave an answer that AWS cannot give: see above');
      }
    },
  };
}

/** Moves the clock of an emulator. */
export async function moveClock({ env }: EmulatedNames, advanceSeconds: number): Promise<void> {
  const body = JSON.stringify({ advanceSeconds });
  const { ok, status } = await fetch(`${env['AWS_ENDPOINT_URL']}/_emulator/clock`, { method: 'POST', body });
  if (!ok) throw new Error(`the emulator's clock was not moved: ${status}`);
}

/** A new one for each act, but one for all that may share: to start it takes longer than many an act. */
export function emulatorWitness(): Witness {
  let shared: Emulator | undefined;
  let runs = 0;
  const stageOf = ({ ready }: Emulator): Omit<Stage, 'close'> => ({
    ...placeAt(ready.env['AWS_ENDPOINT_URL'] ?? ''),
    outside: createOutside(ready),
    wait: (seconds) => moveClock(ready, seconds),
  });
  return {
    name: 'emulator',
    open: async (isShared) => {
      if (!isShared) {
        const emulator = await startEmulator();
        return { ...stageOf(emulator), close: emulator.stop };
      }
      shared ??= await startEmulator();
      runs += 1;
      const stage = { ...stageOf(shared), run: runs.toString(16).padStart(8, '0') };
      return {
        ...stage,
        close: async () => void (await clean(clientsOf(stage.config), stage.wait, stage.run)),
      };
    },
    close: async () => shared?.stop(),
  };
}

const START_MS = 60_000;

export const motoInstallation =
  "python3 -m venv DIR && DIR/bin/pip install 'moto[server]==5.2.5', and MOTO_SERVER=DIR/bin/moto_server";

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
      const seen = failure === undefined ? 'does not answer' : `does not start (${String(failure)})`;
      throw new Refusal(`MOTO_SERVER: ${program} ${seen}; wanted: moto's server (${motoInstallation})`);
    }
    await delay(200);
  }
  return {
    name: 'moto',
    open: async () => {
      await fetch(`${url}/moto-api/reset`, { method: 'POST' });
      return {
        ...placeAt(url),
        outside: createOutside(undefined),
        wait: (seconds, signal) => delay(seconds * 1000, undefined, signal ? { signal } : {}),
        close: async () => undefined,
      };
    },
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
