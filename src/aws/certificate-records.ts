import { bare, judgeRecord, recordFor, type ValidationRecord } from '../dns/certificate-request.ts';
import type { Refusal } from '../dns/records.ts';
import { chooseZone, judgeGivenZone } from '../dns/zone.ts';
import { ActionError } from '../errors.ts';
import { changeRecords, listRecords, type ZoneRef } from './route-53-records.ts';
import { type DnsAccount, describeZone, findZones } from './route-53-zones.ts';

export type MadeRecord = {
  readonly record: ValidationRecord;
  /** `no-zone`: the DNS of the name is not in Route 53, or in another account. */
  readonly state: 'there' | 'made' | 'no-zone';
};

/** Sees to it that the record is there. It is only ever created: one with another value is somebody's. */
export async function makeValidationRecord(
  record: ValidationRecord,
  options: DnsAccount & { readonly zoneId: string | undefined },
): Promise<MadeRecord> {
  const ref = await findZoneOf(record, options);
  if (ref === undefined) return { record, state: 'no-zone' };
  const before = judgeRecord(await listRecords(ref, record.name), record);
  if (before.kind === 'there') return { record, state: 'there' };
  if (before.kind === 'other') throw taken(record, before.shown, ref);
  const change = { action: 'CREATE' as const, record: recordFor(record) };
  const sent = await changeRecords(ref, [change], 'Validation of a certificate in ACM');
  if (sent.kind === 'accepted') return { record, state: 'made' };
  // It may be there by an attempt whose reply was lost, or by another job.
  if (!sent.isJudged && !sent.mayBeMade) throw sent.error;
  const after = judgeRecord(await listRecords(ref, record.name), record);
  if (after.kind === 'there') return { record, state: 'made' };
  throw after.kind === 'other' ? taken(record, after.shown, ref) : sent.error;
}

async function findZoneOf(
  { name }: ValidationRecord,
  { roleArn, zoneId }: DnsAccount & { readonly zoneId: string | undefined },
): Promise<ZoneRef | undefined> {
  const account = { roleArn };
  if (zoneId !== undefined) {
    const { zone } = await describeZone(account, zoneId);
    const refusal = judgeGivenZone(bare(name), zone);
    if (refusal !== undefined)
      throw refused({ ...refusal, wayOut: 'Correct hosted-zone-id, or leave it out.' });
    return { ...account, zoneId };
  }
  const zones = await findZones(account, [bare(name)]);
  const choice = chooseZone(bare(name), zones);
  if (choice.kind === 'chosen') return { ...account, zoneId: choice.zone.id };
  // Of several zones of a name nobody knows the right one; none at all is no mistake.
  if (zones.some(({ isPrivate }) => !isPrivate)) throw refused(choice);
  return undefined;
}

function refused({ because, wayOut }: Refusal): ActionError {
  return new ActionError('plan-refused', because, { hint: wayOut });
}

function taken({ name, value }: ValidationRecord, shown: string, { zoneId }: ZoneRef): ActionError {
  return new ActionError(
    'plan-refused',
    `the certificate needs ${bare(name)} CNAME ${bare(value)}, but hosted zone ${zoneId} has ${shown} there`,
    {
      hint: 'It was not changed, since another account may renew a certificate with it. Find out who needs it, and replace it if nobody does.',
    },
  );
}
