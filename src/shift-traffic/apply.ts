import { greenPercentOfState } from '../dns/pair.ts';
import { renderPercent } from '../dns/weights.ts';
import { ActionError, assertNever } from '../errors.ts';
import { commentFor, confirmRecords, submitChange, waitInSync, waitOptions } from './apply-change.ts';
import type { AcceptedChange, ApplyContext, Facts } from './context.ts';
import type { ObservedGreen } from './observe-services.ts';
import type { ChangeStep, PlanStep, Proceed } from './plan.ts';
import { secondsFor } from './plan-shift.ts';
import { judgeGreenNow, judgeReadiness } from './readiness.ts';
import { rollBack } from './roll-back.ts';

/** Does the steps in order. The only code of this action that changes anything. */
export async function applyPlan(plan: Proceed, facts: Facts, context: ApplyContext): Promise<void> {
  for (const [index, step] of plan.steps.entries()) {
    context.signal.throwIfAborted();
    if (step.kind === 'change-records' && step.isForward && facts.wentForward) {
      await checkAgain(plan.steps.slice(index), facts, context);
    }
    await applyStep(step, facts, context);
    facts.done.push(step.sentence);
  }
}

async function applyStep(step: PlanStep, facts: Facts, context: ApplyContext): Promise<void> {
  switch (step.kind) {
    case 'attach-host':
    case 'attach-certificate':
    case 'prove-green':
      return applyAttachment(step, facts, context);
    case 'change-records':
      return applyChange(step, facts, context);
    case 'bake':
      return judgeStep(step, facts, context);
    case 'retire-blue':
      return retireBlue(step.how, facts, context);
    default:
      return assertNever(step);
  }
}

async function applyAttachment(
  step: Extract<PlanStep, { kind: 'attach-host' | 'attach-certificate' | 'prove-green' }>,
  facts: Facts,
  context: ApplyContext,
): Promise<void> {
  const { attachCertificate, attachHost, proveGreen } = await import('./apply-attach.ts');
  const { inputs, log } = context;
  const green = requireGreen(context);
  switch (step.kind) {
    case 'attach-host':
      await attachHost(inputs.domain, green);
      facts.changed = true;
      return log(`Added host ${inputs.domain} to Express's own listener rule`);
    case 'attach-certificate':
      await attachCertificate(step.certificateArn, green);
      facts.changed = true;
      return log(`Added certificate ${step.certificateArn} to green's listener`);
    case 'prove-green':
      await proveGreen(green, context);
      return log(`Green answers for ${inputs.domain}`);
  }
}

async function applyChange(step: ChangeStep, facts: Facts, context: ApplyContext): Promise<void> {
  const { inputs, observed, clock, signal, log } = context;
  const { ref } = observed.zone;
  const comment = commentFor(inputs.domain, step.sentence, context.commentParts);
  await context.remember({
    zoneId: ref.zoneId,
    domain: inputs.domain,
    start: facts.changes[0]?.before ?? step.before,
    startPercent: greenPercentOfState(observed.state) ?? 0,
    before: step.before,
    written: step.after,
    writtenPercent: step.greenPercent,
  });
  // Once it is sent, a change is followed to its end also when the job is cancelled meanwhile.
  const changeId = await submitChange(ref, inputs.domain, step, comment);
  const change: AcceptedChange = {
    changeId,
    comment,
    submittedAt: clock.now(),
    inSyncAt: undefined,
    before: step.before,
    after: step.after,
    greenPercent: step.greenPercent,
  };
  noteChange(change, step, facts);
  log(`Wrote: ${step.sentence}${changeId === undefined ? ' (the reply was lost; the records tell)' : ''}`);
  try {
    await waitInSync(ref, changeId, waitOptions(context));
    change.inSyncAt = clock.now();
    facts.current = await confirmRecords(ref, inputs.domain, step.after);
    log("All of Route 53's servers have it");
  } catch (error) {
    if (!step.isForward || !mayRollBack(error, signal)) throw error;
    await rollBack(error instanceof Error ? error.message : String(error), facts, context);
  }
  if (step.drainSeconds > 0) {
    await clock.sleep(step.drainSeconds * 1000, signal);
    log(`Waited ${step.drainSeconds} s for caches to forget the answer of before`);
  }
}

function noteChange(change: AcceptedChange, step: ChangeStep, facts: Facts): void {
  facts.changes.push(change);
  facts.changed = true;
  facts.wentForward ||= step.isForward;
  facts.current = step.after;
  facts.greenPercent = step.greenPercent;
  facts.weights = step.weights;
  facts.shares.push({ at: change.submittedAt, greenPercent: step.greenPercent });
}

/** A stranger's records are left alone, and a cancelled job is taken back by its post step. */
function mayRollBack(error: unknown, signal: AbortSignal): boolean {
  return !signal.aborted && !(error instanceof ActionError && error.code === 'state-changed');
}

async function judgeStep(
  step: Extract<PlanStep, { kind: 'bake' }>,
  facts: Facts,
  context: ApplyContext,
): Promise<void> {
  const { applyBake } = await import('./apply-bake.ts');
  const verdict = await applyBake(step, requireGreen(context), facts, context);
  facts.baked = verdict.kind === 'good';
  switch (verdict.kind) {
    case 'good':
      return;
    case 'bad':
      return rollBack(verdict.because, facts, context);
    case 'unclear':
      throw new ActionError(
        'inconclusive',
        `green at ${renderPercent(step.greenPercent)} % could not be judged: ${verdict.because}. The weights stay, and no further step was made`,
        {
          hint: 'Lengthen bake-minutes or lower min-requests, or look at green yourself and then take the next step or roll back.',
        },
      );
  }
}

/** Before each further step what held before the first one must hold still. */
async function checkAgain(rest: readonly PlanStep[], facts: Facts, context: ApplyContext): Promise<void> {
  const { inputs, observed, clock, signal } = context;
  const { blue } = observed;
  if (blue === undefined) return;
  const { observeReadiness } = await import('./observe-readiness.ts');
  const seen = await observeReadiness(inputs, blue.host, requireGreen(context), signal);
  facts.probes.push({ at: clock.now(), side: 'blue', probe: seen.blue });
  const [sick] = judgeGreenNow(inputs, seen);
  if (sick !== undefined) return rollBack(sick.because, facts, context);
  const [refusal] = judgeReadiness({
    inputs,
    seen,
    now: clock.now(),
    neededSeconds: secondsFor(inputs, rest),
    attaching: false,
  });
  if (refusal === undefined) return;
  throw new ActionError('inconclusive', `no further step was made: ${refusal.because}`, {
    hint: refusal.wayOut,
  });
}

async function retireBlue(how: 'pause' | 'delete', facts: Facts, context: ApplyContext): Promise<void> {
  const service = context.observed.blue?.service;
  if (service === undefined) return;
  const { deleteAppRunnerService, pauseAppRunnerService } = await import('../aws/app-runner.ts');
  await (how === 'pause' ? pauseAppRunnerService(service.arn) : deleteAppRunnerService(service.arn));
  facts.changed = true;
  context.log(`${how === 'pause' ? 'Paused' : 'Deleted'} App Runner service ${service.name}`);
}

function requireGreen({ observed }: ApplyContext): ObservedGreen {
  if (observed.green === undefined) throw new Error('a step that needs green was planned without it');
  return observed.green;
}
