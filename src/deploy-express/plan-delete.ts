import type { DeployInputs } from './inputs.ts';
import type { ObservedService } from './observe.ts';
import type { DeployPlan, PlanStep } from './plan.ts';
import { proceed, refuseOrdinary } from './plan-steps.ts';
import { hasOwnershipTag, ownershipTag } from './plan-tags.ts';

export function planDelete(inputs: DeployInputs, service: ObservedService): DeployPlan {
  const waiting: PlanStep[] = inputs.waitForDeletion
    ? [{ kind: 'wait-for-deletion', sentence: `wait until the name ${inputs.serviceName} is free` }]
    : [];
  switch (service.kind) {
    case 'absent':
      return proceed('already-deleted', []);
    case 'draining':
      return proceed('already-deleted', waiting);
    case 'ordinary':
      return refuseOrdinary(inputs);
    case 'express':
      break;
  }
  if (!inputs.force && !hasOwnershipTag(service.tags)) {
    return {
      kind: 'refuse',
      because: `service ${inputs.serviceName} was not created by this action: it lacks the tag ${ownershipTag.key}=${ownershipTag.value}`,
      wayOut: 'Set force: true to delete it all the same.',
    };
  }
  const sentence = `delete service ${inputs.serviceName}`;
  return proceed('delete', [
    { kind: 'delete-service', sentence, serviceArn: service.serviceArn },
    ...waiting,
  ]);
}
