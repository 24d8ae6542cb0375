import { createHash } from 'node:crypto';
import type { ImageSource, PreviewIdentity } from './inputs.ts';
import type { Tag } from './settings.ts';

/** Marks a service as made by this action, so that `operation: delete` knows its own. */
export const ownershipTag: Tag = { key: 'managed-by', value: 'deploy-express' };

/** Keys of ours. Users cannot set them, so that no service is taken for a preview by a slip. */
export const ownTagPrefix = 'deploy-express:';

export function hasOwnershipTag(tags: readonly Tag[]): boolean {
  return tags.some(({ key, value }) => key === ownershipTag.key && value === ownershipTag.value);
}

/** As many as AWS takes for a resource (ECS developer guide, "Tag restrictions"). */
export const maxTags = 50;

/** A tag of that key that the user gave stays the user's, and none of theirs makes room for it. */
export function withOwnershipTag(tags: readonly Tag[]): readonly Tag[] {
  const isTaken = tags.some(({ key }) => key === ownershipTag.key);
  return isTaken || tags.length >= maxTags ? tags : [...tags, ownershipTag];
}

/** Tags that are not the user's to remove: without its own, ECS stops treating a resource as Express. */
export function isReservedTag(key: string): boolean {
  return (
    key.toLowerCase().startsWith('aws:') ||
    key === 'AmazonECSManaged' ||
    key === ownershipTag.key ||
    key.startsWith(ownTagPrefix)
  );
}

/** What the tags of a preview say. */
export type PreviewRecord = PreviewIdentity & {
  readonly createdAt: number;
  readonly lastDeployedAt: number;
  /** ECR repository with its images, when this action built them. */
  readonly imageRepository: string | undefined;
};

const keys = {
  repositoryId: `${ownTagPrefix}repository-id`,
  pullRequest: `${ownTagPrefix}pull-request`,
  previewOf: `${ownTagPrefix}preview-of`,
  createdAt: `${ownTagPrefix}created-at`,
  lastDeployedAt: `${ownTagPrefix}last-deployed-at`,
  imageRepository: `${ownTagPrefix}image-repository`,
} as const;

/** How many of the tags that AWS allows a preview needs for itself. */
export const previewTagCount = Object.keys(keys).length + 1;

export function recordOf(
  preview: PreviewIdentity & { readonly deployedAt: number },
  image: ImageSource,
): PreviewRecord {
  const { deployedAt, repositoryId, pullRequest, previewOf } = preview;
  return {
    repositoryId,
    pullRequest,
    previewOf,
    createdAt: deployedAt,
    lastDeployedAt: deployedAt,
    imageRepository: image.kind === 'build' ? image.build.repository.name : undefined,
  };
}

export function renderPreviewTags(record: PreviewRecord): readonly Tag[] {
  return [
    ownershipTag,
    { key: keys.repositoryId, value: record.repositoryId },
    { key: keys.pullRequest, value: String(record.pullRequest) },
    { key: keys.previewOf, value: record.previewOf },
    { key: keys.createdAt, value: renderTime(record.createdAt) },
    ...renderDeploymentTags(record),
  ];
}

/** The tags that change with each deployment. */
export function renderDeploymentTags(
  record: Pick<PreviewRecord, 'lastDeployedAt' | 'imageRepository'>,
): readonly Tag[] {
  const { imageRepository } = record;
  return [
    { key: keys.lastDeployedAt, value: renderTime(record.lastDeployedAt) },
    ...(imageRepository === undefined ? [] : [{ key: keys.imageRepository, value: imageRepository }]),
  ];
}

/** `undefined` unless all tags are there, and in the form they are written in. */
export function readPreviewTags(tags: readonly Tag[]): PreviewRecord | undefined {
  const value = (key: string) => tags.find((tag) => tag.key === key)?.value;
  const repositoryId = value(keys.repositoryId);
  const number = value(keys.pullRequest) ?? '';
  const previewOf = value(keys.previewOf);
  const createdAt = Date.parse(value(keys.createdAt) ?? '');
  const lastDeployedAt = Date.parse(value(keys.lastDeployedAt) ?? '');
  if (value(ownershipTag.key) !== ownershipTag.value) return undefined;
  if (!repositoryId || !previewOf || !/^[1-9]\d*$/.test(number)) return undefined;
  if (Number.isNaN(createdAt) || Number.isNaN(lastDeployedAt)) return undefined;
  const imageRepository = value(keys.imageRepository);
  return { repositoryId, pullRequest: Number(number), previewOf, createdAt, lastDeployedAt, imageRepository };
}

export function isPreviewOf(tags: readonly Tag[], identity: PreviewIdentity): boolean {
  const record = readPreviewTags(tags);
  return (
    record?.repositoryId === identity.repositoryId &&
    record.pullRequest === identity.pullRequest &&
    record.previewOf === identity.previewOf
  );
}

function renderTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** As long as a part of a host name may be; ECS itself takes 255. Image tags, made of it and a commit, fit as well. */
const maxNameLength = 63;

/**
 * `<service-name>-pr-<number>`. What is too long, or cannot begin a tag, is cut and told apart by a hash; the number is
 * never cut: without it two pull requests would share a service.
 */
export function previewServiceName(serviceName: string, pullRequest: number): string {
  const suffix = `-pr-${pullRequest}`;
  const plain = serviceName + suffix;
  if (plain.length <= maxNameLength && /^[A-Za-z0-9]/.test(plain)) return plain;
  const hash = createHash('sha256').update(serviceName).digest('hex').slice(0, 8);
  const stem = serviceName
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, maxNameLength - suffix.length - hash.length - 1);
  return `${stem === '' ? '' : `${stem}-`}${hash}${suffix}`;
}

/**
 * The tag of a preview's image. It names the service: several services of a pull request, and production, may be in one
 * repository, and what belongs to this preview must be told from the rest when it is deleted.
 */
export function previewImageTag(serviceName: string, commitSha: string): string {
  return `${serviceName}-${commitSha}`;
}

/** Also the tag that an image gets when a new build of the same commit takes its own. */
export function isPreviewImageTag(serviceName: string, tag: string): boolean {
  if (!tag.startsWith(`${serviceName}-`)) return false;
  return /^(?:[0-9a-f]{64}|[0-9a-f]{40})(?:-[0-9a-f]{12})?$/.test(tag.slice(serviceName.length + 1));
}
