import type { TagMutability } from './tag-mutability.ts';

/** A manifest as it was pushed. The bytes are kept, because its digest is the digest of exactly these bytes. */
export type StoredImage = {
  readonly digest: string;
  readonly mediaType: string;
  readonly manifest: Buffer;
  /** Bytes of the layers; of the largest member for an index, as `ImageDetail.imageSizeInBytes` documents. */
  readonly sizeInBytes: number;
  /** Media type of the config: tells a cache, a chart or a signature from a container image. */
  readonly artifactMediaType: string | undefined;
  /** Digest of the manifest this one says something about (`subject` of OCI 1.1). */
  readonly subject: string | undefined;
  /** Digests of the manifests an index lists; they cannot be deleted before the index. */
  readonly members: readonly string[];
  /** Go's names (`amd64`, `arm64`) of the Linux images in it; empty for artifacts. */
  readonly architectures: readonly string[];
  readonly pushedAt: number;
};

export type Encryption = { readonly encryptionType: string; readonly kmsKey?: string };

export type Repository = {
  readonly name: string;
  readonly createdAt: number;
  readonly encryption: Encryption;
  readonly resourceTags: Map<string, string>;
  tagMutability: TagMutability;
  readonly scanOnPush: boolean;
  lifecyclePolicy: string | undefined;
  /** Digest to size of every layer and config that was pushed here; the bytes lie in the registry's blob store. */
  readonly blobs: Map<string, number>;
  readonly images: Map<string, StoredImage>;
  /** Image tag to digest. */
  readonly imageTags: Map<string, string>;
};

/** What the ECR API and the registry behind it both look at, by repository name. */
export type Repositories = Map<string, Repository>;

export function tagsOf(repository: Repository, digest: string): string[] {
  return [...repository.imageTags].filter(([, tagged]) => tagged === digest).map(([tag]) => tag);
}

/** Adds the image, and moves the tag to it when one is given. An image that is already there keeps its push time. */
export function putImage(repository: Repository, image: StoredImage, tag: string | undefined): void {
  if (!repository.images.has(image.digest)) repository.images.set(image.digest, image);
  if (tag !== undefined) repository.imageTags.set(tag, image.digest);
}

export function removeImage(repository: Repository, digest: string): void {
  for (const tag of tagsOf(repository, digest)) repository.imageTags.delete(tag);
  repository.images.delete(digest);
}

/** Digests of the indexes in the repository that list this manifest. */
export function indexesListing(repository: Repository, digest: string): string[] {
  return [...repository.images.values()]
    .filter((image) => image.members.includes(digest))
    .map((image) => image.digest);
}
