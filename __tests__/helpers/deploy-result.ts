import { type Deployment, phaseOf } from '../../src/aws/deployments.ts';
import type { StoppedTask } from '../../src/aws/diagnostics.ts';
import type { SeenTask } from '../../src/aws/tasks.ts';
import {
  type DeployResult,
  type Failure,
  type FailureEvidence,
  startFacts,
} from '../../src/deploy-express/model/result.ts';
import { startTimeline, type Timeline } from '../../src/deploy-express/model/timeline.ts';
import type { ActionError } from '../../src/errors.ts';

/** A successful update; a case states only what it is about. */
export function sampleResult(overrides: Partial<DeployResult> = {}): DeployResult {
  return {
    ...startFacts(),
    outcome: 'updated',
    changed: true,
    serviceName: 'web',
    serviceArn: 'arn:aws:ecs:eu-central-1:123456789012:service/default/web',
    host: 'we-0123456789abcdef0123456789abcdef.ecs.eu-central-1.on.aws',
    image: `123456789012.dkr.ecr.eu-central-1.amazonaws.com/web@sha256:${'ab'.repeat(32)}`,
    imageDigest: `sha256:${'ab'.repeat(32)}`,
    repository: 'web',
    revisionArn: 'arn:aws:ecs:eu-central-1:123456789012:service-revision/default/web/42',
    deploymentArn: 'arn:aws:ecs:eu-central-1:123456789012:service-deployment/default/web/abc',
    deploymentStatus: 'SUCCESSFUL',
    commitSha: 'cd'.repeat(20),
    actor: 'octocat',
    durationSeconds: 612,
    changes: [
      { setting: 'image', before: 'web:1', after: 'web:2' },
      { setting: 'environment-variables: LOG_LEVEL', before: 'set', after: 'set to another value' },
      { setting: 'secrets: API_KEY', before: undefined, after: 'set' },
    ],
    timeline: timelineOf([
      ['Build', 0, 74_000],
      ['Prepare', 74_000, 90_000],
      ['Start new tasks', 90_000, 180_000],
      ['Canary', 180_000, 362_000],
      ['Bake', 362_000, 590_000],
      ['Smoke test', 590_000, 590_200],
    ]),
    failure: undefined,
    ...overrides,
  };
}

/** Each with its label, when it began and when it ended. */
export function timelineOf(stretches: readonly (readonly [string, number, number])[]): Timeline {
  const timeline = startTimeline();
  for (const [label, startedAt, endedAt] of stretches) {
    timeline.enter(label, startedAt);
    timeline.close(endedAt, false);
  }
  return timeline;
}

export function failureOf(error: ActionError, evidence?: FailureEvidence): Failure {
  return { thrown: error, error, evidence };
}

/** Nothing known; a case adds the one thing it is about. */
export function sampleEvidence(overrides: Partial<FailureEvidence> = {}): FailureEvidence {
  return {
    statusReason: undefined,
    rollbackReason: undefined,
    triggeredAlarms: [],
    events: [],
    stoppedTasks: [],
    unhealthyTargets: [],
    failedResources: [],
    serviceState: undefined,
    supersededBy: undefined,
    logLines: [],
    unread: [],
    ...overrides,
  };
}

/** Evidence of one stopped task, of which the case states what it is about. */
export function stopped(task: Partial<StoppedTask>): Partial<FailureEvidence> {
  const nothing = {
    taskId: 'a1',
    taskDefinitionArn: undefined,
    stopCode: undefined,
    stoppedReason: undefined,
    exitCode: undefined,
    containerReason: undefined,
  };
  return { stoppedTasks: [{ ...nothing, ...task }] };
}

export const exited = (exitCode: number) => stopped({ stopCode: 'EssentialContainerExited', exitCode });
export const neverStarted = (stoppedReason: string) =>
  stopped({ stopCode: 'TaskFailedToStart', stoppedReason });

/** An update that is under way; a case states what it is about. */
export function deploymentOf(change: Partial<Deployment>): Deployment {
  return {
    arn: 'arn:aws:ecs:eu-west-1:123456789012:service-deployment/default/web/d1',
    status: 'IN_PROGRESS',
    phase: phaseOf(change.status ?? 'IN_PROGRESS'),
    statusReason: undefined,
    stage: undefined,
    targetRevisionArn: undefined,
    hasSource: true,
    requestedTasks: 2,
    runningTasks: 1,
    trafficPercent: undefined,
    createdAt: undefined,
    rollbackReason: undefined,
    rollbackRevisionArn: undefined,
    circuitBreaker: undefined,
    triggeredAlarms: [],
    ...change,
  };
}

/** The task of a command, which ended by itself. */
export const taskOfCommand = (more: Partial<SeenTask>): SeenTask => ({
  arn: 'arn:aws:ecs:eu-west-1:123456789012:task/default/a1',
  startedBy: 'deploy-express/1/abc',
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/default-web-pre-deploy:3',
  status: 'STOPPED',
  stopCode: 'EssentialContainerExited',
  stoppedReason: 'Essential container in task exited',
  exitCode: undefined,
  containerReason: undefined,
  group: 'family:default-web-pre-deploy',
  hasStarted: false,
  showsMain: true,
  others: [],
  ...more,
});
