import { ActionError } from '../../errors.ts';
import type { Job } from '../model/job.ts';
import type { GreenReadiness } from '../model/observed.ts';
import { type ByName, type Look, requireAll } from '../observe/readiness.ts';
import { judgeGreenNow } from '../plan/readiness.ts';

/** One request may get lost on its way; three in a row do not. */
const looksBeforeWayBack = 3;

/**
 * Takes green's traffic back when green is seen to do badly, which one look is not enough for. What could not be read hides
 * nothing of it.
 */
export async function lookUntilSure<Whole extends GreenReadiness>(
  look: () => Promise<ByName<Look<Whole>>>,
  takeBack: (because: string) => Promise<never>,
  { inputs, clock, runner }: Job,
): Promise<ByName<Whole>> {
  for (let number = 1; ; number += 1) {
    const looks = await look();
    runner.cancelled.throwIfAborted();
    const [sick] = [...looks].flatMap(([domain, { seen }]) => judgeGreenNow({ ...inputs, domain }, seen));
    if (sick === undefined) return requireAll(looks);
    if (number === looksBeforeWayBack) {
      const failures = new Set([...looks.values()].flatMap((one) => one.failures.map(describeFailure)));
      await takeBack([sick.because, ...failures].join('; '));
    }
    await clock.sleep(inputs.pollIntervalSeconds * 1000, runner.cancelled);
  }
}

function describeFailure(failure: unknown): string {
  return `not everything could be seen: ${failure instanceof Error ? failure.message : failure}`;
}

/** What AWS does not answer leaves a watch open; what the role may not see is an error. */
export function isUnanswered(error: unknown): error is ActionError {
  return error instanceof ActionError && error.code === 'aws-unavailable';
}
