import { AwsError, type Operation } from '../world.ts';
import { invalid, optionalObjects, optionalString, requiredString } from './input.ts';
import { findRepository, type RegistryAccount } from './registry-account.ts';
import type { Repository } from './repositories.ts';

const MOST_TAGS = 50;

/** Tags on repositories. ECR spells the members `Key` and `Value`, where ECS has `key` and `value` ([M]). */
export function resourceTagOperations(account: RegistryAccount): Record<string, Operation> {
  return {
    TagResource: (input) => {
      const { resourceTags } = byArn(account, input);
      const added = parseResourceTags(input);
      requireFewEnough(new Set([...resourceTags.keys(), ...added.keys()]).size);
      for (const [key, value] of added) resourceTags.set(key, value);
      return {};
    },
    ListTagsForResource: (input) => ({
      tags: [...byArn(account, input).resourceTags].map(([Key, Value]) => ({ Key, Value })),
    }),
  };
}

export function parseResourceTags(input: Record<string, unknown>): Map<string, string> {
  const tags = new Map<string, string>();
  for (const tag of optionalObjects(input, 'tags') ?? []) {
    const key = optionalString(tag, 'Key');
    const value = optionalString(tag, 'Value');
    if (key === undefined || value === undefined) {
      throw new AwsError('InvalidTagParameterException', 'A tag needs a Key and a Value');
    }
    if (key.length < 1 || key.length > 128 || value.length > 256 || /^aws:/i.test(key)) {
      throw new AwsError(
        'InvalidTagParameterException',
        `Tag '${key}' is not allowed: keys have 1 to 128 characters and do not start with aws:, values up to 256`,
      );
    }
    tags.set(key, value);
  }
  requireFewEnough(tags.size);
  return tags;
}

function requireFewEnough(count: number): void {
  if (count > MOST_TAGS) {
    throw new AwsError('TooManyTagsException', `A repository can have at most ${MOST_TAGS} tags`);
  }
}

function byArn(account: RegistryAccount, input: Record<string, unknown>): Repository {
  const arn = requiredString(input, 'resourceArn');
  const match = /^arn:[^:]+:ecr:[^:]+:(\d{12}):repository\/(.+)$/.exec(arn);
  if (match?.[1] === undefined || match[2] === undefined) {
    throw invalid('resourceArn', 'must be the ARN of a repository');
  }
  return findRepository(account, match[2], match[1]);
}
