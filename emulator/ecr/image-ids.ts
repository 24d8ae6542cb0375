import { invalid, optionalObjects, optionalString } from './input.ts';
import type { Repository, StoredImage } from './repositories.ts';

/** How the ECR API names an image: by tag, by digest, or by both, which then have to agree. */
export type ImageId = { readonly imageDigest?: string; readonly imageTag?: string };

export type Failure = { readonly failureCode: string; readonly failureReason: string };

export function parseImageIds(input: Record<string, unknown>): readonly ImageId[] | undefined {
  const given = optionalObjects(input, 'imageIds');
  if (given === undefined) return undefined;
  if (given.length < 1 || given.length > 100) throw invalid('imageIds', 'must have 1 to 100 image ids');
  return given.map((id) => {
    const imageDigest = optionalString(id, 'imageDigest');
    const imageTag = optionalString(id, 'imageTag');
    return { ...(imageDigest !== undefined && { imageDigest }), ...(imageTag !== undefined && { imageTag }) };
  });
}

/** Finds the image, or says why not in the words of the `failures` list that the batch operations answer with. */
export function findImage(
  repository: Repository,
  { imageDigest, imageTag }: ImageId,
):
  | { readonly found: true; readonly image: StoredImage }
  | { readonly found: false; readonly failure: Failure } {
  if (imageDigest === undefined && imageTag === undefined) {
    return missing('MissingDigestAndTag', 'Invalid request parameters: both tag and digest cannot be null');
  }
  if (imageDigest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(imageDigest)) {
    return missing(
      'InvalidImageDigest',
      "Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'",
    );
  }
  const tagged = imageTag === undefined ? undefined : repository.imageTags.get(imageTag);
  if (imageTag !== undefined && tagged === undefined)
    return missing('ImageNotFound', 'Requested image not found');
  if (tagged !== undefined && imageDigest !== undefined && tagged !== imageDigest) {
    return missing('ImageTagDoesNotMatchDigest', 'Requested image tag does not match its digest');
  }
  const image = repository.images.get(tagged ?? imageDigest ?? '');
  return image === undefined ? missing('ImageNotFound', 'Requested image not found') : { found: true, image };
}

/** As ECR prints an id in its messages. */
export function textOf({ imageDigest, imageTag }: ImageId): string {
  return `{imageDigest:'${imageDigest ?? 'null'}', imageTag:'${imageTag ?? 'null'}'}`;
}

function missing(failureCode: string, failureReason: string): { found: false; failure: Failure } {
  return { found: false, failure: { failureCode, failureReason } };
}
