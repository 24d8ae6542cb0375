import type { DeploymentPhase } from '../../aws/deployments.ts';
import { changesAgainst } from '../model/compare.ts';
import { fargatePairProblem } from '../model/fargate.ts';
import type { DeployInputs } from '../model/inputs.ts';
import type { ExpressObservation, RunningConfiguration } from '../model/observed.ts';
import {
  type Change,
  type DeployPlan,
  type PlannedImage,
  type PlanStep,
  type Proceed,
  proceed,
} from '../model/plan.ts';
import { desiredService } from './desired.ts';
import { fitArchitecture, imageChange, noticesOfImage, pinMovedTag } from './image.ts';
import { planPreDeploy } from './pre-deploy.ts';
import { noticesOfTarget, refuseStranger, smokeTestSteps, verifySteps } from './steps.ts';
import { planTags, tagChanges } from './tags.ts';

export function planUpdate(
  asked: DeployInputs,
  image: PlannedImage,
  service: ExpressObservation,
): DeployPlan {
  const { running, serviceArn } = service;
  const fit = fitArchitecture(asked, image, running);
  const refusal = refuseUpdate(asked, image, service);
  if (refusal !== undefined) return refusal;
  if (fit.kind === 'refuse') return fit;
  const inputs = withTasks(fit.inputs, service);
  const pinned = pinMovedTag(image, running);
  const desired = desiredService(inputs, pinned, running);
  const differences = [
    imageChange(pinned, running),
    ...changesAgainst(desired, running),
    redeployChange(service),
    wakeChange(inputs, service),
  ].flat();
  const changes = differences.length > 0 ? differences : forcedChange(inputs);
  const tagSteps = planTags(inputs, service);
  const retagged = tagSteps.flatMap((step) => tagChanges(step, service.tags));
  const notices = [
    ...fit.notices,
    ...updateNotices(image, service, changes),
    ...noticesOfTarget(inputs.settings, running),
  ];
  if (changes.length === 0) {
    return planUnchanged(inputs, service, tagSteps, { changes: retagged, notices });
  }
  const lossy = refuseLossOfGroups(inputs, running);
  if (lossy !== undefined) return lossy;
  const command = planPreDeploy({ inputs, image: pinned, desired, running });
  if (command.kind === 'refuse') return command;
  const steps: PlanStep[] = [
    ...command.steps,
    {
      kind: 'update-service',
      sentence: updateSentence(inputs, differences),
      serviceArn,
      desired,
    },
    ...verifySteps(inputs, undefined),
  ];
  return proceed('update', withTags(inputs, steps, tagSteps), {
    changes: [...changes, ...retagged],
    notices: [...notices, ...command.notices],
  });
}

function updateSentence({ serviceName }: DeployInputs, differences: readonly Change[]): string {
  if (differences.length === 0) return `update service ${serviceName} with what it runs`;
  return `update service ${serviceName}: ${differences.length} ${differences.length === 1 ? 'change' : 'changes'}`;
}

/** The tags of a preview are set first: its deployment takes minutes, in which a sweep must not take it for idle. */
function withTags(
  { preview }: DeployInputs,
  steps: readonly PlanStep[],
  tagSteps: readonly PlanStep[],
): readonly PlanStep[] {
  return preview === undefined ? [...steps, ...tagSteps] : [...tagSteps, ...steps];
}

function refuseUpdate(
  inputs: DeployInputs,
  image: PlannedImage,
  service: ExpressObservation,
): DeployPlan | undefined {
  const { running } = service;
  const stranger = refuseStranger(inputs, service);
  if (stranger !== undefined) return stranger;
  if (service.status !== 'ACTIVE') {
    return {
      kind: 'refuse',
      because: `service ${inputs.serviceName} is in status ${service.status}, which this action does not know`,
      wayOut: 'Look at the service in the ECS console; update this action if the status is a new one.',
    };
  }
  const given = inputs.infrastructureRoleArn;
  if (
    given !== undefined &&
    service.infrastructureRoleArn !== undefined &&
    given !== service.infrastructureRoleArn
  ) {
    return {
      kind: 'refuse',
      because: `service ${inputs.serviceName} was created with infrastructure role ${service.infrastructureRoleArn}, and AWS cannot change it to ${given}`,
      wayOut:
        'Use the role that the service has, leave infrastructure-role-arn out, or delete the service and deploy it again.',
    };
  }
  const executionRole = inputs.settings.executionRoleArn ?? running?.settings.executionRoleArn;
  if (image.kind !== 'in-task-definition' && running?.image === undefined && executionRole === undefined) {
    return {
      kind: 'refuse',
      because: `service ${inputs.serviceName} runs a task definition of its own, and changing it to an image needs execution-role-arn`,
      wayOut: 'Set execution-role-arn, or give task-definition-arn instead of an image.',
    };
  }
  const size = fargatePairProblem(
    inputs.settings.cpuUnits ?? running?.settings.cpuUnits,
    inputs.settings.memoryMib ?? running?.settings.memoryMib,
  );
  if (size === undefined) return undefined;
  return {
    kind: 'refuse',
    because: `together with what service ${inputs.serviceName} has, ${size}`,
    wayOut: 'Give cpu and memory together.',
  };
}

