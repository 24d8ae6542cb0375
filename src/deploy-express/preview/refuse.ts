import type { DeployInputs } from '../model/inputs.ts';
import type { ExpressObservation, SeenPreview } from '../model/observed.ts';
import type { DeployPlan } from '../model/plan.ts';
import { isPreviewOf } from '../model/tags.ts';

type Refusal = Extract<DeployPlan, { kind: 'refuse' }>;

/** A service of that name that somebody made for another purpose is not a preview's to change or delete. */
export function refuseStranger(inputs: DeployInputs, service: ExpressObservation): Refusal | undefined {
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
): Refusal | undefined {
  const { preview } = inputs;
  if (preview === undefined || previews === undefined || previews.length < preview.maxPreviews)
    return undefined;
  const running = previews.map(
    ({ serviceName, pullRequest }) => `${serviceName} (pull request ${pullRequest})`,
  );
  return {
    kind: 'refuse',
    because: `max-previews is ${preview.maxPreviews}, and so many previews of ${preview.previewOf} run: ${running.join(', ')}`,
    wayOut: 'Close one of these pull requests or take its label away, or raise max-previews.',
  };
}
