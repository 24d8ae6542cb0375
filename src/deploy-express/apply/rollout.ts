import { type Deployment, describeDeployment, listDeployments } from '../../aws/deployments.ts';
import { ActionError } from '../../errors.ts';
import { type Clock, pollUntil } from '../../poll.ts';
import { differencesFrom } from '../model/compare.ts';
import type { PlannedJob } from '../model/job.ts';
import type { PlanStep } from '../model/plan.ts';
import { labelStage, renderDuration, type Timeline } from '../model/timeline.ts';
import { confirmRunning } from './confirm-running.ts';
import { resourceProgress } from './resources.ts';
import { describeState, judgeDeployment } from './watch.ts';

/** Waits until the deployment has succeeded, then looks whether what runs is what was to be deployed. */
export async function applyWait(
  step: Extract<PlanStep, { kind: 'wait-for-deployment' }>,
  job: PlannedJob,
): Promise<void> {
  const { inputs, service, clock, facts, runner } = job;
  const serviceArn = facts.serviceArn ?? '';
  await watchRollout({
    cluster: inputs.cluster,
    serviceArn,
    deploymentArn: step.deploymentArn,
    revisionArn: facts.revisionArn,
    isFirst: service.kind !== 'express',
    isSameAgain: isSameAgain(job),
    formerDeploymentArn: service.kind === 'express' ? service.deployment?.arn : undefined,
    timeoutSeconds: inputs.waitTimeoutSeconds,
    intervalSeconds: inputs.pollIntervalSeconds,
    clock,
    signal: runner.cancelled,
    log: runner.info,
    warn: runner.warning,
    timeline: facts.timeline,
    onSeen: ({ deploymentArn, deployment }) => {
      facts.deploymentArn = deploymentArn;
      facts.deployment = deployment ?? facts.deployment;
      facts.deploymentStatus = deployment?.status ?? facts.deploymentStatus;
      // Where ECS did not name our revision: whether it is ours, the comparison in the end tells.
      facts.revisionArn ??= deployment?.targetRevisionArn;
    },
  });
  await confirmRunning(job);
  facts.version = facts.submitted ? 'deployed' : 'as-asked';
}

/** What was sent is what ran already: somebody asked for that, or nobody could see that the image is the same. */
function isSameAgain({ service, facts: { sent } }: PlannedJob): boolean {
  return (
    sent !== undefined && service.kind === 'express' && differencesFrom(sent, service.running).length === 0
  );
}

/** The deployment of one revision, from "not visible yet" to its end. */
type RolloutOptions = {
  readonly cluster: string;
  readonly serviceArn: string;
  /** Known when it was under way before this job. */
  readonly deploymentArn: string | undefined;
  readonly revisionArn: string | undefined;
  /** A first deployment makes load balancer, certificate and the rest; an update finds most of them in place. */
  readonly isFirst: boolean;
  /** Whether ECS may find that there is nothing to do. */
  readonly isSameAgain: boolean;
  /** The latest deployment before this job changed anything; it is never taken for ours. */
  readonly formerDeploymentArn: string | undefined;
  readonly timeoutSeconds: number;
  readonly intervalSeconds: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  readonly warn: (message: string) => Promise<void>;
  readonly timeline: Timeline;
  /** Called as soon as something is known, so that it is reported also when the rollout fails. */
  readonly onSeen: (seen: {
    readonly deploymentArn: string;
    readonly deployment: Deployment | undefined;
  }) => void;
};

/** A deployment begins within seconds; one that has not begun by now never will. */
const appearanceTimeoutSeconds = 300;

/** A rollout takes ten minutes, and AWS goes on with it, whether it answers or not. */
const outageSeconds = 120;

async function watchRollout(options: RolloutOptions): Promise<Deployment> {
  const { clock, timeline } = options;
  const startedAt = clock.now();
  timeline.enter('Prepare', startedAt);
  try {
    const deploymentArn = options.deploymentArn ?? (await findDeployment(options));
    options.onSeen({ deploymentArn, deployment: undefined });
    const spentSeconds = (clock.now() - startedAt) / 1000;
    const deployment = await watchDeployment(options, deploymentArn, options.timeoutSeconds - spentSeconds);
    timeline.close(clock.now(), false);
    return deployment;
  } catch (error) {
    timeline.close(clock.now(), true);
    throw error;
  }
}

