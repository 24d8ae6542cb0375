import type { SeenTask, TaskRequest } from '../../aws/tasks.ts';
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

/**
 * `undefined`: it succeeded, which an exit code of 0 says of a program that ended by itself. One that is stopped may end with 0
 * as well, in the middle of its work.
 */
export function explainEnd(task: SeenTask, evidence: FailureEvidence): ActionError | undefined {
  const { exitCode, stopCode, stoppedReason, containerReason } = task;
  if (exitCode === 0 && (stopCode === undefined || stopCode === 'EssentialContainerExited')) return undefined;
  if (exitCode === 0) {
    const why = [stopCode, stoppedReason].filter((part) => part !== undefined).join(', ');
    return failed(
      `pre-deploy-command was stopped before it ended by itself: ${why}`,
      `${untouched} ${stays} Run the job again once nobody stops it.`,
    );
  }
  const reason = containerReason ?? stoppedReason;
  if (exitCode === undefined) {
    const why = [stopCode, reason].filter((part) => part !== undefined).join(', ');
    return failed(
      `pre-deploy-command never ran: ${why === '' ? 'ECS gives no reason' : why}`,
      `${untouched} ${adviseOnFailure(evidence)}`,
    );
  }
  // ECS gives no reason of its own for a program that ends by itself.
  const said = containerReason ?? lastTellingLine(evidence.logLines);
  const why = said === undefined ? '' : `: ${said}`;
  const known = [126, 127, 137].includes(exitCode) || containerReason !== undefined;
  const advice = known
    ? adviseOnFailure(evidence)
    : 'Read the last lines of its log, and fix the error there.';
  return failed(
    `pre-deploy-command ended with exit code ${exitCode}${why}`,
    `${untouched} ${stays} ${advice}`,
  );
}

export function explainRefusal(reason: string): ActionError {
  return failed(
    `no task could be started for pre-deploy-command: ${reason}`,
    `${untouched} Run the job again where it was for want of capacity; name subnets in more availability zones if it stays so.`,
  );
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
  return failed(
    `no task could be started for pre-deploy-command: its client token was used for another request before, which started task ${tasks.join(', ')}`,
    `${untouched} Look what that task does. Run the job again, which makes another token.`,
  );
}

export function explainLateness(timeoutSeconds: number, because: string, stopped: string): ActionError {
  return failed(
    `pre-deploy-command did not end within ${renderDuration(timeoutSeconds)} (${because}); ${stopped}`,
    `${untouched} ${stays} Raise pre-deploy-timeout-minutes if it only needs longer.`,
  );
}

export function explainQueue(
  timeoutSeconds: number,
  taskArns: readonly string[],
  because: string,
): ActionError {
  return failed(
    `an earlier pre-deploy-command did not end within ${renderDuration(timeoutSeconds)} (${because}): ${taskArns.map(lastPartOf).join(', ')}`,
    `${untouched} Two of them do not run at a time. Look at that task in the ECS console, and stop it if nobody needs it.`,
  );
}

function failed(message: string, hint: string): ActionError {
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
    stoppedTasks: task === undefined ? [] : [{ ...task, taskId: lastPartOf(task.arn) }],
    unhealthyTargets: [],
    failedResources: [],
    serviceState: undefined,
    supersededBy: undefined,
    logLines,
    unread,
  };
}
