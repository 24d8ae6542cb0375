import { AwsError } from '../world.ts';
import {
  type Input,
  invalid,
  optionalRecords,
  optionalText,
  requiredText,
  requiredTexts,
} from './members.ts';
import type { Ecs } from './state.ts';

type Tag = { readonly key: string; readonly value: string };

const MOST_TAGS = 50;
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Limits of https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html */
export function readTags(input: Input): Tag[] {
  const tags = (optionalRecords(input, 'tags') ?? []).map((tag) => ({
    key: requiredText(tag, 'key'),
    value: optionalText(tag, 'value') ?? '',
  }));
  if (tags.length > MOST_TAGS) throw invalid(`tags can have at most ${MOST_TAGS} items.`);
  for (const { key, value } of tags) {
    if (key.length > 128) throw invalid(`The tag key '${key}' is longer than 128 characters.`);
    if (value.length > 256) throw invalid(`The value of the tag '${key}' is longer than 256 characters.`);
    if (!ALLOWED.test(key) || !ALLOWED.test(value))
      throw invalid(`The tag '${key}' has characters that are not allowed.`);
    if (/^aws:/i.test(key))
      throw invalid(`The tag key '${key}' is not allowed: the prefix aws: is reserved.`);
  }
  if (new Set(tags.map(({ key }) => key)).size < tags.length) throw invalid('Duplicate tag keys found.');
  return tags;
}

export function setTags(ecs: Ecs, arn: string, tags: readonly Tag[]): void {
  const kept = new Map(ecs.tags.get(arn));
  for (const { key, value } of tags) kept.set(key, value);
  if (kept.size > MOST_TAGS) throw invalid(`A resource can have at most ${MOST_TAGS} tags.`);
  ecs.tags.set(arn, kept);
}

export const tagsOf = (ecs: Ecs, arn: string): Tag[] =>
  [...(ecs.tags.get(arn) ?? [])].map(([key, value]) => ({ key, value }));

export function tagResource(ecs: Ecs, input: Input): unknown {
  const arn = requireResource(ecs, input);
  setTags(ecs, arn, readTags(input));
  return {};
}

export function untagResource(ecs: Ecs, input: Input): unknown {
  const tags = ecs.tags.get(requireResource(ecs, input));
  for (const key of requiredTexts(input, 'tagKeys', MOST_TAGS)) tags?.delete(key);
  return {};
}

export function listTagsForResource(ecs: Ecs, input: Input): unknown {
  return { tags: tagsOf(ecs, requireResource(ecs, input)) };
}

function requireResource(ecs: Ecs, input: Input): string {
  const arn = requiredText(input, 'resourceArn');
  if (!/^arn:[^:]+:ecs:/.test(arn)) throw invalid('Invalid ARN.');
  const service = ecs.services.get(arn);
  const exists =
    (service && service.status !== 'INACTIVE') ||
    [...ecs.clusters.values()].some((cluster) => cluster.arn === arn) ||
    [...ecs.taskDefinitions.values()].flat().some((definition) => definition.arn === arn);
  if (!exists) throw new AwsError('ResourceNotFoundException', 'The specified resource was not found.');
  return arn;
}
