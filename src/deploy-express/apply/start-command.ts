import { createHash } from 'node:crypto';
import { toActionError } from '../../aws/failures.ts';
import { leavesInDoubt } from '../../aws/fault.ts';
import { namesCapacity } from '../../aws/refusals.ts';
import {
  describeTasks,
  findStartedTask,
  type SeenTask,
  type StartedTask,
  startTask,
  type TaskRequest,
} from '../../aws/tasks.ts';
import { ActionError } from '../../errors.ts';
import type { PlannedJob } from '../model/job.ts';
import { type CommandStep, digestOf } from '../model/plan.ts';
import type { PreDeployFact } from '../model/result.ts';
import { explainRefusal, explainTakenToken, isOf } from './judge-command.ts';

/** Who started a task, if it was this action. */
export const starter = 'deploy-express/';

/** What finds the task when the answer to the request for it was lost. */
export function startedByOf(step: CommandStep, job: PlannedJob): string {
  return `${starter}${job.runner.context.runId || 'local'}/${tokenOf(step, job, 0).slice(0, 16)}`;
}

/** No room now may be room in a minute; nothing was started, so nothing is started twice. */
const capacityPatienceSeconds = 180;
const longestPauseSeconds = 60;

/** Returns the ARN of the one task, also when the answer to the request for it was lost. */
export async function startCommand(
  step: CommandStep,
  fact: PreDeployFact,
  taskDefinitionArn: string,
  job: PlannedJob,
): Promise<string> {
  const { inputs, clock, runner } = job;
  const deadline = clock.now() + capacityPatienceSeconds * 1000;
  for (let turn = 0; ; turn += 1) {
    const request = {
      cluster: inputs.cluster,
      taskDefinitionArn,
      command: step.task.kind === 'given' ? step.command : undefined,
      network: step.network,
      startedBy: fact.startedBy,
      clientToken: tokenOf(step, job, turn),
    };
    fact.state = 'starting';
    const started = await startOrFind(request, step, job);
    if (started.kind !== 'refused') return started.arn;
    fact.state = 'not-started';
    if (!namesCapacity(started.reason) || clock.now() >= deadline) throw explainRefusal(started.reason);
    if (turn === 0) runner.info(`Waiting: ${started.reason}`);
    await clock.sleep(Math.min(longestPauseSeconds, 5 * 2 ** turn) * 1000, runner.cancelled);
  }
}

type Start = Exclude<StartedTask, { kind: 'token-taken' }>;

async function startOrFind(request: TaskRequest, step: CommandStep, job: PlannedJob): Promise<Start> {
  const started = await startOnce(request, step, job);
  return started.kind === 'token-taken' ? findOwn(started.arns, request, job) : started;
}

async function startOnce(
  request: TaskRequest,
  { sentence, family }: CommandStep,
  { runner }: PlannedJob,
): Promise<StartedTask> {
  try {
    return await startTask(request);
  } catch (cause) {
    const error = toActionError(cause, sentence, 'ecs:RunTask');
    if (namesCapacity(error.message)) return { kind: 'refused', reason: error.message };
    if (!leavesInDoubt(cause)) throw error;
    runner.info(`${error.message}: checking whether it was started anyway`);
    const arn = await findStartedTask(request.cluster, request.startedBy).catch(() => undefined);
    if (arn !== undefined) return { kind: 'started', arn };
    throw new ActionError(error.code, error.message, {
      hint: `It is not known whether its task was started: look for tasks of family ${family} in the ECS console. The service was not touched.`,
      cause,
    });
  }
}

/** ECS may not show a task yet that has just been started. */
const mostLooks = 5;
const lookPauseMs = 500;

/** Who starts a task is named after the step itself, so that of several with one token the one of this step is known. */
async function findOwn(arns: readonly string[], request: TaskRequest, job: PlannedJob): Promise<Start> {
  for (let look = 1; ; look += 1) {
    const seen = await lookAt(arns, request.cluster);
    const own = seen.find((task) => isOf(task, request));
    if (own !== undefined) return { kind: 'started', arn: own.arn };
    if (seen.length === arns.length || look === mostLooks) throw explainTakenToken(arns, seen);
    await job.clock.sleep(lookPauseMs, job.runner.cancelled);
  }
}

async function lookAt(arns: readonly string[], cluster: string): Promise<readonly SeenTask[]> {
  try {
    return await describeTasks(cluster, arns);
  } catch (cause) {
    const error = toActionError(cause, `describe tasks ${arns.join(', ')}`, 'ecs:DescribeTasks');
    const unknown = `It is not known whether task ${arns.join(', ')} runs the command: its request had the client token of this one. The service was not touched.`;
    const hint = error.hint === undefined ? unknown : `${unknown} ${error.hint}`;
    throw new ActionError(error.code, error.message, { hint, cause });
  }
}

/**
 * What makes a request the same. ECS then answers with the task that it started at first, so that a lost reply is no second
 * task. Another step, or another attempt of the run, is another request: what it is to run may differ in a variable or a secret.
 */
function tokenOf({ command, family }: CommandStep, job: PlannedJob, turn: number): string {
  const { runner, image, inputs, startedAt } = job;
  const { runId, runAttempt } = runner.context;
  const run = [runId, runAttempt, startedAt];
  const reference = image.kind === 'known' ? image.reference : inputs.settings.taskDefinitionArn;
  const what = [run, inputs.cluster, family, digestOf(image) ?? reference, command, turn];
  return createHash('sha256').update(JSON.stringify(what)).digest('hex');
}
