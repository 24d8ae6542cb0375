import { deleteImageTags } from '../../aws/ecr.ts';
import { deleteExpressService } from '../../aws/express.ts';
import { toActionError } from '../../aws/failures.ts';
import { isServiceMissing, isServiceNotActive } from '../../aws/refusals.ts';
import { ActionError } from '../../errors.ts';
import type { PlannedJob } from '../model/job.ts';
import type { PlanStep } from '../model/plan.ts';
import { isPreviewImageTag } from '../model/tags.ts';

export async function applyDelete(
  step: Extract<PlanStep, { kind: 'delete-service' }>,
  { inputs, facts, runner }: PlannedJob,
): Promise<void> {
  await deleteService(step.serviceArn, step.sentence);
  facts.changed = true;
  facts.deletedServices.push(inputs.serviceName);
  runner.info(`Deleted service ${step.serviceArn}: ECS drains it`);
}

/** It is gone all the same when someone else was faster, or when the reply to a first request was lost. */
export async function deleteService(serviceArn: string, doing: string): Promise<void> {
  try {
    await deleteExpressService(serviceArn);
  } catch (cause) {
    if (isServiceNotActive(cause) || isServiceMissing(cause)) return;
    throw toActionError(cause, doing, 'ecs:DeleteExpressGatewayService');
  }
}

/** Images that stay cost cents, which is no reason to fail: a notice says that they do. */
export async function applyImageDeletion(
  step: Extract<PlanStep, { kind: 'delete-images' }>,
  { inputs, runner }: PlannedJob,
): Promise<void> {
  const problem = await deletePreviewImages(step.repository, inputs.serviceName, runner.info);
  if (problem !== undefined) await runner.notice(problem);
}

/** Returns a sentence about what went wrong, if anything did. */
export async function deletePreviewImages(
  repository: string,
  serviceName: string,
  log: (line: string) => void,
): Promise<string | undefined> {
  try {
    const count = await deleteImageTags(repository, (tag) => isPreviewImageTag(serviceName, tag));
    log(`Deleted ${count} image tags of ${serviceName} from ECR repository ${repository}`);
    return undefined;
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return `${error.message}. ${error.hint ?? ''} The images of ${serviceName} stay in ECR repository ${repository}.`;
  }
}
