import { requireCluster } from './clusters.ts';
import { findService } from './express-lookup.ts';
import {
  type Input,
  invalid,
  optionalChoice,
  optionalInteger,
  optionalTexts,
  requiredText,
  requiredTexts,
} from './members.ts';
import { page } from './paging.ts';
import { serviceView } from './service-view.ts';
import { dateOf, type Ecs, type OrdinaryService } from './state.ts';
import { readTags, setTags } from './tags.ts';
import { usableTaskDefinition } from './task-definitions.ts';

/** Missing services are failures in an answer with status 200; a missing cluster is an error. */
export function describeServices(ecs: Ecs, input: Input): unknown {
  const wanted = requiredTexts(input, 'services', 10);
  const cluster = requireCluster(ecs, input);
  const withTags = optionalTexts(input, 'include')?.includes('TAGS') ?? false;
  const found = wanted.map((reference) => findService(ecs, cluster.name, reference));
  return {
    services: found.flatMap((service) => (service ? [serviceView(ecs, service, { withTags })] : [])),
    failures: wanted
      .filter((_, index) => !found[index])
      .map((reference) => ({
        arn: reference.startsWith('arn:')
          ? reference
          : ecs.arn('ecs', `service/${cluster.name}/${reference}`),
        reason: 'MISSING',
      })),
  };
}

/** Only ACTIVE services: one that drains is still there, but not listed. */
export function listServices(ecs: Ecs, input: Input): unknown {
  const cluster = requireCluster(ecs, input);
  const management = optionalChoice(input, 'resourceManagementType', ['CUSTOMER', 'ECS']);
  const services = [...ecs.services.values()].filter(
    ({ clusterName, status, kind }) =>
      clusterName === cluster.name &&
      status === 'ACTIVE' &&
      (management === undefined || (management === 'ECS') === (kind === 'express')),
  );
  const { items, nextToken } = page(input, services, 10);
  return { serviceArns: items.map(({ arn }) => arn), nextToken };
}

/** An ordinary service that only exists: it runs nothing, so that Express can be seen to leave it alone. */
export function createService(ecs: Ecs, input: Input): unknown {
  const name = requiredText(input, 'serviceName');
  const cluster = requireCluster(ecs, input);
  const arn = ecs.arn('ecs', `service/${cluster.name}/${name}`);
  const status = ecs.services.get(arn)?.status;
  if (status === 'ACTIVE') throw invalid('Creation of service was not idempotent.');
  if (status === 'DRAINING') throw invalid('Unable to Start a service that is still Draining.');
  const definition = usableTaskDefinition(ecs, requiredText(input, 'taskDefinition'));
  const service: OrdinaryService = {
    kind: 'ordinary',
    arn,
    name,
    clusterName: cluster.name,
    createdAt: dateOf(ecs),
    status: 'ACTIVE',
    desiredCount: optionalInteger(input, 'desiredCount') ?? 1,
    events: [],
    taskDefinitionArn: definition.arn,
  };
  const tags = readTags(input);
  ecs.services.set(arn, service);
  ecs.tags.delete(arn);
  setTags(ecs, arn, tags);
  return { service: serviceView(ecs, service, { withTags: true }) };
}
