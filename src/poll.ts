import { setTimeout } from 'node:timers/promises';
import { ActionError } from './errors.ts';

/** Time as an argument, so that waiting can be tested without waiting. */
export type Clock = {
  /** Milliseconds since the epoch, but never set back. */
  readonly now: () => number;
  /** Rejects with the signal's reason as soon as it is aborted. */
  readonly sleep: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
};

/** The real one: performance time does not jump when somebody sets the machine's clock. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  sleep: async (milliseconds, signal) => {
    try {
      await setTimeout(milliseconds, undefined, signal && { signal });
    } catch (error) {
      throw signal?.aborted ? signal.reason : error;
    }
  },
};

/** What one look means. `because` is shown to the user when the time runs out. */
export type Verdict<Done> =
  | { readonly kind: 'done'; readonly value: Done }
  | { readonly kind: 'failed'; readonly error: ActionError }
  | {
      readonly kind: 'wait';
      readonly because: string;
      /** For so long nothing can end: looks may be further apart, up to `longestStretch` intervals. */
      readonly quietSeconds?: number;
    };

export type PollOptions<Seen, Done> = {
  readonly read: () => Promise<Seen>;
  /** Pure: decides on what was seen. */
  readonly judge: (seen: Seen) => Verdict<Done>;
  readonly clock: Clock;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal | undefined;
  /** For how long AWS may leave look after look without an answer; unless given, the first such look is thrown. */
  readonly outageSeconds?: number;
  /** Makes the error for a time-out, from the last reason to wait. A time-out is always a failure. */
  readonly onTimeout: (because: string) => ActionError;
};

/**
 * Looks until `judge` has a verdict. The last look is made at the deadline, not an interval before it. When the signal
 * is aborted, it rejects at once with the signal's reason, even in the middle of a look.
 */
export async function pollUntil<Seen, Done>(options: PollOptions<Seen, Done>): Promise<Done> {
  const { clock, signal } = options;
  const deadline = clock.now() + options.timeoutSeconds * 1000;
  const look = startLooking(options);
  for (;;) {
    const verdict = await look();
    if (verdict.kind === 'done') return verdict.value;
    if (verdict.kind === 'failed') throw verdict.error;
    const remaining = deadline - clock.now();
    if (remaining <= 0) throw options.onTimeout(verdict.because);
    const pause = pauseSeconds(options.intervalSeconds, verdict.quietSeconds ?? 0);
    await clock.sleep(Math.min(pause * 1000, remaining), signal);
  }
}

function startLooking<Seen, Done>(options: PollOptions<Seen, Done>): () => Promise<Verdict<Done>> {
  const { clock, signal, outageSeconds = 0 } = options;
  let silentSince: number | undefined;
  return async () => {
    try {
      const seen = await unlessAborted(options.read(), signal);
      silentSince = undefined;
      return options.judge(seen);
    } catch (error) {
      if (!(error instanceof ActionError) || error.code !== 'aws-unavailable') throw error;
      silentSince ??= clock.now();
      if (clock.now() - silentSince >= outageSeconds * 1000) throw error;
      return { kind: 'wait', because: error.message };
    }
  };
}

const longestStretch = 4;

function pauseSeconds(intervalSeconds: number, quietSeconds: number): number {
  return Math.max(intervalSeconds, Math.min(quietSeconds, intervalSeconds * longestStretch));
}

/** A request that hangs must not keep a cancelled job from its last word. */
export async function unlessAborted<T>(pending: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return pending;
  signal.throwIfAborted();
  let stopListening = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    stopListening = () => signal.removeEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([pending, aborted]);
  } finally {
    stopListening();
  }
}

/** `undefined` when the signal is aborted before there is an answer. */
export async function untilAborted<T>(pending: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  try {
    return await unlessAborted(pending, signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

/** Aborted so long after `signal`, for the same reason. */
export function delayAbort(signal: AbortSignal, milliseconds: number): AbortSignal {
  const later = new AbortController();
  const start = () => void globalThis.setTimeout(() => later.abort(signal.reason), milliseconds).unref();
  if (signal.aborted) start();
  else signal.addEventListener('abort', start, { once: true });
  return later.signal;
}
