import { unlessDenied } from '../../aws/failures.ts';
import {
  describeTasks,
  listRunningTasks,
  type OneOffDefinition,
  oneOffStreamPrefix,
  registerOneOff,
  type SeenTask,
  stopTask,
} from '../../aws/tasks.ts';
import { ActionError } from '../../errors.ts';
import { lastPartOf } from '../../parse-arn.ts';
import { pollUntil } from '../../poll.ts';
import type { PlannedJob } from '../model/job.ts';
import type { CommandStep } from '../model/plan.ts';
import type { FailureEvidence, PreDeployFact } from '../model/result.ts';
import { evidenceOf, explainEnd, explainLateness, explainQueue, judgeCommand } from './judge-command.ts';
import { startCommand, startedByOf, starter } from './start-command.ts';

/** The task goes on, whether AWS answers or not. */
const outageSeconds = 120;

/**
 * Runs the command in a task of its own, and throws unless it ended with exit code 0. Until then the service is as it was.
 */
export async function applyCommand(step: CommandStep, job: PlannedJob): Promise<void> {
  const { clock, facts } = job;
  facts.timeline.enter('Pre-deploy command', clock.now());
  let isDone = false;
  try {
    await waitForOthers(step, job);
    await runCommand(step, job);
    isDone = true;
  } finally {
    facts.timeline.close(clock.now(), !isDone);
  }
}

/** One at a time, as far as anybody can see: two jobs that look at the same moment see nothing of each other. */
async function waitForOthers(step: CommandStep, job: PlannedJob): Promise<void> {
  const { inputs, clock, runner } = job;
  let others: readonly string[] = [];
  let told = false;
  await pollUntil({
    read: () => lookForOthers(step, inputs.cluster),
    judge: (seen) => {
      others = seen;
      const [first] = others;
      if (first === undefined) return { kind: 'done', value: undefined };
      if (!told) runner.info(`Waiting for the end of an earlier pre-deploy-command: ${first}`);
      told = true;
      return { kind: 'wait', because: 'its task runs' };
    },
    clock,
    intervalSeconds: inputs.pollIntervalSeconds,
    timeoutSeconds: step.timeoutSeconds,
    outageSeconds,
    signal: runner.cancelled,
    onTimeout: (because) => explainQueue(step.timeoutSeconds, others, because),
  });
}

/** A task that is listed and not shown yet has just been started. */
async function lookForOthers({ family, task }: CommandStep, cluster: string): Promise<readonly string[]> {
  const listed = await listRunningTasks(cluster, family);
  const described = await describeTasks(cluster, listed);
  return listed.filter((arn) => {
    const seen = described.find((each) => each.arn === arn);
    if (seen === undefined) return true;
    // The tasks of the service itself are of the same family where the task definition is given.
    return seen.status !== 'STOPPED' && (task.kind === 'own' || seen.startedBy.startsWith(starter));
  });
}

async function runCommand(step: CommandStep, job: PlannedJob): Promise<void> {
  const { facts, runner, clock } = job;
  const prepared = await prepare(step, job);
  // A task that nobody waits for is worse than none.
  runner.cancelled.throwIfAborted();
  const startedAt = clock.now();
  const fact: PreDeployFact = {
    command: step.command,
    startedBy: startedByOf(step, job),
    taskArn: undefined,
    state: 'not-started',
    seconds: 0,
    exitCode: undefined,
    evidence: undefined,
  };
  facts.preDeploy = fact;
  facts.changed = true;
  try {
    fact.taskArn = await startCommand(step, fact, prepared.taskDefinitionArn, job);
    fact.state = 'running';
    runner.info(`pre-deploy-command runs in task ${fact.taskArn}`);
    await watch(step, fact, { taskArn: fact.taskArn, logGroup: prepared.logGroup }, job);
    fact.state = 'succeeded';
  } catch (error) {
    // Of a cancelled job the last word is not said yet.
    if (runner.cancelled.aborted) throw error;
    fact.state = 'failed';
    throw sayUnwatched(error, fact);
  } finally {
    fact.seconds = (clock.now() - startedAt) / 1000;
  }
}

/** Tells that only the look at the task failed, and not the task itself. */
function sayUnwatched(error: unknown, { taskArn }: PreDeployFact): unknown {
  if (!(error instanceof ActionError) || error.code === 'pre-deploy-failed' || taskArn === undefined)
    return error;
  const goesOn = `pre-deploy-command continues in task ${taskArn}. Nobody watches it. The service was not touched.`;
  const hint = error.hint === undefined ? goesOn : `${error.hint} ${goesOn}`;
  return new ActionError(error.code, error.message, { hint, cause: error });
}

