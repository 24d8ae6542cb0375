import { arnMaker } from '../arn.ts';
import { jsonRefusal } from '../shapes/refusals.ts';
import type { AwsService, Clock, LogStore } from '../world.ts';
import { groupOperations } from './group-operations.ts';
import { appendEvent, createGroup, createStream, type Groups, now } from './groups.ts';
import { readingOperations } from './reading-operations.ts';
import { streamOperations } from './stream-operations.ts';

/** CloudWatch Logs: `logs` for ECS to write to, `api` for clients. Both see the same state. */
export function createLogs(options: {
  readonly clock: Clock;
  readonly region: string;
  readonly accountId: string;
}): { readonly logs: LogStore; readonly api: AwsService } {
  const groups: Groups = {
    clock: options.clock,
    arn: arnMaker(options.region, options.accountId),
    byName: new Map(),
    eventsTaken: 0,
  };
  return {
    logs: logStoreOf(groups),
    api: {
      name: 'logs',
      protocol: { kind: 'json', targetPrefix: 'Logs_20140328', version: '1.1' },
      refuse: jsonRefusal('InvalidParameterException'),
      operations: {
        ...groupOperations(groups),
        ...streamOperations(groups),
        ...readingOperations(groups),
      },
    },
  };
}

const logStoreOf = (groups: Groups): LogStore => ({
  createGroup: (name) => {
    if (!groups.byName.has(name)) createGroup(groups, name);
  },
  hasGroup: (name) => groups.byName.has(name),
  append: (groupName, streamName, message) => {
    const group = groups.byName.get(groupName);
    // As with the awslogs driver: an event cannot be empty, and what is said into a deleted group is lost.
    if (!group || message === '') return;
    const stream = group.streams.get(streamName) ?? createStream(groups, group, streamName);
    appendEvent(groups, stream, { timestamp: now(groups), message });
  },
});
