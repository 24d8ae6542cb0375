import { requireActiveService } from './express-lookup.ts';
import { expressServiceView } from './express-view.ts';
import { halt } from './halt.ts';
import { finishDeprovisioning, startDeprovisioning } from './managed-resources.ts';
import type { Input } from './members.ts';
import { dateOf, type Ecs, type ExpressService } from './state.ts';
import { TIMINGS } from './timings.ts';

/**
 * DRAINING at once, INACTIVE when tasks and resources are gone. The tombstone keeps answering describes.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteExpressGatewayService.html
 */
export function deleteExpressGatewayService(ecs: Ecs, input: Input): unknown {
  const service = requireActiveService(ecs, input);
  service.status = 'DRAINING';
  service.updatedAt = dateOf(ecs);
  service.desiredCount = 0;
  for (const deployment of service.deployments) halt(ecs, service, deployment, { kind: 'deleted' });
  stopEverything(service);
  startDeprovisioning(ecs, service);
  ecs.clock.after(TIMINGS.draining, () => {
    finishDeprovisioning(ecs, service);
    service.status = 'INACTIVE';
    service.updatedAt = dateOf(ecs);
  });
  return { service: expressServiceView(ecs, service, { withTags: false }) };
}

function stopEverything(service: ExpressService): void {
  for (const keeper of service.keepers.values()) keeper.retire();
  service.keepers.clear();
}
