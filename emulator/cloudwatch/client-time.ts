import type { Clock } from '../world.ts';
import { MINUTE_MS } from './metric-store.ts';

/** Between the clock of clients, which is real, and the emulator's, which runs ahead of it. */
export type ClientTime = {
  /** Milliseconds to add to what the client says, and to take off what it is told. */
  readonly shiftMs: number;
};

const TOLERANCE_MS = 60_000;

/**
 * Clients ask for "the last ten minutes" by their own clock; the figures lie in virtual time. A range that ends no
 * later than the real present is meant by the real clock and moved to the virtual present. One that ends later can only
 * come from a client that goes by the emulator's timestamps, and is taken as it is.
 */
export function clientTime(clock: Clock, endMs: number): ClientTime {
  const realNow = Date.now();
  if (endMs > realNow + TOLERANCE_MS) return { shiftMs: 0 };
  // Whole minutes, so that periods stay aligned; rounded up, so that the newest data are in.
  return { shiftMs: Math.ceil((clock.now() - realNow) / MINUTE_MS) * MINUTE_MS };
}
