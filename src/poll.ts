import type { ActionError } from './errors.ts';

/** Time as an argument, so that waiting can be tested without waiting. */
export type Clock = {
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** Rejects with the signal's reason as soon as it is aborted. */
  readonly sleep: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
};

/** What one look means. `because` is shown to the user when the time runs out. */
export type Verdict<Done> =
  | { readonly kind: 'done'; readonly value: Done }
  | { readonly kind: 'failed'; readonly error: ActionError }
  | {
      readonly kind: 'wait';
      readonly because: string;
      /** Looks further apart while nothing can end: a factor on the interval, 1 unless told. */
      readonly stretch?: number;
    };

export type PollOptions<Seen, Done> = {
  readonly read: () => Promise<Seen>;
  /** Pure: decides on what was seen. */
  readonly judge: (seen: Seen) => Verdict<Done>;
  readonly clock: Clock;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal | undefined;
  /** Makes the error for a time-out, from the last reason to wait. A time-out is always a failure. */
  readonly onTimeout: (because: string) => ActionError;
};

/** Looks until `judge` has a verdict. The last look is made at the deadline, not an interval before it. */
export async function pollUntil<Seen, Done>(options: PollOptions<Seen, Done>): Promise<Done> {
  const { clock, signal } = options;
  const deadline = clock.now() + options.timeoutSeconds * 1000;
  for (;;) {
    const verdict = options.judge(await options.read());
    if (verdict.kind === 'done') return verdict.value;
    if (verdict.kind === 'failed') throw verdict.error;
    const remaining = deadline - clock.now();
    if (remaining <= 0) throw options.onTimeout(verdict.because);
    await clock.sleep(Math.min(options.intervalSeconds * 1000 * (verdict.stretch ?? 1), remaining), signal);
  }
}
