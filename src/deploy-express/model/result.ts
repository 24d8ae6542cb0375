import type { Deployment } from '../../aws/deployments.ts';
import type { StoppedTask } from '../../aws/diagnostics.ts';
import type { Ingress } from '../../aws/ingress.ts';
import type { ActionError } from '../../errors.ts';
import type { DeployInputs, Remark } from './inputs.ts';
import { customHostsOf, type ObservedDomains, type ObservedService } from './observed.ts';
import type { Change } from './plan.ts';
import { startTimeline, type Timeline, type TimelineEntry } from './timeline.ts';

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
  /** The name of the preview where one was deployed; `''` when the run was not about a single service. */
  readonly serviceName: string;
  readonly deletedServices: readonly string[];
  readonly serviceArn: string | undefined;
  /** Host name without scheme, as the official action gives it. */
  readonly endpoint: string | undefined;
  /** Hosts of the user's own that the listener rule has; empty also when no input asked for any. */
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
  /** JSON, which only `operation: plan-migration` gives. */
  readonly migrationPlan?: string;
  /** What the service has in App Runner that could not be carried over. */
  readonly remarks: readonly Remark[];
  readonly timeline: readonly TimelineEntry[];
  /** The steps of the plan, as sentences. */
  readonly planned: readonly string[];
  /** The steps that were completed, as sentences. */
  readonly done: readonly string[];
  readonly failure:
    | { readonly error: ActionError; readonly evidence: FailureEvidence | undefined }
    | undefined;
};

/** What has become true so far. Filled step by step, and reported also when a step fails. */
export type Facts = {
  serviceArn: string | undefined;
  revisionArn: string | undefined;
  deploymentArn: string | undefined;
  deployment: Deployment | undefined;
  host: string | undefined;
  isInternal: boolean;
  healthCheckPath: string | undefined;
  ingress: Ingress | undefined;
  /** Hosts of the user's own in the listener rule, as last seen. */
  customDomains: readonly string[];
  imageDigest: string | undefined;
  image: string | undefined;
  /** A request that changes something was accepted. */
  changed: boolean;
  /** A create or update was accepted: there is, or will be, a deployment of our own. */
  submitted: boolean;
  /** The step in the middle of which the job was cancelled, when AWS did not answer in time. */
  unanswered: string | undefined;
  readonly done: string[];
  /** Notices that were given while the steps ran; those of the plan are not among them. */
  readonly notices: string[];
  readonly timeline: Timeline;
};

/** What is true before the first step. A service that is to be deleted has no image, revision or endpoint to report. */
export function startFacts(
  service: ObservedService,
  operation: DeployInputs['operation'],
  domains?: ObservedDomains,
): Facts {
  const express = service.kind === 'express' && operation === 'deploy' ? service : undefined;
  const running = express?.running;
  return {
    serviceArn: 'serviceArn' in service ? service.serviceArn : undefined,
    revisionArn: running?.revisionArn,
    deploymentArn: express?.deployment?.arn,
    deployment: undefined,
    host: running?.hosts[0],
    isInternal: running?.isInternal ?? false,
    healthCheckPath: running?.settings.healthCheckPath,
    ingress: running?.ingress,
    customDomains: customHostsOf(domains?.listener),
    imageDigest: running?.imageDigest,
    image: running?.image,
    changed: false,
    submitted: false,
    unanswered: undefined,
    done: [],
    notices: [],
    timeline: startTimeline(),
  };
}

/** The result of a run that sent nothing; what did become true is spread over it. */
export function nothingDone(outcome: Outcome, serviceName = ''): DeployResult {
  return {
    outcome,
    changed: false,
    serviceName,
    deletedServices: [],
    serviceArn: undefined,
    endpoint: undefined,
    customDomains: [],
    image: undefined,
    imageDigest: undefined,
    repository: undefined,
    dockerfile: undefined,
    serviceRevisionArn: undefined,
    deploymentArn: undefined,
    deploymentStatus: undefined,
    durationSeconds: 0,
    changes: [],
    notices: [],
    remarks: [],
    timeline: [],
    planned: [],
    done: [],
    failure: undefined,
  };
}

/** The outputs, as action.yml declares them. */
export type OutputName =
  | 'service-name'
  | 'service-arn'
  | 'endpoint'
  | 'url'
  | 'custom-domains'
  | 'deleted-services'
  | 'changed'
  | 'outcome'
  | 'image'
  | 'image-digest'
  | 'repository'
  | 'dockerfile'
  | 'migration-plan'
  | 'service-revision-arn'
  | 'deployment-arn'
  | 'deployment-status'
  | 'duration-seconds';

/**
 * Every output is set, also after a failure: what is not known is empty.
 *
 * GitHub drops an output whole when it holds a masked value, and configure-aws-credentials masks the account id on
 * request. So whatever a later job needs is also there without it: endpoint, url, repository and digest.
 */
export function renderOutputs(result: DeployResult): Readonly<Record<OutputName, string>> {
  return {
    'service-name': result.serviceName,
    'service-arn': result.serviceArn ?? '',
    endpoint: result.endpoint ?? '',
    url: renderUrl(result) ?? '',
    'custom-domains': result.customDomains.join(','),
    'deleted-services': result.deletedServices.join(','),
    changed: String(result.changed),
    outcome: result.outcome,
    image: result.image ?? '',
    'image-digest': result.imageDigest ?? '',
    repository: result.repository ?? '',
    dockerfile: result.dockerfile ?? '',
    'migration-plan': result.migrationPlan ?? '',
    'service-revision-arn': result.serviceRevisionArn ?? '',
    'deployment-arn': result.deploymentArn ?? '',
    'deployment-status': result.deploymentStatus ?? '',
    'duration-seconds': String(Math.round(result.durationSeconds)),
  };
}

export function renderUrl({ endpoint }: DeployResult): string | undefined {
  return endpoint === undefined ? undefined : `https://${endpoint}`;
}
