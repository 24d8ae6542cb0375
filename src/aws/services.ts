import {
  CreateClusterCommand,
  DescribeServicesCommand,
  ECSClient,
  paginateListServices,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ecs';
import { ActionError } from '../errors.ts';
import { refuseOtherThanMissing } from './batch-failures.ts';
import { clientOf } from './clients.ts';
import { ask, toActionError } from './failures.ts';
import { isClusterMissing } from './refusals.ts';

const ecs = () => clientOf(ECSClient);

export type Tag = { readonly key: string; readonly value: string };

/** A service as ECS itself lists it, Express or not. */
export type EcsService =
  | { readonly kind: 'cluster-missing' }
  /** Never there, or deleted long enough ago that the name is free. */
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'found';
      readonly arn: string;
      readonly clusterArn: string;
      readonly status: string;
      /** Tells a service from another one of its name, which has the same ARN. */
      readonly createdAt: Date | undefined;
      /** False for an ordinary ECS service, which the Express calls cannot manage. */
      readonly express: boolean;
      readonly runningCount: number;
      readonly desiredCount: number;
      readonly tags: readonly Tag[];
      /** Newest first. */
      readonly events: readonly { readonly at: Date | undefined; readonly message: string }[];
    };

/**
 * Existence is judged here and not by the Express describe: a deleted service stays visible as INACTIVE, a missing one
 * is a `failures` entry with HTTP 200, and only this call tells an ordinary service from an Express one.
 */
export async function describeEcsService(cluster: string, serviceName: string): Promise<EcsService> {
  const action = 'ecs:DescribeServices';
  const doing = `describe service ${serviceName} in cluster ${cluster}`;
  try {
    const answer = await ecs().send(
      new DescribeServicesCommand({ cluster, services: [serviceName], include: ['TAGS'] }),
    );
    const service = answer.services?.find(({ status }) => status !== 'INACTIVE');
    if (service === undefined) {
      refuseOtherThanMissing(answer.failures, doing);
      const isTold = (answer.services ?? []).length + (answer.failures ?? []).length > 0;
      if (!isTold) throw new ActionError('aws-refused', `could not ${doing}: ECS says nothing of it`);
      return { kind: 'missing' };
    }
    return {
      kind: 'found',
      arn: service.serviceArn ?? '',
      clusterArn: service.clusterArn ?? '',
      status: service.status ?? 'UNKNOWN',
      createdAt: service.createdAt,
      express: service.resourceManagementType === 'ECS',
      runningCount: service.runningCount ?? 0,
      desiredCount: service.desiredCount ?? 0,
      tags: readTags(service.tags),
      events: (service.events ?? []).map((event) => ({ at: event.createdAt, message: event.message ?? '' })),
    };
  } catch (cause) {
    if (isClusterMissing(cause)) return { kind: 'cluster-missing' };
    throw toActionError(cause, doing, action);
  }
}

export function readTags(
  tags: readonly { key?: string | undefined; value?: string | undefined }[] | undefined,
): Tag[] {
  return (tags ?? []).map(({ key, value }) => ({ key: key ?? '', value: value ?? '' }));
}

/** How many Express services the cluster has. Draining ones are not listed by AWS. */
export async function countExpressServices(cluster: string): Promise<number> {
  return (await listArns(cluster)).length;
}

export type ListedService = { readonly name: string; readonly arn: string; readonly tags: readonly Tag[] };

/** What DescribeServices takes at a time. */
const describeLimit = 10;

/** The Express services of a cluster that are not being deleted; none when there is no such cluster. */
export async function listExpressServices(cluster: string): Promise<readonly ListedService[]> {
  const arns = await listArns(cluster);
  const batches = Array.from({ length: Math.ceil(arns.length / describeLimit) }, (_none, index) =>
    arns.slice(index * describeLimit, (index + 1) * describeLimit),
  );
  return (await Promise.all(batches.map((batch) => describeBatch(cluster, batch)))).flat();
}

async function listArns(cluster: string): Promise<readonly string[]> {
  const arns: string[] = [];
  const pages = paginateListServices(
    { client: ecs() },
    { cluster, resourceManagementType: 'ECS', maxResults: 100 },
  );
  try {
    for await (const { serviceArns } of pages) arns.push(...(serviceArns ?? []));
  } catch (cause) {
    if (isClusterMissing(cause)) return [];
    throw toActionError(cause, `list the services of cluster ${cluster}`, 'ecs:ListServices');
  }
  return arns;
}

async function describeBatch(
  cluster: string,
  services: readonly string[],
): Promise<readonly ListedService[]> {
  const doing = `describe the services of cluster ${cluster}`;
  const answer = await ask('ecs:DescribeServices', doing, () =>
    ecs().send(new DescribeServicesCommand({ cluster, services: [...services], include: ['TAGS'] })),
  );
  refuseOtherThanMissing(answer.failures, doing);
  return (answer.services ?? [])
    .filter(({ status }) => status === 'ACTIVE')
    .map(({ serviceName, serviceArn, tags }) => ({
      name: serviceName ?? '',
      arn: serviceArn ?? '',
      tags: readTags(tags),
    }));
}

export async function createCluster(clusterName: string): Promise<void> {
  await ask('ecs:CreateCluster', `create cluster ${clusterName}`, () =>
    ecs().send(new CreateClusterCommand({ clusterName })),
  );
}

export async function tagService(serviceArn: string, tags: readonly Tag[]): Promise<void> {
  await ask('ecs:TagResource', `tag ${serviceArn}`, () =>
    ecs().send(new TagResourceCommand({ resourceArn: serviceArn, tags: [...tags] })),
  );
}

export async function untagService(serviceArn: string, keys: readonly string[]): Promise<void> {
  await ask('ecs:UntagResource', `remove tags from ${serviceArn}`, () =>
    ecs().send(new UntagResourceCommand({ resourceArn: serviceArn, tagKeys: [...keys] })),
  );
}
