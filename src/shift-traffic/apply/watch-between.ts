import type { ZoneRef } from '../../aws/route-53-records.ts';
import { isSameName } from '../../dns/names.ts';
import { renderPercent } from '../../dns/weights.ts';
import { ActionError } from '../../errors.ts';
import { type Job, recordsNow } from '../model/job.ts';
import type { Observed, ObservedGreen } from '../model/observed.ts';
import type { ChangeStep, WatchStep } from '../model/plan.ts';
import { applyBake } from './bake.ts';
import { startInsisting } from './insist.ts';
import { findDisturbance, lookAround } from './look-around.ts';
import { findUnserved } from './look-at-checks.ts';
import { lookBack } from './look-back.ts';
import { rollBackNames } from './name-by-name.ts';
import { swapBack } from './swap-back.ts';
import { describeDoubt } from './way-back.ts';

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
  if (verdict.kind === 'bad') return lower(step, verdict.because, ref, watched);
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

const watchesAnew = 'The next run watches anew.';

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

/** Always throws. Nobody is sent to a blue that does not answer, whatever green does: somebody has to look at both. */
async function lower(step: WatchStep, because: string, ref: ZoneRef, job: Job): Promise<never> {
  const { facts, runner } = job;
  const share = renderPercent(step.greenPercent);
  const blue = await lookBack(step.wayBack, job);
  if (blue.kind !== 'open') {
    throw new ActionError(
      'no-way-back',
      `green does badly at ${share} % (${because}), but blue does not answer: nobody was sent back, and the weights stay (${blue.because})`,
      {
        hint: 'Bring blue back (resume the App Runner service), or mend green. mode: rollback gives blue everything without asking it.',
      },
    );
  }
  runner.info(`Rolling back: ${because}`);
  const doubts = new Set<string>();
  const apply = async (part: ChangeStep) => {
    const write = () => swapBack({ ...part, told: `Wrote: ${part.sentence}` }, ref, job);
    const followed = await startInsisting(job).write('Route 53 did not take the rollback', write);
    facts.rolledBack = true;
    doubts.add(describeDoubt(followed));
  };
  await rollBackNames(step.wayBack, job, apply).catch((error: unknown) => {
    if (!(error instanceof ActionError)) throw error;
    const message = `green does badly at ${share} % (${because}), and the rollback failed: ${error.message}`;
    const hint = `Run mode: rollback at once. ${error.hint ?? ''}`.trim();
    throw new ActionError(error.code, message, { hint, cause: error });
  });
  throw new ActionError(
    'rolled-back',
    `green did badly at ${share} % and was rolled back to 0 %: ${because}${[...doubts].join('')}`,
    {
      hint: `Caches may send people to green for ${step.wayBack.drainSeconds} s more. Mend green, then take the step again.`,
    },
  );
}
