import { get } from 'node:http';
import type { Address, Clock } from '../world.ts';
import { HEALTHY_THRESHOLD, type Verdict } from './target-health.ts';

export const INTERVAL_SECONDS = 30;
export const TIMEOUT_SECONDS = 5;
const FIRST_CHECK_SECONDS = 1;

/** However fast virtual time runs, a container is asked at most fifty times a real second. */
const REAL_PAUSE_MS = 20;

const UNREACHABLE: Verdict = {
  kind: 'failed',
  reason: 'Target.FailedHealthChecks',
  description: 'Health checks failed',
};
const TIMED_OUT: Verdict = { kind: 'failed', reason: 'Target.Timeout', description: 'Request timed out' };

/** One real request. The timeout is real time too: the container is as slow as it is. */
export async function probe(address: Address, path: string): Promise<Verdict> {
  const timeout = AbortSignal.timeout(TIMEOUT_SECONDS * 1000);
  try {
    const status = await requestStatus(address, path, timeout);
    if (status === 200) return { kind: 'passed' };
    return {
      kind: 'failed',
      reason: 'Target.ResponseCodeMismatch',
      description: `Health checks failed with these codes: [${status}]`,
    };
  } catch {
    return timeout.aborted ? TIMED_OUT : UNREACHABLE;
  }
}

function requestStatus(address: Address, path: string, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'user-agent': 'ELB-HealthChecker/2.0', connection: 'close' };
    const request = get({ ...address, path, headers, signal, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', reject);
  });
}

/**
 * Checks again and again until the returned function is called.
 *
 * Virtual time speeds AWS up, not the container: at speed 60 a process that needs a second to listen would have missed
 * a minute of health checks. So for `startAllowanceMs` of real time a connection that fails counts as "not yet".
 */
export function startHealthChecks(options: {
  readonly clock: Clock;
  readonly startAllowanceMs: number;
  readonly check: () => Promise<Verdict>;
  readonly report: (verdict: Verdict) => void;
}): () => void {
  const { clock, startAllowanceMs, check, report } = options;
  const startedAt = performance.now();
  let stopped = false;
  let passedInARow = 0;
  let cancel = clock.after(FIRST_CHECK_SECONDS, () => void run());

  async function run(): Promise<void> {
    const verdict = await check();
    if (stopped) return;
    passedInARow = verdict.kind === 'passed' ? passedInARow + 1 : 0;
    const starting = isUnreachable(verdict) && performance.now() - startedAt < startAllowanceMs;
    if (!starting) report(verdict);
    // One that is well is asked about once a real second: an emulator that nobody uses has next to nothing to do.
    const interval =
      passedInARow < HEALTHY_THRESHOLD ? INTERVAL_SECONDS : Math.max(INTERVAL_SECONDS, clock.speed);
    setTimeout(() => {
      if (!stopped) cancel = clock.after(starting ? 0 : interval, () => void run());
    }, REAL_PAUSE_MS).unref();
  }

  return () => {
    stopped = true;
    cancel();
  };
}

const isUnreachable = (verdict: Verdict): boolean =>
  verdict.kind === 'failed' && verdict.reason === 'Target.FailedHealthChecks';
