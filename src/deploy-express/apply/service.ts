import { deleteImageTags } from '../../aws/ecr.ts';
import { createExpressService, deleteExpressService, updateExpressService } from '../../aws/express.ts';
import type { DesiredService } from '../../aws/express-settings.ts';
import {
  isNotIdempotent,
  isRoleNotReady,
  isServiceMissing,
  isServiceNotActive,
  isStillDraining,
  isTaggingDenied,
  toActionError,
} from '../../aws/failures.ts';
import { describeEcsService, type EcsService } from '../../aws/services.ts';
import { ActionError } from '../../errors.ts';
import { pollUntil } from '../../poll.ts';
import { isAsSent } from '../model/compare.ts';
import type { PlannedJob } from '../model/job.ts';
import { digestOf, type PlanStep } from '../model/plan.ts';
import type { Tag } from '../model/settings.ts';
import { hasOwnershipTag, isPreviewImageTag, ownershipTag } from '../model/tags.ts';
import { observeService } from '../observe/service.ts';

type CreateStep = Extract<PlanStep, { kind: 'create-service' }>;

const createAction = 'ecs:CreateExpressGatewayService';

/** A name that was free at the last look is no longer: what is there has to be planned for. */
export class NameTaken extends ActionError {}

export async function applyCreate(step: CreateStep, job: PlannedJob): Promise<void> {
  const { inputs, runner } = job;
  const { infrastructureRoleArn, desired } = step;
  let { tags } = step;
  const create = async (): Promise<Accepted> => {
    try {
      const { cluster, serviceName } = inputs;
      return await createExpressService({ cluster, serviceName, infrastructureRoleArn, desired, tags });
    } catch (cause) {
      if (isNotIdempotent(cause)) return adoptCreated(cause, { ...step, tags }, job);
      if (!isTaggingDenied(cause) || !isOursAlone(tags)) throw cause;
      await runner.notice(
        `The role may not tag (ecs:TagResource), so service ${inputs.serviceName} goes without the tag ${ownershipTag.key}=${ownershipTag.value}, which says who made it: to delete it, operation: delete will need force: true.`,
      );
      tags = [];
      return create();
    }
  };
  const created = await patiently(create, step.sentence, createAction, job);
  runner.info(`Created service ${created.serviceArn}`);
  noteSubmitted(created, step.desired, job);
}

/** Nobody asked for this tag, and the policy in the official action's README does not allow it. */
function isOursAlone(tags: readonly Tag[]): boolean {
  return tags.length === 1 && hasOwnershipTag(tags);
}

/**
 * "Creation of service was not idempotent" says that the name is taken: by a first request of ours whose reply was lost,
 * or by what somebody else made since the last look. Ours has all that was sent.
 */
async function adoptCreated(cause: unknown, step: CreateStep, { inputs }: PlannedJob): Promise<Accepted> {
  const seen = await observeService(inputs);
  if (seen.kind === 'express' && isAsSent(step, seen)) {
    return { serviceArn: seen.serviceArn, revisionArn: seen.running?.revisionArn };
  }
  const { code, message } = toActionError(cause, step.sentence, createAction);
  throw new NameTaken(code, message, { cause });
}

export async function applyUpdate(
  step: Extract<PlanStep, { kind: 'update-service' }>,
  job: PlannedJob,
): Promise<void> {
  const update = () => updateExpressService(step.serviceArn, step.desired);
  const updated = await patiently(update, step.sentence, 'ecs:UpdateExpressGatewayService', job);
  job.runner.info(`Updated service ${step.serviceArn}`);
  noteSubmitted(updated, step.desired, job);
}

type Accepted = { readonly serviceArn: string; readonly revisionArn: string | undefined };

/** From now on there is, or will be, a deployment of our own; which one, only ECS can say. */
function noteSubmitted(
  accepted: Accepted,
  sent: DesiredService,
  { facts, image, announcer }: PlannedJob,
): void {
  facts.serviceArn = accepted.serviceArn;
  facts.revisionArn = accepted.revisionArn;
  facts.deploymentArn = undefined;
  facts.deploymentStatus = undefined;
  facts.deployment = undefined;
  facts.image = sent.image;
  facts.imageDigest = digestOf(image);
  facts.changed = true;
  facts.submitted = true;
  facts.sent = sent;
  announcer.submitted({ revisionArn: facts.revisionArn, imageDigest: facts.imageDigest });
}

