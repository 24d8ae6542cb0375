import {
  type Deployment,
  describeDeployment,
  listDeployments,
  rollBackDeployment,
} from '../../aws/deployments.ts';
import { toActionError } from '../../aws/failures.ts';
import { ActionError } from '../../errors.ts';
import { unlessAborted } from '../../poll.ts';
import type { DeployInputs } from '../model/inputs.ts';
import type { Job } from '../model/job.ts';
import { stopCommand } from './stop-command.ts';

/** What became of a cancelled job, and was done about its deployment. Never throws: it is the last word. */
export async function sayLastWord(job: Job): Promise<ActionError> {
  const { facts, inputs, runner, target } = job;
  const runAgain =
    target?.kind === 'sweep'
      ? 'The next run deletes what is left.'
      : 'Run the job again to bring the service to what the inputs say.';
  if (facts.preDeploy?.state === 'starting' || facts.preDeploy?.state === 'running') {
    return stopCommand(facts.preDeploy, job);
  }
  // It may wait for room on Fargate: nothing is under way there.
  if (facts.preDeploy?.state === 'not-started') {
    return cancelled(
      ` before a task of pre-deploy-command was started${whatStays(job)}`,
      `The service was not touched. ${runAgain}`,
    );
  }
  if (facts.doing !== undefined) {
    const may = `, and AWS had not answered yet. AWS may still have done this: ${facts.doing}`;
    return cancelled(may, runAgain);
  }
  if (facts.submitted && facts.deployment?.phase === 'succeeded') {
    return cancelled(describeSuccess(facts.deployment.arn));
  }
  if (facts.submitted && inputs !== undefined) return stopRollout(inputs, job, runAgain);
  if (facts.changed) return cancelled(whatStays(job), runAgain);
  return facts.planned.length > 0 ? cancelled(' before anything was changed') : runner.cancelled.reason;
}

function whatStays({ facts: { done } }: Job): string {
  return done.length === 0 ? '' : `; what was done stays: ${done.join(', ')}`;
}

function cancelled(what: string, hint?: string): ActionError {
  return new ActionError('cancelled', `the job was cancelled${what}`, hint === undefined ? {} : { hint });
}

async function stopRollout(inputs: DeployInputs, job: Job, runAgain: string): Promise<ActionError> {
  const deploymentArn = job.facts.deploymentArn ?? (await lookForDeployment(inputs, job));
  if (deploymentArn === undefined) {
    return cancelled(' before ECS showed a deployment; one may still begin', runAgain);
  }
  if (inputs.onCancel === 'leave') {
    return cancelled(`; deployment ${deploymentArn} was left running`, runAgain);
  }
  try {
    await rollBackDeployment(deploymentArn, job.deadlines.lastWordDue);
    return cancelled(`; ECS was asked to roll deployment ${deploymentArn} back`, runAgain);
  } catch (cause) {
    const seen = await lookOnceMore(deploymentArn, job.deadlines.lastWordDue);
    if (seen?.phase === 'succeeded') return cancelled(describeSuccess(deploymentArn));
    if (seen !== undefined && !['running', 'unknown'].includes(seen.phase)) {
      return cancelled(`; deployment ${deploymentArn} is ${seen.status} already`, runAgain);
    }
    const { message } = toActionError(cause, `stop deployment ${deploymentArn}`, 'ecs:StopServiceDeployment');
    return cancelled(
      `, ${describeUnstopped(deploymentArn, seen)}: ${message}`,
      'Stop it with aws ecs stop-service-deployment, or run the job again.',
    );
  }
}

function describeSuccess(deploymentArn: string): string {
  return ` after deployment ${deploymentArn} had succeeded; the service runs it`;
}

function describeUnstopped(deploymentArn: string, seen: Deployment | undefined): string {
  if (seen === undefined) return `and it is not known whether deployment ${deploymentArn} continues`;
  const state = seen.phase === 'running' ? 'goes on' : `is ${seen.status}`;
  return `but deployment ${deploymentArn} ${state}`;
}

/**
 * ECS refuses to stop what it stops or rolls back already: somebody else asked for it, or a first request of ours did
 * whose reply was lost. It also refuses what has ended well. Whatever the answer was, only a look tells what goes on.
 */
function lookOnceMore(deploymentArn: string, signal: AbortSignal): Promise<Deployment | undefined> {
  return unlessAborted(describeDeployment(deploymentArn), signal).catch(() => undefined);
}

const lookPauseMs = 500;

/** ECS shows a deployment some seconds after it took the request; one that is not found would go on unseen. */
async function lookForDeployment(
  { cluster }: DeployInputs,
  { clock, facts: { serviceArn, revisionArn }, deadlines: { answersDue, lastWordDue } }: Job,
): Promise<string | undefined> {
  if (serviceArn === undefined || revisionArn === undefined) return undefined;
  const look = async () => {
    const seen = await unlessAborted(listDeployments(cluster, serviceArn), lastWordDue);
    return seen.find(({ targetRevisionArn }) => targetRevisionArn === revisionArn)?.arn;
  };
  for (;;) {
    const found = await look().catch(() => undefined);
    if (found !== undefined || answersDue.aborted) return found;
    await clock.sleep(lookPauseMs, undefined);
  }
}
