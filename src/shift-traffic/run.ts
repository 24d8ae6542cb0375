import { sharedConfigExists } from '../aws/shared-config.ts';
import { parseEnvironment } from '../aws-environment.ts';
import { ActionError } from '../errors.ts';
import type { Runner } from '../github/runner.ts';
import { renderInputProblems } from '../input-reader.ts';
import { systemClock } from '../poll.ts';
import { startInsisting } from './apply/insist.ts';
import { approve } from './approve.ts';
import type { UnreadJob } from './end.ts';
import { parseInputs } from './inputs/parse-inputs.ts';
import type { ShiftInputs } from './model/inputs.ts';
import { type Job, startFacts } from './model/job.ts';
import type { Observed } from './model/observed.ts';
import { observe } from './observe/observe.ts';

/**
 * Moves a domain between blue and green, as far as the mode says.
 *
 * What is imported above is read before the first request to AWS leaves, and each kilobyte of it delays that. Whatever
 * is needed only with the answer is imported where it is used.
 */
export async function run(runner: Runner): Promise<void> {
  let job: Job | UnreadJob = { ...startRun(runner), inputs: undefined };
  let thrown: unknown;
  try {
    job = startJob(runner);
    const [observed, approval] = await Promise.all([look(job), approve(job.inputs, runner)]);
    const { shift } = await import('./shift.ts');
    await shift(observed, approval, job);
  } catch (error) {
    thrown = error;
  }
  const { end } = await import('./end.ts');
  await end(job, thrown);
}

function look(job: Job): Promise<Observed> {
  const { clock, inputs, runner } = job;
  const once = () => observe(inputs, clock.now(), runner.cancelled);
  if (inputs.mode !== 'rollback') return once();
  return startInsisting(job).read('Route 53 does not show what is to be rolled back', once);
}

export function startJob(runner: Runner): Job {
  return { ...startRun(runner), inputs: readInputs(runner) };
}

function startRun(runner: Runner): Omit<Job, 'inputs'> {
  return { runner, clock: systemClock, startedAt: systemClock.now(), facts: startFacts() };
}

/** Inputs, Region and credentials: everything that is wrong comes in one report, before any call. */
function readInputs(runner: Runner): ShiftInputs {
  const environment = parseEnvironment(runner.environment, {
    sharedConfigExists: sharedConfigExists(runner.environment),
  });
  const parsed = parseInputs(runner.read, environment);
  if (parsed.ok) return parsed.inputs;
  throw new ActionError('input-invalid', renderInputProblems(parsed.problems), {
    hint: 'Nothing was called and nothing was changed.',
  });
}
