import type { Refusal } from '../../dns/records.ts';
import { renderPercent } from '../../dns/weights.ts';
import { ActionError, assertNever } from '../../errors.ts';
import { type Job, recordsNow } from '../model/job.ts';
import { judgeProbe, type Observed, type ObservedBlue, type ObservedGreen } from '../model/observed.ts';
import type { BakeStep, ChangeStep, PlanStep } from '../model/plan.ts';
import { askFollowersAgain } from '../observe/followers.ts';
import { lookAtGreen, lookAtReadiness, observeBlueAnswers } from '../observe/readiness.ts';
import { judgeFollowers } from '../plan/followers.ts';
import { judgeBlueAlone, judgeReadiness, type ReadyName, secondsFor } from '../plan/readiness.ts';
import { attachCertificate, holdHost, proveGreen } from './attach.ts';
import { applyBake } from './bake.ts';
import { obtainCertificate } from './certificate.ts';
import { applyChange } from './change-step.ts';
import {
  deployedMeanwhile,
  findDisturbance,
  findNewcomer,
  findOwner,
  isPlanned,
  lookAround,
} from './look-around.ts';
import { findUnserved, tell } from './look-at-checks.ts';
import { isUnanswered, lookUntilSure } from './look-until-sure.ts';
import { rollBackNames } from './name-by-name.ts';
import { applyRedirect } from './redirect.ts';
import { requireUnneeded, retireBlue } from './retire.ts';
import { watchBetween } from './watch-between.ts';
import { goBack } from './way-back.ts';

/** A look, a gate and a plan that take no longer are one moment. */
const freshMs = 5_000;

/** Does the steps in order. The only code of this action that changes anything. */
export async function applySteps(steps: readonly PlanStep[], observed: Observed, job: Job): Promise<void> {
  for (const [index, step] of steps.entries()) {
    job.runner.cancelled.throwIfAborted();
    const isAttached = steps.slice(0, index).some(({ kind }) => kind === 'attach-host');
    // What was seen for the plan is old as soon as a step was done, each of which takes time, or an answer took long.
    const isOld = index > 0 || job.clock.now() - job.startedAt > freshMs;
    if (isOld) await lookBefore(step, { rest: steps.slice(index), isAttached }, observed, job);
    await applyStep(step, observed, job);
    const isWatchedLast =
      step.kind === 'bake' && !steps.slice(index).some(({ kind }) => kind === 'change-records');
    if (isWatchedLast) await holding(isAttached, () => requireServed(step, observed, job), observed, job);
    job.facts.done.push(step.sentence);
  }
  const isAttached = steps.some(({ kind }) => kind === 'attach-host');
  if (!isAttached) return;
  // Another job that adds a host of its own may have written since what it had read before.
  const last = steps.findLast(({ kind }) => kind === 'bake');
  const judge = () => (last?.kind === 'bake' ? requireServed(last, observed, job) : Promise.resolve());
  await holding(isAttached, judge, observed, job);
}

/**
 * Judges green as without `attach-domain`, whatever came of the host that this job adds: who has it now, or why nobody may
 * look, is part of the judgement, and none of it keeps green from being taken back.
 */
async function holding(
  isAttached: boolean,
  judge: () => Promise<void>,
  observed: Observed,
  job: Job,
): Promise<void> {
  if (!isAttached) return judge();
  let failure: ActionError | undefined;
  await holdHost(requireGreen(observed), job).catch((error: unknown) => {
    if (!(error instanceof ActionError)) throw error;
    failure = error;
  });
  job.runner.cancelled.throwIfAborted();
  await judge();
  if (failure !== undefined) throw failure;
}

/** What a step rests on is looked at anew. */
async function lookBefore(
  step: PlanStep,
  { rest, isAttached }: { readonly rest: readonly PlanStep[]; readonly isAttached: boolean },
  observed: Observed,
  job: Job,
): Promise<void> {
  if (step.kind === 'retire-blue') return requireUnneeded(job);
  if (step.kind !== 'change-records') return;
  if (step.isForward) return holding(isAttached, () => lookAgain(rest, observed, job), observed, job);
  if (observed.intent === 'shift') await requireBlue(observed, job);
}

