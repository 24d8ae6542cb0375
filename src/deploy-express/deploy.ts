import { ActionError } from '../errors.ts';
import type { Runner } from '../github/runner.ts';
import { systemClock } from '../poll.ts';
import { applyPlan } from './apply.ts';
import { conclude } from './conclude.ts';
import { type ApplyContext, startFacts } from './facts.ts';
import { obtainImage } from './image.ts';
import type { DeployInputs } from './inputs.ts';
import { observeService } from './observe.ts';
import { type DeployPlan, type Proceed, planDeploy } from './plan.ts';
import { readInputs } from './read-inputs.ts';
import { renderFailure, renderOutputs, renderPlan, renderSummary } from './report.ts';
import type { DeployResult } from './result.ts';

/** Source or image in, running service out. Reads as what happens. */
export async function deployExpress(runner: Runner): Promise<void> {
  const clock = systemClock;
  const startedAt = clock.now();
  const inputs = await readInputs(runner);
  const service = await observeService(inputs);

  // A build takes minutes: what forbids the deployment without it is said first.
  requireProceed(planDeploy(inputs, service, previewImage(inputs)));
  const obtained = await obtainImage(inputs, service, runner);
  const plan = requireProceed(planDeploy(inputs, service, obtained.planned));
  for (const line of renderPlan(plan)) runner.info(line);
  for (const notice of plan.notices) await runner.notice(notice);

  const facts = startFacts(service);
  const context: ApplyContext = {
    inputs,
    service,
    image: obtained.planned,
    clock,
    signal: runner.cancelled,
    log: runner.info,
  };
  let thrown: unknown;
  if (!inputs.dryRun) {
    try {
      await applyPlan(plan, facts, context);
    } catch (error) {
      thrown = error;
    }
  }
  const result = await conclude({ plan, facts, context, thrown, startedAt, ...obtained });
  await report(result, runner);
  if (result.failure !== undefined) throw result.failure.error;
}

function requireProceed(plan: DeployPlan): Proceed {
  if (plan.kind === 'proceed') return plan;
  throw new ActionError('plan-refused', plan.because, { hint: plan.wayOut });
}

async function report(result: DeployResult, runner: Runner): Promise<void> {
  for (const line of renderFailure(result)) runner.info(line);
  for (const [name, value] of Object.entries(renderOutputs(result))) await runner.setOutput(name, value);
  await runner.appendSummary(renderSummary(result));
}
