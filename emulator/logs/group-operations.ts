import { AwsError, type Operation } from '../world.ts';
import { createGroup, findGroup, type Groups, type LogGroup, readGroup } from './groups.ts';
import {
  type Input,
  invalid,
  optionalNumber,
  optionalString,
  readLimit,
  readPosition,
  requiredString,
  tokenOf,
} from './input.ts';

const GROUPS_PER_PAGE = 50;

const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export const groupOperations = (groups: Groups): Record<string, Operation> => ({
  CreateLogGroup: (input) => {
    const group = createGroup(groups, requiredString(input, 'logGroupName'));
    setTags(group, input);
    return {};
  },

  DeleteLogGroup: (input) => {
    groups.byName.delete(findGroup(groups, requiredString(input, 'logGroupName')).name);
    return {};
  },

  DescribeLogGroups: (input) => {
    const chosen = chosenGroups(groups, input);
    const start = readPosition(input);
    const end = start + readLimit(input, GROUPS_PER_PAGE);
    return {
      logGroups: chosen.slice(start, end).map(renderGroup),
      ...(end < chosen.length && { nextToken: tokenOf(end) }),
    };
  },

  PutRetentionPolicy: (input) => {
    const group = findGroup(groups, requiredString(input, 'logGroupName'));
    const days = optionalNumber(input, 'retentionInDays');
    if (days === undefined || !RETENTION_DAYS.includes(days)) {
      throw invalid(
        `1 validation error detected: Value '${days ?? 'null'}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${RETENTION_DAYS.join(', ')}]`,
      );
    }
    group.retentionDays = days;
    return {};
  },

  ListTagsForResource: (input) => ({ tags: Object.fromEntries(groupByArn(groups, input).tags) }),
});

function chosenGroups(groups: Groups, input: Input): LogGroup[] {
  const prefix = optionalString(input, 'logGroupNamePrefix');
  const part = optionalString(input, 'logGroupNamePattern')?.toLowerCase();
  if (prefix !== undefined && part !== undefined) {
    throw invalid('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
  }
  return [...groups.byName.values()]
    .filter(({ name }) => name.startsWith(prefix ?? '') && name.toLowerCase().includes(part ?? ''))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function renderGroup(group: LogGroup) {
  return {
    logGroupName: group.name,
    creationTime: group.createdAt,
    retentionInDays: group.retentionDays,
    metricFilterCount: 0,
    arn: `${group.arn}:*`,
    logGroupArn: group.arn,
    storedBytes: 0,
    logGroupClass: 'STANDARD',
  };
}

function setTags(group: LogGroup, input: Input): void {
  const given = input['tags'] ?? {};
  if (typeof given !== 'object') throw new AwsError('SerializationException', "Member 'tags' is not a map");
  for (const [key, value] of Object.entries(given)) group.tags.set(key, String(value));
}

const groupByArn = (groups: Groups, input: Input): LogGroup =>
  readGroup(groups, { logGroupIdentifier: requiredString(input, 'resourceArn') });
