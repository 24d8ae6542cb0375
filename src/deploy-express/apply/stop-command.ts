import { describeTasks, findStartedTask, type SeenTask, stopTask } from '../../aws/tasks.ts';
import { ActionError } from '../../errors.ts';
import { unlessAborted } from '../../poll.ts';
import type { Job } from '../model/job.ts';
import type { PreDeployFact } from '../model/result.ts';
import { endedByItself, endedWell, evidenceOf, explainEnd } from './judge-command.ts';

const untouched = 'The service was not touched. What pre-deploy-command did so far is not undone.';

/** What a cancelled job does about its command. Never throws: it is the last word. */
export async function stopCommand(fact: PreDeployFact, job: Job): Promise<ActionError> {
  const { inputs, deadlines } = job;
  const cluster = inputs?.cluster ?? '';
  if (fact.ended !== undefined) return sayEnd(fact.ended.task, fact, job);
  const taskArn = fact.taskArn ?? (await findTask(cluster, fact, job));
  if (taskArn === undefined) {
    return cancelled(
      `, and it is not known whether a task of pre-deploy-command was started (started by ${fact.startedBy})`,
      untouched,
    );
  }
  fact.taskArn = taskArn;
  if (inputs?.onCancel === 'leave') {
    const [seen] = await unlessAborted(describeTasks(cluster, [taskArn]), deadlines.lastWordDue).catch(
      () => [],
    );
    if (seen !== undefined && hasEnded(seen)) return sayEnd(seen, fact, job);
    return cancelled(`; pre-deploy-command was left running in task ${taskArn}`, untouched);
  }
  try {
    const stopping = stopTask(cluster, taskArn, 'the job was cancelled', deadlines.lastWordDue);
    const seen = await unlessAborted(stopping, deadlines.lastWordDue);
    // ECS leaves a task alone that ended right before.
    if (seen !== undefined && hasEnded(seen)) return sayEnd(seen, fact, job);
    fact.state = 'failed';
    return cancelled(`; task ${taskArn} of pre-deploy-command was stopped`, untouched);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const allow = error instanceof ActionError && error.hint !== undefined ? `${error.hint} ` : '';
    return cancelled(
      `, but task ${taskArn} of pre-deploy-command may still run: ${why}`,
      `${allow}Stop it with aws ecs stop-task. ${untouched}`,
    );
  }
}

function hasEnded(seen: SeenTask): boolean {
  return seen.status === 'STOPPED' || endedByItself(seen);
}

/** It came to its end before the job was cancelled, or while it was. */
function sayEnd(task: SeenTask, fact: PreDeployFact, { inputs }: Job): ActionError {
  const ended = { task, mainIsAlone: inputs?.settings.taskDefinitionArn === undefined };
  fact.ended = ended;
  fact.state = endedWell(ended) ? 'succeeded' : 'failed';
  const failure = explainEnd({ ...ended, evidence: evidenceOf(task, [], []) });
  const end = failure === undefined ? 'pre-deploy-command had ended with exit code 0' : failure.message;
  return cancelled(`. In task ${task.arn}: ${end}`, failure?.hint ?? 'The service was not touched.');
}

function cancelled(what: string, hint: string): ActionError {
  return new ActionError('cancelled', `the job was cancelled${what}`, { hint });
}

/** Time has to be left for stopping it. */
const mostLooks = 3;
const lookPauseMs = 400;

/** The answer to the request for it did not come in time; ECS may show it all the same. */
async function findTask(
  cluster: string,
  { startedBy }: PreDeployFact,
  job: Job,
): Promise<string | undefined> {
  const { lastWordDue } = job.deadlines;
  for (let look = 1; look <= mostLooks && !lastWordDue.aborted; look += 1) {
    const arn = await unlessAborted(findStartedTask(cluster, startedBy), lastWordDue).catch(() => undefined);
    if (arn !== undefined) return arn;
    await job.clock.sleep(lookPauseMs, lastWordDue).catch(() => undefined);
  }
  return undefined;
}
