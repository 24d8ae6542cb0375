import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  ListTagsForResourceCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { createLogs } from '../../emulator/logs/logs.ts';
import type { LogStore } from '../../emulator/world.ts';
import { ACCOUNT, type EmulatedApis, REGION, serveApis } from '../helpers/emulated-apis.ts';

const GROUP = '/aws/ecs/default/web-1a2b';
const STREAM = 'ecs/Main/0123456789abcdef';

let apis: EmulatedApis;
let logs: CloudWatchLogsClient;
let store: LogStore;

beforeEach(async () => {
  apis = await serveApis(({ clock }) => {
    const made = createLogs({ clock, region: REGION, accountId: ACCOUNT });
    store = made.logs;
    return [made.api];
  });
  logs = new CloudWatchLogsClient(apis.client);
  store.createGroup(GROUP);
});

afterEach(() => apis.close());

const messages = async (input: Partial<FilterLogEventsCommand['input']>): Promise<(string | undefined)[]> => {
  const answer = await logs.send(new FilterLogEventsCommand({ logGroupName: GROUP, ...input }));
  return (answer.events ?? []).map(({ message }) => message);
};

test('what a task writes can be read, stream by stream', async () => {
  store.append(GROUP, STREAM, 'listening on 8080');
  store.append(GROUP, 'ecs/Main/other', 'elsewhere');
  const { logStreams } = await logs.send(new DescribeLogStreamsCommand({ logGroupName: GROUP }));
  expect(logStreams?.map(({ logStreamName }) => logStreamName)).toEqual([STREAM, 'ecs/Main/other']);
  const { events } = await logs.send(new GetLogEventsCommand({ logGroupName: GROUP, logStreamName: STREAM }));
  expect(events).toEqual([
    { message: 'listening on 8080', timestamp: expect.any(Number), ingestionTime: expect.any(Number) },
  ]);
  expect(await messages({ logStreamNamePrefix: 'ecs/Main/0123' })).toEqual(['listening on 8080']);
});

test('what is written into a group that is not there is lost', () => {
  store.append('/gone', STREAM, 'unheard');
  expect(store.hasGroup('/gone')).toBe(false);
});

test('GetLogEvents goes from the newest page backwards, and says where each end is', async () => {
  for (let line = 1; line <= 5; line += 1) store.append(GROUP, STREAM, `line ${line}`);
  const read = async (more: object) => {
    const input = { logGroupName: GROUP, logStreamName: STREAM, limit: 2, ...more };
    const { events, ...tokens } = await logs.send(new GetLogEventsCommand(input));
    return { lines: events?.map(({ message }) => message), ...tokens };
  };
  const newest = await read({});
  expect(newest.lines).toEqual(['line 4', 'line 5']);
  const older = await read({ nextToken: newest.nextBackwardToken });
  expect(older.lines).toEqual(['line 2', 'line 3']);
  const atTheEnd = await read({ nextToken: newest.nextForwardToken });
  expect(atTheEnd).toMatchObject({ lines: [], nextForwardToken: newest.nextForwardToken });
  expect((await read({ startFromHead: true })).lines).toEqual(['line 1', 'line 2']);
});

test('FilterLogEvents pages through all streams in the order of time', async () => {
  await logs.send(new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName: 'a' }));
  await logs.send(new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName: 'b' }));
  const put = (logStreamName: string, timestamp: number) =>
    logs.send(
      new PutLogEventsCommand({
        logGroupName: GROUP,
        logStreamName,
        logEvents: [{ timestamp, message: `at ${timestamp}` }],
      }),
    );
  await put('a', 3000);
  await put('b', 2000);
  await put('a', 1000);
  const first = await logs.send(new FilterLogEventsCommand({ logGroupName: GROUP, limit: 2 }));
  expect(first.events?.map(({ message }) => message)).toEqual(['at 1000', 'at 2000']);
  expect(await messages({ limit: 2, nextToken: first.nextToken })).toEqual(['at 3000']);
  expect(await messages({ startTime: 2000, endTime: 3000 })).toEqual(['at 2000', 'at 3000']);
});

test.each([
  ['ERROR', ['ERROR disk full', 'ERROR disk slow']],
  ['ERROR "disk full"', ['ERROR disk full']],
  ['?full ?ready', ['ERROR disk full', 'ready']],
  ['ERROR -slow', ['ERROR disk full']],
  ['', ['ERROR disk full', 'ERROR disk slow', 'ready']],
])('the filter pattern [%s] finds what CloudWatch would find', async (filterPattern, found) => {
  for (const line of ['ERROR disk full', 'ERROR disk slow', 'ready']) store.append(GROUP, STREAM, line);
  expect(await messages({ filterPattern })).toEqual(found);
});

test.each(['{ $.level = "error" }', '[ip, user]', '%ERR.*%'])(
  'the filter pattern %s is refused by name',
  async (filterPattern) => {
    await expect(messages({ filterPattern })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining('does not model'),
    });
  },
);

test('groups are made, described by prefix in pages, retained and tagged', async () => {
  await logs.send(new CreateLogGroupCommand({ logGroupName: '/app/one', tags: { team: 'web' } }));
  await logs.send(new CreateLogGroupCommand({ logGroupName: '/app/two' }));
  await logs.send(new PutRetentionPolicyCommand({ logGroupName: '/app/one', retentionInDays: 7 }));
  const first = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/app', limit: 1 }));
  const arn = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/app/one`;
  expect(first.logGroups).toMatchObject([
    { logGroupName: '/app/one', retentionInDays: 7, arn: `${arn}:*`, logGroupArn: arn },
  ]);
  const rest = await logs.send(
    new DescribeLogGroupsCommand({ logGroupNamePrefix: '/app', nextToken: first.nextToken }),
  );
  expect(rest.logGroups?.map(({ logGroupName }) => logGroupName)).toEqual(['/app/two']);
  const { tags } = await logs.send(new ListTagsForResourceCommand({ resourceArn: arn }));
  expect(tags).toEqual({ team: 'web' });
});

describe('refusals in the words of CloudWatch Logs', () => {
  const refused = async (command: Promise<unknown>, name: string, message: string): Promise<void> =>
    expect(command).rejects.toMatchObject({ name, message });

  test('a group that is not there', () =>
    refused(
      logs.send(new FilterLogEventsCommand({ logGroupName: '/gone' })),
      'ResourceNotFoundException',
      'The specified log group does not exist.',
    ));

  test('a stream that is not there', () =>
    refused(
      logs.send(new GetLogEventsCommand({ logGroupName: GROUP, logStreamName: 'gone' })),
      'ResourceNotFoundException',
      'The specified log stream does not exist.',
    ));

  test('a group that is there', () =>
    refused(
      logs.send(new CreateLogGroupCommand({ logGroupName: GROUP })),
      'ResourceAlreadyExistsException',
      'The specified log group already exists',
    ));

  test('an order that prefixes do not have', () =>
    refused(
      logs.send(
        new DescribeLogStreamsCommand({
          logGroupName: GROUP,
          logStreamNamePrefix: 'ecs',
          orderBy: 'LastEventTime',
        }),
      ),
      'InvalidParameterException',
      'Cannot order by LastEventTime with a logStreamNamePrefix.',
    ));
});
