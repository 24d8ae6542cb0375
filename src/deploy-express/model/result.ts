import type { MadeRecord } from '../../aws/certificate-records.ts';
import type { Deployment } from '../../aws/deployments.ts';
import type { StoppedTask } from '../../aws/diagnostics.ts';
import type { DesiredService } from '../../aws/express-settings.ts';
import type { Ingress } from '../../aws/ingress.ts';
import type { SeenTask } from '../../aws/tasks.ts';
import type { ActionError, ErrorCode } from '../../errors.ts';
import type { DeployInputs, Remark } from './inputs.ts';
import { customHostsOf, type Observed } from './observed.ts';
import type { Change } from './plan.ts';
import { startTimeline, type Timeline } from './timeline.ts';

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
  /** Managed resources that failed, or wait for a reason that AWS gives: `load balancer: …reason…`. */
  readonly failedResources: readonly string[];
  /** Being deleted or gone; or there without a task that runs. */
  readonly serviceState: 'gone' | 'no-task' | undefined;
  /** The ARN of a newer deployment, where ours was stopped. */
  readonly supersededBy: string | undefined;
  /** Oldest first. */
  readonly logLines: readonly string[];
  /** What could not be read, with the permission that was missing: never silently empty. */
  readonly unread: readonly string[];
};

