import type { ImageSource } from '../inputs.ts';
import { ownershipTag, ownTagPrefix } from '../ownership.ts';
import type { Tag } from '../settings.ts';

/** What makes a service the preview of one pull request: nothing else is ever updated or deleted as one. */
export type PreviewIdentity = {
  /** GitHub's number of the repository, which stays when it is renamed. */
  readonly repositoryId: string;
  readonly pullRequest: number;
  /** `service-name` of the inputs. */
  readonly previewOf: string;
};

/** A preview as its tags tell. */
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

/** Of the 50 that AWS allows. */
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

/** Those that change with each deployment. */
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

/** To the second. */
function renderTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}
