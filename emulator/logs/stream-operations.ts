import type { Operation } from '../world.ts';
import {
  appendEvent,
  createStream,
  findGroup,
  findStream,
  type Groups,
  type LogStream,
  readGroup,
} from './groups.ts';
import {
  type Input,
  invalid,
  optionalString,
  readLimit,
  readPosition,
  requiredString,
  tokenOf,
} from './input.ts';

const STREAMS_PER_PAGE = 50;

export const streamOperations = (groups: Groups): Record<string, Operation> => ({
  CreateLogStream: (input) => {
    const group = findGroup(groups, requiredString(input, 'logGroupName'));
    createStream(groups, group, requiredString(input, 'logStreamName'));
    return {};
  },

  DescribeLogStreams: (input) => {
    const chosen = chosenStreams([...readGroup(groups, input).streams.values()], input);
    const start = readPosition(input);
    const end = start + readLimit(input, STREAMS_PER_PAGE);
    return {
      logStreams: chosen.slice(start, end).map(renderStream),
      ...(end < chosen.length && { nextToken: tokenOf(end) }),
    };
  },

  PutLogEvents: (input) => {
    const group = findGroup(groups, requiredString(input, 'logGroupName'));
    const stream = findStream(group, requiredString(input, 'logStreamName'));
    const events = readEvents(input);
    for (const event of events) appendEvent(groups, stream, event);
    return { nextSequenceToken: String(groups.eventsTaken).padStart(56, '0') };
  },
});

function chosenStreams(streams: readonly LogStream[], input: Input): LogStream[] {
  const prefix = optionalString(input, 'logStreamNamePrefix');
  const byTime = optionalString(input, 'orderBy') === 'LastEventTime';
  if (byTime && prefix !== undefined) {
    throw invalid('Cannot order by LastEventTime with a logStreamNamePrefix.');
  }
  const lastEvent = ({ events, createdAt }: LogStream): number => events.at(-1)?.timestamp ?? createdAt;
  const byName = (a: LogStream, b: LogStream): number => (a.name < b.name ? -1 : 1);
  const ordered = streams
    .filter(({ name }) => name.startsWith(prefix ?? ''))
    .sort((a, b) => (byTime ? lastEvent(a) - lastEvent(b) : 0) || byName(a, b));
  return input['descending'] === true ? ordered.reverse() : ordered;
}

function renderStream(stream: LogStream) {
  return {
    logStreamName: stream.name,
    creationTime: stream.createdAt,
    firstEventTimestamp: stream.events.at(0)?.timestamp,
    lastEventTimestamp: stream.events.at(-1)?.timestamp,
    lastIngestionTime: stream.events.at(-1)?.ingestionTime,
    uploadSequenceToken: String(stream.events.length).padStart(56, '0'),
    arn: stream.arn,
    storedBytes: 0,
  };
}

function readEvents(input: Input): readonly { readonly timestamp: number; readonly message: string }[] {
  const given = input['logEvents'];
  if (!Array.isArray(given) || given.length === 0) {
    throw invalid(
      "1 validation error detected: Value null at 'logEvents' failed to satisfy constraint: Member must not be null",
    );
  }
  const events = given.map(({ timestamp, message }: { timestamp: unknown; message: unknown }) => ({
    timestamp: Number(timestamp),
    message: String(message),
  }));
  const inOrder = events.every(({ timestamp }, index) => timestamp >= (events[index - 1]?.timestamp ?? 0));
  if (inOrder) return events;
  throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
}
