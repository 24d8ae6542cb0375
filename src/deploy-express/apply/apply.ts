import { createCluster, tagService, untagService } from '../../aws/services.ts';
import { assertNever } from '../../errors.ts';
import { unlessAborted } from '../../poll.ts';
import type { ApplyContext } from '../model/job.ts';
import type { PlanStep, Proceed } from '../model/plan.ts';
import type { Facts } from '../model/result.ts';
import { applyDomains } from './domains.ts';
import { applyWait } from './rollout.ts';
import { applyCreate, applyDelete, applyImageDeletion, applyUpdate, waitUntilGone } from './service.ts';
import { applySmokeTest } from './smoke-test.ts';

/** Does the steps in order. The only code of this action that changes anything but images. */
export async function applyPlan(plan: Proceed, facts: Facts, context: ApplyContext): Promise<void> {
  for (const step of plan.steps) {
    context.signal.throwIfAborted();
    try {
      await unlessAborted(applyStep(step, facts, context), context.deadlines.answersDue);
    } catch (error) {
      if (context.deadlines.answersDue.aborted) facts.unanswered = step.sentence;
      throw error;
    }
    facts.done.push(step.sentence);
  }
}

async function applyStep(step: PlanStep, facts: Facts, context: ApplyContext): Promise<void> {
  switch (step.kind) {
    case 'create-cluster':
      await createCluster(step.cluster);
      facts.changed = true;
      return context.log(`Created cluster ${step.cluster}`);
    case 'wait-for-draining':
    case 'wait-for-deletion':
      return waitUntilGone(context);
    case 'create-service':
      return applyCreate(step, facts, context);
    case 'update-service':
      return applyUpdate(step, facts, context);
    case 'wait-for-deployment':
      return applyWait(step, facts, context);
    case 'reconcile-tags':
      return applyTags(step, facts, context);
    case 'attach-domains':
      return applyDomains(step, facts, context);
    case 'smoke-test':
      return applySmokeTest(facts, context);
    case 'delete-service':
      return applyDelete(step, facts, context);
    case 'delete-images':
      return applyImageDeletion(step, context);
    default:
      return assertNever(step);
  }
}

async function applyTags(
  step: Extract<PlanStep, { kind: 'reconcile-tags' }>,
  facts: Facts,
  context: ApplyContext,
): Promise<void> {
  // Removed first, since a service has 50 tags at most.
  if (step.remove.length > 0) await untagService(step.serviceArn, step.remove);
  facts.changed = true;
  if (step.set.length > 0) await tagService(step.serviceArn, step.set);
  context.log(`Set ${step.set.length} and removed ${step.remove.length} tags`);
}
