import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { ActionError } from '../../errors.ts';
import { readLines } from './lines.ts';

export type DockerRun = {
  readonly argv: readonly string[];
  /** Added to the variables of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Gets each line of both streams as it comes. */
  readonly onLine?: (line: string) => void;
  readonly signal: AbortSignal | undefined;
};

export type DockerExit =
  | { readonly kind: 'not-found' }
  | {
      readonly kind: 'exited';
      /** 128 + the signal's number when a signal ended it, as shells count. */
      readonly exitCode: number;
      /** The last lines of standard output. */
      readonly stdout: readonly string[];
      /** The last lines of both streams, in the order they came. */
      readonly lines: readonly string[];
    };

/** More than any answer we read has; a build may print a hundred thousand. */
const linesKept = 500;
/** The runner ends a cancelled job after 7.5 s, and the private files have to be removed before that. */
const killGraceMs = 2_000;

/**
 * The one place that starts docker. Rejects with the signal's reason once docker has ended after an abort.
 *
 * node:child_process and not @actions/exec: that writes to standard output itself, so a build that prints `::add-mask::`
 * would reach the runner as a command; it cannot be aborted; and its tree would grow dist for what is thirty lines here.
 */
export async function runDocker(run: DockerRun): Promise<DockerExit> {
  run.signal?.throwIfAborted();
  const child = start(run);
  const stdout: string[] = [];
  const lines: string[] = [];
  const readers = [
    readLines(child.stdout, (line) => {
      keepLast(stdout, line);
      keepLast(lines, line);
      run.onLine?.(line);
    }),
    readLines(child.stderr, (line) => {
      keepLast(lines, line);
      run.onLine?.(line);
    }),
  ];
  const stopListening = killOnAbort(child, run.signal);
  try {
    const exitCode = await ending(child, readers);
    run.signal?.throwIfAborted();
    return { kind: 'exited', exitCode, stdout, lines };
  } catch (cause) {
    if (isNotFound(cause)) return { kind: 'not-found' };
    throw cause;
  } finally {
    stopListening();
  }
}

function start({ argv, env }: DockerRun) {
  try {
    return spawn('docker', argv, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: docker runs buildx as a child, and only a signal to the group reaches both in every version.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
  } catch (cause) {
    // Of arguments that no program can be given: Linux takes 128 KiB each, and none with a zero in it.
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    throw new ActionError('build-failed', `docker could not be started with these arguments (${code})`, {
      hint: 'Look at build-args: put a value of that size into a file of the source, or into build-secrets.',
      cause,
    });
  }
}

function keepLast(lines: string[], line: string): void {
  lines.push(line);
  if (lines.length > linesKept) lines.shift();
}

/** What docker wrote before it ended is there by then; what it left running may hold its streams open for ever. */
const streamGraceMs = 2_000;

/** `once` rejects on the `error` event, which is all that comes when there is no such command. */
async function ending(child: ChildProcess, readers: readonly Promise<void>[]): Promise<number> {
  const read = Promise.all(readers);
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  const timer = setTimeout(() => {
    child.stdout?.destroy();
    child.stderr?.destroy();
  }, streamGraceMs);
  await read;
  clearTimeout(timer);
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}

function isNotFound(cause: unknown): boolean {
  const { code } = cause as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'EACCES';
}

function killOnAbort(child: ChildProcess, signal: AbortSignal | undefined): () => void {
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => {
    kill(child, 'SIGTERM');
    timer = setTimeout(() => kill(child, 'SIGKILL'), killGraceMs);
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  return () => {
    signal?.removeEventListener('abort', onAbort);
    clearTimeout(timer);
  };
}

function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It has just ended by itself.
  }
}
