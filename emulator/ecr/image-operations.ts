import { AwsError, type Operation } from '../world.ts';
import { type Failure, findImage, type ImageId, parseImageIds, textOf } from './image-ids.ts';
import { invalid, optionalObject, optionalString } from './input.ts';
import { page } from './paging.ts';
import { retagImage } from './put-image.ts';
import { identity, namedRepository, type RegistryAccount } from './registry-account.ts';
import { indexesListing, type Repository, removeImage, type StoredImage, tagsOf } from './repositories.ts';
import { findTrouble } from './troubles.ts';

/** Reading, tagging and deleting the images that were pushed to the registry. */
export function imageOperations(account: RegistryAccount): Record<string, Operation> {
  return {
    DescribeImages: (input) => describeImages(account, input),
    ListImages: (input) => listImages(account, input),
    BatchGetImage: (input) => batchGetImage(account, input),
    PutImage: (input) => retagImage(account, input),
    BatchDeleteImage: (input) => batchDeleteImage(account, input),
  };
}

function describeImages(account: RegistryAccount, input: Record<string, unknown>) {
  const repository = namedRepository(account, input);
  const ids = parseImageIds(input);
  if (ids === undefined) {
    const wanted = parseTagStatus(input);
    const images = [...repository.images.values()].filter((image) =>
      wanted(tagsOf(repository, image.digest).length > 0),
    );
    const { items, ...next } = page(images, input);
    return { imageDetails: items.map((image) => detail(account, repository, image)), ...next };
  }
  const found = ids.map((id) => {
    const result = findImage(repository, id);
    if (result.found) return result.image;
    throw new AwsError(
      'ImageNotFoundException',
      `The image with imageId ${textOf(id)} does not exist within the repository with name ` +
        `'${repository.name}' in the registry with id '${account.accountId}'`,
    );
  });
  return { imageDetails: [...new Set(found)].map((image) => detail(account, repository, image)) };
}

function detail(account: RegistryAccount, repository: Repository, image: StoredImage) {
  const imageTags = tagsOf(repository, image.digest);
  return {
    ...identity(account, repository),
    imageDigest: image.digest,
    ...(imageTags.length > 0 && { imageTags }),
    imageSizeInBytes: image.sizeInBytes,
    imagePushedAt: image.pushedAt / 1000,
    imageManifestMediaType: image.mediaType,
    ...(image.artifactMediaType !== undefined && { artifactMediaType: image.artifactMediaType }),
    ...(image.subject !== undefined && { subjectManifestDigest: image.subject }),
    imageStatus: 'ACTIVE',
  };
}

function listImages(account: RegistryAccount, input: Record<string, unknown>) {
  const repository = namedRepository(account, input);
  const wanted = parseTagStatus(input);
  const ids = [...repository.images.keys()].flatMap((imageDigest): ImageId[] => {
    const tags = tagsOf(repository, imageDigest);
    if (!wanted(tags.length > 0)) return [];
    return tags.length > 0 ? tags.map((imageTag) => ({ imageDigest, imageTag })) : [{ imageDigest }];
  });
  const { items, ...next } = page(ids, input);
  return { imageIds: items, ...next };
}

function batchGetImage(account: RegistryAccount, input: Record<string, unknown>) {
  const repository = namedRepository(account, input);
  const images = [];
  const failures = [];
  for (const id of requireImageIds(input)) {
    const trouble = findTrouble(account, repository, id);
    if (trouble) {
      failures.push({ imageId: id, ...trouble });
      continue;
    }
    const result = findImage(repository, id);
    if (!result.found) {
      failures.push({ imageId: id, ...result.failure });
      continue;
    }
    const { digest, manifest, mediaType } = result.image;
    images.push({
      ...identity(account, repository),
      imageId: { ...id, imageDigest: digest },
      imageManifest: manifest.toString('utf8'),
      imageManifestMediaType: mediaType,
    });
  }
  return { images, failures };
}

function batchDeleteImage(account: RegistryAccount, input: Record<string, unknown>) {
  const repository = namedRepository(account, input);
  const imageIds: ImageId[] = [];
  const failures = [];
  for (const id of requireImageIds(input)) {
    const result = findImage(repository, id);
    const failure = result.found ? refusal(repository, id, result.image) : result.failure;
    if (failure !== undefined) failures.push({ imageId: id, ...failure });
    else if (result.found) imageIds.push(...deleteImage(repository, id, result.image));
  }
  return { imageIds, failures };
}

function refusal(repository: Repository, id: ImageId, image: StoredImage): Failure | undefined {
  const holders = removesImage(repository, id, image) ? indexesListing(repository, image.digest) : [];
  if (holders.length === 0) return undefined;
  return {
    failureCode: 'ImageReferencedByManifestList',
    failureReason: `Requested image referenced by manifest list: [${holders.join(', ')}]`,
  };
}

/** Taking the last tag off an image deletes it; naming a digest deletes it with all its tags (API reference). */
function removesImage(repository: Repository, id: ImageId, image: StoredImage): boolean {
  return id.imageTag === undefined || tagsOf(repository, image.digest).length === 1;
}

function deleteImage(repository: Repository, id: ImageId, image: StoredImage): ImageId[] {
  const imageDigest = image.digest;
  const tags = id.imageTag === undefined ? tagsOf(repository, imageDigest) : [id.imageTag];
  if (removesImage(repository, id, image)) removeImage(repository, imageDigest);
  for (const tag of tags) repository.imageTags.delete(tag);
  return tags.length > 0 ? tags.map((imageTag) => ({ imageDigest, imageTag })) : [{ imageDigest }];
}

function requireImageIds(input: Record<string, unknown>): readonly ImageId[] {
  const ids = parseImageIds(input);
  if (ids === undefined) throw invalid('imageIds', 'must not be null');
  return ids;
}

function parseTagStatus(input: Record<string, unknown>): (tagged: boolean) => boolean {
  const status = optionalString(optionalObject(input, 'filter') ?? {}, 'tagStatus') ?? 'ANY';
  if (status === 'ANY') return () => true;
  if (status === 'TAGGED') return (tagged) => tagged;
  if (status === 'UNTAGGED') return (tagged) => !tagged;
  throw invalid('filter.tagStatus', 'must be one of [TAGGED, UNTAGGED, ANY]');
}
