import { ActionError } from '../errors.ts';
import type { Runner } from '../github/runner.ts';
import { createInputReader } from '../input-reader.ts';
import { systemClock, unlessAborted } from '../poll.ts';
import { deployInputDefaults } from './inputs/names.ts';
import { parseOperation, parsePreviewInputs } from './inputs/operations.ts';
import type { DeployInputs } from './model/inputs.ts';
import type { ServiceTarget, Target } from './model/job.ts';
import type { FirstLook, Observed, ObservedDomains, ObservedService } from './model/observed.ts';
import { lookUpImage } from './observe/image.ts';
import { observeService } from './observe/service.ts';
import { readInputs, readMigrationInputs, readSweepInputs } from './read-inputs.ts';

/**
 * Source or image in, running service out: the service itself, or a preview of it for a pull request.
 *
 * What is imported above is read before the first request to AWS leaves, and each kilobyte of it delays that. Whatever
 * is needed only with the answer is imported where it is used.
 */
export async function deployExpress(runner: Runner): Promise<void> {
  const startedAt = systemClock.now();
  const target = await chooseTarget(runner, startedAt);
  if (target.kind === 'sweep') {
    const { sweepPreviews } = await import('./preview/sweep.ts');
    return sweepPreviews(readSweepInputs(runner), runner, startedAt);
  }
  if (target.kind === 'migration') {
    const { planMigration } = await import('./migration/plan-migration.ts');
    return planMigration(readMigrationInputs(runner), runner, startedAt);
  }
  if (target.kind === 'nothing') {
    const { passOver } = await import('./deploy.ts');
    return passOver(target.because, runner);
  }
  const look = await lookAtService(target, runner);
  const { carryOut, lookAgain } = await import('./deploy.ts');
  const result = await carryOut(look, target, runner, startedAt);
  const next = await lookAgain(target, result, runner);
  const last =
    next === undefined
      ? result
      : await carryOut(await lookAtService(next, runner), next, runner, systemClock.now());
  if (last.failure !== undefined) throw last.failure.error;
}

/**
 * Decides what this run is about before anything else is looked at: the workflows of forks have neither credentials nor
 * secrets, and must end green all the same. What is wrong with the inputs read here is reported with all others, later.
 */
async function chooseTarget(runner: Runner, nowMs: number): Promise<Target> {
  const reader = createInputReader(deployInputDefaults, runner.read);
  const preview = parsePreviewInputs(reader);
  const operation = parseOperation(reader);
  if (reader.problems.length > 0) return { kind: 'service' };
  if (operation === 'sweep') return { kind: 'sweep' };
  if (operation === 'plan-migration') return { kind: 'migration' };
  if (preview === undefined || operation !== 'deploy') return { kind: 'service' };
  const { choosePreview } = await import('./preview/choose.ts');
  return choosePreview(preview, reader, runner, nowMs);
}

async function lookAtService(target: ServiceTarget, runner: Runner): Promise<FirstLook> {
  let inputs: DeployInputs | undefined;
  try {
    inputs = await readInputs(runner, target);
    const observed = await unlessAborted(observe(inputs), runner.cancelled);
    return { kind: 'seen', inputs, observed };
  } catch (error) {
    // Anything else is a bug of ours, and is reported as one.
    if (!(error instanceof ActionError)) throw error;
    return { kind: 'failed', inputs, error };
  }
}

async function observe(inputs: DeployInputs): Promise<Observed> {
  const asked = observeService(inputs);
  const [service, lookedUp] = await Promise.all([asked, lookUpImage(inputs, asked)]);
  return { service, lookedUp, domains: await observeAskedDomains(inputs, service) };
}

async function observeAskedDomains(
  inputs: DeployInputs,
  service: ObservedService,
): Promise<ObservedDomains | undefined> {
  if (inputs.operation === 'delete' || inputs.customDomains.length === 0) return undefined;
  const { observeDomains } = await import('./observe/domains.ts');
  return observeDomains(inputs, service);
}