async function applyStep(step: PlanStep, observed: Observed, job: Job): Promise<void> {
  switch (step.kind) {
    case 'attach-host':
      return holdHost(requireGreen(observed), job);
    case 'attach-certificate':
      return attachCertificate(step.certificateArn, requireGreen(observed), job);
    case 'obtain-certificate':
      return obtainCertificate(step, requireGreen(observed), job);
    case 'prove-green':
      return proveGreen(requireGreen(observed), job);
    case 'redirect-http':
      return applyRedirect(requireGreen(observed), job);
    case 'change-records': {
      const isRollback = observed.intent === 'rollback';
      const apply = (change: ChangeStep) => applyChange(change, observed, job);
      await (isRollback ? rollBackNames(step, job, apply) : apply(step));
      return observed.intent === 'finalize' ? tellNewcomer(observed, job) : undefined;
    }
    case 'bake':
      return watchGreen(step, observed, job);
    case 'watch':
      return watchBetween(step, { green: requireGreen(observed), observed }, job);
    case 'retire-blue':
      return retireBlue(step.how, observed, job);
    default:
      return assertNever(step);
  }
}

/** The end of the move has no watch after it: what came beside its records while they were written is said. */
async function tellNewcomer({ zone, names }: Observed, job: Job): Promise<void> {
  const newcomer = await findNewcomer(
    zone.ref,
    job,
    names.flatMap(({ records }) => records),
  );
  if (newcomer === undefined) return;
  await tell([`${newcomer.because}. It is no part of this move: see whom it leads where.`], job);
}

async function watchGreen(step: BakeStep, observed: Observed, job: Job): Promise<void> {
  const green = requireGreen(observed);
  const { ref } = observed.zone;
  const before = await lookAround(green);
  const verdict = await applyBake(step, green, job);
  if (verdict.kind === 'bad') return goBack(verdict.because, ref, job);
  const disturbance = await findDisturbance(before, { green, planned: plannedReadiness(observed) }, ref, job);
  if (verdict.kind === 'unclear') throw unproven(step, verdict.because, verdict.wayOut);
  if (disturbance !== undefined) throw unproven(step, disturbance, judgeAgain);
  const unserved = await findUnserved(recordsNow(job.facts), { green, ref }, job);
  if (unserved !== undefined) throw unproven(step, unserved, judgeAgain);
  job.facts.baked = true;
}

/** A watch asks green alone, by its address: whom its load balancer gives the host to, and how blue is, it does not show. */
async function requireServed(step: BakeStep, observed: Observed, job: Job): Promise<void> {
  const { blue, zone } = observed;
  const { inputs, runner } = job;
  const orOpen = (error: unknown) => {
    throw isUnanswered(error) ? unproven(step, error.message, judgeAgain) : error;
  };
  if (blue === undefined || step.greenPercent === 100) {
    // A blue that has nobody is to grow quiet.
    const look = () => lookAtGreen(inputs, requireGreen(observed), runner.cancelled);
    const takeBack = (because: string) => goBack(because, zone.ref, job);
    await lookUntilSure(look, takeBack, job).catch(orOpen);
    return;
  }
  const names = await lookAtBoth(blue.host, observed, job).catch(orOpen);
  const because = names
    .map(({ seen }) => judgeProbe(seen.blue, inputs.probe.statuses))
    .find((complaint) => complaint !== undefined);
  if (because === undefined) return;
  throw unproven(
    step,
    `blue, which has the rest, does not answer as it should: ${because}`,
    'Repair blue, or give green all traffic: green did well.',
  );
}

const judgeAgain =
  'When the deployment has ended, run the job again: it watches this share again. Or roll back.';

