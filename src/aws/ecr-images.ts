import { BatchDeleteImageCommand, ListImagesCommand } from '@aws-sdk/client-ecr';
import { ecr } from './ecr-client.ts';
import { ask, toActionError } from './failures.ts';

/** What BatchDeleteImage takes at a time. */
const deleteLimit = 100;

/**
 * Takes the tags away that `isMeant` names, and returns how many there were. ECR deletes an image with its last tag (ECR
 * API reference, BatchDeleteImage): one that has another tag stays.
 */
export async function deleteImageTags(
  repository: string,
  isMeant: (tag: string) => boolean,
): Promise<number> {
  const tags = (await listTags(repository)).filter(isMeant);
  const doing = `delete images of ECR repository ${repository}`;
  for (let first = 0; first < tags.length; first += deleteLimit) {
    const imageIds = tags.slice(first, first + deleteLimit).map((imageTag) => ({ imageTag }));
    await ask('ecr:BatchDeleteImage', doing, () =>
      ecr().send(new BatchDeleteImageCommand({ repositoryName: repository, imageIds })),
    );
  }
  return tags.length;
}

/** None when there is no such repository. */
async function listTags(repositoryName: string): Promise<readonly string[]> {
  const tags: string[] = [];
  let nextToken: string | undefined;
  do {
    const command = new ListImagesCommand({
      repositoryName,
      filter: { tagStatus: 'TAGGED' },
      maxResults: 1000,
      nextToken,
    });
    try {
      const answer = await ecr().send(command);
      tags.push(...(answer.imageIds ?? []).flatMap(({ imageTag }) => imageTag ?? []));
      nextToken = answer.nextToken;
    } catch (cause) {
      if (cause instanceof Error && cause.name === 'RepositoryNotFoundException') return [];
      throw toActionError(cause, `list the images of ECR repository ${repositoryName}`, 'ecr:ListImages');
    }
  } while (nextToken !== undefined);
  return tags;
}
