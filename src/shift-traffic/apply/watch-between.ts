import type { ZoneRef } from '../../aws/route-53-records.ts';
import { isSameName, renderNames } from '../../dns/names.ts';
import { renderPercent } from '../../dns/weights.ts';
import { ActionError } from '../../errors.ts';
import { type Job, noteBack, recordsNow } from '../model/job.ts';
import type { Observed, ObservedGreen } from '../model/observed.ts';
import type { ChangeStep, WatchStep } from '../model/plan.ts';
import { lookAtGreen } from '../observe/readiness.ts';
import { applyBake } from './bake.ts';
import { findBlueUnserved } from './blue-unserved.ts';
import { adviseAfter, describeDoubt, isStill } from './bring-back.ts';
import { lookLeft, renderLeft } from './describe-left.ts';
import { startInsisting } from './insist.ts';
import { findDisturbance, lookAround } from './look-around.ts';
import { findUnserved } from './look-at-checks.ts';
import { lookBack } from './look-back.ts';
import { isUnanswered, lookUntilSure } from './look-until-sure.ts';
import { partOf, rollBackNames } from './name-by-name.ts';
import { describeStaying, noWayBack, partWays, renderWere } from './part-ways.ts';
import { swapBack } from './swap-back.ts';
import { namesIn } from './swapped.ts';

/**
 * Watches green between two steps, and rolls back when it does badly; then the job is red. What is not clear is not red,
 * since the next job watches anew.
 */
export async function watchBetween(
  step: WatchStep,
  { green, observed }: { readonly green: ObservedGreen; readonly observed: Observed },
  job: Job,
): Promise<void> {
  const { ref } = observed.zone;
  const known = observed.names.flatMap(({ records }) => records);
  const before = await lookAround(green);
  const watched = { ...job, inputs: { ...job.inputs, domains: step.domains, bake: step.by } };
  const verdict = await applyBake({ ...step, kind: 'bake' }, green, watched);
  const takeBack = (because: string) => lower(step, because, ref, watched);
  if (verdict.kind === 'bad') return takeBack(verdict.because);
  // A watch asks green by its address alone: whom the load balancer gives the host to, it does not show.
  const look = () => lookAtGreen(watched.inputs, green, job.runner.cancelled);
  await lookUntilSure(look, takeBack, watched).catch((error: unknown) => {
    throw isUnanswered(error) ? unproven(step, error.message, watchesAnew) : error;
  });
  if (verdict.kind === 'unclear') throw unproven(step, verdict.because, verdict.wayOut);
  const around = { green, planned: undefined, known };
  const disturbance = await findDisturbance(before, around, ref, watched).catch(asOthers);
  if (disturbance !== undefined) throw unproven(step, disturbance, watchesAnew);
  const records = recordsNow(watched.facts).filter(({ name }) =>
    step.domains.some((domain) => isSameName(name, domain)),
  );
  const unserved = await findUnserved(records, { green, ref }, watched);
  if (unserved !== undefined) throw unproven(step, unserved, watchesAnew);
}

const watchesAnew = 'The next run watches again.';

/** A shift that was approved meanwhile watches its own step. */
function asOthers(error: unknown): string {
  if (error instanceof ActionError && error.code === 'state-changed') return error.message;
  throw error;
}

function unproven({ greenPercent }: WatchStep, because: string, hint: string): ActionError {
  return new ActionError(
    'inconclusive',
    `green at ${renderPercent(greenPercent)} % could not be judged: ${because}. The weights stay`,
    { hint },
  );
}

/**
 * Always throws. Nobody is sent to a blue that does not answer, whatever green does: somebody has to look at both. Other
 * names do not wait for that.
 */
async function lower(step: WatchStep, because: string, ref: ZoneRef, job: Job): Promise<never> {
  const { facts, inputs, runner } = job;
  const share = renderPercent(step.greenPercent);
  const badly = `green does badly at ${share} % (${because})`;
  const { going, staying } = partWays(await lookBack(step.wayBack, job), job, false);
  if (going.length === 0) throw noWayBack(badly, staying, '', job);
  runner.info(
    `Rolling back${staying.length === 0 ? '' : ` ${renderNames(going, going.length)}`}: ${because}`,
  );
  const doubts = new Set<string>();
  const apply = async (part: ChangeStep) => {
    const write = () => swapBack({ ...part, told: `Wrote: ${part.sentence}` }, ref, job);
    const followed = await startInsisting(job).write('Route 53 did not take the rollback', write);
    if (isStill(followed)) noteBack(facts, namesIn(part, inputs.domains));
    doubts.add(describeDoubt(followed));
  };
  await rollBackNames(partOf(step.wayBack, going), job, apply).catch((error: unknown) => {
    if (!(error instanceof ActionError)) throw error;
    const message = `${badly}${describeStaying(staying)}, and the rollback failed: ${error.message}`;
    throw new ActionError(error.code, message, { hint: adviseAfter(error), cause: error });
  });
  facts.rolledBack = staying.length === 0;
  const doubt = `${[...doubts].join('')}${renderLeft(await lookLeft(ref, job))}`;
  const written = `green did badly at ${share} % (${because}), and the weights went back to 0 %${doubt}`;
  const unserved = await findBlueUnserved(written, recordsNow(facts), ref, job);
  if (unserved !== undefined && staying.length === 0) throw unserved;
  if (staying.length > 0) {
    throw noWayBack(badly, staying, `${renderWere(going)} rolled back to 0 %${doubt}`, job);
  }
  throw new ActionError(
    'rolled-back',
    `green did badly at ${share} % and was rolled back to 0 %: ${because}${doubt}`,
    {
      hint: `Caches send some visitors to green for up to ${step.wayBack.drainSeconds} s more. Fix green, then make the step again.`,
    },
  );
}
