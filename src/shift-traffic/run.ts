import type { Runner } from '../github/runner.ts';
import { systemClock } from '../poll.ts';
import { obtainApproval } from './approve.ts';
import type { ShiftInputs } from './model/inputs.ts';
import type { FirstLook } from './model/result.ts';
import { observe } from './observe/observe.ts';
import { readInputs } from './read-inputs.ts';

/**
 * Moves a domain between blue and green, as far as the mode says.
 *
 * What is imported above is read before the first request to AWS leaves, and each kilobyte of it delays that. Whatever
 * is needed only with the answer is imported where it is used.
 */
export async function shiftTraffic(runner: Runner): Promise<void> {
  const startedAt = systemClock.now();
  const inputs = readInputs(runner);
  const look = await lookFirst(inputs, runner);
  const { carryOut } = await import('./shift.ts');
  await carryOut(look, inputs, runner, startedAt);
}

async function lookFirst(inputs: ShiftInputs, runner: Runner): Promise<FirstLook> {
  try {
    const [observed, obtained] = await Promise.all([
      observe(inputs, systemClock.now(), runner.cancelled),
      obtainApproval(inputs, runner),
    ]);
    return { kind: 'seen', obtained, observed };
  } catch (thrown) {
    return { kind: 'failed', thrown };
  }
}
