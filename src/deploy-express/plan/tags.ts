import type { DeployInputs } from '../model/inputs.ts';
import type { ExpressObservation } from '../model/observed.ts';
import type { Change, PlanStep } from '../model/plan.ts';
import type { Tag } from '../model/settings.ts';
import {
  isReservedTag,
  recordOf,
  renderDeploymentTags,
  renderPreviewTags,
  withOwnershipTag,
} from '../model/tags.ts';

/**
 * Where the user gives a key that a preview needs, the preview's value wins: by its tags it is found again, and may be
 * deleted.
 */
export function tagsOnCreate(inputs: DeployInputs): readonly Tag[] {
  const given = inputs.tags ?? [];
  if (inputs.preview === undefined) return withOwnershipTag(given);
  return over(given, renderPreviewTags(recordOf(inputs.preview, inputs.image)));
}

type TagStep = Extract<PlanStep, { kind: 'reconcile-tags' }>;

export function planTags(inputs: DeployInputs, service: ExpressObservation): TagStep[] {
  const given = inputs.mutateTagsOnUpdate ? inputs.tags : undefined;
  const own = inputs.preview ? renderDeploymentTags(recordOf(inputs.preview, inputs.image)) : [];
  const wanted = over(given ?? [], own);
  const set = wanted.filter(
    ({ key, value }) => !service.tags.some((tag) => tag.key === key && tag.value === value),
  );
  const remove =
    given === undefined
      ? []
      : service.tags
          .filter(({ key }) => !isReservedTag(key) && !wanted.some((tag) => tag.key === key))
          .map(({ key }) => key);
  if (set.length === 0 && remove.length === 0) return [];
  const sentence = `set ${set.length} and remove ${remove.length} tags of service ${inputs.serviceName}`;
  return [{ kind: 'reconcile-tags', sentence, serviceArn: service.serviceArn, set, remove }];
}

/** The tags of this action are left out: they tell the user nothing new. */
export function tagChanges(
  { set, remove }: { readonly set: readonly Tag[]; readonly remove: readonly string[] },
  running: readonly Tag[],
): Change[] {
  const removed = remove.map((key) => ({ key, value: undefined }));
  return [...set, ...removed]
    .filter(({ key }) => !isReservedTag(key))
    .map(({ key, value }) => ({
      setting: `tags: ${key}`,
      before: running.find((tag) => tag.key === key)?.value,
      after: value,
    }));
}

function over(given: readonly Tag[], own: readonly Tag[]): readonly Tag[] {
  return [...given.filter((tag) => !own.some(({ key }) => key === tag.key)), ...own];
}
