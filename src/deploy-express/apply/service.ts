import { deleteImageTags } from '../../aws/ecr.ts';
import {
  createExpressService,
  deleteExpressService,
  describeExpressService,
  updateExpressService,
} from '../../aws/express.ts';
import {
  isNotIdempotent,
  isRoleNotReady,
  isServiceMissing,
  isServiceNotActive,
  isStillDraining,
  toActionError,
} from '../../aws/failures.ts';
import { describeEcsService } from '../../aws/services.ts';
import { ActionError } from '../../errors.ts';
import { pollUntil } from '../../poll.ts';
import type { ApplyContext } from '../model/job.ts';
import { digestOf, type PlanStep } from '../model/plan.ts';
import type { Facts } from '../model/result.ts';
import { isPreviewImageTag } from '../model/tags.ts';

export async function applyCreate(
  step: Extract<PlanStep, { kind: 'create-service' }>,
  facts: Facts,
  context: ApplyContext,
): Promise<void> {
  const { inputs } = context;
  const create = () =>
    createExpressService({
      cluster: inputs.cluster,
      serviceName: inputs.serviceName,
      infrastructureRoleArn: step.infrastructureRoleArn,
      desired: step.desired,
      tags: step.tags,
    });
  const created = await patiently(create, step.sentence, 'ecs:CreateExpressGatewayService', context);
  facts.serviceArn = created.serviceArn;
  facts.revisionArn = created.revisionArn;
  facts.deploymentArn = undefined;
  facts.image = step.desired.image;
  facts.imageDigest = digestOf(context.image);
  facts.changed = true;
  facts.submitted = true;
  context.log(`Created service ${created.serviceArn}`);
  context.onSubmitted(facts);
}

export async function applyUpdate(
  step: Extract<PlanStep, { kind: 'update-service' }>,
  facts: Facts,
  context: ApplyContext,
): Promise<void> {
  const update = () => updateExpressService(step.serviceArn, step.desired);
  const updated = await patiently(update, step.sentence, 'ecs:UpdateExpressGatewayService', context);
  facts.revisionArn = updated.revisionArn;
  facts.deploymentArn = undefined;
  facts.image = step.desired.image;
  facts.imageDigest = digestOf(context.image);
  facts.changed = true;
  facts.submitted = true;
  context.log(`Updated service ${step.serviceArn}`);
  context.onSubmitted(facts);
}

/** A role made seconds ago is usable within about two minutes; Terraform's provider waits as long. */
const rolePatienceSeconds = 180;
const rolePauseSeconds = 5;

/**
 * Repeats a create or update while the only reason against it is one that passes by itself: a fresh role, or a former
 * service of the name that is still draining.
 */
async function patiently(
  request: () => Promise<{ readonly serviceArn: string; readonly revisionArn: string | undefined }>,
  sentence: string,
  action: string,
  context: ApplyContext,
): Promise<{ readonly serviceArn: string; readonly revisionArn: string | undefined }> {
  const { clock, signal, log } = context;
  const deadline = clock.now() + rolePatienceSeconds * 1000;
  let told = false;
  for (;;) {
    try {
      return await request();
    } catch (cause) {
      if (isNotIdempotent(cause)) return adoptCreated(cause, sentence, action, context);
      const passing = isRoleNotReady(cause) || isStillDraining(cause);
      if (!passing || clock.now() >= deadline) throw toActionError(cause, sentence, action);
      if (!told) log(`Waiting: ${cause instanceof Error ? cause.message : String(cause)}`);
      told = true;
      await clock.sleep(rolePauseSeconds * 1000, signal);
    }
  }
}

/**
 * "Creation of service was not idempotent" after a reply that was lost means that the first request did its work: the
 * look before it showed that the service was not there.
 */
async function adoptCreated(cause: unknown, sentence: string, action: string, context: ApplyContext) {
  const { inputs } = context;
  const found = await describeEcsService(inputs.cluster, inputs.serviceName);
  if (found.kind !== 'found' || !found.express || found.status !== 'ACTIVE')
    throw toActionError(cause, sentence, action);
  const express = await describeExpressService(found.arn);
  return { serviceArn: found.arn, revisionArn: express.configurations[0]?.revisionArn };
}

export async function applyDelete(
  step: Extract<PlanStep, { kind: 'delete-service' }>,
  facts: Facts,
  context: ApplyContext,
): Promise<void> {
  try {
    await deleteExpressService(step.serviceArn);
  } catch (cause) {
    // The service is gone all the same when someone else was faster, or when the reply to a first request was lost.
    if (!isServiceNotActive(cause) && !isServiceMissing(cause)) {
      throw toActionError(cause, step.sentence, 'ecs:DeleteExpressGatewayService');
    }
  }
  facts.changed = true;
  context.log(`Deleted service ${step.serviceArn}: ECS drains it`);
}

/** Images that stay cost cents, which is no reason to fail: a notice says that they do. */
export async function applyImageDeletion(
  step: Extract<PlanStep, { kind: 'delete-images' }>,
  { inputs, log, notice }: ApplyContext,
): Promise<void> {
  const problem = await deletePreviewImages(step.repository, inputs.serviceName, log);
  if (problem !== undefined) await notice(problem);
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
