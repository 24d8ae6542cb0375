import { renderNames } from '../dns/names.ts';
import type { Refusal } from '../dns/records.ts';
import { ActionError } from '../errors.ts';
import { applySteps } from './apply/apply.ts';
import { findBlueUnserved } from './apply/blue-unserved.ts';
import { lookLeft } from './apply/describe-left.ts';
import type { ObtainedApproval } from './model/approval.ts';
import { isChangeMode } from './model/inputs.ts';
import { type Job, leadOf, noteObserved, noteObservedAgain, recordsNow } from './model/job.ts';
import type { Observed } from './model/observed.ts';
import type { Proceed } from './model/plan.ts';
import { observe } from './observe/observe.ts';
import { observeVerification } from './observe/verification.ts';
import { observeDelegation, observeZone } from './observe/zone.ts';
import { noticesOfSight } from './plan/health-check.ts';
import { distinct } from './plan/names.ts';
import { noticesOfDelegation } from './plan/notices.ts';
import { planShiftTraffic } from './plan/plan.ts';
import { judgeVerification } from './plan/verification.ts';
import { renderPlan } from './report/log.ts';

/** What follows the first look: the plan, whether it is the one that was approved, and its steps. */
export async function shift(observed: Observed, obtained: ObtainedApproval, job: Job): Promise<void> {
  const { inputs, facts, runner } = job;
  noteObserved(facts, observed);
  facts.approval = obtained.approval;
  facts.notices.push(...obtained.notices, ...inputs.notices);
  for (const line of inputs.remarks) runner.info(line);
  if (inputs.mode === 'verify') return verify(observed, job);

  const plan = makePlan(observed, job);
  for (const line of renderPlan(plan, !isChangeMode(inputs.mode))) runner.info(line);
  for (const notice of facts.notices) await runner.notice(notice);
  if (isChangeMode(inputs.mode) && plan.steps.length > 0) await applyPlan(plan, observed, job);
  if (plan.intent === 'rollback') await tellDelegation(observed, job);
  if (inputs.mode === 'rollback') await requireBlueServed(observed, job);
}

function makePlan(observed: Observed, { inputs, facts, clock, runner }: Job): Proceed {
  const plan = planShiftTraffic(inputs, observed, clock.now(), runner.context.isGithubHosted);
  if (plan.kind === 'refuse') {
    facts.refusals = plan.refusals;
    const [first] = plan.refusals;
    throw new ActionError('plan-refused', first?.because ?? 'the plan was refused', {
      hint: first?.wayOut ?? '',
    });
  }
  facts.checksum = plan.checksum;
  facts.steps = plan.steps;
  facts.about = plan.about;
  facts.notices.push(...plan.notices.filter((notice) => !facts.notices.includes(notice)));
  return plan;
}

async function applyPlan(plan: Proceed, observed: Observed, job: Job): Promise<void> {
  const { facts, inputs, clock } = job;
  requireApprovedPlan(plan, job);
  const greenPercent = leadOf(facts)?.greenPercent;
  if (greenPercent !== undefined) facts.shares.push({ at: clock.now(), greenPercent });
  const last = await applySteps(plan.steps, observed, job)
    .then(() => plan)
    .catch((error: unknown) =>
      inputs.mode === 'rollback' ? planAnew(error, job) : sayBesideUndone(error, plan, job),
    );
  requireAllDone(
    { ...last, undone: distinct([...last.undone, ...(await findLeft(plan, observed, job))]) },
    job,
  );
}

/** Against a shift that makes its steps meanwhile; it watches each for minutes. */
const mostPlans = 3;

/**
 * A rollback only takes from green, so that it need not give up where the records are others than it was planned for: they
 * are read again, and it is planned for these. An approval is of one plan.
 */
async function planAnew(error: unknown, job: Job): Promise<Proceed> {
  const { facts, inputs, clock, runner } = job;
  const isMeant = inputs.planChecksum === undefined;
  let reason = error;
  for (let number = 2; ; number += 1) {
    if (!(reason instanceof ActionError) || reason.code !== 'state-changed' || !isMeant) throw reason;
    if (number > mostPlans) {
      const hint = 'Run the rollback again. Stop the job that changes the records meanwhile.';
      throw new ActionError(reason.code, reason.message, { hint, cause: reason });
    }
    runner.info(`The rollback is planned again: ${reason.message}`);
    const observed = await observe(inputs, clock.now(), runner.cancelled);
    noteObservedAgain(facts, observed);
    const plan = makePlan(observed, job);
    for (const line of renderPlan(plan, false)) runner.info(line);
    try {
      await applySteps(plan.steps, observed, job);
      return plan;
    } catch (next) {
      reason = next;
    }
  }
}

