import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Order } from './action-host.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export type ActionOrder = {
  readonly bundle: string;
  readonly cwd: string;
  readonly env: Environment;
  /** `host:port` of the DNS server that the machine asks, which a machine has in its resolv.conf. */
  readonly dns: string | undefined;
  /** Gets stdout and stderr as they come. */
  readonly onOutput: (text: string) => void;
  /** Called once, with null when a signal ended it. */
  readonly onEnd: (exitCode: number | null) => void;
};

/** Sends a signal to the process of a run. */
export type Kill = (signal: NodeJS.Signals) => void;

/** Starts an action in a process of its own, as the runner does. */
export function startOwnProcess(order: ActionOrder): Kill {
  const child = spawn(process.execPath, [...resolverArguments(order.dns), order.bundle], {
    cwd: order.cwd,
    env: order.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', order.onOutput);
  child.on('close', order.onEnd);
  return (signal) => void child.kill(signal);
}

function resolverArguments(dns: string | undefined): readonly string[] {
  if (dns === undefined) return [];
  return ['--import', `data:text/javascript,import dns from "node:dns";dns.setServers(["${dns}"])`];
}

/** Node reads these only when it starts, but the host knows how to set the first of them later. */
const readByHost = ['NODE_EXTRA_CA_CERTS', 'NODE_COMPILE_CACHE'];

function needsOwnNode(env: Environment): boolean {
  return Object.keys(env).some((name) => name.startsWith('NODE_') && !readByHost.includes(name));
}

/** End of transmission: no log has it. */
const markStart = '\u0004';

/** Those that this test file uses now, and those that wait for the next run of this worker: see worker-environment.ts. */
const busy = new Set<ChildProcess>();
const { idleHosts: idle = [] } = globalThis as { readonly idleHosts?: ChildProcess[] };

/** Starts an action in a process that has run others before: see action-host.ts. */
export function startInHost(order: ActionOrder): Kill {
  if (needsOwnNode(order.env)) return startOwnProcess(order);
  const child = takeIdle() ?? startHost();
  busy.add(child);
  // What waits holds no worker that has ended; a run holds it.
  for (const handle of handlesOf(child)) handle.ref();
  const mark = `${markStart}${crypto.randomUUID()}`;
  let openStreams = 2;
  let exitCode: number | null = null;
  let isReusable = true;
  let hasEnded = false;
  const end = () => {
    hasEnded = true;
    busy.delete(child);
    for (const stream of [child.stdout, child.stderr]) stream?.removeAllListeners('data');
    child.removeAllListeners('close');
    if (isReusable && !child.killed) {
      for (const handle of handlesOf(child)) handle.unref();
      idle.push(child);
    } else child.disconnect();
    order.onEnd(exitCode);
  };
  const held = ['', ''];
  for (const [index, stream] of [child.stdout, child.stderr].entries()) {
    stream?.on('data', (chunk: string) => {
      const text = `${held[index]}${chunk}`;
      const [shown, code] = splitAtMark(text, mark);
      held[index] = text.slice(shown.length);
      if (shown !== '') order.onOutput(shown);
      if (code === undefined) return;
      exitCode = code;
      openStreams -= 1;
      if (openStreams === 0) end();
    });
  }
  child.once('close', (code) => {
    hasEnded = true;
    busy.delete(child);
    // A process that ends by itself prints no mark: what looked like the start of one was not.
    for (const text of held) if (text !== '') order.onOutput(text);
    order.onEnd(code);
  });
  const { bundle, cwd, dns } = order;
  const env = Object.fromEntries(
    Object.entries(order.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  child.send({ bundle, cwd, env, dns, mark } satisfies Order);
  return (signal) => {
    // The process may run another by now.
    if (hasEnded) return;
    // The action may have begun to give up; that is not for the next one.
    isReusable = false;
    child.kill(signal);
  };
}

/** What was printed, as far as it is certain not to be part of the mark, and the exit code once the mark is whole. */
function splitAtMark(text: string, mark: string): readonly [string, number?] {
  const at = text.indexOf(mark);
  if (at === -1) return [text.slice(0, (text.indexOf(markStart) + 1 || text.length + 1) - 1)];
  const [, code, rest] = text.slice(at).split(mark);
  return rest === undefined ? [text.slice(0, at)] : [text.slice(0, at), Number(code)];
}

function takeIdle(): ChildProcess | undefined {
  for (let child = idle.pop(); child !== undefined; child = idle.pop()) if (child.connected) return child;
  return undefined;
}

function startHost(): ChildProcess {
  const child = spawn(process.execPath, [join(process.cwd(), '__tests__/helpers/action-host.ts')], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  child.stdout?.setEncoding('utf8');
  child.stderr?.setEncoding('utf8');
  return child;
}

type Handle = { ref(): void; unref(): void };

function handlesOf(child: ChildProcess): readonly Handle[] {
  return [child, child.channel, child.stdout, child.stderr].filter(
    (handle): handle is typeof handle & Handle => handle != null && 'unref' in handle,
  );
}

/** Ends what a test did not wait for. */
export function endBusyHosts(): void {
  for (const child of busy) child.kill('SIGKILL');
  busy.clear();
}
