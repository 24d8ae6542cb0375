import { AwsError } from '../world.ts';
import { type Input, invalid, optionalText, optionalTexts } from './members.ts';
import type { Cluster, Ecs } from './state.ts';
import { readTags, setTags, tagsOf } from './tags.ts';

export function createCluster(ecs: Ecs, input: Input): unknown {
  const name = optionalText(input, 'clusterName') ?? 'default';
  if (!/^[A-Za-z][A-Za-z0-9_-]{0,254}$/.test(name)) throw invalid('Invalid cluster name.');
  const cluster = ensureCluster(ecs, name);
  setTags(ecs, cluster.arn, readTags(input));
  return { cluster: clusterView(ecs, cluster, true) };
}

export function describeClusters(ecs: Ecs, input: Input): unknown {
  const wanted = optionalTexts(input, 'clusters') ?? ['default'];
  const withTags = optionalTexts(input, 'include')?.includes('TAGS') ?? false;
  const found = wanted.map((reference) => ecs.clusters.get(clusterNameOf(reference)));
  return {
    clusters: found.flatMap((cluster) => (cluster ? [clusterView(ecs, cluster, withTags)] : [])),
    failures: wanted
      .filter((_, index) => !found[index])
      .map((reference) => ({ arn: clusterArn(ecs, clusterNameOf(reference)), reason: 'MISSING' })),
  };
}

/** The cluster a call works in: by name or ARN, `default` when not given. */
export function requireCluster(ecs: Ecs, input: Input): Cluster {
  const cluster = ecs.clusters.get(clusterNameOf(optionalText(input, 'cluster') ?? 'default'));
  if (cluster) return cluster;
  throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
}

export function ensureCluster(ecs: Ecs, name: string): Cluster {
  const known = ecs.clusters.get(name);
  if (known) return known;
  const cluster = { arn: clusterArn(ecs, name), name };
  ecs.clusters.set(name, cluster);
  return cluster;
}

export const clusterNameOf = (reference: string): string => reference.replace(/^arn:[^/]*\//, '');
export const clusterArn = (ecs: Ecs, name: string): string => ecs.arn('ecs', `cluster/${name}`);

function clusterView(ecs: Ecs, cluster: Cluster, withTags: boolean): unknown {
  const services = [...ecs.services.values()].filter(({ clusterName }) => clusterName === cluster.name);
  const tasks = services.flatMap((service) => (service.kind === 'express' ? service.tasks : []));
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: 'ACTIVE',
    registeredContainerInstancesCount: 0,
    runningTasksCount: tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pendingTasksCount: tasks.filter(
      ({ lastStatus }) => lastStatus === 'PENDING' || lastStatus === 'PROVISIONING',
    ).length,
    activeServicesCount: services.filter(({ status }) => status === 'ACTIVE').length,
    statistics: [],
    settings: [],
    capacityProviders: [],
    defaultCapacityProviderStrategy: [],
    tags: withTags ? tagsOf(ecs, cluster.arn) : [],
  };
}
