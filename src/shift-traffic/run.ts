import { sharedConfigExists } from '../aws/shared-config.ts';
import { parseEnvironment } from '../aws-environment.ts';
import { ActionError } from '../errors.ts';
import type { Runner } from '../github/runner.ts';
import { renderInputProblems } from '../input-reader.ts';
import { systemClock } from '../poll.ts';
import { obtainApproval } from './approve.ts';
import { parseInputs } from './inputs/parse-inputs.ts';
import type { ShiftInputs } from './model/inputs.ts';
import type { FirstLook } from './model/result.ts';
import { observe } from './observe/observe.ts';

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

/** Inputs, Region and credentials: everything that is wrong comes in one report, before any call. */
export function readInputs(runner: Runner): ShiftInputs {
  const environment = parseEnvironment(runner.environment, {
    sharedConfigExists: sharedConfigExists(runner.environment),
  });
  const parsed = parseInputs(runner.read, environment);
  if (parsed.ok) return parsed.inputs;
  throw new ActionError('input-invalid', renderInputProblems(parsed.problems), {
    hint: 'Nothing was called and nothing was changed.',
  });
}
