import { renderNames } from '../dns/names.ts';
import { ActionError } from '../errors.ts';
import { applySteps } from './apply/apply.ts';
import { findBlueUnserved } from './apply/blue-unserved.ts';
import type { ObtainedApproval } from './model/approval.ts';
import { isChangeMode } from './model/inputs.ts';
import { type Job, leadOf, noteObserved, recordsNow } from './model/job.ts';
import type { Observed } from './model/observed.ts';
import type { Proceed } from './model/plan.ts';
import { observeVerification } from './observe/verification.ts';
import { observeDelegation, observeZone } from './observe/zone.ts';
import { noticesOfSight } from './plan/health-check.ts';
import { noticesOfDelegation } from './plan/notices.ts';
import { planShiftTraffic } from './plan/plan.ts';
import { judgeVerification } from './plan/verification.ts';
import { renderPlan } from './report/log.ts';

/** What follows the first look: the plan, whether it is the one that was approved, and its steps. */
export async function shift(observed: Observed, obtained: ObtainedApproval, job: Job): Promise<void> {
  const { inputs, facts, clock, runner } = job;
  noteObserved(facts, observed);
  facts.approval = obtained.approval;
  facts.notices.push(...obtained.notices, ...inputs.notices);
  for (const line of inputs.remarks) runner.info(line);
  if (inputs.mode === 'verify') return verify(observed, job);

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
  facts.notices.push(...plan.notices);
  for (const line of renderPlan(plan, !isChangeMode(inputs.mode))) runner.info(line);
  for (const notice of facts.notices) await runner.notice(notice);
  if (isChangeMode(inputs.mode) && plan.steps.length > 0) await applyPlan(plan, observed, job);
  if (plan.intent === 'rollback') await tellDelegation(observed, job);
  if (inputs.mode === 'rollback') await requireBlueServed(observed, job);
}

async function applyPlan(plan: Proceed, observed: Observed, job: Job): Promise<void> {
  const { facts, clock } = job;
  requireApprovedPlan(plan, job);
  const greenPercent = leadOf(facts)?.greenPercent;
  if (greenPercent !== undefined) facts.shares.push({ at: clock.now(), greenPercent });
  await applySteps(plan.steps, observed, job).catch((error: unknown) => sayBesideUndone(error, plan, job));
  requireAllDone(plan, job);
}

/** A watch that is open is no reason to be red, and none to hide what was not watched at all. */
async function sayBesideUndone(error: unknown, { intent, undone }: Proceed, job: Job): Promise<void> {
  const isOpen = intent === 'monitor' && error instanceof ActionError && error.code === 'inconclusive';
  if (!isOpen || undone.length === 0) throw error;
  await say([error.message], job);
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
function requireAllDone({ undone, intent }: Proceed, { facts }: Job): void {
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
