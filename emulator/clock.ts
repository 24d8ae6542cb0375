import type { Clock } from './world.ts';

type Timer = { due: number; readonly repeatMs: number | undefined; readonly action: () => void };

export type RunningClock = Clock & {
  /** Jumps ahead by `seconds` of virtual time; what falls due on the way happens in its order, each at its time. */
  readonly advance: (seconds: number) => Promise<void>;
  /**
   * What a client means by a moment in its request. Clients live in real time and ask for "what was created after I
   * began"; the virtual moment for that is given back. A moment that is still to come in real time can only have
   * been read from an answer of the emulator, and is virtual already.
   */
  readonly momentOf: (clientMs: number) => number;
  /** When it began: real and virtual time were the same. */
  readonly startedAtMs: number;
  readonly close: () => void;
};

/** What goes wrong in a timed action has no caller to be told to; it must not end the emulator. */
function act(action: () => void): void {
  try {
    action();
  } catch (error) {
    process.stderr.write(
      `emulator: a timed action failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
  }
}

/** While time jumps, real work (a container's answer to a health check) still needs real time: one pause a slice. */
const SLICE_MS = 5_000;
const PAUSE_REAL_MS = 2;
/** setTimeout keeps its delay in 32 bits; a longer one fires at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

export function createClock(speed: number): RunningClock {
  const virtualStart = Date.now();
  const realStart = performance.now();
  const timers = new Set<Timer>();
  const jumps: { readonly realMs: number; readonly byMs: number }[] = [];
  let skippedMs = 0;
  let alarm: NodeJS.Timeout | undefined;
  let isClosed = false;

  const now = (): number => virtualStart + (performance.now() - realStart) * speed + skippedMs;

  const jump = (byMs: number): void => {
    if (byMs <= 0) return;
    skippedMs += byMs;
    jumps.push({ realMs: Date.now(), byMs });
  };

  const nextDue = (): number => {
    let earliest = Number.POSITIVE_INFINITY;
    for (const timer of timers) earliest = Math.min(earliest, timer.due);
    return earliest;
  };

  const fireDue = (): void => {
    const until = now();
    const due = [...timers].filter((timer) => timer.due <= until).sort((a, b) => a.due - b.due);
    for (const timer of due) {
      if (!timers.has(timer)) continue;
      // A slow machine skips missed beats instead of making up for them all at once.
      if (timer.repeatMs === undefined) timers.delete(timer);
      else timer.due = Math.max(timer.due + timer.repeatMs, until);
      act(timer.action);
    }
  };

  const wind = (): void => {
    clearTimeout(alarm);
    const due = nextDue();
    if (due === Number.POSITIVE_INFINITY) return;
    const delay = Math.min(Math.max(1, Math.ceil((due - now()) / speed)), LONGEST_DELAY_MS);
    alarm = setTimeout(() => {
      fireDue();
      wind();
    }, delay);
  };

  const schedule = (seconds: number, repeatMs: number | undefined, action: () => void): (() => void) => {
    // What is under way when it closes ends some time later, and may ask for its next turn.
    if (isClosed) return () => undefined;
    const timer: Timer = { due: now() + seconds * 1000, repeatMs, action };
    timers.add(timer);
    wind();
    return () => void timers.delete(timer);
  };

  return {
    now,
    speed,
    after: (seconds, action) => schedule(seconds, undefined, action),
    every: (seconds, action) => schedule(seconds, seconds * 1000, action),
    advance: async (seconds) => {
      const goal = now() + seconds * 1000;
      while (now() < goal) {
        jump(Math.min(nextDue(), now() + SLICE_MS, goal) - now());
        fireDue();
        await new Promise((resolve) => setTimeout(resolve, PAUSE_REAL_MS));
      }
      wind();
    },
    startedAtMs: virtualStart,
    momentOf: (clientMs) => {
      if (clientMs > Date.now()) return clientMs;
      const jumpedBefore = jumps.filter(({ realMs }) => realMs < clientMs);
      const elapsedMs = (clientMs - virtualStart) * speed;
      return jumpedBefore.reduce((moment, { byMs }) => moment + byMs, virtualStart + elapsedMs);
    },
    close: () => {
      isClosed = true;
      clearTimeout(alarm);
      timers.clear();
    },
  };
}

/** Waits virtual time; rejects with the signal's reason as soon as it is aborted. */
export function sleep(clock: Clock, seconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.after(seconds, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
