import type { SeenContainer, SeenTask, TaskRequest } from '../../aws/tasks.ts';
import { ActionError } from '../../errors.ts';
import { lastPartOf } from '../../parse-arn.ts';
import type { Verdict } from '../../poll.ts';
import type { FailureEvidence } from '../model/result.ts';
import { renderDuration } from '../model/timeline.ts';
import { adviseOnFailure } from '../report/advice.ts';
import { lastTellingLine } from '../report/cause.ts';

/**
 * What one look at the task of a command means. Pure. A quick one is STOPPED at the first look that shows it, and ECS may
 * miss one that has just been started.
 */
export function judgeCommand(seen: SeenTask | undefined): Verdict<SeenTask> {
  if (seen === undefined) return { kind: 'wait', because: 'ECS does not show its task' };
  if (seen.status !== 'STOPPED') return { kind: 'wait', because: `its task is ${seen.status}` };
  return { kind: 'done', value: seen };
}

const untouched = 'The service was not touched.';
const stays = 'What the command did is not undone.';

/** The end of a task, and what is needed to judge it. */
export type CommandEnd = {
  readonly task: SeenTask;
  readonly evidence: FailureEvidence;
  /** Where the task definition is ours, no container but Main can end the task. */
  readonly mainIsAlone: boolean;
};

/** Whether a task that is ending, or has ended, does so for a reason of its own. */
export function endedByItself({ stopCode }: SeenTask): boolean {
  return stopCode === 'EssentialContainerExited';
}

/** Success is the end that the program itself came to, and that alone: what is stopped may end with 0 as well. */
export function endedWell({ task, mainIsAlone }: Omit<CommandEnd, 'evidence'>): boolean {
  return endedByItself(task) && task.exitCode === 0 && (mainIsAlone || !task.others.some(hasFailed));
}

/** What SIGTERM and SIGKILL make of a container that ECS stops because another one ended. */
const stoppedCodes: readonly (number | undefined)[] = [137, 143];

function hasFailed({ exitCode, reason }: SeenContainer): boolean {
  return (
    reason !== undefined || (exitCode !== undefined && exitCode !== 0 && !stoppedCodes.includes(exitCode))
  );
}

/** `undefined`: it succeeded. */
export function explainEnd(end: CommandEnd): ActionError | undefined {
  const { task, evidence, mainIsAlone } = end;
  if (endedWell(end)) return undefined;
  const failed = mainIsAlone ? undefined : task.others.find(hasFailed);
  if (failed !== undefined && (task.exitCode === 0 || stoppedCodes.includes(task.exitCode))) {
    return explainNeighbour(failed, task);
  }
  if (task.exitCode === undefined) return explainEndWithoutCode(task, evidence);
  return task.exitCode === 0 ? explainStop(task) : explainExitCode(task.exitCode, task, evidence);
}

function explainNeighbour({ name, exitCode, reason }: SeenContainer, task: SeenTask): ActionError {
  const code = exitCode === undefined ? 'no exit code' : `exit code ${exitCode}`;
  const why = [code, reason].filter((part) => part !== undefined).join(', ');
  return fail(
    `it is not known whether pre-deploy-command came to its end: container ${name} of its task failed (${why}), which may have ended the task. The exit code of the command is ${task.exitCode}`,
    `${untouched} ${stays} Read the log of container ${name}, and let it go on until the command has ended.`,
  );
}

function explainStop(task: SeenTask): ActionError {
  return fail(
    `pre-deploy-command did not end by itself: ${whyStopped(task)}. Its exit code is 0`,
    `${untouched} ${stays} Find out what stopped it, then run the job again.`,
  );
}

/** ECS says when a task began to run. Without that, only a reason of its own not to start it means that it never ran. */
function explainEndWithoutCode(task: SeenTask, evidence: FailureEvidence): ActionError {
  const why = whyStopped(task);
  if (mayHaveRun(task)) {
    const what =
      task.hasStarted || endedByItself(task)
        ? 'pre-deploy-command ran, and how it ended is not known'
        : 'it is not known whether pre-deploy-command ran';
    return fail(`${what}: ${why}`, `${untouched} ${stays} Find out how far it came, then run the job again.`);
  }
  return fail(`pre-deploy-command never ran: ${why}`, `${untouched} ${adviseOnFailure(evidence)}`);
}

export function mayHaveRun(task: SeenTask): boolean {
  if (task.exitCode !== undefined || task.hasStarted || endedByItself(task)) return true;
  return task.stopCode === undefined || !task.showsMain;
}

function whyStopped({ stopCode, stoppedReason, containerReason }: SeenTask): string {
  const why = [stopCode, containerReason ?? stoppedReason].filter((part) => part !== undefined).join(', ');
  return why === '' ? 'ECS gives no reason' : why;
}

