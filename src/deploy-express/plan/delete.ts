import type { DeployInputs } from '../model/inputs.ts';
import type { ObservedService } from '../model/observed.ts';
import { type DeployPlan, type PlanStep, proceed } from '../model/plan.ts';
import { hasOwnershipTag, ownershipTag } from '../model/tags.ts';
import { refuseOrdinary, refuseStranger } from './steps.ts';

export function planDelete(inputs: DeployInputs, service: ObservedService): DeployPlan {
  const waiting: PlanStep[] = inputs.waitForDeletion
    ? [{ kind: 'wait-for-deletion', sentence: `wait until the name ${inputs.serviceName} is free` }]
    : [];
  switch (service.kind) {
    case 'absent':
      return proceed('already-deleted', imageSteps(inputs));
    case 'draining':
      return proceed('already-deleted', [...imageSteps(inputs), ...waiting]);
    case 'ordinary':
      return refuseOrdinary(inputs);
    case 'express':
      break;
  }
  const stranger = refuseStranger(inputs, service);
  if (stranger !== undefined) return stranger;
  if (!inputs.force && !hasOwnershipTag(service.tags)) {
    return {
      kind: 'refuse',
      because: `service ${inputs.serviceName} was not created by this action: it lacks the tag ${ownershipTag.key}=${ownershipTag.value}`,
      wayOut: 'Set force: true to delete it anyway.',
    };
  }
  const sentence = `delete service ${inputs.serviceName}`;
  return proceed('delete', [
    { kind: 'delete-service', sentence, serviceArn: service.serviceArn },
    ...imageSteps(inputs),
    ...waiting,
  ]);
}

/** The images of a preview go with it; those of any other service are its history. */
function imageSteps({ image, preview }: DeployInputs): PlanStep[] {
  if (preview === undefined || image.kind !== 'build') return [];
  const repository = image.build.repository.name;
  const sentence = `delete its images from ECR repository ${repository}`;
  return [{ kind: 'delete-images', sentence, repository }];
}
