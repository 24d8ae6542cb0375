import { deleteExpressService } from '../../aws/express.ts';
import { isServiceMissing, isServiceNotActive, toActionError } from '../../aws/failures.ts';
import { describeEcsService } from '../../aws/services.ts';
import { ActionError } from '../../errors.ts';
import { pollUntil } from '../../poll.ts';
import type { ApplyContext } from '../model/job.ts';
import type { PlanStep } from '../model/plan.ts';
import type { Facts } from '../model/result.ts';
import { deletePreviewImages } from './delete-images.ts';

export async function applyDelete(
  step: Extract<PlanStep, { kind: 'delete-service' }>,
  facts: Facts,
  context: ApplyContext,
): Promise<void> {
  try {
    await deleteExpressService(step.serviceArn);
  } catch (cause) {
    // Someone else was faster, or the first reply was lost: the wish is fulfilled.
    if (!isServiceNotActive(cause) && !isServiceMissing(cause)) {
      throw toActionError(cause, step.sentence, 'ecs:DeleteExpressGatewayService');
    }
  }
  facts.changed = true;
  context.log(`Deleted service ${step.serviceArn}: ECS drains it`);
}

/** Images that stay cost cents, and the next sweep meets them no more: said, not failed for. */
export async function applyImageDeletion(
  step: Extract<PlanStep, { kind: 'delete-images' }>,
  { inputs, log, notice }: ApplyContext,
): Promise<void> {
  const problem = await deletePreviewImages(step.repository, inputs.serviceName, log);
  if (problem !== undefined) await notice(problem);
}

/** Draining takes one to three minutes, seldom more; the name is taken until its end. */
export async function waitUntilGone(context: ApplyContext): Promise<void> {
  const { inputs, clock, signal, log } = context;
  await pollUntil({
    read: () => describeEcsService(inputs.cluster, inputs.serviceName),
    judge: (seen) => {
      if (seen.kind !== 'found') return { kind: 'done', value: undefined };
      return { kind: 'wait', because: `the service is ${seen.status}` };
    },
    clock,
    intervalSeconds: inputs.pollIntervalSeconds,
    timeoutSeconds: inputs.waitTimeoutSeconds,
    signal,
    onTimeout: (because) =>
      new ActionError('deployment-timed-out', `service ${inputs.serviceName} is not gone yet: ${because}`, {
        hint: 'Run the job again later; raise wait-for-minutes if it only needs longer.',
      }),
  });
  log(`Service ${inputs.serviceName} is gone`);
}
