import {
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsCommandInput,
  type ListResourceRecordSetsCommandOutput,
  type RRType,
  TestDNSAnswerCommand,
} from '@aws-sdk/client-route-53';
import { inListingOrder, isListedBefore } from '../dns/listing-order.ts';
import { isSameName, toRoute53Name } from '../dns/names.ts';
import type { RecordSet } from '../dns/records.ts';
import { ask } from './failures.ts';
import { readRecord } from './route-53-record-sets.ts';
import { type DnsAccount, route53 } from './route-53-zones.ts';

export type ZoneRef = DnsAccount & { readonly zoneId: string };

/** Few names have more record sets; a longer page would only carry the neighbours. */
const pageSize = 20;

/**
 * All record sets at one name, changes that are still PENDING included. The zone is not walked: the list begins at the
 * name and is left at the first other one.
 */
export async function listRecords(ref: ZoneRef, name: string): Promise<readonly RecordSet[]> {
  const records: RecordSet[] = [];
  let start: ListStart | undefined = { StartRecordName: toRoute53Name(name) };
  while (start !== undefined) {
    const answer = await listFrom(ref, name, start, pageSize);
    const page = answer.ResourceRecordSets ?? [];
    records.push(...page.filter((record) => isSameName(record.Name ?? '', name)).map(readRecord));
    const goesOn = answer.IsTruncated === true && isSameName(answer.NextRecordName ?? '', name);
    start = goesOn ? nextStart(answer) : undefined;
  }
  return records;
}

type ListStart = Pick<
  ListResourceRecordSetsCommandInput,
  'StartRecordName' | 'StartRecordType' | 'StartRecordIdentifier'
>;

/** The longest page that Route 53 gives. */
const longestPage = 300;

/** All record sets at these names, which may be in any order. */
export async function listRecordsAt(ref: ZoneRef, names: readonly string[]): Promise<readonly RecordSet[]> {
  const [only = '', ...more] = inListingOrder(names);
  return more.length === 0 ? listRecords(ref, only) : listRecordsOf(ref, [only, ...more]);
}

/** Records of a part of a zone, in the order of Route 53. */
export type Stretch = {
  readonly records: readonly RecordSet[];
  /** The first name that was not seen; `undefined`: all to the end of the zone were. */
  readonly next: string | undefined;
};

/** From a name on, as many records as one answer holds: all that there are, in a zone of usual size. */
export async function listStretch(ref: ZoneRef, from: string): Promise<Stretch> {
  const page = await listFrom(ref, from, { StartRecordName: toRoute53Name(from) }, longestPage);
  return {
    records: (page.ResourceRecordSets ?? []).map(readRecord),
    next: page.IsTruncated === true ? (page.NextRecordName ?? from) : undefined,
  };
}

/**
 * All record sets at several names, in as few requests as their places in the zone allow.
 *
 * @param names in the order of Route 53.
 */
export async function listRecordsOf(ref: ZoneRef, names: readonly string[]): Promise<readonly RecordSet[]> {
  const records: RecordSet[] = [];
  let left = names;
  while (left.length > 0) {
    const [from = ''] = left;
    const { records: page, next } = await listStretch(ref, from);
    const isSeen = (name: string) => next === undefined || isListedBefore(name, next);
    const seen = left.filter(isSeen);
    left = left.filter((name) => !isSeen(name));
    // More records at this one name than one answer holds.
    if (seen.length === 0) {
      records.push(...(await listRecords(ref, from)));
      left = left.filter((name) => name !== from);
    }
    records.push(...page.filter((record) => seen.some((name) => isSameName(name, record.name))));
  }
  return records;
}

/** The whole zone: only for what no name tells, as it may take many requests. */
export async function listZone(ref: ZoneRef): Promise<readonly RecordSet[]> {
  const records: RecordSet[] = [];
  let start: ListStart | undefined = {};
  while (start !== undefined) {
    const page: ListResourceRecordSetsCommandOutput = await listFrom(ref, 'the zone', start, longestPage);
    records.push(...(page.ResourceRecordSets ?? []).map(readRecord));
    start = page.IsTruncated === true ? nextStart(page) : undefined;
  }
  return records;
}

function listFrom(
  ref: ZoneRef,
  name: string,
  start: ListStart,
  maxItems: number,
): Promise<ListResourceRecordSetsCommandOutput> {
  return ask('route53:ListResourceRecordSets', `list the records of ${name}`, () =>
    route53(ref).send(
      new ListResourceRecordSetsCommand({ HostedZoneId: ref.zoneId, MaxItems: maxItems, ...start }),
    ),
  );
}

function nextStart(answer: ListResourceRecordSetsCommandOutput): ListStart {
  return {
    StartRecordName: answer.NextRecordName,
    StartRecordType: answer.NextRecordType,
    StartRecordIdentifier: answer.NextRecordIdentifier,
  };
}

/** What Route 53's servers would answer now; weights decide anew each time. */
export async function testDnsAnswer(
  ref: ZoneRef,
  name: string,
  type: string,
): Promise<{ readonly responseCode: string; readonly data: readonly string[] }> {
  const answer = await ask('route53:TestDNSAnswer', `test the answer for ${name}`, () =>
    route53(ref).send(
      new TestDNSAnswerCommand({ HostedZoneId: ref.zoneId, RecordName: name, RecordType: type as RRType }),
    ),
  );
  return { responseCode: answer.ResponseCode ?? '', data: answer.RecordData ?? [] };
}
