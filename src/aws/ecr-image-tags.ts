import { DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { parseEcrHost, splitReference } from '../parse-image-reference.ts';
import { clientOf } from './clients.ts';
import { ask } from './failures.ts';
import { isImageMissing, isRepositoryMissing } from './refusals.ts';

/**
 * The tags that an image has now, in the account and Region that its reference names. None when it is not there.
 *
 * @param reference of a private repository of ECR.
 */
export async function listImageTags(
  reference: string,
  imageDigest: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { host = '', repository } = splitReference(reference);
  const registry = parseEcrHost(host);
  const command = new DescribeImagesCommand({
    registryId: registry?.accountId,
    repositoryName: repository,
    imageIds: [{ imageDigest }],
  });
  const answer = await ask('ecr:DescribeImages', `read the tags of ${reference}`, () =>
    clientOf(ECRClient, registry?.region)
      .send(command, { abortSignal: signal })
      .catch((cause: unknown) => {
        if (isImageMissing(cause) || isRepositoryMissing(cause)) return undefined;
        throw cause;
      }),
  );
  return (answer?.imageDetails ?? []).flatMap(({ imageTags = [] }) => imageTags);
}
