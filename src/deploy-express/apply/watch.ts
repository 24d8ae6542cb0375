import type { Deployment } from '../../aws/deployments.ts';
import { ActionError } from '../../errors.ts';
import type { Verdict } from '../../poll.ts';

/**
 * What one look at a deployment means. Pure. `secondsInStage` is at least as long as the stage lasts: it is counted from
 * the look before the stage was first seen.
 *
 * The truth is the service deployment's own status. The service says ACTIVE from the first second, and `rolloutState`
 * says COMPLETED also when it was the rollback that completed.
 */
export function judgeDeployment(seen: Deployment | undefined, secondsInStage: number): Verdict<Deployment> {
  if (seen === undefined) return { kind: 'wait', because: 'the deployment is not visible yet' };
  switch (seen.phase) {
    case 'succeeded':
      return { kind: 'done', value: seen };
    case 'running':
      return { kind: 'wait', because: describeState(seen), quietSeconds: quietSeconds(seen, secondsInStage) };
    // Already lost, but only the end says what serves now.
    case 'stopping':
    case 'rolling-back':
      return { kind: 'wait', because: describeState(seen) };
    case 'rolled-back':
    case 'rollback-failed':
    case 'stopped':
      return { kind: 'failed', error: deploymentFailed(seen) };
    case 'unknown':
      // A state we do not know must not turn a job green; it may still turn into one we do.
      return { kind: 'wait', because: `the deployment is ${seen.status}, which this action does not know` };
  }
}

function deploymentFailed(seen: Deployment): ActionError {
  const isFirst = !seen.hasSource;
  // Of a first deployment the status only says that there is nothing to roll back to.
  const reason = isFirst
    ? (seen.rollbackReason ?? seen.statusReason)
    : (seen.statusReason ?? seen.rollbackReason);
  const why = reason === undefined ? '' : `: ${reason}`;
  switch (seen.phase) {
    case 'rolled-back':
      return new ActionError('deployment-failed', `the deployment was rolled back${why}`, {
        hint: 'The former version serves.',
      });
    case 'rollback-failed':
      if (isFirst) {
        return new ActionError('deployment-failed', `the first deployment failed${why}`, {
          hint: 'There is no earlier version that could serve.',
        });
      }
      return new ActionError('deployment-failed', `the deployment failed, and so did its rollback${why}`, {
        hint: 'The service may not be serving: deploy a version that is known to work.',
      });
    default:
      return new ActionError('deployment-failed', `the deployment was stopped${why}`);
  }
}

/** `IN_PROGRESS, BAKE_TIME, 2 of 2 tasks run, 100 % of the traffic`. */
export function describeState(seen: Deployment): string {
  const parts: string[] = [seen.status];
  if (seen.stage !== undefined) parts.push(seen.stage);
  parts.push(`${seen.runningTasks} of ${seen.requestedTasks} tasks run`);
  if (seen.trafficPercent !== undefined) parts.push(`${seen.trafficPercent} % of the traffic`);
  if (seen.circuitBreaker !== undefined && seen.circuitBreaker.failures > 0) {
    parts.push(`${seen.circuitBreaker.failures} of ${seen.circuitBreaker.threshold} failures allowed`);
  }
  return parts.join(', ');
}

/** How long Express keeps the canary and, after the shift, the bake; neither can be changed (ECS developer guide). */
const canarySeconds = 180;
const bakeSeconds = 180;
const stagesBeforeCanary = ['RECONCILE_SERVICE', 'PRE_SCALE_UP', 'SCALE_UP', 'POST_SCALE_UP'];

/**
 * For how long success is impossible. A failure in that time announces itself: a rollback is a state of its own that
 * lasts, and from its beginning on every look is one interval apart. A first deployment has no canary.
 */
function quietSeconds(seen: Deployment, secondsInStage: number): number {
  if (seen.phase !== 'running' || !seen.hasSource || seen.stage === undefined) return 0;
  if (stagesBeforeCanary.includes(seen.stage)) return canarySeconds + bakeSeconds;
  if (seen.stage === 'PRODUCTION_TRAFFIC_SHIFT') return bakeSeconds;
  if (seen.stage === 'BAKE_TIME') return Math.max(0, bakeSeconds - secondsInStage);
  return 0;
}
