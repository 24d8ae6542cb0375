import { listRecordsAt, type ZoneRef } from '../../aws/route-53-records.ts';
import { normaliseName } from '../../dns/names.ts';
import { areSameRecords, type RecordSet } from '../../dns/records.ts';
import { isAddressType } from '../../dns/strangers.ts';
import { ActionError } from '../../errors.ts';
import { type Job, recordsNow } from '../model/job.ts';
import type { GreenDeployment, ObservedGreen, Readiness } from '../model/observed.ts';
import { observeLatestDeployment } from '../observe/sides.ts';
import { pickSwapped, stateChanged } from './change.ts';

/** The world around a watch, as it was when it began. */
export type Surroundings = { readonly deployment: GreenDeployment | undefined } | { readonly unread: string };

/** While a step is watched, others go on: what they do makes the watch one of something else than was meant. */
export async function lookAround(green: ObservedGreen): Promise<Surroundings> {
  try {
    return { deployment: await observeLatestDeployment(green) };
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return { unread: error.message };
  }
}

/**
 * Why a watch that went well proves nothing all the same; `undefined`: it does. Throws `state-changed` when the records
 * are no longer those that were watched.
 */
export async function findDisturbance(
  before: Surroundings,
  { green, planned }: { readonly green: ObservedGreen; readonly planned: Readiness | undefined },
  ref: ZoneRef,
  job: Job,
): Promise<string | undefined> {
  try {
    const stranger = await findStranger(ref, job);
    if (stranger !== undefined)
      return `an ${stranger.type} record ${job.inputs.domains.length > 1 ? `of ${normaliseName(stranger.name)} ` : ''}came beside those that were watched: clients that use it go another way`;
  } catch (error) {
    if (!(error instanceof ActionError) || error.code === 'state-changed') throw error;
    return `whether the records are still the ones that were watched could not be seen: ${error.message}`;
  }
  const after = await lookAround(green);
  if ('unread' in before) return before.unread;
  if ('unread' in after) return after.unread;
  if (after.deployment?.arn !== before.deployment?.arn) return deployedMeanwhile;
  // It may have begun while the change went its way, and caches were waited for.
  if (before.deployment?.underWay !== undefined) return `a deployment of green was under way: ${whichOne}`;
  return isPlanned(before.deployment, planned) ? undefined : deployedMeanwhile;
}

/** An address record of a type that the steps do not move. */
async function findStranger(
  ref: ZoneRef,
  { facts, inputs: { domains } }: Job,
): Promise<RecordSet | undefined> {
  const now = await listRecordsAt(ref, domains);
  const left = recordsNow(facts);
  const watched = pickSwapped(now, { before: [], after: left, isForward: true });
  if (!areSameRecords(watched, left)) throw stateChanged(domains, left, watched);
  return now.find((record) => isAddressType(record.type) && !watched.includes(record));
}

/**
 * Whether green is still what the plan was made of. A deployment may have begun and ended since.
 *
 * @param planned the look that the plan was made from; a plan that gives green no more has none.
 */
export function isPlanned(
  latest: GreenDeployment | undefined,
  planned: Pick<Readiness, 'deployment'> | undefined,
): boolean {
  return planned === undefined || latest?.arn === planned.deployment?.arn;
}

const whichOne = 'nobody could tell which of two revisions was watched';

export const deployedMeanwhile = `a deployment of green began meanwhile: ${whichOne}`;
