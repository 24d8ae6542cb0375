import type { Operation } from '../world.ts';
import { parseFilterPattern } from './filter-pattern.ts';
import {
  findStream,
  type Groups,
  type LogEvent,
  type LogGroup,
  type LogStream,
  readGroup,
} from './groups.ts';
import {
  type Input,
  invalid,
  optionalNumber,
  optionalString,
  optionalStrings,
  readLimit,
  readPosition,
  requiredString,
  tokenOf,
} from './input.ts';

const EVENTS_PER_PAGE = 10_000;

export const readingOperations = (groups: Groups): Record<string, Operation> => ({
  FilterLogEvents: (input) => {
    const streams = chosenStreams(readGroup(groups, input), input);
    const matches = parseFilterPattern(optionalString(input, 'filterPattern') ?? '');
    const chosen = streams
      .flatMap(({ name, events }) =>
        within(input, events, { endIncluded: true })
          .filter(({ message }) => matches(message))
          .map((event) => ({ ...event, logStreamName: name })),
      )
      .sort((a, b) => a.timestamp - b.timestamp || (a.id < b.id ? -1 : 1));
    const start = readPosition(input);
    const end = start + readLimit(input, EVENTS_PER_PAGE);
    return {
      events: chosen.slice(start, end).map(({ id, ...event }) => ({ ...event, eventId: id })),
      searchedLogStreams: [],
      ...(end < chosen.length && { nextToken: tokenOf(end) }),
    };
  },

  /** Both tokens always come back; one that comes back unchanged says that this end is reached. */
  GetLogEvents: (input) => {
    const stream = findStream(readGroup(groups, input), requiredString(input, 'logStreamName'));
    const events = within(input, stream.events, { endIncluded: false });
    const { start, end } = readWindow(input, events.length);
    return {
      events: events.slice(start, end).map(({ id: _id, ...event }) => event),
      nextForwardToken: `f/${end}/s`,
      nextBackwardToken: `b/${start}/s`,
    };
  },
});

function chosenStreams(group: LogGroup, input: Input): LogStream[] {
  const names = optionalStrings(input, 'logStreamNames');
  const prefix = optionalString(input, 'logStreamNamePrefix');
  if (names && prefix !== undefined) {
    throw invalid('LogStreamNames and LogStreamNamePrefix are mutually exclusive parameters.');
  }
  if (names) return names.map((name) => findStream(group, name));
  return [...group.streams.values()].filter(({ name }) => name.startsWith(prefix ?? ''));
}

/** The end itself is in for FilterLogEvents and out for GetLogEvents, as the API reference has it. */
function within(
  input: Input,
  events: readonly LogEvent[],
  { endIncluded }: { readonly endIncluded: boolean },
): readonly LogEvent[] {
  const start = optionalNumber(input, 'startTime') ?? 0;
  const end = optionalNumber(input, 'endTime') ?? Number.POSITIVE_INFINITY;
  return events.filter(
    ({ timestamp }) => timestamp >= start && (timestamp < end || (endIncluded && timestamp === end)),
  );
}

function readWindow(input: Input, length: number): { readonly start: number; readonly end: number } {
  const limit = readLimit(input, EVENTS_PER_PAGE);
  const token = optionalString(input, 'nextToken');
  const fromHead = input['startFromHead'] === true;
  const [, direction, place] =
    /^([fb])\/(\d+)\/s$/.exec(token ?? (fromHead ? 'f/0/s' : `b/${length}/s`)) ?? [];
  if (place === undefined) throw invalid('The specified nextToken is invalid.');
  const position = Math.min(Number(place), length);
  return direction === 'f'
    ? { start: position, end: Math.min(position + limit, length) }
    : { start: Math.max(0, position - limit), end: position };
}