/** A role made seconds ago is usable within about two minutes; Terraform's provider waits as long. */
const rolePatienceSeconds = 180;
const rolePauseSeconds = 5;

/**
 * Repeats a create or update while the only reason against it is one that passes by itself: a fresh role, or a former
 * service of the name that is still draining.
 */
async function patiently(
  request: () => Promise<Accepted>,
  sentence: string,
  action: string,
  job: PlannedJob,
): Promise<Accepted> {
  const { clock, runner } = job;
  const deadline = clock.now() + rolePatienceSeconds * 1000;
  let told = false;
  for (;;) {
    try {
      return await request();
    } catch (cause) {
      const passing = isRoleNotReady(cause) || isStillDraining(cause);
      if (!passing || clock.now() >= deadline) throw toActionError(cause, sentence, action);
      if (!told) runner.info(`Waiting: ${cause instanceof Error ? cause.message : String(cause)}`);
      told = true;
      await clock.sleep(rolePauseSeconds * 1000, runner.cancelled);
    }
  }
}

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

/**
 * The service that was seen is gone when ECS shows none of its name, or one that was created at another time: that one is
 * somebody else's, and would be waited for in vain.
 */
export async function waitUntilGone(job: PlannedJob): Promise<void> {
  const { facts, inputs, runner, service } = job;
  const formerAt = 'createdAt' in service ? service.createdAt : undefined;
  const another = await waitForEnd(({ createdAt }) => !isAnother(createdAt, formerAt), job);
  if (another?.createdAt === undefined) return;
  const at = another.createdAt.toISOString().replace(/\.\d+Z$/, 'Z');
  const notice = `Somebody else created another service ${inputs.serviceName} at ${at}: the former one is gone, but the name is taken.`;
  facts.notices.push(notice);
  await runner.notice(notice);
}

/** A time that was not told is no other one. */
function isAnother(createdAt: Date | undefined, formerAt: Date | undefined): boolean {
  return createdAt !== undefined && formerAt !== undefined && createdAt.getTime() !== formerAt.getTime();
}

/** Here the name is what is waited for. Whoever takes it ends the waiting, too: what it means is for the plan to say. */
export async function waitUntilDrained(job: PlannedJob): Promise<void> {
  await waitForEnd(({ status }) => status === 'DRAINING', job);
}

type SeenService = Extract<EcsService, { kind: 'found' }>;

/** Draining takes one to three minutes, seldom more; the name is taken until its end. Returns what has the name then. */
async function waitForEnd(
  isFormer: (seen: SeenService) => boolean,
  { inputs, clock, runner }: PlannedJob,
): Promise<SeenService | undefined> {
  const { cluster, serviceName } = inputs;
  let isSeen = false;
  const { another } = await pollUntil<EcsService, { readonly another: SeenService | undefined }>({
    read: () => describeEcsService(cluster, serviceName),
    judge: (seen) => {
      isSeen = true;
      if (seen.kind !== 'found') return { kind: 'done', value: { another: undefined } };
      if (isFormer(seen)) return { kind: 'wait', because: `the service is ${seen.status}` };
      return { kind: 'done', value: { another: seen } };
    },
    clock,
    intervalSeconds: inputs.pollIntervalSeconds,
    timeoutSeconds: inputs.waitTimeoutSeconds,
    signal: runner.cancelled,
    onTimeout: (because) => {
      const what = isSeen
        ? `service ${serviceName} is not gone yet`
        : `whether service ${serviceName} is gone could not be seen`;
      return new ActionError('deployment-timed-out', `${what}: ${because}`, {
        hint: 'Run the job again later; raise wait-for-minutes if it only needs longer.',
      });
    },
  });
  const end = another === undefined ? 'gone' : `there again: it is ${another.status}`;
  runner.info(`Service ${serviceName} is ${end}`);
  return another;
}
