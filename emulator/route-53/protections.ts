import { AwsError, type Operation } from '../world.ts';
import { DomainNameProblem, isWithin, listingKey, parseDomainName } from './domain-name.ts';
import { optionalText, readList, requireText } from './invalid-input.ts';
import { isRecordType } from './read-record-set.ts';
import type { RecordType } from './record-set.ts';
import { compareText } from './record-table.ts';
import { findZone, type HostedZone, type Hosting, type Protection } from './state.ts';

const MOST_AT_ONCE = 100;
const LARGEST_PAGE = 300;
const LONGEST_COMMENT = 256;

/**
 * While a name and type is protected nobody creates, changes or deletes records of it, whatever their set identifiers. A
 * protection may be there before its records.
 * https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateResourceRecordSetProtections.html
 */
export function protectionOperations(hosting: Hosting): Record<string, Operation> {
  const zoneOf = (input: Record<string, unknown>, caller: { readonly accountId: string }) =>
    findZone(hosting, requireText(input, 'HostedZoneId'), caller);
  return {
    CreateResourceRecordSetProtections: (input, caller) => {
      const zone = zoneOf(input, caller);
      const wanted = readProtections(zone, input);
      const existing = wanted.filter((each) => zone.protections.has(keyOf(each)));
      if (existing.length === wanted.length) throw refusal('ProtectionAlreadyExists', existing, 409);
      if (existing.length > 0) throw refusal('InvalidResourceRecordSetProtectionBatch', existing);
      for (const each of wanted) zone.protections.set(keyOf(each), each);
      return {};
    },
    DeleteResourceRecordSetProtections: (input, caller) => {
      const zone = zoneOf(input, caller);
      const wanted = readProtections(zone, input);
      const missing = wanted.filter((each) => !zone.protections.has(keyOf(each)));
      if (missing.length > 0) throw refusal('InvalidResourceRecordSetProtectionBatch', missing);
      for (const each of wanted) zone.protections.delete(keyOf(each));
      return {};
    },
    ListResourceRecordSetProtections: (input, caller) => listProtections(zoneOf(input, caller), input),
  };
}

/** Why a change of these records is refused; the sentence carries the comment. */
export function protectionProblem(
  zone: HostedZone,
  record: { readonly name: string; readonly type: RecordType },
): string | undefined {
  const found = zone.protections.get(keyOf(record));
  if (!found) return undefined;
  const comment = found.comment === undefined ? '' : `: ${found.comment}`;
  return `Resource record set with DNS name ${found.name}, type ${found.type} is protected by a resource record set protection${comment}`;
}

const keyOf = ({ name, type }: Pick<Protection, 'name' | 'type'>): string => `${name} ${type}`;

function readProtections(zone: HostedZone, input: Record<string, unknown>): readonly Protection[] {
  const given = readList(input, 'Protections');
  if (given.length < 1 || given.length > MOST_AT_ONCE)
    throw invalid(`The list of protections must have between 1 and ${MOST_AT_ONCE} entries`);
  const protections = given.map((each) => readProtection(zone, { ...Object(each) }));
  if (new Set(protections.map(keyOf)).size < protections.length)
    throw invalid('Each name and type can appear only once in the list');
  return protections;
}

function readProtection(zone: HostedZone, given: Record<string, unknown>): Protection {
  const name = readName(requireText(given, 'RecordName'));
  const type = requireText(given, 'RecordType');
  const comment = optionalText(given, 'Comment');
  if (!isRecordType(type)) throw invalid(`Invalid record type: '${type}'`);
  if (!isWithin(name, zone.name)) throw invalid(`The name ${name} is not in the hosted zone ${zone.name}`);
  if (comment !== undefined && comment.length > LONGEST_COMMENT)
    throw invalid(`A comment can have up to ${LONGEST_COMMENT} characters`);
  return { name, type, comment };
}

function readName(text: string): string {
  try {
    return parseDomainName(text);
  } catch (error) {
    if (error instanceof DomainNameProblem) throw invalid(`${error.message} encountered with '${text}'`);
    throw error;
  }
}

/** In the order of records; name and type only say where the list starts. */
function listProtections(zone: HostedZone, input: Record<string, unknown>) {
  const token = optionalText(input, 'NextToken');
  const [name, type] = token?.split(' ') ?? [
    optionalText(input, 'StartRecordName'),
    optionalText(input, 'StartRecordType'),
  ];
  if (type !== undefined && name === undefined)
    throw invalid('a record type was specified without a record name');
  const start = name === undefined ? undefined : { name: readName(name), type: type ?? '' };
  const isBefore = (each: Protection): boolean => start !== undefined && order(each, start) < 0;
  const rest = [...zone.protections.values()].sort(order).filter((each) => !isBefore(each));
  const size = Math.min(Number(optionalText(input, 'MaxResults') ?? LARGEST_PAGE), LARGEST_PAGE);
  const next = rest[size];
  return {
    ResourceRecordSetProtections: rest.slice(0, size).map((each) => ({
      RecordName: each.name,
      RecordType: each.type,
      Comment: each.comment,
    })),
    ...(next && { NextToken: keyOf(next) }),
  };
}

type Place = { readonly name: string; readonly type: string };

const order = (one: Place, other: Place): number =>
  compareText(listingKey(one.name), listingKey(other.name)) || compareText(one.type, other.type);

function refusal(code: string, entries: readonly Protection[], status = 400): AwsError {
  const names = entries.map(({ name, type }) => `${name} ${type}`).join(', ');
  return new AwsError(code, `Route 53 could not process these protections: ${names}`, status);
}

const invalid = (message: string): AwsError =>
  new AwsError('InvalidInput', `The input is not valid: ${message}`);
