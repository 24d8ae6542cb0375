import { ActionError } from '../errors.ts';
import type { Runner } from '../github/runner.ts';
import { systemClock, unlessAborted, untilAborted } from '../poll.ts';
import { type Announcer, createAnnouncer } from './apply/announce.ts';
import { applyPlan } from './apply/apply.ts';
import { startDeadlines } from './apply/cancel.ts';
import { conclude, concludeEarly } from './end.ts';
import { obtainImage } from './image/obtain.ts';
import type { DeployInputs } from './model/inputs.ts';
import type { ApplyContext, Deadlines, ServiceTarget } from './model/job.ts';
import type { FirstLook, Observed } from './model/observed.ts';
import type { DeployPlan, Proceed } from './model/plan.ts';
import { type DeployResult, nothingDone, renderOutputs, startFacts } from './model/result.ts';
import { planDeploy } from './plan/plan.ts';
import { chooseAfterDeployment } from './preview/choose.ts';
import { renderConclusion, renderPlan, renderSummary } from './report/summary.ts';

/** What follows the first look: plan, image, changes, report. Returns a failure as part of the result. */
export async function carryOut(
  look: FirstLook,
  target: ServiceTarget,
  runner: Runner,
  startedAt: number,
): Promise<DeployResult> {
  if (target.kind === 'preview' && target.because !== undefined) runner.info(`No preview: ${target.because}`);
  const announcer = createAnnouncer(target, runner);
  const deadlines = startDeadlines(runner.cancelled);
  if (look.inputs !== undefined) await announcer.open(look.inputs);
  let result: DeployResult;
  try {
    if (look.kind === 'failed') throw look.error;
    result = await deploy(look.inputs, look.observed, { runner, announcer, startedAt, deadlines });
  } catch (thrown) {
    // Anything else is a bug of ours, and is reported as one.
    if (!(thrown instanceof ActionError)) throw thrown;
    const serviceName = target.kind === 'preview' ? target.serviceName : runner.read('service-name');
    result = concludeEarly({ error: thrown, serviceName, startedAt });
  }
  await report(result, runner);
  await untilAborted(announcer.ended(result), deadlines.farewellDue);
  return result;
}

type RunOptions = {
  readonly runner: Runner;
  readonly announcer: Announcer;
  readonly startedAt: number;
  readonly deadlines: Deadlines;
};

/** Reads as what happens. Throws while nothing has been changed in ECS; from then on a failure is part of the result. */
async function deploy(
  inputs: DeployInputs,
  { service, lookedUp, domains }: Observed,
  { runner, announcer, startedAt, deadlines }: RunOptions,
): Promise<DeployResult> {
  await unlessAborted(announcer.begun(service), deadlines.answersDue);

  // A build takes minutes, so what forbids the deployment anyway is said before it.
  requireProceed(planDeploy(inputs, service, lookedUp.planned, domains));
  const image = await unlessAborted(obtainImage(inputs, service, lookedUp, runner), deadlines.answersDue);
  const plan = requireProceed(planDeploy(inputs, service, image.planned, domains));
  for (const line of renderPlan(plan, inputs.dryRun)) runner.info(line);
  for (const notice of [...image.notices, ...plan.notices]) await runner.notice(notice);

  const context: ApplyContext = {
    inputs,
    service,
    image: image.planned,
    clock: systemClock,
    signal: runner.cancelled,
    deadlines,
    log: runner.info,
    notice: runner.notice,
    onSubmitted: ({ revisionArn, imageDigest }) => announcer.submitted({ revisionArn, imageDigest }),
  };
  const facts = startFacts(service, inputs.operation, domains);
  let thrown: unknown;
  if (!inputs.dryRun) {
    try {
      await applyPlan(plan, facts, context);
    } catch (error) {
      thrown = error;
    }
  }
  return conclude({ plan, facts, context, thrown, startedAt, image });
}

/** The deletion of a preview that nobody asks for any more; it stands for the outcome, whatever the deployment came to. */
export async function lookAgain(
  target: ServiceTarget,
  { outcome }: DeployResult,
  runner: Runner,
): Promise<ServiceTarget | undefined> {
  if (target.kind !== 'preview' || target.operation === 'delete') return undefined;
  if (outcome === 'planned' || runner.cancelled.aborted) return undefined;
  const next = await chooseAfterDeployment(target, runner);
  return next.kind === 'preview' && next.operation === 'delete' ? next : undefined;
}

export async function passOver(because: string, runner: Runner): Promise<void> {
  await runner.notice(`Nothing was done: ${because}.`);
  await reportOutputs(nothingDone('skipped'), runner);
}

function requireProceed(plan: DeployPlan): Proceed {
  if (plan.kind === 'proceed') return plan;
  throw new ActionError('plan-refused', plan.because, { hint: plan.wayOut });
}

async function report(result: DeployResult, runner: Runner): Promise<void> {
  for (const line of renderConclusion(result)) runner.info(line);
  await reportOutputs(result, runner);
  await runner.appendSummary(renderSummary(result));
}

async function reportOutputs(result: DeployResult, runner: Runner): Promise<void> {
  for (const [name, value] of Object.entries(renderOutputs(result))) await runner.setOutput(name, value);
}
