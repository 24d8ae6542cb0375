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

/** What a look may take at least, also at the deadline: longer than a request of ours waits before it says why. */
const shortestLookSeconds = 15;

/**
 * Looks until `judge` has a verdict. The last look is made at the deadline, not an interval before it. A look without an
 * answer is cut when the time is over. When the signal is aborted, it rejects at once with the signal's reason, even in
 * the middle of a look.
 */
export async function pollUntil<Seen, Done>(options: PollOptions<Seen, Done>): Promise<Done> {
  const { clock, signal } = options;
  const deadline = clock.now() + options.timeoutSeconds * 1000;
  const look = startLooking(options);
  let because = '';
  for (;;) {
    const leftMs = Math.max(deadline - clock.now(), shortestLookSeconds * 1000);
    const verdict = await look(leftMs);
    if (verdict === 'cut') throw options.onTimeout(describeCut(because));
    if (verdict.kind === 'done') return verdict.value;
    if (verdict.kind === 'failed') throw verdict.error;
    because = verdict.because;
    const remaining = deadline - clock.now();
    if (remaining <= 0) throw options.onTimeout(because);
    const pause = pauseSeconds(options.intervalSeconds, verdict.quietSeconds ?? 0);
    await clock.sleep(Math.min(pause * 1000, remaining), signal);
  }
}

function describeCut(because: string): string {
  return because === '' ? 'there was no answer' : `${because}; the last look had no answer`;
}

function startLooking<Seen, Done>(
  options: PollOptions<Seen, Done>,
): (milliseconds: number) => Promise<Verdict<Done> | 'cut'> {
  const { clock, outageSeconds = 0 } = options;
  let silentSince: number | undefined;
  return async (milliseconds) => {
    try {
      const answer = await within(milliseconds, options.read(), options);
      if (answer === undefined) return 'cut';
      silentSince = undefined;
      return options.judge(answer.seen);
    } catch (error) {
      if (!(error instanceof ActionError) || error.code !== 'aws-unavailable') throw error;
      silentSince ??= clock.now();
      if (clock.now() - silentSince >= outageSeconds * 1000) throw error;
      return { kind: 'wait', because: error.message };
    }
  };
}

/** `undefined` when the time is over before there is an answer. */
async function within<Seen>(
  milliseconds: number,
  pending: Promise<Seen>,
  { clock, signal }: Pick<PollOptions<Seen, never>, 'clock' | 'signal'>,
): Promise<{ readonly seen: Seen } | undefined> {
  const answered = new AbortController();
  const late = clock.sleep(milliseconds, answered.signal).catch(() => {});
  try {
    const first = Promise.race([pending.then((seen) => ({ seen })), late.then(() => undefined)]);
    return await unlessAborted(first, signal);
  } finally {
    answered.abort();
  }
}

const longestStretch = 4;

function pauseSeconds(intervalSeconds: number, quietSeconds: number): number {
  return Math.max(intervalSeconds, Math.min(quietSeconds, intervalSeconds * longestStretch));
}

/** A request that hangs must not keep a cancelled job from its last word. */
export async function unlessAborted<T>(pending: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return pending;
  if (signal.aborted) {
    // Nobody waits for it any more: what becomes of it must not end the process.
    pending.catch(() => {});
    throw signal.reason;
  }
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
