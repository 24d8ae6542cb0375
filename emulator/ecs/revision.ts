import { taskDefinitionContent } from './configuration.ts';
import { type Configuration, dateOf, type Ecs, type ExpressService, type Revision } from './state.ts';
import { addTaskDefinition } from './task-definitions.ts';

/** A new version of the service. Express registers a task definition of its own unless the caller brought one. */
export function addRevision(ecs: Ecs, service: ExpressService, configuration: Configuration): Revision {
  const taskDefinition =
    configuration.ownTaskDefinition ??
    addTaskDefinition(
      ecs,
      `${service.clusterName}-${service.name}`,
      taskDefinitionContent(ecs, configuration),
    );
  const id = BigInt(`0x1${ecs.ids.hex(15)}`)
    .toString()
    .padStart(19, '0');
  const revision: Revision = {
    arn: ecs.arn('ecs', `service-revision/${service.clusterName}/${service.name}/${id}`),
    createdAt: dateOf(ecs),
    configuration,
    taskDefinition,
    side: service.steady?.side === 0 ? 1 : 0,
    imageDigest: undefined,
    sidecarDigests: new Map(),
  };
  service.revisions = [revision, ...service.revisions];
  return revision;
}
