import type { RunningClock } from '../clock.ts';

/** Milliseconds since the epoch. */
export type TimeRange = { readonly start: number; readonly end: number };

/** A client may round "now" up to the next minute. */
const ROUNDING_MS = 60_000;

/**
 * The range of virtual time that a client means by its own clock. What it lived through ("since the step began") is the
 * virtual time that passed meanwhile; a start before the emulator began can only mean "so long ago", and is counted
 * back from the virtual end.
 */
export function virtualRange(clock: RunningClock, asked: TimeRange): TimeRange {
  const realNow = Date.now();
  const isNow = asked.end > realNow && asked.end <= realNow + ROUNDING_MS;
  const end = isNow ? clock.now() : clock.momentOf(asked.end);
  const start =
    asked.start < clock.startedAtMs ? end - (asked.end - asked.start) : clock.momentOf(asked.start);
  // An end that is still to come and lies before the virtual start was not read from an answer: "all there is so far".
  return { start, end: end < start ? clock.now() : end };
}
