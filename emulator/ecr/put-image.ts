import { createHash } from 'node:crypto';
import { AwsError } from '../world.ts';
import { optionalString, requiredString } from './input.ts';
import { identity, namedRepository, type RegistryAccount } from './registry-account.ts';
import { putImage } from './repositories.ts';
import { isImmutable } from './tag-mutability.ts';

/**
 * PutImage as it is used to give an image another tag (user guide, "Retagging an image"). A manifest that is not in the
 * repository yet would be the end of a push by the API, which is not modelled.
 */
export function retagImage(account: RegistryAccount, input: Record<string, unknown>) {
  const repository = namedRepository(account, input);
  const manifest = requiredString(input, 'imageManifest');
  const digest = `sha256:${createHash('sha256').update(manifest).digest('hex')}`;
  const named = optionalString(input, 'imageDigest');
  if (named !== undefined && named !== digest) {
    throw new AwsError(
      'ImageDigestDoesNotMatchException',
      `The specified image digest '${named}' does not match the digest '${digest}' of the manifest`,
    );
  }
  const image = repository.images.get(digest);
  if (image === undefined) {
    throw new AwsError(
      'UnknownOperationException',
      'The emulator models ecr:PutImage for images that are in the repository already, to tag them.',
    );
  }
  const tag = optionalString(input, 'imageTag');
  const present = tag === undefined ? digest : repository.imageTags.get(tag);
  const where = `in the repository with name '${repository.name}' in registry with id '${account.accountId}'`;
  if (present === digest) {
    const withTag = tag === undefined ? '' : ` and tag '${tag}'`;
    throw new AwsError(
      'ImageAlreadyExistsException',
      `Image with digest '${digest}'${withTag} already exists ${where}`,
    );
  }
  if (tag !== undefined && present !== undefined && isImmutable(repository.tagMutability, tag)) {
    throw new AwsError(
      'ImageTagAlreadyExistsException',
      `The image tag '${tag}' already exists in the '${repository.name}' repository and cannot be overwritten ` +
        'because the repository is immutable.',
    );
  }
  putImage(repository, image, tag);
  return {
    image: {
      ...identity(account, repository),
      imageId: { imageDigest: digest, ...(tag !== undefined && { imageTag: tag }) },
      imageManifest: manifest,
      imageManifestMediaType: image.mediaType,
    },
  };
}