/**
 * Finds the deployment by the revision it brings: a filter by time would hide it whenever the clocks of runner and AWS
 * differ.
 */
function findDeployment(options: RolloutOptions): Promise<string> {
  const { cluster, serviceArn, revisionArn, formerDeploymentArn } = options;
  const timeoutSeconds = Math.min(appearanceTimeoutSeconds, options.timeoutSeconds);
  let isAnswered = false;
  return pollUntil({
    read: async () => {
      isAnswered = false;
      const seen = await listDeployments(cluster, serviceArn);
      isAnswered = true;
      return seen;
    },
    judge: (seen) => {
      const former = seen.findIndex(({ arn }) => arn === formerDeploymentArn);
      const newer = former < 0 ? seen : seen.slice(0, former);
      const [found, another] =
        revisionArn === undefined
          ? newer
          : newer.filter(({ targetRevisionArn }) => targetRevisionArn === revisionArn);
      if (found === undefined) return { kind: 'wait', because: 'ECS shows no deployment yet' };
      if (revisionArn === undefined && another !== undefined) {
        return { kind: 'failed', error: oneOfSeveral(newer.length) };
      }
      return { kind: 'done', value: found.arn };
    },
    clock: options.clock,
    intervalSeconds: options.intervalSeconds,
    outageSeconds,
    timeoutSeconds,
    signal: options.signal,
    onTimeout: (because) =>
      isAnswered ? neverBegan(timeoutSeconds, options.isSameAgain) : neverSeen(timeoutSeconds, because),
  });
}

function neverBegan(seconds: number, isSameAgain: boolean): ActionError {
  return new ActionError(
    'deployment-failed',
    `ECS accepted the request, but began no deployment within ${seconds} s`,
    {
      hint: isSameAgain
        ? 'The settings are identical, so ECS had nothing to do. Change one, such as a variable in environment-variables.'
        : 'Look at the events of the service in the ECS console, then run the job again.',
    },
  );
}

/** ECS has not said which revision it made, and somebody else's deployment began as well. */
function oneOfSeveral(count: number): ActionError {
  return new ActionError(
    'deployment-timed-out',
    `ECS accepted the request, but it is not known which of ${count} deployments is this job's: it named no revision`,
    { hint: 'Look in the ECS console for how they end, then run the job again.' },
  );
}

/** ECS was asked to the end, but did not answer: a deployment may well be under way. */
function neverSeen(seconds: number, because: string): ActionError {
  return new ActionError(
    'deployment-timed-out',
    `ECS accepted the request, but it is not known whether a deployment began within ${seconds} s: ${because}`,
    { hint: 'Look in the ECS console for how it ends, then run the job again.' },
  );
}

function watchDeployment(
  options: RolloutOptions,
  deploymentArn: string,
  timeoutSeconds: number,
): Promise<Deployment> {
  const { clock, log, timeline } = options;
  const showResources = resourceProgress(options);
  let lastState = '';
  let stage = { label: '', since: clock.now() };
  let previousLook = clock.now();
  return pollUntil({
    read: async () => {
      const deployment = await describeDeployment(deploymentArn);
      await showResources(options.revisionArn ?? deployment?.targetRevisionArn);
      return deployment;
    },
    judge: (seen) => {
      const label = seen === undefined ? 'Prepare' : labelStage(seen.phase, seen.stage);
      if (label !== stage.label) stage = { label, since: previousLook };
      previousLook = clock.now();
      timeline.enter(label, clock.now());
      if (seen !== undefined) {
        options.onSeen({ deploymentArn, deployment: seen });
        const state = describeState(seen);
        if (state !== lastState) log(`Deployment: ${state}`);
        lastState = state;
      }
      return judgeDeployment(seen, (clock.now() - stage.since) / 1000);
    },
    clock,
    intervalSeconds: options.intervalSeconds,
    outageSeconds,
    timeoutSeconds,
    signal: options.signal,
    onTimeout: (because) =>
      new ActionError(
        'deployment-timed-out',
        `no verdict within ${renderDuration(options.timeoutSeconds)}: ${because}`,
        {
          hint: 'The deployment continues. Look at it in the ECS console. If it only needs longer, raise wait-for-minutes.',
        },
      ),
  });
}
