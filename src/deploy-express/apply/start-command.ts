import { createHash } from 'node:crypto';
import { toActionError } from '../../aws/failures.ts';
import { namesCapacity } from '../../aws/refusals.ts';
import {
  describeTasks,
  findStartedTask,
  type SeenTask,
  startTask,
  type TaskRequest,
} from '../../aws/tasks.ts';
import { ActionError } from '../../errors.ts';
import type { PlannedJob } from '../model/job.ts';
import { type CommandStep, digestOf } from '../model/plan.ts';
import type { PreDeployFact } from '../model/result.ts';
import { explainDoubt, explainRefusal, explainTakenToken, isOf } from './judge-command.ts';

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
  let inDoubt = false;
  let requests = 0;
  for (let turn = 0; ; turn += 1) {
    const request = {
      cluster: inputs.cluster,
      taskDefinitionArn,
      command: step.task.kind === 'given' ? step.command : undefined,
      network: step.network,
      startedBy: fact.startedBy,
      clientToken: tokenOf(step, job, requests),
    };
    fact.state = 'starting';
    const started = await startOrFind(request, step, job);
    if (started.kind === 'started') return started.arn;
    inDoubt ||= started.inDoubt;
    if (inDoubt) {
      runner.info(`${started.reason}: checking whether it was started anyway`);
      const arn = await findByStarter(request, job);
      if (arn !== undefined) return arn;
    } else {
      fact.state = 'not-started';
      // What started nothing is another request than the next one. While that is open, only the same one is safe.
      requests += 1;
    }
    const { error, reason } = started;
    if (!namesCapacity(reason) || clock.now() >= deadline) {
      throw inDoubt ? explainDoubt(started, request, step.family) : error;
    }
    if (turn === 0) runner.info(`Waiting: ${reason}`);
    await clock.sleep(Math.min(longestPauseSeconds, 5 * 2 ** turn) * 1000, runner.cancelled);
  }
}

type Start =
  | { readonly kind: 'started'; readonly arn: string }
  | {
      readonly kind: 'not-started';
      readonly inDoubt: boolean;
      readonly error: ActionError;
      readonly reason: string;
    };

async function startOrFind(request: TaskRequest, { sentence }: CommandStep, job: PlannedJob): Promise<Start> {
  const started = await startTask(request);
  switch (started.kind) {
    case 'started':
      return started;
    case 'token-taken':
      return findOwn(started.arns, request, job);
    case 'refused': {
      const { reason, inDoubt } = started;
      return { kind: 'not-started', inDoubt, error: explainRefusal(reason), reason };
    }
    case 'failed': {
      const error = toActionError(started.cause, sentence, 'ecs:RunTask');
      const isCapacity = namesCapacity(error.message);
      return {
        kind: 'not-started',
        inDoubt: started.inDoubt,
        error: isCapacity ? explainRefusal(error.message) : error,
        reason: error.message,
      };
    }
  }
}

/** ECS may not show a task yet that has just been started. */
const mostLooks = 5;
const lookPauseMs = 500;

async function findByStarter(
  { cluster, startedBy }: TaskRequest,
  { clock, runner }: PlannedJob,
): Promise<string | undefined> {
  for (let look = 1; ; look += 1) {
    const arn = await findStartedTask(cluster, startedBy).catch(() => undefined);
    if (arn !== undefined || look === mostLooks) return arn;
    await clock.sleep(lookPauseMs, runner.cancelled);
  }
}

/** Who starts a task is named after the step itself, so that of several with one token the one of this step is known. */
async function findOwn(arns: readonly string[], request: TaskRequest, job: PlannedJob): Promise<Start> {
  for (let look = 1; ; look += 1) {
    const seen = await lookAt(arns, request.cluster);
    const own = seen.find((task) => isOf(task, request));
    if (own !== undefined) return { kind: 'started', arn: own.arn };
    if (seen.length === arns.length || look === mostLooks) {
      const error = explainTakenToken(arns, seen);
      return { kind: 'not-started', inDoubt: false, error, reason: error.message };
    }
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
function tokenOf({ command, family }: CommandStep, job: PlannedJob, request: number): string {
  const { runner, image, inputs, startedAt } = job;
  const { runId, runAttempt } = runner.context;
  const run = [runId, runAttempt, startedAt];
  const reference = image.kind === 'known' ? image.reference : inputs.settings.taskDefinitionArn;
  const what = [
    run,
    inputs.cluster,
    inputs.serviceName,
    family,
    digestOf(image) ?? reference,
    command,
    request,
  ];
  return createHash('sha256').update(JSON.stringify(what)).digest('hex');
}
