import { DescribeServicesCommand, ListServicesCommand } from '@aws-sdk/client-ecs';
import { ecs } from './ecs-client.ts';
import { ask, isClusterMissing } from './failures.ts';
import { readTags, type Tag } from './services.ts';

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
  let nextToken: string | undefined;
  do {
    const token = nextToken;
    const answer = await ask('ecs:ListServices', `list the services of cluster ${cluster}`, async () => {
      try {
        return await ecs().send(
          new ListServicesCommand({
            cluster,
            resourceManagementType: 'ECS',
            maxResults: 100,
            nextToken: token,
          }),
        );
      } catch (cause) {
        if (isClusterMissing(cause)) return undefined;
        throw cause;
      }
    });
    arns.push(...(answer?.serviceArns ?? []));
    nextToken = answer?.nextToken;
  } while (nextToken !== undefined);
  return arns;
}

async function describeBatch(
  cluster: string,
  services: readonly string[],
): Promise<readonly ListedService[]> {
  const answer = await ask('ecs:DescribeServices', `describe the services of cluster ${cluster}`, () =>
    ecs().send(new DescribeServicesCommand({ cluster, services: [...services], include: ['TAGS'] })),
  );
  return (answer.services ?? [])
    .filter(({ status }) => status === 'ACTIVE')
    .map(({ serviceName, serviceArn, tags }) => ({
      name: serviceName ?? '',
      arn: serviceArn ?? '',
      tags: readTags(tags),
    }));
}
