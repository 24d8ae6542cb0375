import type { Runner } from '../github/runner.ts';
import { createInputReader } from '../input-reader.ts';
import { delayAbort, systemClock, unlessAborted } from '../poll.ts';
import { deployInputDefaults } from './inputs/names.ts';
import { parseOperation, parsePreviewInputs } from './inputs/operations.ts';
import type { Job, ServiceTarget, Target } from './model/job.ts';
import { type DeployResult, startFacts } from './model/result.ts';
import { observe } from './observe/observe.ts';
import { readInputs, readMigrationInputs, readSweepInputs } from './read-inputs.ts';

/**
 * Source or image in, running service out: the service itself, or a preview of it for a pull request. Each round ends in
 * the same way, whatever it was about and whatever went wrong; what the last one came to stands for the run.
 *
 * What is imported above is read before the first request to AWS leaves, and each kilobyte of it delays that. Whatever
 * is needed only with the answer is imported where it is used.
 */
export async function run(runner: Runner): Promise<void> {
  let result: DeployResult;
  let next: Target | undefined;
  do {
    const job = startJob(runner, next);
    const thrown = await attempt(job);
    const { end } = await import('./end.ts');
    result = await end(job, thrown);
    next = await lookForNext(job, result);
  } while (next !== undefined);
  if (result.failure !== undefined) throw result.failure.thrown;
}

function startJob(runner: Runner, target: Target | undefined): Job {
  const { cancelled } = runner;
  return {
    runner,
    clock: systemClock,
    startedAt: systemClock.now(),
    deadlines: {
      answersDue: delayAbort(cancelled, 3_000),
      lastWordDue: delayAbort(cancelled, 5_000),
      farewellDue: delayAbort(cancelled, 5_500),
    },
    target,
    inputs: undefined,
    announcer: undefined,
    facts: startFacts(),
  };
}

/** Returns what was thrown, a bug of ours too. What does not answer is waited for no longer than a cancelled job may. */
async function attempt(job: Job): Promise<unknown> {
  try {
    await unlessAborted(operate(job), job.deadlines.answersDue);
    return undefined;
  } catch (thrown) {
    return thrown;
  }
}

async function operate(job: Job): Promise<void> {
  const { facts, runner } = job;
  job.target ??= await chooseTarget(job);
  switch (job.target.kind) {
    case 'nothing':
      facts.outcome = 'skipped';
      return runner.notice(`Nothing was done: ${job.target.because}.`);
    case 'sweep': {
      facts.own = () => ({ title: 'Previews', lines: [] });
      const inputs = await readSweepInputs(runner);
      const { sweep } = await import('./preview/sweep.ts');
      return sweep(inputs, job);
    }
    case 'migration': {
      facts.own = () => ({ title: 'Migration plan', lines: [] });
      const inputs = await readMigrationInputs(runner);
      const { planMigration } = await import('./migration/plan-migration.ts');
      return planMigration(inputs, job);
    }
    case 'service':
    case 'preview':
      return deployTarget(job.target, job);
  }
}

async function deployTarget(target: ServiceTarget, job: Job): Promise<void> {
  const { facts, runner } = job;
  facts.serviceName = target.kind === 'preview' ? target.serviceName : runner.read('service-name');
  if (target.kind === 'preview' && target.because !== undefined) runner.info(`No preview: ${target.because}`);
  const inputs = await readInputs(runner, target);
  job.inputs = inputs;
  facts.serviceName = inputs.serviceName;
  const observed = await unlessAborted(observe(inputs), runner.cancelled);
  const { deploy } = await import('./deploy.ts');
  return deploy(inputs, observed, job);
}

/**
 * Decides what this run is about before anything else is looked at: the workflows of forks have neither credentials nor
 * secrets, and must end green all the same. What is wrong with the inputs read here is reported with all others, later.
 */
async function chooseTarget({ runner, startedAt }: Job): Promise<Target> {
  const reader = createInputReader(deployInputDefaults, runner.read);
  const preview = parsePreviewInputs(reader);
  const operation = parseOperation(reader);
  if (reader.problems.length > 0) return { kind: 'service' };
  if (operation === 'sweep') return { kind: 'sweep' };
  if (operation === 'plan-migration') return { kind: 'migration' };
  if (preview === undefined || operation !== 'deploy') return { kind: 'service' };
  const { choosePreview } = await import('./preview/choose.ts');
  return choosePreview(preview, reader, runner, startedAt);
}

/** The deletion of a preview that nobody asks for any more; it stands for the outcome, whatever the deployment came to. */
async function lookForNext({ target, runner }: Job, { outcome }: DeployResult): Promise<Target | undefined> {
  if (target?.kind !== 'preview' || target.operation === 'delete') return undefined;
  if (outcome === 'planned' || runner.cancelled.aborted) return undefined;
  const { chooseAfterDeployment } = await import('./preview/choose.ts');
  const next = await chooseAfterDeployment(target, runner);
  return next.kind === 'preview' && next.operation === 'delete' ? next : undefined;
}
