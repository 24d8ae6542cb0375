import { ActionError } from '../errors.ts';
import { announcerOf } from './apply/announce.ts';
import { applySteps, confirmSteps } from './apply/apply.ts';
import { beside, type Waiting, withCertificate } from './apply/beside.ts';
import { warnOfPinnedRules } from './apply/pinned.ts';
import { PlanOutdated } from './apply/service.ts';
import { obtainImage } from './image/obtain.ts';
import type { DeployInputs } from './model/inputs.ts';
import type { Job, PlannedJob } from './model/job.ts';
import type { Observed } from './model/observed.ts';
import type { DeployIntent, PlanStep, Proceed } from './model/plan.ts';
import { noteObserved, type Outcome } from './model/result.ts';
import { observe } from './observe/observe.ts';
import { lookWhetherStill } from './observe/still.ts';
import { planDeploy } from './plan/plan.ts';
import { renderPlan } from './report/summary.ts';

/**
 * What follows the first look, as it happens. While an image is built, another job waited for, or a call hangs, the world
 * goes on.
 */
export async function deploy(inputs: DeployInputs, first: Observed, job: Job): Promise<void> {
  const announcer = announcerOf(job);
  await announcer.begun(first.service);

  // A build takes minutes, so what forbids the deployment anyway is said before it.
  const waiting = await startCertificate(plan(inputs, first), inputs, job);
  const building = obtainImage(inputs, first.service, first.lookedUp, job, (planned) =>
    plan(inputs, { ...first, lookedUp: { ...first.lookedUp, planned } }),
  );
  const { built: image, issued } = await beside(building, waiting, job);
  const isNew = issued !== undefined || image.planned !== first.lookedUp.planned;
  const obtained = { ...first, lookedUp: image };
  const isStill = !isNew && (await lookWhetherStill(first.service)) === 'as-seen';
  const seen = isStill ? obtained : await seeAgain(inputs, obtained);
  const planned = plan(inputs, seen);
  job.facts.notices.push(...inputs.notices);
  await tell(planned, seen, inputs, job);
  if (inputs.dryRun) {
    // A host that the deployment would cut off is part of what would happen.
    if (planned.steps.some(({ kind }) => kind === 'update-service')) await warnOfPinnedRules(withPlan(seen));
    return;
  }

  /** What is still to be done: the command, if there is one, runs once. */
  let asked = inputs;
  await act(planned, seen, applyOrAdapt, isLong);
  await confirmSteps(withPlan(seen));

  /** Up to the first step that takes long, then as another look has it. */
  async function act(
    planned: Proceed,
    seen: Observed,
    apply: typeof applyAsSeen,
    isPause: (step: PlanStep) => boolean,
  ): Promise<void> {
    const { now, later } = splitAfter(planned.steps, isPause);
    await apply(now, seen);
    if (now.some(isCommand)) asked = { ...asked, preDeploy: undefined };
    if (later === undefined || !(await isStillWanted(job))) return;
    const seenAgain = await seeAgain(asked, seen, asked !== inputs);
    const plannedAgain = plan(asked, seenAgain);
    if (JSON.stringify(plannedAgain.steps) !== JSON.stringify(later)) {
      await tell(plannedAgain, seenAgain, asked, job);
    }
    // Others are waited for once: whoever comes after them does not hold this job up.
    await act(plannedAgain, seenAgain, apply, isCommand);
  }

  /** Whoever made or changed the service first has made what the rules for a service that is there hold for. */
  async function applyOrAdapt(steps: readonly PlanStep[], seen: Observed): Promise<void> {
    try {
      await applyAsSeen(steps, seen);
    } catch (error) {
      if (!(error instanceof PlanOutdated)) throw error;
      job.runner.info(`Somebody made or changed service ${inputs.serviceName} in the meantime`);
      const seenAgain = await seeAgain(asked, seen, asked !== inputs);
      const plannedAgain = plan(asked, seenAgain);
      await tell(plannedAgain, seenAgain, asked, job);
      await act(plannedAgain, seenAgain, applyAsSeen, isLong);
    }
  }

  /** A certificate that was just issued is known, whether ACM lists it by now or not. */
  async function seeAgain(asked: DeployInputs, before: Observed, hasRun = false): Promise<Observed> {
    return withCertificate(await lookAgain(asked, before, hasRun), issued);
  }

  function applyAsSeen(steps: readonly PlanStep[], seen: Observed): Promise<void> {
    return applySteps(steps, withPlan(seen));
  }

  function withPlan({ service, lookedUp }: Observed): PlannedJob {
    return { ...job, inputs, announcer, service, image: lookedUp.planned };
  }
}

