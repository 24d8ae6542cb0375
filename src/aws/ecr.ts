import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  type Image,
  type ImageFailure,
  PutImageCommand,
  paginateListImages,
} from '@aws-sdk/client-ecr';
import { ActionError } from '../errors.ts';
import { clientOf } from './clients.ts';
import { ask, toActionError } from './failures.ts';
import { isImageThere, isRepositoryMissing } from './refusals.ts';

/** Without a Region: that of the environment. */
const ecr = (region?: string) => clientOf(ECRClient, region);

/**
 * All forms an image can be stored in. What is not named here, ECR converts: an index would come back as one of its
 * members, whose digest is not the one that the tag names.
 */
export const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

export type StoredImage = {
  readonly digest: string;
  readonly manifest: string;
  readonly manifestMediaType: string | undefined;
};

/**
 * The images that the tags name, by tag. A tag that names none is missing from the answer; one whose image ECR could not
 * give, as it is archived or its key is not to be had, is not.
 */
export async function readTags(
  repository: string,
  tags: readonly string[],
): Promise<ReadonlyMap<string, StoredImage>> {
  const answer = await ask('ecr:BatchGetImage', `read tags of ECR repository ${repository}`, () =>
    ecr().send(
      new BatchGetImageCommand({
        repositoryName: repository,
        imageIds: tags.map((imageTag) => ({ imageTag })),
        acceptedMediaTypes: manifestTypes,
      }),
    ),
  );
  refuseOtherThanGone(answer.failures ?? [], 'read', repository);
  return new Map(
    (answer.images ?? []).flatMap((image) => {
      const stored = readImage(image);
      const tag = image.imageId?.imageTag;
      return stored === undefined || tag === undefined ? [] : [[tag, stored] as const];
    }),
  );
}

/** ECR tells of each image in an answer that went well as a whole; that there is none is one reason among many. */
function refuseOtherThanGone(failures: readonly ImageFailure[], verb: string, repository: string): void {
  const other = failures.find(({ failureCode }) => failureCode !== 'ImageNotFound');
  if (other === undefined) return;
  const tag = other.imageId?.imageTag ?? 'a tag';
  const why = `${other.failureCode ?? 'no code'}, ${other.failureReason ?? 'no reason given'}`;
  throw new ActionError('aws-refused', `could not ${verb} ${tag} of ECR repository ${repository}: ${why}`);
}

export function readImage(image: Image): StoredImage | undefined {
  const digest = image.imageId?.imageDigest;
  if (digest === undefined || image.imageManifest === undefined) return undefined;
  return { digest, manifest: image.imageManifest, manifestMediaType: image.imageManifestMediaType };
}

/** Gives an image one more tag, or moves the tag to it. Nothing is pulled or pushed. */
export async function tagImage(repository: string, image: StoredImage, tag: string): Promise<void> {
  try {
    await ecr().send(
      new PutImageCommand({
        repositoryName: repository,
        imageManifest: image.manifest,
        imageManifestMediaType: image.manifestMediaType,
        imageDigest: image.digest,
        imageTag: tag,
      }),
    );
  } catch (cause) {
    if (isImageThere(cause)) return;
    throw toActionError(cause, `tag an image of ECR repository ${repository} ${tag}`, 'ecr:PutImage');
  }
}

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
    const { failures = [] } = await ask('ecr:BatchDeleteImage', doing, () =>
      ecr().send(new BatchDeleteImageCommand({ repositoryName: repository, imageIds })),
    );
    refuseOtherThanGone(failures, 'delete', repository);
  }
  return tags.length;
}

/** None when there is no such repository. */
async function listTags(repositoryName: string): Promise<readonly string[]> {
  const tags: string[] = [];
  const pages = paginateListImages(
    { client: ecr() },
    { repositoryName, filter: { tagStatus: 'TAGGED' }, maxResults: 1000 },
  );
  try {
    for await (const { imageIds } of pages) {
      tags.push(...(imageIds ?? []).flatMap(({ imageTag }) => imageTag ?? []));
    }
  } catch (cause) {
    if (isRepositoryMissing(cause)) return [];
    throw toActionError(cause, `list the images of ECR repository ${repositoryName}`, 'ecr:ListImages');
  }
  return tags;
}

export type RegistryCredentials = { readonly username: string; readonly password: string };

/** Valid for 12 hours, for every registry the caller may use. */
export async function getRegistryCredentials(): Promise<RegistryCredentials> {
  const doing = 'log in to ECR';
  const answer = await ask('ecr:GetAuthorizationToken', doing, () =>
    ecr().send(new GetAuthorizationTokenCommand({})),
  );
  const token = answer.authorizationData?.[0]?.authorizationToken ?? '';
  const decoded = Buffer.from(token, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 1) throw new ActionError('aws-refused', `could not ${doing}: the answer holds no password`);
  return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}
