import { findStartedTask, stopTask } from '../../aws/tasks.ts';
import { ActionError } from '../../errors.ts';
import { unlessAborted } from '../../poll.ts';
import type { Job } from '../model/job.ts';
import type { PreDeployFact } from '../model/result.ts';

const untouched = 'The service was not touched. What pre-deploy-command did so far is not undone.';

/** What a cancelled job does about its command. Never throws: it is the last word. */
export async function stopCommand(fact: PreDeployFact, job: Job): Promise<ActionError> {
  const { inputs, deadlines } = job;
  const cluster = inputs?.cluster ?? '';
  const taskArn = fact.taskArn ?? (await findTask(cluster, fact, job));
  if (taskArn === undefined) {
    return cancelled(
      `, and it is not known whether a task of pre-deploy-command was started (started by ${fact.startedBy})`,
      untouched,
    );
  }
  fact.taskArn = taskArn;
  if (inputs?.onCancel === 'leave') {
    return cancelled(`; pre-deploy-command was left running in task ${taskArn}`, untouched);
  }
  try {
    const stopping = stopTask(cluster, taskArn, 'the job was cancelled', deadlines.lastWordDue);
    await unlessAborted(stopping, deadlines.lastWordDue);
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