async function startCertificate(
  planned: Proceed,
  inputs: DeployInputs,
  job: Job,
): Promise<Waiting | undefined> {
  if (inputs.dryRun || !planned.steps.some(({ kind }) => kind === 'obtain-certificate')) return undefined;
  const { startCertificate: start } = await import('./apply/certificate.ts');
  return start(planned, inputs, job);
}

function plan(inputs: DeployInputs, { service, lookedUp, domains, http }: Observed): Proceed {
  const made = planDeploy(inputs, service, lookedUp.planned, domains, http);
  if (made.kind === 'proceed') return made;
  throw new ActionError('plan-refused', made.because, { hint: made.wayOut });
}

/** An image that was built is known, and not looked up. One that a command has run with is the one to be deployed. */
async function lookAgain(inputs: DeployInputs, before: Observed, hasRun = false): Promise<Observed> {
  const seen = await observe(inputs);
  return inputs.image.kind === 'build' || hasRun ? { ...seen, lookedUp: before.lookedUp } : seen;
}

/** A preview whose pull request was closed meanwhile is not made only to be deleted: the next round of the run does that. */
async function isStillWanted({ target, facts, runner }: Job): Promise<boolean> {
  if (target?.kind !== 'preview' || target.operation === 'delete') return true;
  const { chooseAfterDeployment } = await import('./preview/choose.ts');
  const now = await chooseAfterDeployment(target, runner);
  if (now.kind !== 'preview' || now.operation !== 'delete') return true;
  facts.outcome = 'skipped';
  return false;
}

/** A command of the user's may take as long as any build. */
function isCommand({ kind }: PlanStep): boolean {
  return kind === 'run-command';
}

/** Also what others began, and this job waits for. */
function isLong(step: PlanStep): boolean {
  const waits = step.kind === 'wait-for-deployment' && step.deploymentArn !== undefined;
  return isCommand(step) || step.kind === 'wait-for-draining' || waits;
}

/** The steps up to one that takes long, and those for which another look is needed then. */
function splitAfter(
  steps: readonly PlanStep[],
  isPause: (step: PlanStep) => boolean,
): {
  readonly now: readonly PlanStep[];
  readonly later: readonly PlanStep[] | undefined;
} {
  const last = steps.findIndex(isPause);
  if (last === -1) return { now: steps, later: undefined };
  return { now: steps.slice(0, last + 1), later: steps.slice(last + 1) };
}

async function tell(planned: Proceed, seen: Observed, inputs: DeployInputs, job: Job): Promise<void> {
  const { facts, runner } = job;
  const { notices, repository, dockerfile } = seen.lookedUp;
  noteObserved(facts, seen, inputs);
  facts.repository = repository;
  facts.dockerfile = dockerfile;
  facts.remarks = inputs.remarks;
  facts.changes = planned.changes;
  facts.planned = planned.steps.map(({ sentence }) => sentence);
  facts.version = runsAsAsked(planned) && !inputs.dryRun ? 'as-asked' : 'unknown';
  facts.outcome = inputs.dryRun ? 'planned' : outcomeOf(planned.intent, facts.changed);
  for (const line of renderPlan(planned, inputs.dryRun)) runner.info(line);
  // What was said of the inputs, or before the service was seen anew, is not said again.
  const unsaid = [...notices, ...planned.notices].filter((notice) => !facts.notices.includes(notice));
  facts.notices.push(...unsaid);
  for (const notice of unsaid) await runner.notice(notice);
}

/** Nothing of the plan changes what runs, or has to show first that it does. */
function runsAsAsked({ intent, steps }: Proceed): boolean {
  const isOpen = ({ kind }: PlanStep) =>
    kind === 'update-service' || kind === 'wait-for-deployment' || kind === 'wait-for-task';
  return (intent === 'update' || intent === 'unchanged') && !steps.some(isOpen);
}

function outcomeOf(intent: DeployIntent, changed: boolean): Outcome {
  switch (intent) {
    case 'create':
      return 'created';
    case 'update':
      return 'updated';
    case 'unchanged':
      // Tags, before the deployment of another job was waited for.
      return changed ? 'updated' : 'unchanged';
    case 'delete':
    case 'already-deleted':
      return 'deleted';
  }
}
