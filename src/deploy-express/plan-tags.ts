import type { DeployInputs } from './inputs.ts';
import type { ExpressObservation } from './observe.ts';
import type { PlanStep } from './plan.ts';
import type { Tag } from './settings.ts';

/** Marks a service as made by this action, so that `operation: delete` knows its own. */
export const ownershipTag: Tag = { key: 'managed-by', value: 'deploy-express' };

export function hasOwnershipTag(tags: readonly Tag[]): boolean {
  return tags.some(({ key, value }) => key === ownershipTag.key && value === ownershipTag.value);
}

/** A tag of that key that the user gave stays the user's. */
export function withOwnershipTag(tags: readonly Tag[]): readonly Tag[] {
  return tags.some(({ key }) => key === ownershipTag.key) ? tags : [...tags, ownershipTag];
}

/** Tags that are not the user's to remove: without its own, ECS stops treating a resource as Express. */
function isReservedTag(key: string): boolean {
  return key.toLowerCase().startsWith('aws:') || key === 'AmazonECSManaged' || key === ownershipTag.key;
}

export function planTags(inputs: DeployInputs, service: ExpressObservation): PlanStep[] {
  if (!inputs.mutateTagsOnUpdate || inputs.tags === undefined) return [];
  const wanted = inputs.tags;
  const set = wanted.filter(
    ({ key, value }) => !service.tags.some((tag) => tag.key === key && tag.value === value),
  );
  const remove = service.tags
    .filter(({ key }) => !isReservedTag(key) && !wanted.some((tag) => tag.key === key))
    .map(({ key }) => key);
  if (set.length === 0 && remove.length === 0) return [];
  const sentence = `set ${set.length} and remove ${remove.length} tags of service ${inputs.serviceName}`;
  return [{ kind: 'reconcile-tags', sentence, serviceArn: service.serviceArn, set, remove }];
}
