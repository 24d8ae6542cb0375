import { createCluster, tagService, untagService } from '../../aws/services.ts';
import { ActionError, assertNever } from '../../errors.ts';
import type { Job, PlannedJob } from '../model/job.ts';
import type { PlanStep } from '../model/plan.ts';
import { applyCommand } from './command.ts';
import { applyDelete, applyImageDeletion } from './delete.ts';
import { applyDomains, confirmDomains } from './domains.ts';
import { confirmPinnedHosts, warnOfPinnedRules } from './pinned.ts';
import { applyRedirect } from './redirect.ts';
import { applyWait } from './rollout.ts';
import { applyCreate, applyUpdate } from './service.ts';
import { applySmokeTest } from './smoke-test.ts';
import { waitUntilDrained, waitUntilGone } from './until-gone.ts';
import { waitForTask } from './wait-for-task.ts';

/** Does the steps in order. The only code of this action that changes anything but images. */
export async function applySteps(steps: readonly PlanStep[], job: PlannedJob): Promise<void> {
  for (const step of steps) await doStep(step.sentence, () => applyStep(step, job), job);
}

/** At the end of the job: what others may have undone since. */
export async function confirmSteps(job: PlannedJob): Promise<void> {
  const { hostsAdded, pinnedHosts } = job.facts;
  if (hostsAdded) {
    const hosts = job.inputs.customDomains.join(', ');
    await doStep(
      `check that the listener rule of the service still has ${hosts}`,
      () => confirmDomains(job),
      job,
    );
  }
  if (pinnedHosts.length > 0) {
    await doStep(`check that ${pinnedHosts.join(', ')} still answers`, () => confirmPinnedHosts(job), job);
  }
}

/** Notes what is being done, so that a job which is cancelled in the middle of it can say what may still happen. */
export async function doStep<Done>(
  sentence: string,
  act: () => Promise<Done>,
  { runner, facts }: Job,
): Promise<Done> {
  runner.cancelled.throwIfAborted();
  facts.doing = sentence;
  let done: Done;
  try {
    done = await act();
  } finally {
    facts.doing = undefined;
  }
  facts.done.push(sentence);
  return done;
}

async function applyStep(step: PlanStep, job: PlannedJob): Promise<void> {
  switch (step.kind) {
    case 'create-cluster':
      await createCluster(step.cluster);
      job.facts.changed = true;
      return job.runner.info(`Created cluster ${step.cluster}`);
    case 'wait-for-draining':
      return waitUntilDrained(job);
    case 'wait-for-deletion':
      return waitUntilGone(job);
    case 'run-command':
      return applyCommand(step, job);
    case 'create-service':
      return applyCreate(step, job);
    case 'update-service':
      await warnOfPinnedRules(job);
      return applyUpdate(step, job);
    case 'wait-for-deployment':
      return applyWait(step, job);
    case 'wait-for-task':
      return waitForTask(step, job);
    case 'reconcile-tags':
      return applyTags(step, job);
    case 'obtain-certificate':
      throw new ActionError(
        'certificate-pending',
        'the certificate was issued, and cannot be found any more',
        {
          hint: 'Somebody may have deleted it. Run the job again. It requests another certificate.',
        },
      );
    case 'attach-domains':
      return applyDomains(step, job);
    case 'redirect-http':
      return applyRedirect(job);
    case 'smoke-test':
      return applySmokeTest(job);
    case 'delete-service':
      return applyDelete(step, job);
    case 'delete-images':
      return applyImageDeletion(step, job);
    default:
      return assertNever(step);
  }
}

async function applyTags(
  step: Extract<PlanStep, { kind: 'reconcile-tags' }>,
  { facts, runner }: PlannedJob,
): Promise<void> {
  // Removed first, since a service has 50 tags at most.
  if (step.remove.length > 0) {
    await untagService(step.serviceArn, step.remove);
    facts.changed = true;
  }
  if (step.set.length > 0) {
    await tagService(step.serviceArn, step.set);
    facts.changed = true;
  }
  runner.info(`Set ${step.set.length} and removed ${step.remove.length} tags`);
}
