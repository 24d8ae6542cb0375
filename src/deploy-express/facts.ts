import type { Deployment } from '../aws/deployments.ts';
import type { Ingress } from '../aws/ingress.ts';
import type { Clock } from '../poll.ts';
import type { DeployInputs } from './inputs.ts';
import type { Deadlines } from './last-word.ts';
import type { ObservedService } from './observe.ts';
import type { ObservedDomains } from './observe-domains.ts';
import type { PlannedImage } from './plan.ts';
import { customHostsOf } from './plan-domains.ts';
import { startTimeline, type Timeline } from './timeline.ts';

export type ApplyContext = {
  readonly inputs: DeployInputs;
  readonly service: ObservedService;
  readonly image: PlannedImage;
  readonly clock: Clock;
  /** The job was cancelled. */
  readonly signal: AbortSignal;
  readonly deadlines: Deadlines;
  readonly log: (line: string) => void;
  readonly notice: (message: string) => Promise<void>;
  /** Told when AWS has accepted a create or update, minutes before its outcome. */
  readonly onSubmitted: (facts: Facts) => void;
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
  /** Hosts of your own in the listener rule, as last seen. */
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
  /** Said on the way, beside those of the plan. */
  readonly notices: string[];
  readonly timeline: Timeline;
};

/** A deleted service has no image, revision or endpoint to report. */
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
