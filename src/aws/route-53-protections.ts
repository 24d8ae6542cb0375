import {
  ListResourceRecordSetProtectionsCommand,
  type ListResourceRecordSetProtectionsCommandOutput,
} from '@aws-sdk/client-route-53';
import { inListingOrder, isListedBefore } from '../dns/listing-order.ts';
import { toRoute53Name } from '../dns/names.ts';
import { ActionError } from '../errors.ts';
import { ask } from './failures.ts';
import type { ZoneRef } from './route-53-records.ts';
import { route53 } from './route-53-zones.ts';

/** While it is there, Route 53 refuses every change of records of this name and type, whoever asks. */
export type RecordProtection = {
  readonly name: string;
  readonly type: string;
  readonly comment: string | undefined;
};

/**
 * The protections from the first of these names on. `undefined`: the role may not list them, or this Route 53 does not
 * know the question; a change of a protected record is refused all the same.
 */
export async function listProtections(
  ref: ZoneRef,
  names: readonly string[],
): Promise<readonly RecordProtection[] | undefined> {
  const [first = '', ...more] = inListingOrder(names);
  const last = more.at(-1) ?? first;
  const protections: RecordProtection[] = [];
  let token: string | undefined;
  try {
    do {
      const page = await listFrom(ref, first, token);
      const seen = (page.ResourceRecordSetProtections ?? []).map((each) => ({
        name: each.RecordName ?? '',
        type: each.RecordType ?? '',
        comment: each.Comment,
      }));
      protections.push(...seen);
      const isPast = seen.some(({ name }) => isListedBefore(last, name));
      token = isPast ? undefined : page.NextToken;
    } while (token !== undefined);
    return protections;
  } catch (error) {
    const isUnanswered =
      error instanceof ActionError && (error.code === 'access-denied' || error.code === 'aws-refused');
    if (isUnanswered) return undefined;
    throw error;
  }
}

function listFrom(
  ref: ZoneRef,
  first: string,
  token: string | undefined,
): Promise<ListResourceRecordSetProtectionsCommandOutput> {
  return ask('route53:ListResourceRecordSetProtections', `list the protections of ${ref.zoneId}`, () =>
    route53(ref).send(
      new ListResourceRecordSetProtectionsCommand({
        HostedZoneId: ref.zoneId,
        StartRecordName: toRoute53Name(first),
        ...(token !== undefined && { NextToken: token }),
      }),
    ),
  );
}