/** What came beside the records while the job gave blue everything, and leads to green. */
async function findLeft(
  { intent, steps }: Proceed,
  { zone }: Observed,
  job: Job,
): Promise<readonly Refusal[]> {
  const last = steps.findLast((step) => step.kind === 'change-records');
  const isAllBack = intent === 'rollback' || (intent === 'shift' && last?.greenPercent === 0);
  if (!isAllBack || last === undefined) return [];
  const { atGreen, unseen } = await lookLeft(zone.ref, job);
  if (unseen === undefined) return atGreen;
  throw new ActionError('inconclusive', `blue has everything of these records, but ${unseen}`, {
    hint: 'mode: status shows the records as they are.',
  });
}

/** A watch that is open is no reason to be red, and none to hide what was not watched at all. */
async function sayBesideUndone(error: unknown, plan: Proceed, job: Job): Promise<Proceed> {
  const { intent, undone } = plan;
  const isOpen = intent === 'monitor' && error instanceof ActionError && error.code === 'inconclusive';
  if (!isOpen || undone.length === 0) throw error;
  await say([error.message], job);
  return plan;
}

/** Said after a rollback: nothing that may take long, or be refused, stands between it and its change. */
async function tellDelegation({ zone: used }: Observed, job: Job): Promise<void> {
  try {
    const zone = used.name === '' ? await observeZone(job.inputs) : used;
    await say(noticesOfDelegation(zone, await observeDelegation(zone)), job);
  } catch (error) {
    const isRefused = error instanceof ActionError && error.code === 'plan-refused';
    await say(
      isRefused ? [`${error.message}. ${error.hint ?? ''}`] : noticesOfDelegation(used, undefined),
      job,
    );
  }
}

/** What the records say is not what Route 53 answers while it leaves blue out. */
async function requireBlueServed({ zone }: Observed, job: Job): Promise<void> {
  const unserved = await findBlueUnserved('green has no share', recordsNow(job.facts), zone.ref, job);
  if (unserved !== undefined) throw unserved;
}

async function say(notices: readonly string[], { facts, runner }: Job): Promise<void> {
  facts.notices.push(...notices);
  for (const notice of notices) await runner.notice(notice);
}

/** An approval is for exactly what was shown: the same change of the same records, to the same green. */
function requireApprovedPlan({ checksum }: Proceed, { inputs }: Job): void {
  const { planChecksum, domains } = inputs;
  if (planChecksum === undefined || planChecksum === checksum) return;
  throw new ActionError(
    'state-changed',
    `the plan for ${renderNames(domains)} is not the one that was approved: its checksum is ${checksum}, approved was ${planChecksum}`,
    {
      hint: 'The records, the inputs, or what green runs changed since. Start a new run, with a new plan and a new approval.',
    },
  );
}

/** What was left out is no reason to leave the rest, but the job did not do what it was asked for. */
function requireAllDone({ undone, intent }: Pick<Proceed, 'undone' | 'intent'>, { facts }: Job): void {
  const [first] = undone;
  if (first === undefined) return;
  facts.refusals = undone;
  const what = intent === 'monitor' ? 'not all was watched' : 'not all was done';
  throw new ActionError('plan-refused', `${what}: ${first.because}`, { hint: first.wayOut });
}

async function verify(observed: Observed, job: Job): Promise<void> {
  const { inputs, facts, clock, runner } = job;
  for (const notice of facts.notices) await runner.notice(notice);
  const seen = await observeVerification(inputs, observed, clock.now(), runner.cancelled);
  facts.verification = seen;
  const failure = judgeVerification(inputs, observed, seen.names);
  if (failure !== undefined) throw failure;
  await say(observed.healthChecks.flatMap(noticesOfSight), job);
  await say(noticesOfDelegation(observed.zone, observed.delegation), job);
}
