import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  ListTagsForResourceCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Scenario } from '../scenario.ts';

export const groups: Scenario = {
  name: 'logs-groups',
  run: async ({ logs, step }) => {
    const group = { logGroupName: '/parity/app' };
    const stream = { ...group, logStreamName: 'ecs/Main/1' };
    await step('make a group', () =>
      logs.send(new CreateLogGroupCommand({ ...group, tags: { team: 'shop' } })),
    );
    await step('make it again', () => logs.send(new CreateLogGroupCommand(group)));
    await step('keep it for a week', () =>
      logs.send(new PutRetentionPolicyCommand({ ...group, retentionInDays: 7 })),
    );
    await step('find it', () => logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/parity' })));
    await step('list its tags', () =>
      logs.send(
        new ListTagsForResourceCommand({
          resourceArn: 'arn:aws:logs:eu-west-1:123456789012:log-group:/parity/app',
        }),
      ),
    );
    await step('make a stream', () => logs.send(new CreateLogStreamCommand(stream)));
    await step('make the stream again', () => logs.send(new CreateLogStreamCommand(stream)));
    await step('a stream in a group that is not there', () =>
      logs.send(new CreateLogStreamCommand({ ...stream, logGroupName: '/parity/none' })),
    );
    const now = Date.now();
    const event = (message: string, after: number) => ({ message, timestamp: now - 10_000 + after });
    await step('write', () =>
      logs.send(
        new PutLogEventsCommand({
          ...stream,
          logEvents: [event('one', 0), event('two error', 1), event('three', 2)],
        }),
      ),
    );
    await step('write out of order', () =>
      logs.send(new PutLogEventsCommand({ ...stream, logEvents: [event('b', 9), event('a', 8)] })),
    );
    await step('write into a stream that is not there', () =>
      logs.send(new PutLogEventsCommand({ ...stream, logStreamName: 'none', logEvents: [event('a', 0)] })),
    );
    const first = await step('read from the start', () =>
      logs.send(new GetLogEventsCommand({ ...stream, startFromHead: true, limit: 2 })),
    );
    await step('read on', () =>
      logs.send(
        new GetLogEventsCommand({ ...stream, startFromHead: true, nextToken: first?.nextForwardToken }),
      ),
    );
    await step('read the newest', () => logs.send(new GetLogEventsCommand({ ...stream, limit: 1 })));
    await step('find a word', () =>
      logs.send(new FilterLogEventsCommand({ ...group, filterPattern: 'error' })),
    );
    await step('find in a group that is not there', () =>
      logs.send(new FilterLogEventsCommand({ logGroupName: '/parity/none' })),
    );
    await step('find the stream', () =>
      logs.send(new DescribeLogStreamsCommand({ ...group, logStreamNamePrefix: 'ecs/Main' })),
    );
    await step('find streams by time and by name at once', () =>
      logs.send(
        new DescribeLogStreamsCommand({ ...group, logStreamNamePrefix: 'ecs', orderBy: 'LastEventTime' }),
      ),
    );
    await step('keep it for six days', () =>
      logs.send(new PutRetentionPolicyCommand({ ...group, retentionInDays: 6 })),
    );
    await step('delete the group', () => logs.send(new DeleteLogGroupCommand(group)));
    await step('delete it again', () => logs.send(new DeleteLogGroupCommand(group)));
  },
};