function unproven({ greenPercent }: BakeStep, because: string, hint: string): ActionError {
  return new ActionError(
    'inconclusive',
    `green at ${renderPercent(greenPercent)} % could not be judged: ${because}. The weights stay, and no further step was made`,
    { hint },
  );
}

/** Before each further step what held before the first one must hold still. */
async function lookAgain(rest: readonly PlanStep[], observed: Observed, job: Job): Promise<void> {
  const { inputs, clock } = job;
  const { blue } = observed;
  if (blue === undefined) return;
  const names = await lookAtBoth(blue.host, observed, job);
  const [refusal] = judgeReadiness({
    inputs,
    names,
    now: clock.now(),
    neededSeconds: secondsFor(inputs, rest),
    attaching: false,
  });
  if (refusal !== undefined) throw noFurther(refusal.because, refusal.wayOut);
  const isAsPlanned = names.every(({ seen }) => isPlanned(seen.deployment, plannedReadiness(observed)));
  if (!isAsPlanned) throw noFurther(deployedMeanwhile, judgeAgain);
  const { ref } = observed.zone;
  const newcomer =
    (await findNewcomer(ref, job)) ??
    (await findOwner(ref, job)) ??
    (await findLostFollower(names, { ...observed, blue }, job));
  if (newcomer !== undefined) throw noFurther(newcomer.because, newcomer.wayOut);
  const [next] = rest;
  if (next?.kind !== 'change-records') return;
  const unserved = await findUnserved(next.after, { green: requireGreen(observed), ref }, job);
  if (unserved !== undefined) throw noFurther(unserved, judgeAgain);
}

/** Who goes along with a name of this move had an answer at green when the plan was made. */
async function findLostFollower(
  names: readonly ReadyName[],
  { followers = [], blue, green }: Observed & { readonly blue: ObservedBlue },
  { inputs, runner }: Job,
): Promise<Refusal | undefined> {
  if (followers.length === 0 || green === undefined) return undefined;
  const now = await askFollowersAgain(inputs, followers, { blue, green }, runner.cancelled);
  const [refusal] = judgeFollowers({ followers: now, names: names.map(({ seen }) => ({ readiness: seen })) });
  return refusal;
}

/** A step that gives blue more needs a blue that answers, and nothing of green. */
async function requireBlue({ blue }: Observed, { inputs, runner }: Job): Promise<void> {
  if (blue === undefined) return;
  const answers = await observeBlueAnswers(inputs, blue.host, runner.cancelled);
  runner.cancelled.throwIfAborted();
  const [refusal] = [...answers].flatMap(([domain, answer]) => judgeBlueAlone({ ...inputs, domain }, answer));
  if (refusal !== undefined) throw noFurther(refusal.because, refusal.wayOut);
}

function noFurther(because: string, hint: string): ActionError {
  return new ActionError('inconclusive', `no further step was made: ${because}`, { hint });
}

/** Goes back when green is seen to do badly. */
async function lookAtBoth(blueHost: string, observed: Observed, job: Job): Promise<readonly ReadyName[]> {
  const { inputs, facts, clock, runner } = job;
  const look = async () => {
    const looks = await lookAtReadiness(inputs, blueHost, requireGreen(observed), runner.cancelled);
    for (const [domain, { seen }] of looks) {
      if (seen.blue) facts.probes.push({ at: clock.now(), side: 'blue', domain, probe: seen.blue });
    }
    return looks;
  };
  const seen = await lookUntilSure(look, (because) => goBack(because, observed.zone.ref, job), job);
  return [...seen].map(([domain, one]) => ({ domain, seen: one }));
}

/** The look that the plan was made from. What it says of green is the same for each name. */
function plannedReadiness({ names }: Observed) {
  return names[0]?.readiness;
}

function requireGreen({ green }: Observed): ObservedGreen {
  if (green === undefined) throw new Error('a step that needs green was planned without it');
  return green;
}
