import { listDeployments, rollBackDeployment } from '../../aws/deployments.ts';
import { ActionError } from '../../errors.ts';
import { delayAbort, unlessAborted } from '../../poll.ts';
import type { ApplyContext, Deadlines } from '../model/job.ts';
import type { Facts } from '../model/result.ts';

/** Called as the run begins: the time counts from the moment when the job is cancelled. */
export function startDeadlines(cancelled: AbortSignal): Deadlines {
  return {
    answersDue: delayAbort(cancelled, 3_000),
    lastWordDue: delayAbort(cancelled, 5_000),
    farewellDue: delayAbort(cancelled, 5_500),
  };
}

/** What was done about a deployment whose job was cancelled. Never throws: it is the last word. */
export async function sayLastWord(facts: Facts, context: ApplyContext): Promise<ActionError> {
  const { unanswered, deployment } = facts;
  if (unanswered !== undefined) {
    return cancelled(`, and AWS had not answered by then; this may be done all the same: ${unanswered}`);
  }
  if (facts.submitted && deployment?.phase === 'succeeded') {
    return cancelled(` after deployment ${deployment.arn} had succeeded; the service runs it`, null);
  }
  if (facts.submitted) return stopRollout(facts, context);
  if (!facts.changed) return cancelled(' before anything was changed', null);
  return cancelled(`; what was done stays: ${facts.done.join(', ')}`);
}

const runAgain = 'Run the job again to bring the service to what the inputs say.';

function cancelled(what: string, hint: string | null = runAgain): ActionError {
  return new ActionError('cancelled', `the job was cancelled${what}`, hint === null ? {} : { hint });
}

async function stopRollout(facts: Facts, context: ApplyContext): Promise<ActionError> {
  const deploymentArn = facts.deploymentArn ?? (await lookForDeployment(facts, context));
  if (deploymentArn === undefined) {
    return cancelled(' before ECS showed a deployment; one may still begin');
  }
  if (context.inputs.onCancel === 'leave') return cancelled(`; deployment ${deploymentArn} was left running`);
  try {
    await rollBackDeployment(deploymentArn, context.deadlines.lastWordDue);
    return cancelled(`; ECS was asked to roll deployment ${deploymentArn} back`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return cancelled(
      `, but deployment ${deploymentArn} goes on: ${why}`,
      'Stop it with aws ecs stop-service-deployment, or run the job again.',
    );
  }
}

const lookPauseMs = 500;

/** ECS shows a deployment some seconds after it took the request; one that is not found would go on unseen. */
async function lookForDeployment(
  { serviceArn, revisionArn }: Facts,
  { inputs, clock, deadlines: { answersDue, lastWordDue } }: ApplyContext,
): Promise<string | undefined> {
  if (serviceArn === undefined || revisionArn === undefined) return undefined;
  const look = async () => {
    const seen = await unlessAborted(listDeployments(inputs.cluster, serviceArn), lastWordDue);
    return seen.find(({ targetRevisionArn }) => targetRevisionArn === revisionArn)?.arn;
  };
  for (;;) {
    const found = await look().catch(() => undefined);
    if (found !== undefined || answersDue.aborted) return found;
    await clock.sleep(lookPauseMs, undefined);
  }
}
