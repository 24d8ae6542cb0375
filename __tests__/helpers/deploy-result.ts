import type { DeployResult, FailureEvidence } from '../../src/deploy-express/model/result.ts';

/** A successful update; a case states only what it is about. */
export function sampleResult(overrides: Partial<DeployResult> = {}): DeployResult {
  return {
    outcome: 'updated',
    changed: true,
    serviceName: 'web',
    deletedServices: [],
    serviceArn: 'arn:aws:ecs:eu-central-1:123456789012:service/default/web',
    endpoint: 'we-0123456789abcdef0123456789abcdef.ecs.eu-central-1.on.aws',
    customDomains: [],
    image: `123456789012.dkr.ecr.eu-central-1.amazonaws.com/web@sha256:${'ab'.repeat(32)}`,
    imageDigest: `sha256:${'ab'.repeat(32)}`,
    repository: 'web',
    dockerfile: undefined,
    serviceRevisionArn: 'arn:aws:ecs:eu-central-1:123456789012:service-revision/default/web/42',
    deploymentArn: 'arn:aws:ecs:eu-central-1:123456789012:service-deployment/default/web/abc',
    deploymentStatus: 'SUCCESSFUL',
    durationSeconds: 612,
    changes: [
      { setting: 'image', before: 'web:1', after: 'web:2' },
      { setting: 'environment-variables: LOG_LEVEL', before: 'set', after: 'set to another value' },
      { setting: 'secrets: API_KEY', before: undefined, after: 'set' },
    ],
    notices: [],
    remarks: [],
    timeline: [
      { label: 'Build', startedAt: 0, endedAt: 74_000, failed: false },
      { label: 'Prepare', startedAt: 74_000, endedAt: 90_000, failed: false },
      { label: 'Start new tasks', startedAt: 90_000, endedAt: 180_000, failed: false },
      { label: 'Canary', startedAt: 180_000, endedAt: 362_000, failed: false },
      { label: 'Bake', startedAt: 362_000, endedAt: 590_000, failed: false },
      { label: 'Smoke test', startedAt: 590_000, endedAt: 590_200, failed: false },
    ],
    planned: [],
    done: [],
    failure: undefined,
    ...overrides,
  };
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
    logLines: [],
    unread: [],
    ...overrides,
  };
}