function explainExitCode(
  exitCode: number,
  { containerReason }: SeenTask,
  evidence: FailureEvidence,
): ActionError {
  // ECS gives no reason of its own for a program that ends by itself.
  const said = containerReason ?? lastTellingLine(evidence.logLines);
  const why = said === undefined ? '' : `: ${said}`;
  const known = [126, 127, 137].includes(exitCode) || containerReason !== undefined;
  const advice = known
    ? adviseOnFailure(evidence)
    : 'Read the last lines of its log, and fix the error there.';
  return fail(`pre-deploy-command ended with exit code ${exitCode}${why}`, `${untouched} ${stays} ${advice}`);
}

export function explainRefusal(reason: string): ActionError {
  return fail(
    `no task could be started for pre-deploy-command: ${reason}`,
    `${untouched} If capacity was missing, run the job again. If the error stays, name subnets in more availability zones.`,
  );
}

/** An attempt got no answer, whatever became of the last one: its task may run, and nobody would know. */
export function explainDoubt(
  { error, reason }: { readonly error: ActionError; readonly reason: string },
  { cluster, startedBy }: Pick<TaskRequest, 'cluster' | 'startedBy'>,
  family: string,
): ActionError {
  const look = `aws ecs list-tasks --cluster ${cluster} --started-by ${startedBy}`;
  const refused = error.code === 'pre-deploy-failed';
  const unknown = `It is not known whether its task was started: look for a task of family ${family} by ${look}, and stop it by aws ecs stop-task. ${untouched}`;
  const hint = refused || error.hint === undefined ? unknown : `${unknown} ${error.hint}`;
  const message = refused
    ? `a request for a task of pre-deploy-command got no answer, and the next one was refused: ${reason}`
    : error.message;
  return new ActionError(error.code, message, { hint, cause: error });
}

/** Whether the task does what the request asks for. */
export function isOf(
  { startedBy, taskDefinitionArn }: SeenTask,
  request: Pick<TaskRequest, 'startedBy' | 'taskDefinitionArn'>,
): boolean {
  return startedBy === request.startedBy && taskDefinitionArn === request.taskDefinitionArn;
}

export function explainTakenToken(arns: readonly string[], seen: readonly SeenTask[]): ActionError {
  const tasks = arns.map((arn) => {
    const task = seen.find((each) => each.arn === arn);
    if (task === undefined) return `${arn} (which ECS does not show)`;
    const by = task.startedBy === '' ? '' : `, started by ${task.startedBy}`;
    return `${arn} (of task definition ${lastPartOf(task.taskDefinitionArn)}${by})`;
  });
  return fail(
    `no task could be started for pre-deploy-command: its client token was used for another request before, which started task ${tasks.join(', ')}`,
    `${untouched} Look what that task does. Run the job again, which makes another token.`,
  );
}

export function explainLateness(timeoutSeconds: number, because: string, stopped: string): ActionError {
  return fail(
    `pre-deploy-command did not end within ${renderDuration(timeoutSeconds)} (${because}); ${stopped}`,
    `${untouched} ${stays} Raise pre-deploy-timeout-minutes if it only needs longer.`,
  );
}

export function explainQueue(
  timeoutSeconds: number,
  taskArns: readonly string[],
  because: string,
): ActionError {
  return fail(
    `an earlier pre-deploy-command did not end within ${renderDuration(timeoutSeconds)} (${because}): ${taskArns.map(lastPartOf).join(', ')}`,
    `${untouched} Only one runs at a time. Look at that task in the ECS console, and stop it if nobody needs it.`,
  );
}

function fail(message: string, hint: string): ActionError {
  return new ActionError('pre-deploy-failed', message, { hint });
}

/** The evidence of one task, in the form of a deployment that failed. */
export function evidenceOf(
  task: SeenTask | undefined,
  logLines: readonly string[],
  unread: readonly string[],
): FailureEvidence {
  return {
    statusReason: undefined,
    rollbackReason: undefined,
    triggeredAlarms: [],
    events: [],
    stoppedTasks: task === undefined ? [] : rowsOf(task),
    unhealthyTargets: [],
    failedResources: [],
    serviceState: undefined,
    supersededBy: undefined,
    logLines,
    unread,
  };
}

/** A container that failed has a row of its own. */
function rowsOf(task: SeenTask): FailureEvidence['stoppedTasks'] {
  const taskId = lastPartOf(task.arn);
  const { taskDefinitionArn, stopCode, stoppedReason, exitCode, containerReason } = task;
  const others = task.others.filter(hasFailed).map((other) => ({
    taskId: `${taskId}, container ${other.name}`,
    stopCode: undefined,
    stoppedReason: undefined,
    exitCode: other.exitCode,
    containerReason: other.reason,
  }));
  return [{ taskId, taskDefinitionArn, stopCode, stoppedReason, exitCode, containerReason }, ...others];
}
