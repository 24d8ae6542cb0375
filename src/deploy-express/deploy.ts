import { ActionError } from '../errors.ts';
import type { Runner } from '../github/runner.ts';
import { systemClock, unlessAborted } from '../poll.ts';
import { type Announcer, createAnnouncer } from './announce.ts';
import { applyPlan } from './apply.ts';
import { conclude, concludeEarly, nothingDone } from './conclude.ts';
import { type ApplyContext, startFacts } from './facts.ts';
import type { DeployInputs } from './inputs.ts';
import { observeService } from './observe.ts';
import { observeDomains } from './observe-domains.ts';
import { lookUpImage, obtainImage } from './obtain-image.ts';
import { type DeployPlan, type PlannedImage, type Proceed, planDeploy } from './plan.ts';
import { chooseAfterDeployment, chooseTarget } from './preview/choose-target.ts';
import type { ServiceTarget } from './preview/target.ts';
import { readInputs } from './read-inputs.ts';
import { renderConclusion, renderOutputs, renderPlan, renderSummary } from './report.ts';
import type { DeployResult } from './result.ts';

/** Source or image in, running service out: the service itself, or a preview of it for a pull request. */
export async function deployExpress(runner: Runner): Promise<void> {
  const startedAt = systemClock.now();
  const target = await chooseTarget(runner, startedAt);
  if (target.kind === 'nothing') return passOver(target.because, runner);
  if (target.kind === 'sweep') {
    const { sweepPreviews } = await import('./preview/sweep.ts');
    return sweepPreviews(runner, startedAt);
  }
  if (target.kind === 'migration') {
    const { planMigration } = await import('./migration/plan-migration.ts');
    return planMigration(runner, startedAt);
  }
  const result = await deployTo(target, runner, startedAt);
  const next = await lookAgain(target, result, runner);
  const last = next === undefined ? result : await deployTo(next, runner, systemClock.now());
  if (last.failure !== undefined) throw last.failure.error;
}

async function deployTo(target: ServiceTarget, runner: Runner, startedAt: number): Promise<DeployResult> {
  const announcer = createAnnouncer(target, runner);
  let result: DeployResult;
  try {
    result = await deploy(target, runner, announcer, startedAt);
  } catch (thrown) {
    // Anything else is a bug of ours, and is reported as one.
    if (!(thrown instanceof ActionError)) throw thrown;
    const serviceName = target.kind === 'preview' ? target.serviceName : runner.read('service-name');
    result = concludeEarly({ error: thrown, serviceName, startedAt });
  }
  await report(result, runner);
  await announcer.ended(result);
  return result;
}

/** Reads as what happens. Throws while nothing has been changed in ECS; from then on a failure is part of the result. */
async function deploy(
  target: ServiceTarget,
  runner: Runner,
  announcer: Announcer,
  startedAt: number,
): Promise<DeployResult> {
  const inputs = await readInputs(runner, target);
  const { service, lookedUp, domains } = await unlessAborted(observe(inputs), runner.cancelled)
    // Only now: the client of GitHub takes its time to load, and AWS is asked first.
    .finally(() => announcer.open(inputs));
  await announcer.begun(service);

  // A build takes minutes: what forbids the deployment without it is said first.
  requireProceed(planDeploy(inputs, service, lookedUp.planned, domains));
  const image = await obtainImage(inputs, service, lookedUp, runner);
  const plan = requireProceed(planDeploy(inputs, service, image.planned, domains));
  for (const line of renderPlan(plan, inputs.dryRun)) runner.info(line);
  for (const notice of [...image.notices, ...plan.notices]) await runner.notice(notice);

  const context: ApplyContext = {
    inputs,
    service,
    image: image.planned,
    clock: systemClock,
    signal: runner.cancelled,
    log: runner.info,
    notice: runner.notice,
    onSubmitted: ({ revisionArn }) =>
      announcer.submitted({ revisionArn, imageDigest: digestOf(image.planned) }),
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

async function observe(inputs: DeployInputs) {
  const [service, lookedUp] = await Promise.all([observeService(inputs), lookUpImage(inputs)]);
  return { service, lookedUp, domains: await observeDomains(inputs, service) };
}

function digestOf(image: PlannedImage): string | undefined {
  return image.kind === 'known' ? image.digest : undefined;
}

/** The deletion of a preview that nobody asks for any more; it stands for the outcome, whatever the deployment came to. */
async function lookAgain(
  target: ServiceTarget,
  { outcome }: DeployResult,
  runner: Runner,
): Promise<ServiceTarget | undefined> {
  if (target.kind !== 'preview' || target.operation === 'delete') return undefined;
  if (outcome === 'planned' || runner.cancelled.aborted) return undefined;
  const next = await chooseAfterDeployment(target, runner);
  return next.kind === 'preview' && next.operation === 'delete' ? next : undefined;
}

async function passOver(because: string, runner: Runner): Promise<void> {
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