type Prepared = {
  readonly taskDefinitionArn: string;
  /** `undefined`: where the output goes, this action does not know. */
  readonly logGroup: string | undefined;
};

async function prepare({ task }: CommandStep, job: PlannedJob): Promise<Prepared> {
  if (task.kind === 'given') return { taskDefinitionArn: task.arn, logGroup: undefined };
  const { definition } = task;
  const logGroup = task.makesLogGroup ? await makeLogGroup(definition, job) : definition.logGroup;
  const taskDefinitionArn = await registerOneOff({ ...definition, logGroup });
  job.facts.changed = true;
  return { taskDefinitionArn, logGroup };
}

/** Without a log the command still has its exit code. */
async function makeLogGroup(
  { logGroup }: OneOffDefinition,
  { runner }: PlannedJob,
): Promise<string | undefined> {
  if (logGroup === undefined) return undefined;
  const { ensureLogGroup } = await import('../../aws/log-groups.ts');
  const made = await unlessDenied(ensureLogGroup(logGroup).then(() => logGroup));
  if (made === undefined) {
    await runner.notice(
      `pre-deploy-command runs without a log: the role may not create log group ${logGroup}. Allow logs:CreateLogGroup, or create the log group yourself.`,
    );
  }
  return made;
}

type Watched = { readonly taskArn: string; readonly logGroup: string | undefined };

/** The time is over, and the task is still to be stopped. */
class TooLate extends ActionError {}

async function watch(
  step: CommandStep,
  fact: PreDeployFact,
  watched: Watched,
  job: PlannedJob,
): Promise<void> {
  const { timeoutSeconds } = step;
  try {
    const task = await waitForEnd(step, watched, job);
    fact.exitCode = task.exitCode;
    fact.evidence = task.exitCode === 0 ? undefined : await explain(task, watched, job);
    const failure = fact.evidence && explainEnd(task, fact.evidence);
    if (failure !== undefined) throw failure;
    job.runner.info('pre-deploy-command ended with exit code 0');
  } catch (error) {
    if (!(error instanceof TooLate)) throw error;
    const stopped = await stopLate(job.inputs.cluster, watched.taskArn);
    fact.evidence = await explain(undefined, watched, job);
    throw explainLateness(timeoutSeconds, error.message, stopped);
  }
}

function waitForEnd(step: CommandStep, { taskArn }: Watched, job: PlannedJob): Promise<SeenTask> {
  const { inputs, clock, runner } = job;
  let shown: string | undefined;
  return pollUntil({
    read: async () => (await describeTasks(inputs.cluster, [taskArn]))[0],
    judge: (seen) => {
      if (seen !== undefined && seen.status !== shown) runner.info(`Pre-deploy task: ${seen.status}`);
      shown = seen?.status ?? shown;
      return judgeCommand(seen);
    },
    clock,
    intervalSeconds: inputs.pollIntervalSeconds,
    timeoutSeconds: step.timeoutSeconds,
    outageSeconds,
    signal: runner.cancelled,
    onTimeout: (because) => new TooLate('pre-deploy-failed', because),
  });
}

async function stopLate(cluster: string, taskArn: string): Promise<string> {
  try {
    await stopTask(cluster, taskArn, 'pre-deploy-command took longer than pre-deploy-timeout-minutes');
    return `task ${taskArn} was stopped`;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const hint = error instanceof ActionError && error.hint !== undefined ? ` ${error.hint}` : '';
    return `task ${taskArn} may still run: ${why}.${hint}`;
  }
}

const logLineLimit = 50;
/** The last lines reach the log some seconds after the end. */
const logLooks = 3;
const logPauseSeconds = 2;

async function explain(
  task: SeenTask | undefined,
  { taskArn, logGroup }: Watched,
  { clock, runner }: PlannedJob,
): Promise<FailureEvidence> {
  if (task !== undefined && task.exitCode === undefined) return evidenceOf(task, [], []);
  if (logGroup === undefined) {
    return evidenceOf(task, [], ['the output of the command: this action did not choose where it goes']);
  }
  const { readLastLogLines } = await import('../../aws/diagnostics.ts');
  const wanted = {
    logGroup,
    streamPrefix: oneOffStreamPrefix,
    taskId: lastPartOf(taskArn),
    limit: logLineLimit,
  };
  for (let look = 1; ; look += 1) {
    const [lines, unread] = await readLastLogLines(wanted).then(
      (read) => [read, []] as const,
      (error: unknown) => [[], [error instanceof Error ? error.message : String(error)]] as const,
    );
    if (lines.length > 0 || look === logLooks) return evidenceOf(task, lines, unread);
    await clock.sleep(logPauseSeconds * 1000, runner.cancelled);
  }
}
