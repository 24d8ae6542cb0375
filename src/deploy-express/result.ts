import type { ActionError } from '../errors.ts';
import type { Remark } from './migration/remark.ts';
import type { Change } from './plan.ts';

/** A stretch of the deployment, for the timeline: times in milliseconds since the epoch. */
export type TimelineEntry = {
  readonly label: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly failed: boolean;
};

export type StoppedTask = {
  readonly taskId: string;
  readonly stopCode: string | undefined;
  readonly stoppedReason: string | undefined;
  readonly exitCode: number | undefined;
  readonly containerReason: string | undefined;
};

/** Why a deployment did not succeed, as far as AWS let us read it. */
export type FailureEvidence = {
  readonly statusReason: string | undefined;
  readonly rollbackReason: string | undefined;
  readonly triggeredAlarms: readonly string[];
  /** Newest first. */
  readonly events: readonly string[];
  readonly stoppedTasks: readonly StoppedTask[];
  /** Targets that are not healthy: `10.0.0.12: Target.ResponseCodeMismatch, Health checks failed with these codes: [503]`. */
  readonly unhealthyTargets: readonly string[];
  /** Managed resources that failed: `load balancer: …reason…`. */
  readonly failedResources: readonly string[];
  /** Oldest first. */
  readonly logLines: readonly string[];
  /** What could not be read, with the permission that was missing: never silently empty. */
  readonly unread: readonly string[];
};

export type Outcome =
  | 'created'
  | 'updated'
  | 'unchanged'
  | 'deleted'
  | 'rolled-back'
  | 'failed'
  | 'planned'
  | 'skipped'
  | 'swept';

/** What is true at the end, also after a failure: the report is made from this alone. */
export type DeployResult = {
  readonly outcome: Outcome;
  readonly changed: boolean;
  /** Of a preview its own; `''` when the run was about no one service. */
  readonly serviceName: string;
  readonly deletedServices: readonly string[];
  readonly serviceArn: string | undefined;
  /** Host name without scheme, as the official action gives it. */
  readonly endpoint: string | undefined;
  /** Hosts of your own that the listener rule has; empty also when they were not asked for. */
  readonly customDomains: readonly string[];
  readonly image: string | undefined;
  readonly imageDigest: string | undefined;
  /** ECR repository name, without the account id, so that it can be handed to a later job. */
  readonly repository: string | undefined;
  /** Path of the Dockerfile that was generated. */
  readonly dockerfile: string | undefined;
  readonly serviceRevisionArn: string | undefined;
  readonly deploymentArn: string | undefined;
  readonly deploymentStatus: string | undefined;
  readonly durationSeconds: number;
  readonly changes: readonly Change[];
  readonly notices: readonly string[];
  /** JSON, of `operation: plan-migration` alone. */
  readonly migrationPlan?: string;
  /** What of the service in App Runner could not be carried over. */
  readonly remarks: readonly Remark[];
  readonly timeline: readonly TimelineEntry[];
  /** The steps of the plan, as sentences. */
  readonly planned: readonly string[];
  /** Those that were completed. */
  readonly done: readonly string[];
  readonly failure:
    | { readonly error: ActionError; readonly evidence: FailureEvidence | undefined }
    | undefined;
};