const failedPhases: readonly DeploymentPhase[] = ['stopped', 'rolled-back', 'rollback-failed'];

/**
 * The same configuration is not "unchanged" when its own deployment failed: after a first deployment that had nothing to
 * roll back to, ECS leaves the service at zero tasks until the next update.
 */
function redeployChange(service: ExpressObservation): Change[] {
  const { deployment, running } = service;
  const failed =
    deployment !== undefined &&
    failedPhases.includes(deployment.phase) &&
    deployment.targetRevisionArn === running?.revisionArn;
  if (!failed) return [];
  return [{ setting: 'deployment', before: deployment.status, after: 'started again' }];
}

/**
 * The Express calls have no word for it, but the same update once more is a new deployment. UpdateService has one; on a
 * service of Express it was seen to leave deployments that never end.
 */
function forcedChange({ forceNewDeployment }: DeployInputs): Change[] {
  if (!forceNewDeployment) return [];
  return [{ setting: 'force-new-deployment', before: 'nothing differs', after: 'deployed again, as asked' }];
}

/** Somebody set it to 0 tasks, or a failed first deployment did. While a deployment is under way the number still changes. */
function isAsleep({ desiredCount, deployment }: ExpressObservation): boolean {
  const settled =
    deployment === undefined || deployment.phase === 'succeeded' || failedPhases.includes(deployment.phase);
  return desiredCount === 0 && settled;
}

/** An update alone leaves the number of tasks at 0, and then succeeds without one. */
function withTasks(inputs: DeployInputs, service: ExpressObservation): DeployInputs {
  const { settings } = inputs;
  const minTaskCount = settings.minTaskCount ?? service.running?.settings.minTaskCount ?? 1;
  return isAsleep(service) ? { ...inputs, settings: { ...settings, minTaskCount } } : inputs;
}

function wakeChange({ settings }: DeployInputs, service: ExpressObservation): Change[] {
  if (!isAsleep(service) || settings.minTaskCount === 0) return [];
  return [{ setting: 'tasks', before: '0 wanted', after: `${settings.minTaskCount} at least` }];
}

/** The network is sent as a whole. Which groups are the user's only the revision says; without it they would be lost. */
function refuseLossOfGroups(
  { settings, serviceName }: DeployInputs,
  running: RunningConfiguration | undefined,
): DeployPlan | undefined {
  const isUnknown =
    running?.managedSecurityGroups === undefined && (running?.settings.securityGroups ?? []).length > 0;
  if (settings.subnets === undefined || settings.securityGroups !== undefined || !isUnknown) return undefined;
  return {
    kind: 'refuse',
    because: `subnets are given, and the security groups of service ${serviceName} could not be read: sending the subnets would remove yours`,
    wayOut: 'Allow ecs:DescribeServiceRevisions in the policy of the role, or give security-groups.',
  };
}

function planUnchanged(
  inputs: DeployInputs,
  service: ExpressObservation,
  tagSteps: readonly PlanStep[],
  told: Pick<Proceed, 'changes' | 'notices'>,
): DeployPlan {
  const { deployment } = service;
  const settled =
    deployment === undefined || deployment.phase === 'succeeded' || failedPhases.includes(deployment.phase);
  const verify = settled
    ? [...waitForTaskSteps(inputs, service), ...smokeTestSteps(inputs)]
    : verifySteps(inputs, deployment.arn);
  return proceed(tagSteps.length > 0 ? 'update' : 'unchanged', withTags(inputs, verify, tagSteps), told);
}

/** Longer than it takes to replace a task, image and all: a service that settled may have lost its only one just now. */
const longestReplacementSeconds = 300;

function waitForTaskSteps(
  { waitTimeoutSeconds }: DeployInputs,
  { desiredCount, runningCount }: ExpressObservation,
): readonly PlanStep[] {
  if (desiredCount === 0 || runningCount > 0) return [];
  const timeoutSeconds = Math.min(longestReplacementSeconds, waitTimeoutSeconds);
  const sentence = `wait up to ${timeoutSeconds / 60} min for a task to run: the service should run ${desiredCount}, and none runs now`;
  return [{ kind: 'wait-for-task', sentence, timeoutSeconds }];
}

function updateNotices(
  image: PlannedImage,
  service: ExpressObservation,
  changes: readonly Change[],
): string[] {
  const notices: string[] = [];
  const { deployment, running } = service;
  const underWay =
    deployment !== undefined && !failedPhases.includes(deployment.phase) && deployment.phase !== 'succeeded';
  if (underWay && changes.length > 0) {
    notices.push(`A deployment was under way (${deployment.status}); this update replaces it.`);
  }
  notices.push(...noticesOfImage(image, running));
  return notices;
}
