import { ChangeResourceRecordSetsCommand, GetChangeCommand } from '@aws-sdk/client-route-53';
import type { RecordChange } from '../dns/batch.ts';
import { ActionError } from '../errors.ts';
import { atEachAttempt, watchAttempts } from './attempts.ts';
import { ask, toActionError } from './failures.ts';
import { explainInvalidChangeBatch, isHealthCheckMissing, namesProtection } from './refusals.ts';
import { writeRecord } from './route-53-record-sets.ts';
import type { ZoneRef } from './route-53-records.ts';
import { type DnsAccount, route53 } from './route-53-zones.ts';

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
    hint: "Give green's record another one by green-health-check-id, or take the id out of the record in Route 53; then run the job again.",
    cause,
  });
}

const refused = 'Route 53 refused the change as a whole:';

function refusedBatch(why: string, cause: unknown): ActionError {
  const message = `${refused} ${why}`;
  if (namesProtection(why)) {
    return new ActionError('record-protected', message, {
      hint: 'Delete the protection of the record (aws route53 delete-resource-record-set-protections), run the job again, and put it back.',
      cause,
    });
  }
  return new ActionError('change-refused', message, {
    hint: 'Mend what Route 53 names, then run the job again.',
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
