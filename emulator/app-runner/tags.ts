import { AwsError, type Operation } from '../world.ts';
import { type Input, invalid, optionalString, requiredString } from './input.ts';
import type { AppRunner } from './state.ts';

const MOST_TAGS = 200;

export function readTags(input: Input): Map<string, string> {
  const given = input['Tags'];
  if (given === undefined || given === null) return new Map();
  if (!Array.isArray(given)) throw new AwsError('SerializationException', "Member 'Tags' is not a list");
  if (given.length > MOST_TAGS) throw invalid(`The number of tags exceeds the limit of ${MOST_TAGS}.`);
  const tags = given.map((tag): [string, string] => {
    const members: Input = { ...Object(tag) };
    const key = requiredString(members, 'Key');
    if (key.toLowerCase().startsWith('aws:')) throw invalid('Tag keys that start with aws: are reserved.');
    return [key, optionalString(members, 'Value') ?? ''];
  });
  return new Map(tags);
}

/** Tags of services; those of configurations and connectors are not kept. */
export function tagOperations(runner: AppRunner): Record<string, Operation> {
  return {
    ListTagsForResource: (input) => {
      const arn = requiredString(input, 'ResourceArn');
      const service = runner.services.get(arn);
      if (!service) throw new AwsError('ResourceNotFoundException', `Resource cannot be found: ${arn}`);
      return { Tags: [...service.tags].map(([Key, Value]) => ({ Key, Value })) };
    },
  };
}
