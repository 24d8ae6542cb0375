import { AwsError, type Operation } from '../world.ts';
import { DomainNameProblem, parseDomainName } from './domain-name.ts';
import { optionalText, pageSize, requireText } from './invalid-input.ts';
import { isRecordType } from './read-record-set.ts';
import { describeRecordSet, type RecordSet } from './record-set.ts';
import { compareText } from './record-table.ts';
import { findZone, type Hosting } from './state.ts';

const LARGEST_PAGE = 300;

/**
 * A listing starts at the first record set that is not before the given name, type and identifier: asking for a name
 * that does not exist answers with the next one.
 * https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListResourceRecordSets.html
 */
export function recordListingOperations(hosting: Hosting): Record<string, Operation> {
  return {
    ListResourceRecordSets: (input, caller) => {
      const zone = findZone(hosting, requireText(input, 'HostedZoneId'), caller);
      const start = readStart(input);
      const size = pageSize(input, LARGEST_PAGE);
      const page: RecordSet[] = [];
      for (const name of zone.written.namesFrom(start.name)) {
        const records = zone.written.at(name);
        page.push(...(name === start.name ? records.filter((record) => !isBefore(record, start)) : records));
        if (page.length > size) break;
      }
      const next = page[size];
      return {
        ResourceRecordSets: page.slice(0, size).map(describeRecordSet),
        IsTruncated: next !== undefined,
        ...(next && {
          NextRecordName: next.name,
          NextRecordType: next.type,
          NextRecordIdentifier: next.setIdentifier,
        }),
        MaxItems: size,
      };
    },
  };
}

type Start = {
  readonly name: string | undefined;
  readonly type: string | undefined;
  readonly identifier: string | undefined;
};

function readStart(input: Record<string, unknown>): Start {
  const name = optionalText(input, 'StartRecordName');
  const type = optionalText(input, 'StartRecordType');
  const identifier = optionalText(input, 'StartRecordIdentifier');
  if (type !== undefined && name === undefined) {
    throw new AwsError(
      'InvalidInput',
      'The input is not valid: a record type was specified without a record name',
    );
  }
  if (identifier !== undefined && type === undefined) {
    throw new AwsError(
      'InvalidInput',
      'The input is not valid: an identifier was specified without a record type',
    );
  }
  if (type !== undefined && !isRecordType(type)) {
    throw new AwsError('InvalidInput', `Invalid record type: '${type}'`);
  }
  return { name: name === undefined ? undefined : readStartName(name), type, identifier };
}

function readStartName(text: string): string {
  try {
    return parseDomainName(text);
  } catch (error) {
    if (error instanceof DomainNameProblem) {
      throw new AwsError('InvalidInput', `FATAL problem: ${error.message} encountered with '${text}'`);
    }
    throw error;
  }
}

function isBefore(record: RecordSet, { type, identifier }: Start): boolean {
  if (type === undefined) return false;
  const order = compareText(record.type, type) || compareText(record.setIdentifier ?? '', identifier ?? '');
  return order < 0;
}
