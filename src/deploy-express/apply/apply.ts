import { createCluster, tagService, untagService } from '../../aws/services.ts';
import { ActionError, assertNever } from '../../errors.ts';
import { unlessAborted } from '../../poll.ts';
import type { ApplyContext } from '../model/job.ts';
import type { PlanStep, Proceed } from '../model/plan.ts';
import type { Facts } from '../model/result.ts';
import { applyDelete, applyImageDeletion, waitUntilGone } from './deletion.ts';
import { applyDomains } from './domains.ts';
import { applyCreate, applyUpdate } from './service.ts';
import { smokeTest } from './smoke-test.ts';
import { applyWait } from './wait.ts';

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
  // In this order, as a service has 50 tags at most.
  if (step.remove.length > 0) await untagService(step.serviceArn, step.remove);
  facts.changed = true;
  if (step.set.length > 0) await tagService(step.serviceArn, step.set);
  context.log(`Set ${step.set.length} and removed ${step.remove.length} tags`);
}

async function applySmokeTest(facts: Facts, context: ApplyContext): Promise<void> {
  const { inputs, clock, signal, log, notice } = context;
  const test = inputs.smokeTest;
  if (test === undefined) return;
  if (facts.isInternal && !test.alsoInternal) {
    const skipped =
      'The URL was not requested: the load balancer is internal, and only a runner in its network can reach it. Give smoke-test: true on such a runner, false anywhere else.';
    facts.notices.push(skipped);
    return notice(skipped);
  }
  if (facts.host === undefined) {
    throw new ActionError('smoke-test-failed', 'AWS shows no endpoint for the service', {
      hint: 'Look at the service in the ECS console; set smoke-test: false if it has no public endpoint.',
    });
  }
  const path = test.path ?? facts.healthCheckPath ?? '/';
  facts.timeline.enter('Smoke test', clock.now());
  try {
    const { status } = await smokeTest({ url: `https://${facts.host}${path}`, test, clock, signal });
    facts.timeline.close(clock.now(), false);
    log(`https://${facts.host}${path} answered ${status}`);
  } catch (error) {
    facts.timeline.close(clock.now(), true);
    throw error;
  }
}
