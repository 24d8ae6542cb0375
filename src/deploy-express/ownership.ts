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
