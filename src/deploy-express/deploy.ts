import { ActionError } from '../errors.ts';
import type { Runner } from '../github/runner.ts';
import { systemClock } from '../poll.ts';
import { applyPlan } from './apply.ts';
import { conclude, concludeEarly } from './conclude.ts';
import { type ApplyContext, startFacts } from './facts.ts';
import { observeService } from './observe.ts';
import { observeDomains } from './observe-domains.ts';
import { lookUpImage, obtainImage } from './obtain-image.ts';
import { type DeployPlan, type Proceed, planDeploy } from './plan.ts';
import { readInputs } from './read-inputs.ts';
import { renderConclusion, renderOutputs, renderPlan, renderSummary } from './report.ts';
import type { DeployResult } from './result.ts';

/** Source or image in, running service out. */
export async function deployExpress(runner: Runner): Promise<void> {
  const startedAt = systemClock.now();
  let result: DeployResult;
  try {
    result = await deploy(runner, startedAt);
  } catch (thrown) {
    // Anything else is a bug of ours, and is reported as one.
    if (!(thrown instanceof ActionError)) throw thrown;
    result = concludeEarly({ error: thrown, serviceName: runner.read('service-name'), startedAt });
  }
  await report(result, runner);
  if (result.failure !== undefined) throw result.failure.error;
}

/** Reads as what happens. Throws while nothing has been changed in ECS; from then on a failure is part of the result. */
async function deploy(runner: Runner, startedAt: number): Promise<DeployResult> {
  const inputs = await readInputs(runner);
  const [service, lookedUp] = await Promise.all([observeService(inputs), lookUpImage(inputs)]);
  const domains = await observeDomains(inputs, service);

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

function requireProceed(plan: DeployPlan): Proceed {
  if (plan.kind === 'proceed') return plan;
  throw new ActionError('plan-refused', plan.because, { hint: plan.wayOut });
}

async function report(result: DeployResult, runner: Runner): Promise<void> {
  for (const line of renderConclusion(result)) runner.info(line);
  for (const [name, value] of Object.entries(renderOutputs(result))) await runner.setOutput(name, value);
  await runner.appendSummary(renderSummary(result));
}
