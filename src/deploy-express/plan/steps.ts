import type { DeployInputs } from '../model/inputs.ts';
import type { ExpressObservation, RunningConfiguration, SeenPreview } from '../model/observed.ts';
import type { DeployPlan, PlanStep } from '../model/plan.ts';
import type { ServiceSettings } from '../model/settings.ts';
import { isPreviewOf } from '../model/tags.ts';

export function refuseOrdinary(inputs: DeployInputs): DeployPlan {
  return {
    kind: 'refuse',
    because: `${inputs.serviceName} in cluster ${inputs.cluster} is an ordinary ECS service, which Express Mode cannot manage`,
    wayOut: 'Choose another service-name or cluster, or delete the ordinary service first.',
  };
}

/** Somebody may have made a service of the preview's name for another purpose; it is neither changed nor deleted. */
export function refuseStranger(inputs: DeployInputs, service: ExpressObservation): DeployPlan | undefined {
  const { preview, serviceName } = inputs;
  if (preview === undefined || isPreviewOf(service.tags, preview)) return undefined;
  return {
    kind: 'refuse',
    because: `service ${serviceName} is there, but its tags do not say that it is the preview of pull request ${preview.pullRequest} of this repository`,
    wayOut: 'Choose another service-name or cluster for previews, or delete that service.',
  };
}

export function refuseOverQuota(
  inputs: DeployInputs,
  previews: readonly SeenPreview[] | undefined,
): DeployPlan | undefined {
  const { preview } = inputs;
  if (preview === undefined || previews === undefined || previews.length < preview.maxPreviews)
    return undefined;
  const running = previews.map(
    ({ serviceName, pullRequest }) => `${serviceName} (pull request ${pullRequest})`,
  );
  return {
    kind: 'refuse',
    because: `max-previews is ${preview.maxPreviews}, and these previews of ${preview.previewOf} run already: ${running.join(', ')}`,
    wayOut: 'Close one of these pull requests or remove its label, or raise max-previews.',
  };
}

/** API reference, ExpressGatewayScalingTarget. */
const usualTarget = 60;

/** Meant for percent, and kept when the metric changes: 60 requests are no 60 %. */
export function noticesOfTarget(
  { scalingMetric, scalingTarget }: ServiceSettings,
  running: RunningConfiguration | undefined,
): string[] {
  if (scalingMetric !== 'REQUEST_COUNT_PER_TARGET' || scalingTarget !== undefined) return [];
  const inForce = running?.settings.scalingTarget;
  const value = inForce === undefined ? `gets ${usualTarget}, the default of AWS` : `keeps ${inForce}`;
  return [
    `auto-scaling-target-value is not given: ${scalingMetric} ${value}. A number of requests is seldom the same as a percentage: set it.`,
  ];
}

export function verifySteps(inputs: DeployInputs, deploymentArn: string | undefined): PlanStep[] {
  return [
    {
      kind: 'wait-for-deployment',
      sentence: `wait up to ${inputs.waitTimeoutSeconds / 60} min for the deployment to succeed`,
      deploymentArn,
    },
    ...smokeTestSteps(inputs),
  ];
}

export function smokeTestSteps(inputs: DeployInputs): PlanStep[] {
  if (inputs.smokeTest === undefined) return [];
  const sentence = 'request the URL of the service';
  return [
    {
      kind: 'smoke-test',
      sentence: inputs.smokeTest.alsoInternal
        ? sentence
        : `${sentence}, unless its load balancer is internal`,
    },
  ];
}
