import type { DeployInputs } from '../model/inputs.ts';
import type { ObservedDomains, ObservedHttp, ObservedService } from '../model/observed.ts';
import type { Change, DeployPlan, PlannedImage } from '../model/plan.ts';
import type { Origins } from '../model/settings.ts';
import { planCreate } from './create.ts';
import { planDelete } from './delete.ts';
import { withDomains } from './domains.ts';
import { withRedirect } from './redirect.ts';
import { refuseOrdinary } from './steps.ts';
import { planUpdate } from './update.ts';

/** Chooses who plans: by the operation, and by what AWS shows of the service. */
export function planDeploy(
  inputs: DeployInputs,
  service: ObservedService,
  image: PlannedImage,
  domains?: ObservedDomains,
  http?: ObservedHttp,
): DeployPlan {
  if (inputs.operation === 'delete') return planDelete(inputs, service);
  const attached = withDomains(planService(inputs, service, image), inputs, domains);
  const plan = withRedirect(attached, service, http);
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

/** Says of each change which source asked for it, unless an input did. */
function withOrigins(changes: readonly Change[], origins: Origins): readonly Change[] {
  return changes.map((change) => {
    const origin = origins.get(change.setting);
    return origin === undefined ? change : { ...change, origin };
  });
}
