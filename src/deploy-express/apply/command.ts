import { unlessDenied } from '../../aws/failures.ts';
import {
  describeTasks,
  findUnendedTasks,
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
import {
  endedByItself,
  endedWell,
  evidenceOf,
  explainEnd,
  explainLateness,
  explainQueue,
  judgeCommand,
  mayHaveRun,
} from './judge-command.ts';
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
    read: () => findUnendedTasks(inputs.cluster, step.family, isCommand),
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

/** The tasks of a service may be of the same family: of this one, or of one whose name ends with -pre-deploy. */
function isCommand({ startedBy, group }: SeenTask): boolean {
  return startedBy.startsWith(starter) && !group.startsWith('service:');
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
    ended: undefined,
    evidence: undefined,
  };
  facts.preDeploy = fact;
  facts.changed = true;
  try {
    fact.taskArn = await startCommand(step, fact, prepared.taskDefinitionArn, job);
    fact.state = 'running';
    runner.info(`pre-deploy-command runs in task ${fact.taskArn}`);
    await watch(step, fact, { ...prepared, taskArn: fact.taskArn }, job);
    fact.state = 'succeeded';
  } catch (error) {
    // Of a cancelled job the last word is not said yet.
    if (runner.cancelled.aborted) throw error;
    // One that may have been started has not failed.
    if (fact.state === 'running') fact.state = 'failed';
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
  const { facts } = job;
  const log = task.makesLogGroup ? await makeLogGroup(definition, job) : { name: definition.logGroup };
  try {
    const taskDefinitionArn = await registerOneOff({ ...definition, logGroup: log.name });
    facts.changed = true;
    facts.done.push(`register task definition ${lastPartOf(taskDefinitionArn)}`);
    return { taskDefinitionArn, logGroup: log.name };
  } catch (error) {
    throw sayLeft(error, log.left);
  }
}

/** What was made for a command of which nothing comes. */
function sayLeft(error: unknown, left: string | undefined): unknown {
  if (left === undefined || !(error instanceof ActionError)) return error;
  const hint = [error.hint, 'The service was not touched.', left]
    .filter((sentence) => sentence !== undefined)
    .join(' ');
  return new ActionError(error.code, error.message, { hint, cause: error });
}

type MadeLogGroup = {
  readonly name: string | undefined;
  /** What is left of it where nothing comes of the command. */
  readonly left?: string | undefined;
};

/** Without a log the command still has its exit code. */
async function makeLogGroup({ logGroup: name }: OneOffDefinition, job: PlannedJob): Promise<MadeLogGroup> {
  if (name === undefined) return { name };
  const { facts, runner } = job;
  const { ensureLogGroup } = await import('../../aws/log-groups.ts');
  const by = await unlessDenied(ensureLogGroup(name));
  if (by === undefined) {
    await runner.notice(
      `pre-deploy-command runs without a log: the role may not create log group ${name}. Allow logs:CreateLogGroup, or create the log group yourself.`,
    );
    return { name: undefined };
  }
  if (by === 'another') return { name };
  facts.changed = true;
  if (by === 'unknown') return { name, left: `Log group ${name} may have been created, and stays.` };
  facts.done.push(`create log group ${name}`);
  return { name, left: `Log group ${name} was created, and stays.` };
}

type Watched = Prepared & { readonly taskArn: string };

/** The time is over, and the task is still to be stopped. */
class TooLate extends ActionError {}

async function watch(
  step: CommandStep,
  fact: PreDeployFact,
  watched: Watched,
  job: PlannedJob,
): Promise<void> {
  const task = await waitForEnd(step, watched, job).catch(async (error: unknown) => {
    if (!(error instanceof TooLate)) throw error;
    const { seen, words } = await stopLate(job.inputs.cluster, watched.taskArn);
    // It came to its end right before it was stopped.
    if (seen?.exitCode !== undefined && endedByItself(seen)) return seen;
    fact.evidence = await explain(undefined, watched, job);
    throw explainLateness(step.timeoutSeconds, error.message, words);
  });
  const mainIsAlone = step.task.kind === 'own';
  fact.ended = { task, mainIsAlone };
  if (!endedWell(fact.ended)) {
    fact.evidence = await explain(task, watched, job);
    throw explainEnd({ ...fact.ended, evidence: fact.evidence });
  }
  job.runner.info('pre-deploy-command ended with exit code 0');
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

type Stopped = { readonly seen?: SeenTask | undefined; readonly words: string };

async function stopLate(cluster: string, taskArn: string): Promise<Stopped> {
  try {
    const why = 'pre-deploy-command took longer than pre-deploy-timeout-minutes';
    return { seen: await stopTask(cluster, taskArn, why), words: `task ${taskArn} was stopped` };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const hint = error instanceof ActionError && error.hint !== undefined ? ` ${error.hint}` : '';
    return { words: `task ${taskArn} may still run: ${why}.${hint}` };
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
  if (task !== undefined && !mayHaveRun(task)) return evidenceOf(task, [], []);
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
