import { AwsError } from '../world.ts';
import { clusterNameOf } from './clusters.ts';
import { type Input, invalid, requiredText } from './members.ts';
import type { Ecs, ExpressService, Service } from './state.ts';

/** A service of a cluster, by name or ARN. */
export function findService(ecs: Ecs, clusterName: string, reference: string): Service | undefined {
  const name = reference.startsWith('arn:') ? reference.split('/').at(-1) : reference;
  const service = ecs.services.get(ecs.arn('ecs', `service/${clusterName}/${name}`));
  return reference.startsWith('arn:') && service?.arn !== reference ? undefined : service;
}

/** The service that `serviceArn` names, if Express may touch it. */
export function findExpressService(ecs: Ecs, input: Input): ExpressService | undefined {
  const arn = requiredText(input, 'serviceArn');
  const match = /^arn:[^:]+:ecs:[^:]+:\d{12}:service\/([^/]+)\/([^/]+)$/.exec(arn);
  if (!match) throw invalid('Invalid service ARN.');
  if (!ecs.clusters.has(clusterNameOf(match[1] ?? ''))) {
    throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
  }
  const service = ecs.services.get(arn);
  if (service?.kind === 'ordinary') throw invalid('The service is not an Express Gateway service.');
  return service;
}

/** For update and delete: the service must be there and ACTIVE. */
export function requireActiveService(ecs: Ecs, input: Input): ExpressService {
  const service = findExpressService(ecs, input);
  if (!service) throw new AwsError('ServiceNotFoundException', 'Service not found.');
  if (service.status === 'DRAINING')
    throw new AwsError('ServiceNotActiveException', 'Service is in DRAINING status.');
  if (service.status === 'INACTIVE') {
    throw new AwsError(
      'ServiceNotActiveException',
      'Cannot perform this operation on a service in INACTIVE status.',
    );
  }
  return service;
}
