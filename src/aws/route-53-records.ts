import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsCommandInput,
  type ListResourceRecordSetsCommandOutput,
  type ResourceRecordSet,
  type RRType,
  TestDNSAnswerCommand,
} from '@aws-sdk/client-route-53';
import type { RecordChange } from '../dns/batch.ts';
import { inListingOrder, isListedBefore } from '../dns/listing-order.ts';
import { isSameName, toRoute53Name } from '../dns/names.ts';
import type { RecordSet, RoutingPolicy } from '../dns/records.ts';
import { ActionError } from '../errors.ts';
import { atEachAttempt, watchAttempts } from './attempts.ts';
import {
  ask,
  explainInvalidChangeBatch,
  isHealthCheckMissing,
  namesProtection,
  toActionError,
} from './failures.ts';
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

/** What became of a batch that was sent. */
export type SentBatch =
  | { readonly kind: 'accepted'; readonly changeId: string }
  | {
      readonly kind: 'failed';
      readonly error: ActionError;
      /** Route 53 judged the batch and refused it as a whole. */
      readonly isJudged: boolean;
      /** An attempt was left without an answer: Route 53 may have made the change, and refused its repeat for that. */
      readonly mayBeMade: boolean;
    };

/** Sends one batch. A failure tells whether this request can be what changed the records all the same. */
export async function changeRecords(
  ref: ZoneRef,
  changes: readonly RecordChange[],
  comment: string,
): Promise<SentBatch> {
  const command = new ChangeResourceRecordSetsCommand({
    HostedZoneId: ref.zoneId,
    ChangeBatch: {
      Comment: comment,
      Changes: changes.map(({ action, record }) => ({
        Action: action,
        ResourceRecordSet: writeRecord(record),
      })),
    },
  });
  const { seen, watch } = watchAttempts();
  command.middlewareStack.add(watch, atEachAttempt);
  try {
    const answer = await route53(ref).send(command);
    return { kind: 'accepted', changeId: (answer.ChangeInfo?.Id ?? '').replace(/^\/change\//, '') };
  } catch (cause) {
    const error = explainRefusal(cause);
    return {
      kind: 'failed',
      error: error ?? toActionError(cause, 'change the records', 'route53:ChangeResourceRecordSets'),
      isJudged: error !== undefined,
      mayBeMade: seen.leftInDoubt,
    };
  }
}

/** `undefined`: Route 53 did not judge the batch. */
function explainRefusal(cause: unknown): ActionError | undefined {
  const why = explainInvalidChangeBatch(cause);
  if (why !== undefined) return refusedBatch(why, cause);
  if (!isHealthCheckMissing(cause)) return undefined;
  const text = cause instanceof Error ? cause.message : String(cause);
  return new ActionError('health-check-missing', `${refused} ${text}`, {
    hint: 'Set green-health-check-id to another health check, or remove the id from the record in Route 53. Then run the job again.',
    cause,
  });
}

const refused = 'Route 53 refused the change as a whole:';

function refusedBatch(why: string, cause: unknown): ActionError {
  const message = `${refused} ${why}`;
  if (namesProtection(why)) {
    return new ActionError('record-protected', message, {
      hint: 'Delete the protection of the record (aws route53 delete-resource-record-set-protections), run the job again, and create the protection again.',
      cause,
    });
  }
  return new ActionError('change-refused', message, {
    hint: 'Fix what Route 53 names, then run the job again.',
    cause,
  });
}

/** Whether all of Route 53's own servers have the change. Caches of resolvers are another matter. */
export async function isInSync(account: DnsAccount, changeId: string): Promise<boolean> {
  const answer = await ask('route53:GetChange', `get change ${changeId}`, () =>
    route53(account).send(new GetChangeCommand({ Id: changeId })),
  );
  return answer.ChangeInfo?.Status === 'INSYNC';
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

function readRecord(seen: ResourceRecordSet): RecordSet {
  const alias = seen.AliasTarget;
  return {
    name: seen.Name ?? '',
    type: seen.Type ?? '',
    policy: readPolicy(seen),
    answer: alias
      ? {
          kind: 'alias',
          zoneId: alias.HostedZoneId ?? '',
          dnsName: alias.DNSName ?? '',
          evaluateTargetHealth: alias.EvaluateTargetHealth === true,
        }
      : {
          kind: 'values',
          ttlSeconds: seen.TTL ?? 0,
          values: (seen.ResourceRecords ?? []).map(({ Value }) => Value ?? ''),
        },
    ...(seen.HealthCheckId !== undefined && { healthCheckId: seen.HealthCheckId }),
    ...(seen.TrafficPolicyInstanceId !== undefined && {
      trafficPolicyInstanceId: seen.TrafficPolicyInstanceId,
    }),
  };
}

function readPolicy(seen: ResourceRecordSet): RoutingPolicy {
  const setIdentifier = seen.SetIdentifier;
  if (setIdentifier === undefined) return { kind: 'simple' };
  if (seen.Weight !== undefined) return { kind: 'weighted', setIdentifier, weight: seen.Weight };
  return { kind: 'other', setIdentifier, label: otherPolicy(seen) };
}

function otherPolicy(seen: ResourceRecordSet): string {
  if (seen.Region !== undefined) return 'latency';
  if (seen.Failover !== undefined) return 'failover';
  if (seen.GeoLocation !== undefined) return 'geolocation';
  if (seen.GeoProximityLocation !== undefined) return 'geoproximity';
  if (seen.CidrRoutingConfig !== undefined) return 'client subnets';
  if (seen.MultiValueAnswer !== undefined) return 'multivalue answers';
  return 'a policy this action does not know';
}

/** The exact inverse of `readRecord`: a DELETE must repeat what is there. */
function writeRecord({ name, type, answer, policy, healthCheckId }: RecordSet): ResourceRecordSet {
  return {
    Name: name,
    Type: type as RRType,
    ...(policy.kind === 'weighted' && { SetIdentifier: policy.setIdentifier, Weight: policy.weight }),
    ...(answer.kind === 'alias'
      ? {
          AliasTarget: {
            HostedZoneId: answer.zoneId,
            DNSName: answer.dnsName,
            EvaluateTargetHealth: answer.evaluateTargetHealth,
          },
        }
      : { TTL: answer.ttlSeconds, ResourceRecords: answer.values.map((Value) => ({ Value })) }),
    ...(healthCheckId !== undefined && { HealthCheckId: healthCheckId }),
  };
}
