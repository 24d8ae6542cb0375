import type { ArnMaker } from '../arn.ts';
import { AwsError, type Clock } from '../world.ts';
import { constraint, type Input, invalid, optionalString, requiredString } from './input.ts';

export type LogEvent = {
  /** Larger for whatever was taken in later. */
  readonly id: string;
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
};

export type LogStream = {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  /** By timestamp; equal ones in the order they came in. */
  readonly events: LogEvent[];
};

export type LogGroup = {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  retentionDays: number | undefined;
  readonly tags: Map<string, string>;
  readonly streams: Map<string, LogStream>;
};

export type Groups = {
  readonly clock: Clock;
  readonly arn: ArnMaker;
  readonly byName: Map<string, LogGroup>;
  eventsTaken: number;
};

export function createGroup(groups: Groups, name: string): LogGroup {
  requireName(name, { member: 'logGroupName', pattern: /^[.\-_/#A-Za-z0-9]{1,512}$/ });
  if (groups.byName.has(name)) throw alreadyExists('group');
  const group: LogGroup = {
    name,
    arn: groups.arn('logs', `log-group:${name}`),
    createdAt: now(groups),
    retentionDays: undefined,
    tags: new Map(),
    streams: new Map(),
  };
  groups.byName.set(name, group);
  return group;
}

export function createStream(groups: Groups, group: LogGroup, name: string): LogStream {
  requireName(name, { member: 'logStreamName', pattern: /^[^:*]{1,512}$/ });
  if (group.streams.has(name)) throw alreadyExists('stream');
  const stream = { name, arn: `${group.arn}:log-stream:${name}`, createdAt: now(groups), events: [] };
  group.streams.set(name, stream);
  return stream;
}

export function appendEvent(
  groups: Groups,
  stream: LogStream,
  event: { readonly timestamp: number; readonly message: string },
): void {
  groups.eventsTaken += 1;
  const id = String(groups.eventsTaken).padStart(56, '0');
  const before = stream.events.findLastIndex(({ timestamp }) => timestamp <= event.timestamp);
  stream.events.splice(before + 1, 0, { ...event, id, ingestionTime: now(groups) });
}

export function findGroup(groups: Groups, name: string): LogGroup {
  const group = groups.byName.get(name);
  if (!group) throw doesNotExist('group');
  return group;
}

/** By `logGroupName`, or by `logGroupIdentifier`: a name or an ARN, with or without its final `:*`. */
export function readGroup(groups: Groups, input: Input): LogGroup {
  const identifier = optionalString(input, 'logGroupIdentifier');
  const name = optionalString(input, 'logGroupName');
  if (identifier !== undefined && name !== undefined) {
    throw invalid('LogGroupName and LogGroupIdentifier cannot be specified together.');
  }
  if (identifier === undefined) return findGroup(groups, requiredString(input, 'logGroupName'));
  return findGroup(groups, identifier.replace(/^arn:.*:log-group:/, '').replace(/:\*$/, ''));
}

export function findStream(group: LogGroup, name: string): LogStream {
  const stream = group.streams.get(name);
  if (!stream) throw doesNotExist('stream');
  return stream;
}

export const now = ({ clock }: Groups): number => Math.floor(clock.now());

function requireName(name: string, form: { readonly member: string; readonly pattern: RegExp }): void {
  if (form.pattern.test(name)) return;
  const pattern = form.pattern.source.replace(/^\^|\{1,512\}\$$/g, '');
  throw constraint(name, form.member, `Member must satisfy regular expression pattern: ${pattern}+`);
}

const doesNotExist = (what: 'group' | 'stream'): AwsError =>
  new AwsError('ResourceNotFoundException', `The specified log ${what} does not exist.`);

const alreadyExists = (what: 'group' | 'stream'): AwsError =>
  new AwsError('ResourceAlreadyExistsException', `The specified log ${what} already exists`);
