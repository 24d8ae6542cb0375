import { AwsError, type Operation } from '../world.ts';
import { readList, requireText } from './invalid-input.ts';
import { type Caller, findZone, type Hosting } from './state.ts';

/** Tags of hosted zones. Record sets have none in Route 53, and health checks keep none here. */
export function tagOperations(hosting: Hosting): Record<string, Operation> {
  const tagsOf = (input: Record<string, unknown>, caller: Caller): Map<string, string> => {
    const type = requireText(input, 'ResourceType');
    if (type === 'hostedzone') return findZone(hosting, requireText(input, 'ResourceId'), caller).tags;
    throw new AwsError('InvalidInput', `The emulator keeps no tags of resource type '${type}'.`);
  };
  return {
    ListTagsForResource: (input, caller) => ({
      ResourceTagSet: {
        ResourceType: input['ResourceType'],
        ResourceId: input['ResourceId'],
        Tags: [...tagsOf(input, caller)].map(([Key, Value]) => ({ Key, Value })),
      },
    }),
    ChangeTagsForResource: (input, caller) => {
      const tags = tagsOf(input, caller);
      for (const tag of readList(input, 'AddTags')) {
        const { Key, Value = '' } = Object(tag);
        tags.set(String(Key), String(Value));
      }
      for (const key of readList(input, 'RemoveTagKeys')) tags.delete(String(key));
      return {};
    },
  };
}
