import type { ZoneRef } from '../../aws/route-53-records.ts';
import { flowOf } from '../../dns/flow.ts';
import { ActionError, type ErrorCode } from '../../errors.ts';
import { type Job, noteBack } from '../model/job.ts';
import type { Observed } from '../model/observed.ts';
import type { ChangeStep } from '../model/plan.ts';
import { isStill } from './bring-back.ts';
import { swap } from './change.ts';
import { startInsisting } from './insist.ts';
import { remember } from './remember.ts';
import { swapBack } from './swap-back.ts';
import { namesIn } from './swapped.ts';
import { goBack } from './way-back.ts';

/** Writes the step, and waits until it has come into effect. */
export async function applyChange(step: ChangeStep, { intent, zone }: Observed, job: Job): Promise<void> {
  const { clock, facts, inputs, runner } = job;
  await remember(step, zone.ref, job);
  const write = intent === 'rollback' || isStepBack(step, intent) ? swapBack : swap;
  const make = () => write({ ...step, told: `Wrote: ${step.sentence}` }, zone.ref, job);
  const followed =
    inputs.mode === 'rollback'
      ? await startInsisting(job).write('Route 53 did not take the rollback', make)
      : await make();
  if (intent === 'rollback' && isStill(followed)) noteBack(facts, namesIn(step, inputs.domains));
  if (followed.kind === 'lost-sight') return endUnseen(step, followed.because, zone.ref, job);
  if (step.drainSeconds === 0) return;
  if (step.isForward) {
    await clock.sleep(step.drainSeconds * 1000, runner.cancelled);
    const asAsked = inputs.drainSeconds === undefined ? '' : ', as drain-seconds says,';
    runner.info(`Waited ${step.drainSeconds} s${asAsked} for caches to forget the former answer`);
  } else {
    // Nothing is watched after it, so that there is nothing to wait for.
    runner.info(`Caches may give the former answer for ${step.drainSeconds} s more`);
  }
}

/** A shift that gives green less; one that only sets a health check sends nobody elsewhere. */
function isStepBack({ isForward, before, after }: ChangeStep, intent: Observed['intent']): boolean {
  return intent === 'shift' && !isForward && flowOf(before, after).to.length > 0;
}

/**
 * The change is made, but what became of it was not seen. That is no verdict on green: only a change that was seen not to
 * get to all servers is taken back.
 */
async function endUnseen(step: ChangeStep, because: unknown, ref: ZoneRef, job: Job): Promise<never> {
  const isSeen = !(because instanceof ActionError) || isVerdict.includes(because.code);
  if (isSeen || job.runner.cancelled.aborted) throw because;
  if (because.code === 'change-timed-out' && step.isForward) {
    await goBack(because.message, ref, job, 'did not take effect');
  }
  throw new ActionError(
    because.code === 'change-timed-out' ? because.code : 'inconclusive',
    `the change is written (${step.sentence}), but it is not known whether all of Route 53's servers have it: ${because.message}`,
    {
      hint: `The weights stay as they are now${step.isForward ? ', nobody watched green, and no further step was made' : ''}; mode: status shows them. ${because.hint ?? ''}`.trim(),
      cause: because,
    },
  );
}

/** Somebody else's records, and a job that was cancelled, are what they are. */
const isVerdict: readonly ErrorCode[] = ['state-changed', 'cancelled'];
