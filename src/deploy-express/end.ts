import { doubtOf } from '../aws/doubt.ts';
import { explainDoubt } from '../aws/explain-doubt.ts';
import { ActionError } from '../errors.ts';
import type { Runner } from '../github/runner.ts';
import { untilAborted } from '../poll.ts';
import { announcerOf } from './apply/announce.ts';
import { sayLastWord } from './apply/cancel.ts';
import { explainFailure } from './apply/explain.ts';
import type { DeployInputs } from './model/inputs.ts';
import { commitOf, type Job } from './model/job.ts';
import {
  type DeployResult,
  type Facts,
  type Failure,
  type FailureEvidence,
  type Outcome,
  renderOutputs,
} from './model/result.ts';
import { secondsSince } from './model/timeline.ts';
import { adviseOnFailure } from './report/advice.ts';
import {
  type Cause,
  findCause,
  findCauseOfIdleness,
  findIdleness,
  findIntervention,
} from './report/cause.ts';
import { describeReached } from './report/reached.ts';
import { renderConclusion, renderSummary } from './report/summary.ts';

/**
 * How every run ends: what went wrong is explained as far as AWS lets us read it, then the result is told. Of log,
 * outputs, summary and GitHub each is told whatever becomes of the others.
 *
 * @param thrown what the run threw; `undefined` when it came to its end.
 */
export async function end(job: Job, thrown: unknown): Promise<DeployResult> {
  const { facts, clock, startedAt, runner, deadlines } = job;
  const doubt = explainDoubt(doubtOf(thrown));
  const failure =
    thrown === undefined
      ? undefined
      : sayDoubt(sayReached(sayWhatStays(await judge(thrown, job), facts), facts), doubt);
  const result: DeployResult = {
    ...facts,
    outcome: failure === undefined ? facts.outcome : failureOutcome(facts),
    changed: facts.changed || facts.doing !== undefined || doubt !== undefined,
    commitSha: commitOf(job.target, runner.context),
    actor: runner.context.actor,
    durationSeconds: secondsSince(startedAt, clock),
    failure,
  };
  const told = await Promise.allSettled([
    sayConclusion(result, runner),
    setOutputs(result, runner),
    summarise(result, runner),
    // Of a preview that was not made, the round that deletes it tells.
    result.outcome === 'skipped'
      ? undefined
      : untilAborted(announcerOf(job).ended(result), deadlines.farewellDue),
  ]);
  const untold = told.find((each) => each.status === 'rejected');
  // A failure of the run is the stronger news.
  if (untold !== undefined && failure === undefined) throw sayReached(failWith(untold.reason), facts).thrown;
  return result;
}

async function sayConclusion(result: DeployResult, runner: Runner): Promise<void> {
  for (const line of renderConclusion(result)) runner.info(line);
}

async function setOutputs(result: DeployResult, runner: Runner): Promise<void> {
  for (const [name, value] of Object.entries(renderOutputs(result))) await runner.setOutput(name, value);
}

async function summarise(result: DeployResult, runner: Runner): Promise<void> {
  if (result.outcome !== 'skipped') await runner.appendSummary(renderSummary(result));
}

function failureOutcome({ deployment }: Facts): Outcome {
  return deployment?.phase === 'rolled-back' ? 'rolled-back' : 'failed';
}

async function judge(thrown: unknown, job: Job): Promise<Failure> {
  if (job.runner.cancelled.aborted) return failBy(await sayLastWord(job));
  if (!(thrown instanceof ActionError)) return failWith(thrown);
  if (thrown.code === 'pre-deploy-failed') return judgeCommand(thrown, job.facts);
  const explicable: readonly ActionError['code'][] = [
    'deployment-failed',
    'deployment-timed-out',
    'smoke-test-failed',
  ];
  if (job.inputs === undefined || !explicable.includes(thrown.code)) {
    return failBy(sayUnwatched(thrown, job.facts));
  }
  const evidence = await untilAborted(explain(job.inputs, job.facts), job.deadlines.answersDue);
  if (evidence === undefined) return failBy(thrown);
  const cause = causeOf(thrown, evidence, job.facts);
  const hints = cause?.step === undefined ? [thrown.hint, adviseOnFailure(evidence)] : [cause.step];
  if (cause === undefined) return failBy(withHint(thrown, hints), evidence);
  const message = cause.quoted === undefined ? cause.sentence : `${cause.sentence}: ${cause.quoted}`;
  const told = withHint(new ActionError(thrown.code, message, { cause: thrown }), hints);
  const end = failureOutcome(job.facts) === 'rolled-back' ? 'rolled back: ' : '';
  return { ...failBy(told, evidence), inOwnWords: `${end}${cause.sentence}` };
}

