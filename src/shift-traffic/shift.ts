import { greenPercentOfState, recordsOf } from '../dns/pair.ts';
import { ActionError } from '../errors.ts';
import type { Runner } from '../github/runner.ts';
import { systemClock } from '../poll.ts';
import { applyPlan } from './apply/apply.ts';
import type { ApplyContext } from './apply/context.ts';
import { keepMemory, markFinished } from './apply/memory.ts';
import { describeForComment } from './approve.ts';
import type { ShiftInputs } from './model/inputs.ts';
import type { Observed } from './model/observed.ts';
import type { Proceed } from './model/plan.ts';
import type { FirstLook, ShiftResult } from './model/result.ts';
import { type Progress, renderOutputs, startFacts, startProgress } from './model/result.ts';
import { observeVerification } from './observe/verification.ts';
import { planShiftTraffic } from './plan/plan.ts';
import { judgeVerification } from './plan/verification.ts';
import { renderConclusion, renderPlan } from './report/log.ts';
import { conclude } from './report/outcome.ts';
import { renderSummary } from './report/summary.ts';

/** What follows the first look: plan, changes, report. */
export async function carryOut(
  look: FirstLook,
  inputs: ShiftInputs,
  runner: Runner,
  startedAt: number,
): Promise<void> {
  const progress = startProgress();
  let thrown: unknown;
  try {
    await runMode(look, inputs, progress, runner);
  } catch (error) {
    thrown = error;
  }
  const result = conclude({
    inputs,
    progress,
    thrown,
    cancelled: runner.cancelled,
    run: runner.context,
    startedAt,
    endedAt: systemClock.now(),
  });
  await report(result, runner);
  // Not after a cancellation: then the post step takes back what was begun.
  if (result.outcome !== 'cancelled' && result.changed) await markFinished(runner);
  await end(result, inputs, runner);
}

/** Reads as what happens. */
async function runMode(
  look: FirstLook,
  inputs: ShiftInputs,
  progress: Progress,
  runner: Runner,
): Promise<void> {
  if (look.kind === 'failed') throw look.thrown;
  const { obtained, observed } = look;
  const { cancelled } = runner;
  progress.approval = obtained.approval;
  progress.notices = obtained.notices;
  progress.observed = observed;
  if (inputs.mode === 'verify') return verify(inputs, observed, progress, cancelled);

  const plan = planShiftTraffic(inputs, observed, systemClock.now());
  if (plan.kind === 'refuse') {
    progress.refusals = plan.refusals;
    const [first] = plan.refusals;
    throw new ActionError('plan-refused', first?.because ?? 'the plan was refused', {
      hint: first?.wayOut ?? '',
    });
  }
  progress.plan = plan;
  for (const line of renderPlan(plan, inputs.mode === 'plan')) runner.info(line);
  for (const notice of [...obtained.notices, ...plan.notices]) await runner.notice(notice);
  if (inputs.mode === 'plan' || plan.steps.length === 0) return;
  requireApprovedPlan(inputs, plan);

  const context = startContext(inputs, observed, progress, runner);
  const facts = startFacts({
    current: recordsOf(observed.state),
    greenPercent: greenPercentOfState(observed.state),
    weights: observed.state.kind === 'weighted' ? observed.state.weights : undefined,
    at: context.clock.now(),
  });
  progress.facts = facts;
  await applyPlan(plan, facts, context);
}

async function verify(
  inputs: ShiftInputs,
  observed: Observed,
  progress: Progress,
  cancelled: AbortSignal,
): Promise<void> {
  const seen = await observeVerification(inputs, observed, systemClock.now(), cancelled);
  progress.verification = seen;
  const failure = judgeVerification(inputs, observed.state, seen);
  if (failure !== undefined) throw failure;
}

/** An approval is for exactly what was shown: the same change to the same records. */
function requireApprovedPlan({ planChecksum, domain }: ShiftInputs, { checksum }: Proceed): void {
  if (planChecksum === undefined || planChecksum === checksum) return;
  throw new ActionError(
    'state-changed',
    `the plan for ${domain} is not the one that was approved: its checksum is ${checksum}, approved was ${planChecksum}`,
    { hint: 'The records or the inputs changed since. Start a new run, with a new plan and a new approval.' },
  );
}

function startContext(
  inputs: ShiftInputs,
  observed: Observed,
  progress: Progress,
  runner: Runner,
): ApplyContext {
  const { repository, runId, runAttempt } = runner.context;
  const run = runId === '' ? [] : [`run ${repository} ${runId}/${runAttempt}`];
  return {
    inputs,
    observed,
    clock: systemClock,
    signal: runner.cancelled,
    log: runner.info,
    commentParts: [...run, ...describeForComment(progress.approval)],
    remember: (memory) => keepMemory(memory, runner),
  };
}

async function report(result: ShiftResult, runner: Runner): Promise<void> {
  for (const { because, wayOut } of result.refusals.slice(1)) runner.info(`Also: ${because}. ${wayOut}`);
  for (const line of renderConclusion(result)) runner.info(line);
  for (const [name, value] of Object.entries(renderOutputs(result))) await runner.setOutput(name, value);
  await runner.appendSummary(renderSummary(result));
}

async function end({ failure, outcome }: ShiftResult, inputs: ShiftInputs, runner: Runner): Promise<void> {
  if (failure === undefined) return;
  if (outcome === 'inconclusive' && !inputs.failOnInconclusive) return runner.warning(failure.message);
  throw failure;
}
