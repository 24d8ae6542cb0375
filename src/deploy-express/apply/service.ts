import { type Doubt, doubtOf, keepDoubt } from '../../aws/doubt.ts';
import { createExpressService, updateExpressService } from '../../aws/express.ts';
import type { DesiredService } from '../../aws/express-settings.ts';
import { toActionError } from '../../aws/failures.ts';
import {
  isNotIdempotent,
  isRoleNotReady,
  isServiceMissing,
  isServiceNotActive,
  isStillDraining,
  isTaggingDenied,
} from '../../aws/refusals.ts';
import { ActionError } from '../../errors.ts';
import { isAsSent } from '../model/compare.ts';
import type { PlannedJob } from '../model/job.ts';
import { isAnother } from '../model/observed.ts';
import { digestOf, type PlanStep } from '../model/plan.ts';
import type { Tag } from '../model/settings.ts';
import { hasOwnershipTag, ownershipTag } from '../model/tags.ts';
import { observeService } from '../observe/service.ts';
import { lookWhetherStill } from '../observe/still.ts';
import { findDeleter } from '../report/cause.ts';
import { requirePublic } from './smoke-test.ts';

type CreateStep = Extract<PlanStep, { kind: 'create-service' }>;
type UpdateStep = Extract<PlanStep, { kind: 'update-service' }>;

const createAction = 'ecs:CreateExpressGatewayService';

/** What the plan was made for is no longer there: what is there now has to be planned for. */
export class PlanOutdated extends ActionError {}

export async function applyCreate(step: CreateStep, job: PlannedJob): Promise<void> {
  const { inputs, runner } = job;
  const { infrastructureRoleArn, desired } = step;
  let { tags } = step;
  const create = async (): Promise<Created> => {
    try {
      const { cluster, serviceName } = inputs;
      return await createExpressService({ cluster, serviceName, infrastructureRoleArn, desired, tags });
    } catch (cause) {
      if (isNotIdempotent(cause)) return adoptCreated(cause, { ...step, tags }, job);
      if (!isTaggingDenied(cause) || !isOursAlone(tags)) throw cause;
      await runner.notice(
        `The role may not tag (ecs:TagResource), so service ${inputs.serviceName} lacks the tag ${ownershipTag.key}=${ownershipTag.value}, which says who created it: operation: delete will need force: true.`,
      );
      tags = [];
      return create();
    }
  };
  const created = await patiently(create, step.sentence, createAction, job);
  runner.info(`Created service ${created.serviceArn}`);
  noteSubmitted(created, step.desired, job);
  if (created.isInternal) requirePublic(job);
}

/** Nobody asked for this tag, and the policy in the official action's README does not allow it. */
function isOursAlone(tags: readonly Tag[]): boolean {
  return tags.length === 1 && hasOwnershipTag(tags);
}

/**
 * "Creation of service was not idempotent" says that the name is taken: by a first request of ours whose reply was lost,
 * or by what somebody else made since the last look. Ours has all that was sent.
 */
async function adoptCreated(cause: unknown, step: CreateStep, { inputs }: PlannedJob): Promise<Created> {
  const seen = await observeService(inputs);
  if (seen.kind === 'express' && isAsSent(step, seen)) {
    const { serviceArn, running } = seen;
    return { serviceArn, revisionArn: running?.revisionArn, isInternal: running?.isInternal ?? false };
  }
  const { code, message } = toActionError(cause, step.sentence, createAction);
  throw new PlanOutdated(code, message, { cause });
}

const updateAction = 'ecs:UpdateExpressGatewayService';

export async function applyUpdate(step: UpdateStep, job: PlannedJob): Promise<void> {
  const update = async (): Promise<Accepted> => {
    await requireStill(job);
    try {
      return await updateExpressService(step.serviceArn, step.desired);
    } catch (cause) {
      if (isServiceNotActive(cause) || isServiceMissing(cause)) throw await explainGone(cause, step, job);
      throw cause;
    }
  };
  const updated = await patiently(update, step.sentence, updateAction, job);
  job.runner.info(`Updated service ${step.serviceArn}`);
  noteSubmitted(updated, step.desired, job);
}

/** The look is minutes old where a role was waited for. That the service is gone, ECS says of the update itself. */
async function requireStill({ inputs, service }: PlannedJob): Promise<void> {
  if ((await lookWhetherStill(service)) !== 'changed') return;
  const changed = `service ${inputs.serviceName} is no longer what it was when this job looked at it`;
  throw new PlanOutdated('plan-refused', changed, { hint: 'Run the job again.' });
}

/** Only a fresh look tells whether the service is gone, or there is another one of its name by now. */
async function explainGone(
  cause: unknown,
  step: UpdateStep,
  { inputs, service }: PlannedJob,
): Promise<ActionError> {
  const { code, message } = toActionError(cause, step.sentence, updateAction);
  const seen = await observeService(inputs);
  if (seen.kind === 'absent' || seen.kind === 'draining') {
    const gone = `service ${inputs.serviceName} was deleted before this job could update it`;
    return new ActionError('plan-refused', gone, { hint: findDeleter, cause });
  }
  const formerAt = service.kind === 'express' ? service.createdAt : undefined;
  const isOther = seen.kind === 'ordinary' || isAnother(seen.createdAt, formerAt);
  return new (isOther ? PlanOutdated : ActionError)(code, message, { cause });
}

type Accepted = { readonly serviceArn: string; readonly revisionArn: string | undefined };
type Created = Accepted & { readonly isInternal: boolean };

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
async function patiently<T>(
  request: () => Promise<T>,
  sentence: string,
  action: string,
  job: PlannedJob,
): Promise<T> {
  const { clock, runner } = job;
  const deadline = clock.now() + rolePatienceSeconds * 1000;
  let told = false;
  let doubt: Doubt | undefined;
  for (;;) {
    try {
      return await request();
    } catch (cause) {
      keepDoubt(cause, doubt);
      doubt = doubtOf(cause);
      const passing = isRoleNotReady(cause) || isStillDraining(cause);
      if (!passing || clock.now() >= deadline) throw toActionError(cause, sentence, action);
      if (!told) runner.info(`Waiting: ${cause instanceof Error ? cause.message : String(cause)}`);
      told = true;
      await clock.sleep(rolePauseSeconds * 1000, runner.cancelled);
    }
  }
}