/** What stands before "rolled back", "stopped" or "no verdict": nobody can act on these. */
function causeOf({ code }: ActionError, evidence: FailureEvidence, facts: Facts): Cause | undefined {
  const { serviceName, deployment, submitted } = facts;
  if (code === 'smoke-test-failed') return findIdleness(evidence, serviceName);
  if (code === 'deployment-failed' && deployment === undefined && !submitted) {
    return findCauseOfIdleness(evidence, facts);
  }
  // What the deployment came to is said by the error itself.
  if (deployment === undefined || deployment.phase === 'succeeded') return undefined;
  const intervention = findIntervention(evidence, serviceName);
  if (intervention !== undefined || deployment.phase === 'stopped') return intervention;
  return findCause(evidence, facts);
}

/** What the task of the command showed was read when it ended. */
function judgeCommand(error: ActionError, { preDeploy }: Facts): Failure {
  const failure = failBy(error, preDeploy?.evidence);
  const exitCode = preDeploy?.ended?.task.exitCode;
  // What does not count as success although its exit code is 0 is not told by that code.
  if (exitCode === undefined || exitCode === 0) return failure;
  const inOwnWords = `pre-deploy-command ended with exit code ${exitCode}; the service is as it was`;
  return { ...failure, inOwnWords };
}

/** Whoever reads that the former version serves again has to know that the database is not the former one. */
function sayWhatStays(failure: Failure, { preDeploy }: Facts): Failure {
  const { thrown } = failure;
  if (preDeploy?.state !== 'succeeded' || !(thrown instanceof ActionError)) return failure;
  const told = withHint(thrown, [thrown.hint, 'What pre-deploy-command did is not undone.']);
  return { ...failure, thrown: told, error: told };
}

/** What AWS may have done though the call for it failed. */
function sayDoubt(failure: Failure, doubt: string | undefined): Failure {
  const { thrown } = failure;
  if (doubt === undefined || !(thrown instanceof ActionError)) return failure;
  const told = withHint(thrown, [thrown.hint, doubt]);
  return { ...failure, thrown: told, error: told };
}

/** Whatever fails after the deployment must not read as if the deployment had failed. */
function sayReached(failure: Failure, facts: Facts): Failure {
  const { thrown, error } = failure;
  const sentences = describeReached(facts, failure);
  if (sentences.length === 0) return failure;
  const hint = [error.hint, ...sentences].filter((sentence) => sentence !== undefined).join(' ');
  if (!(thrown instanceof ActionError)) return { ...failure, error: { ...error, hint } };
  const told = withHint(thrown, [hint]);
  return { ...failure, thrown: told, error: told };
}

function failWith(thrown: unknown): Failure {
  return thrown instanceof ActionError ? failBy(thrown) : { thrown, error: bug, evidence: undefined };
}

function failBy(error: ActionError, evidence?: Failure['evidence']): Failure {
  return { thrown: error, error, evidence };
}

/** Its own words stay in the log: they may hold whatever AWS or the user said. */
const bug = {
  code: undefined,
  message: 'a bug in this action, not in your workflow',
  hint: 'Report it with the last lines of the log.',
};

function explain({ cluster, serviceName }: DeployInputs, facts: Facts) {
  const { serviceArn, deployment, revisionArn, logGroup, logStreamPrefix } = facts;
  return explainFailure({
    cluster,
    serviceName,
    serviceArn,
    deployment,
    revisionArn,
    logGroup,
    streamPrefix: logStreamPrefix,
  });
}

/** Tells that only the look at the deployment failed, and not the deployment itself. */
function sayUnwatched(error: ActionError, { submitted, deployment }: Facts): ActionError {
  if (!submitted || deployment?.phase === 'succeeded') return error;
  const hint = [
    error.hint,
    'The deployment continues in ECS, and this job does not watch it any more. Look in the ECS console how it ends.',
  ];
  return withHint(error, hint);
}

function withHint({ code, message, cause }: ActionError, sentences: readonly (string | undefined)[]) {
  const hint = sentences.filter((sentence) => sentence !== undefined).join(' ');
  return new ActionError(code, message, { hint, cause });
}
