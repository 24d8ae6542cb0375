import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { LoggedCall } from '../../emulator/control/request-log.ts';

/** `when`: before the call is performed, or after it and before the reply. */
export type HoldOrder = {
  readonly service: string;
  readonly operation: string;
  readonly when?: 'before' | 'after';
  readonly times?: number;
  readonly after?: number;
};

export type HeldCalls = {
  /** Resolves with the first call that is held, or the one of that number. */
  readonly arrived: (number?: number) => Promise<{ readonly input: Readonly<Record<string, unknown>> }>;
  /** Lets go what is held; no further call is. */
  readonly release: () => Promise<void>;
};

export type EmulatorHandle = {
  /** For the environment of the process under test, beside its own. */
  readonly env: Readonly<Record<string, string>>;
  /** Where AWS answers. */
  readonly url: string;
  /** `host:port` of the OCI registry and of the load balancers' data plane. */
  readonly registry: string;
  readonly http: string;
  /** `host:port` of the DNS server. */
  readonly dns: string;
  /** Given to an SDK client: `new ECSClient(emulator.client)`. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    /** A test sees each refusal once. */
    readonly maxAttempts: number;
    readonly requestHandler: { readonly httpAgent: { readonly keepAlive: false } };
  };
  /** The calls since the start or the last `forgetRequests`, in their order. */
  readonly requests: () => Promise<readonly LoggedCall[]>;
  readonly forgetRequests: () => Promise<void>;
  readonly advance: (seconds: number) => Promise<void>;
  readonly addFaults: (faults: readonly object[]) => Promise<void>;
  readonly clearFaults: () => Promise<void>;
  /** Keeps a call until it is let go, so that a test can do something in between without racing. */
  readonly hold: (call: HoldOrder) => Promise<HeldCalls>;
  /** `POST /_emulator/<name>`. */
  readonly post: (name: string, body: unknown) => Promise<unknown>;
  readonly get: (name: string) => Promise<unknown>;
  readonly stop: () => Promise<number | null>;
};

/** A run of all tests writes down what the actions ask AWS for, to be compared with the policies in bootstrap/. */
function recording(): readonly string[] {
  const file = process.env['RECORD_ACTIONS_TO'];
  return file ? ['--record', file] : [];
}

/** npm and jest both start at the root of the repository; demo and bench use this file as an ES module. */
const ROOT = process.cwd();

/** Starts the emulator as a user does, in a process of its own. */
export async function startEmulatorProcess(...args: readonly string[]): Promise<EmulatorHandle> {
  return handle(await startProcess(withDefaults(args)));
}

/**
 * Starts an emulator with `args` as on its command line: in the process that the worker has for them, or in one of its own,
 * where no test runner is. Route 53's limit of five requests a second is off unless a test is about it: tests ask
 * faster than anybody.
 */
export async function startEmulator(...args: readonly string[]): Promise<EmulatorHandle> {
  const hosts = process.env['EMULATOR_HOSTS'];
  const all = withDefaults(args);
  return handle(await (hosts === undefined ? startProcess(all) : startHosted(hosts, all)));
}

function withDefaults(args: readonly string[]): readonly string[] {
  return ['--engine', 'stub', '--route-53-rate', '0', ...recording(), ...args];
}

function handle({ ready, stop }: Started): EmulatorHandle {
  const url = ready.env['AWS_ENDPOINT_URL'] ?? '';
  const control = async (method: string, name: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${url}/_emulator/${name}`, {
      method,
      // A test that runs a child process and waits for it does not see that a kept connection has ended meanwhile.
      headers: { connection: 'close' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const content: unknown = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${name}: ${answer.status} ${JSON.stringify(content)}`);
    return content;
  };
  return {
    ...ready,
    url,
    client: {
      endpoint: url,
      region: ready.env['AWS_REGION'] ?? '',
      credentials: {
        // Not the key in `env`: no policy is for whoever sets the scene.
        accessKeyId: 'AKIASCENESHIFTER0000',
        secretAccessKey: 'emulator',
      },
      maxAttempts: 1,
      // As with `connection: close` above: a kept connection may have ended while the test waited for a child process.
      requestHandler: { httpAgent: { keepAlive: false } },
    },
    requests: async () => (await control('GET', 'requests')) as readonly LoggedCall[],
    forgetRequests: async () => void (await control('DELETE', 'requests')),
    advance: async (seconds) => void (await control('POST', 'clock', { advanceSeconds: seconds })),
    addFaults: async (faults) => void (await control('POST', 'faults', faults)),
    clearFaults: async () => void (await control('DELETE', 'faults')),
    hold: async (call) => {
      const { holds } = (await control('POST', 'faults', [{ ...call, fault: 'hold' }])) as {
        readonly holds: readonly [string];
      };
      const [id] = holds;
      return {
        arrived: async (number = 1) =>
          (await control('GET', `holds?id=${id}&call=${number}`)) as { input: Record<string, unknown> },
        release: async () => void (await control('POST', 'holds', { release: id })),
      };
    },
    post: (name, body) => control('POST', name, body),
    get: (name) => control('GET', name),
    stop,
  };
}

type Ready = Pick<EmulatorHandle, 'env' | 'registry' | 'http' | 'dns'>;
type Started = { readonly ready: Ready; readonly stop: () => Promise<number | null> };

/** The worker's own process, in which test files start one emulator after another. */
async function startHosted(hosts: string, args: readonly string[]): Promise<Started> {
  const host = await post(`${hosts}/${process.env['JEST_WORKER_ID']}`, '');
  const { id, ready } = JSON.parse(await post(`${host}/start`, JSON.stringify(args))) as {
    readonly id: string;
    readonly ready: Ready;
  };
  return {
    ready,
    stop: async () => {
      const { hasMisanswered, complaints } = JSON.parse(await post(`${host}/stop`, id));
      if (hasMisanswered) throw new Error(complaints);
      return 0;
    },
  };
}

async function post(url: string, body: string): Promise<string> {
  const answer = await fetch(url, { method: 'POST', body, headers: { connection: 'close' } });
  const content = await answer.text();
  if (!answer.ok) throw new Error(content);
  return content;
}

async function startProcess(args: readonly string[]): Promise<Started> {
  const child = spawn(process.execPath, [join(ROOT, 'emulator/main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const complaints: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => complaints.push(chunk.toString()));
  return { ready: await readyLine(child, complaints), stop: () => stop(child, complaints) };
}

function readyLine(child: ChildProcess, complaints: readonly string[]): Promise<Ready> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) =>
      reject(new Error(`the emulator ended with ${code}: ${complaints.join('')}`)),
    );
    if (!child.stdout) return;
    createInterface(child.stdout).once('line', (line) => resolve(JSON.parse(line) as Ready));
  });
}

/** With which it ends after an answer that does not fit AWS's model. */
const MISANSWERED = 70;

async function stop(child: ChildProcess, complaints: readonly string[]): Promise<number | null> {
  const code = await new Promise<number | null>((resolve) => {
    if (child.exitCode !== null) resolve(child.exitCode);
    child.once('exit', resolve);
    child.kill('SIGTERM');
  });
  if (code === MISANSWERED) throw new Error(complaints.join(''));
  return code;
}
