import { withOrigins } from './fill-settings.ts';
import type { DeployInputs } from './model/inputs.ts';
import type { ObservedDomains, ObservedService } from './model/observed.ts';
import type { DeployPlan, PlannedImage } from './model/plan.ts';
import { planCreate } from './plan-create.ts';
import { planDelete } from './plan-delete.ts';
import { withDomains } from './plan-domains.ts';
import { refuseOrdinary } from './plan-steps.ts';
import { planUpdate } from './plan-update.ts';

export function planDeploy(
  inputs: DeployInputs,
  service: ObservedService,
  image: PlannedImage,
  domains?: ObservedDomains,
): DeployPlan {
  if (inputs.operation === 'delete') return planDelete(inputs, service);
  const plan = withDomains(planService(inputs, service, image), inputs, domains);
  return plan.kind === 'refuse' ? plan : { ...plan, changes: withOrigins(plan.changes, inputs.origins) };
}

function planService(inputs: DeployInputs, service: ObservedService, image: PlannedImage): DeployPlan {
  switch (service.kind) {
    case 'absent':
      return planCreate(inputs, image, service);
    case 'draining':
      return planCreate(inputs, image, { ...service, clusterExists: true, draining: true });
    case 'ordinary':
      return refuseOrdinary(inputs);
    case 'express':
      return planUpdate(inputs, image, service);
  }
}
