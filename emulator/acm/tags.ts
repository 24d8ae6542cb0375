import { AwsError } from '../world.ts';

const MOST_TAGS = 50;

export function readTags(input: Record<string, unknown>): Map<string, string> {
  const given = Array.isArray(input['Tags']) ? input['Tags'] : [];
  if (given.length > MOST_TAGS)
    throw new AwsError('TooManyTagsException', `The number of tags exceeds ${MOST_TAGS}.`);
  const tags = given.map((tag): [string, string] => {
    const { Key, Value = '' } = Object(tag);
    if (typeof Key !== 'string' || Key === '' || Key.toLowerCase().startsWith('aws:')) {
      throw new AwsError('InvalidTagException', `The tag key '${Key}' is not valid.`);
    }
    return [Key, String(Value)];
  });
  return new Map(tags);
}

export const describeTags = (tags: ReadonlyMap<string, string>) =>
  [...tags].map(([Key, Value]) => ({ Key, ...(Value !== '' && { Value }) }));
