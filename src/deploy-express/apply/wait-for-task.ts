import { describeEcsService } from '../../aws/services.ts';
import { ActionError } from '../../errors.ts';
import { pollUntil } from '../../poll.ts';
import type { PlannedJob } from '../model/job.ts';
import { isAnother } from '../model/observed.ts';
import type { PlanStep } from '../model/plan.ts';

/**
 * Looks again at a service that has nothing to change, and no task: while one is replaced that is normal. What keeps none
 * running is no success, whatever its last deployment came to.
 */
export async function waitForTask(
  { timeoutSeconds }: Extract<PlanStep, { kind: 'wait-for-task' }>,
  { inputs, clock, runner, service, facts }: PlannedJob,
): Promise<void> {
  const { cluster, serviceName } = inputs;
  const formerAt = service.kind === 'express' ? service.createdAt : undefined;
  const counts = await pollUntil({
    read: () => describeEcsService(cluster, serviceName),
    judge: (seen) => {
      if (seen.kind !== 'found' || seen.status === 'DRAINING' || isAnother(seen.createdAt, formerAt)) {
        return { kind: 'failed', error: noTaskRuns(serviceName, 'it was deleted') };
      }
      const counts = `${seen.runningCount} of ${seen.desiredCount} tasks run`;
      return seen.runningCount > 0 ? { kind: 'done', value: counts } : { kind: 'wait', because: counts };
    },
    clock,
    intervalSeconds: inputs.pollIntervalSeconds,
    timeoutSeconds,
    signal: runner.cancelled,
    onTimeout: (because) => noTaskRuns(serviceName, because),
  });
  runner.info(`Service ${serviceName}: ${counts}`);
  facts.version = 'as-asked';
}

function noTaskRuns(serviceName: string, why: string): ActionError {
  return new ActionError('deployment-failed', `no task of ${serviceName} runs: ${why}`);
}