/** What became of the command before the deployment. */
export type PreDeployFact = {
  readonly command: readonly string[];
  /** By this its task is found when the request for it was not answered. */
  readonly startedBy: string;
  /** `undefined` until ECS has answered. */
  taskArn: string | undefined;
  state: 'not-started' | 'starting' | 'running' | 'succeeded' | 'failed';
  seconds: number;
  /** Its task, when it was seen to have ended. `mainIsAlone`: no other container can have ended it. */
  ended: { readonly task: SeenTask; readonly mainIsAlone: boolean } | undefined;
  /** Of one that failed. */
  evidence: FailureEvidence | undefined;
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

/** What has become true so far. Filled step by step, and reported also when a step fails. */
export type Facts = {
  /** What the run comes to unless it fails. */
  outcome: Outcome;
  /** The name of the preview where one is deployed; `''` when the run is not about a single service. */
  serviceName: string;
  readonly deletedServices: string[];
  serviceArn: string | undefined;
  revisionArn: string | undefined;
  deploymentArn: string | undefined;
  /** Of the latest deployment, whoever began it. */
  deploymentStatus: string | undefined;
  /** As this run saw it last while it waited for it. */
  deployment: Deployment | undefined;
  /** Host name without scheme, as the official action gives it. */
  host: string | undefined;
  isInternal: boolean;
  healthCheckPath: string | undefined;
  ingress: Ingress | undefined;
  logGroup: string | undefined;
  logStreamPrefix: string | undefined;
  /** Hosts of the user's own in the listener rule, as last seen; empty also when no input asked for any. */
  customDomains: readonly string[];
  /** What validates the certificate that this job asked for. */
  validationRecords: readonly MadeRecord[];
  /** This job wrote the listener rule, which a job that had read it before may overwrite. */
  hostsAdded: boolean;
  /** Hosts of rules that Express does not move, which answered before the deployment. */
  pinnedHosts: readonly string[];
  image: string | undefined;
  imageDigest: string | undefined;
  /** What ran before the job; `undefined`: no service of Express, or nothing was seen of what it runs. */
  former: FormerVersion | undefined;
  /** ECR repository name, without the account id, so that it can be handed to a later job. */
  repository: string | undefined;
  /** Path of the Dockerfile that was generated. */
  dockerfile: string | undefined;
  /** JSON, which only `operation: plan-migration` gives. */
  migrationPlan: string | undefined;
  /** A request that changes something was accepted. */
  changed: boolean;
  preDeploy: PreDeployFact | undefined;
  /** A create or update was accepted: there is, or will be, a deployment of our own. */
  submitted: boolean;
  /**
   * Whether the service was seen to run what the inputs ask for: `deployed` by this job, or `as-asked` without anything
   * being deployed.
   */
  version: 'unknown' | 'deployed' | 'as-asked';
  /** What it carried: what runs in the end is compared with it. */
  sent: DesiredService | undefined;
  /** The step that is being done, as a sentence. At the end of a cancelled job AWS had not answered it in time. */
  doing: string | undefined;
  changes: readonly Change[];
  /** The steps of the plan, as sentences. */
  planned: readonly string[];
  /** The steps that were completed, as sentences. */
  readonly done: string[];
  readonly notices: string[];
  /** What the service has in App Runner that could not be carried over. */
  remarks: readonly Remark[];
  readonly timeline: Timeline;
  /** What the job summary shows of a run that is not about a single service, from what is true when it is written. */
  own: (() => OwnSummary) | undefined;
};

export type FormerVersion = {
  readonly revisionArn: string;
  readonly image: string | undefined;
  readonly imageDigest: string | undefined;
};

export type OwnSummary = { readonly title: string; readonly lines: readonly string[] };

export function startFacts(): Facts {
  return {
    outcome: 'failed',
    serviceName: '',
    deletedServices: [],
    serviceArn: undefined,
    revisionArn: undefined,
    deploymentArn: undefined,
    deploymentStatus: undefined,
    deployment: undefined,
    host: undefined,
    isInternal: false,
    healthCheckPath: undefined,
    ingress: undefined,
    logGroup: undefined,
    logStreamPrefix: undefined,
    customDomains: [],
    validationRecords: [],
    hostsAdded: false,
    pinnedHosts: [],
    image: undefined,
    imageDigest: undefined,
    former: undefined,
    repository: undefined,
    dockerfile: undefined,
    migrationPlan: undefined,
    changed: false,
    preDeploy: undefined,
    submitted: false,
    version: 'unknown',
    sent: undefined,
    doing: undefined,
    changes: [],
    planned: [],
    done: [],
    notices: [],
    remarks: [],
    timeline: startTimeline(),
    own: undefined,
  };
}

/** What is true of the service before its first step. One that is to be deleted has no image or endpoint to report. */
export function noteObserved(facts: Facts, { service, domains }: Observed, inputs: DeployInputs): void {
  const express = service.kind === 'express' && inputs.operation === 'deploy' ? service : undefined;
  const running = express?.running;
  facts.serviceArn = 'serviceArn' in service ? service.serviceArn : undefined;
  facts.revisionArn = running?.revisionArn;
  facts.deploymentArn = express?.deployment?.arn;
  facts.deploymentStatus = express?.deployment?.status;
  facts.host = running?.hosts[0];
  facts.isInternal = running?.isInternal ?? false;
  facts.healthCheckPath = running?.settings.healthCheckPath;
  facts.ingress = running?.ingress;
  facts.logGroup = inputs.settings.logGroup ?? running?.settings.logGroup;
  facts.logStreamPrefix = inputs.settings.logStreamPrefix ?? running?.settings.logStreamPrefix;
  facts.customDomains = customHostsOf(domains?.listener?.rules);
  facts.image = running?.image;
  facts.imageDigest = running?.imageDigest;
  facts.former =
    running?.revisionArn === undefined
      ? undefined
      : { revisionArn: running.revisionArn, image: running.image, imageDigest: running.imageDigest };
}

/** What is true at the end, also after a failure: the report is made from this alone. */
export type DeployResult = Readonly<Facts> & {
  /** Empty outside a runner. */
  readonly commitSha: string;
  /** The login of who, or what, started the run. */
  readonly actor: string;
  readonly durationSeconds: number;
  readonly failure: Failure | undefined;
};

export type Failure = {
  /** What ends the job: `error`, unless it was a bug of ours. */
  readonly thrown: unknown;
  readonly error: ToldError;
  /** The cause in our own words, for where the runner masks nothing; `undefined`: those of the error will do. */
  readonly inOwnWords?: string | undefined;
  readonly evidence: FailureEvidence | undefined;
};

/** What is told of a failure. A bug of ours has no code: its stack is in the log. */
export type ToldError = Pick<ActionError, 'message' | 'hint'> & { readonly code: ErrorCode | undefined };

/** The outputs, as action.yml declares them. */
const outputs = {
  'service-name': ({ serviceName }) => serviceName,
  'service-arn': ({ serviceArn }) => serviceArn ?? '',
  endpoint: ({ host }) => host ?? '',
  url: (result) => renderUrl(result) ?? '',
  'custom-domains': ({ customDomains }) => customDomains.join(','),
  'deleted-services': ({ deletedServices }) => deletedServices.join(','),
  changed: ({ changed }) => String(changed),
  outcome: ({ outcome }) => outcome,
  image: ({ image }) => image ?? '',
  'image-digest': ({ imageDigest }) => imageDigest ?? '',
  repository: ({ repository }) => repository ?? '',
  dockerfile: ({ dockerfile }) => dockerfile ?? '',
  'migration-plan': ({ migrationPlan }) => migrationPlan ?? '',
  'service-revision-arn': ({ revisionArn }) => revisionArn ?? '',
  'deployment-arn': ({ deploymentArn }) => deploymentArn ?? '',
  'deployment-status': ({ deploymentStatus }) => deploymentStatus ?? '',
  'duration-seconds': ({ durationSeconds }) => String(Math.round(durationSeconds)),
} satisfies Record<string, (result: DeployResult) => string>;

/**
 * Every output is set, also after a failure: what is not known is empty.
 *
 * GitHub drops an output whole when it holds a masked value, and configure-aws-credentials masks the account id on
 * request. So whatever a later job needs is also there without it: endpoint, url, repository and digest.
 */
export function renderOutputs(result: DeployResult): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(outputs).map(([name, render]) => [name, render(result)]));
}

export function renderUrl({ host }: Pick<DeployResult, 'host'>): string | undefined {
  return host === undefined ? undefined : `https://${host}`;
}
