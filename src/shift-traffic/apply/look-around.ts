import { listRecordsAt, type ZoneRef } from '../../aws/route-53-records.ts';
import { isSameName } from '../../dns/names.ts';
import { areSameRecords, type RecordSet, type Refusal, renderAnswer } from '../../dns/records.ts';
import { findStrangers, isAddressType, judgeDelegatedAway } from '../../dns/strangers.ts';
import { ActionError } from '../../errors.ts';
import { type Job, noteFound, recordsNow } from '../model/job.ts';
import type { GreenDeployment, ObservedGreen, Readiness } from '../model/observed.ts';
import { observeLatestDeployment } from '../observe/sides.ts';
import { listExternalDnsOwners } from '../observe/zone.ts';
import { judgeOwner } from '../plan/adopt.ts';
import { pickSwapped, stateChanged } from './swapped.ts';

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
  {
    green,
    planned,
    known,
  }: {
    readonly green: ObservedGreen;
    readonly planned: Readiness | undefined;
    /** What stood beside the records when the job began, and is no news. */
    readonly known?: readonly RecordSet[];
  },
  ref: ZoneRef,
  job: Job,
): Promise<string | undefined> {
  const newcomer = await findNewcomer(ref, job, known);
  if (newcomer !== undefined) return newcomer.because;
  const after = await lookAround(green);
  if ('unread' in before) return before.unread;
  if ('unread' in after) return after.unread;
  if (after.deployment?.arn !== before.deployment?.arn) return deployedMeanwhile;
  // It may have begun while the change went its way, and caches were waited for.
  if (before.deployment?.underWay !== undefined) return `a deployment of green was under way: ${whichOne}`;
  return isPlanned(before.deployment, planned) ? undefined : deployedMeanwhile;
}

/**
 * What came beside the records of this job, and leads past them. Throws `state-changed` when those themselves are others.
 */
export async function findNewcomer(
  ref: ZoneRef,
  job: Job,
  known: readonly RecordSet[] = [],
): Promise<Refusal | undefined> {
  const { domains } = job.inputs;
  const own = recordsNow(job.facts).filter(({ name }) => domains.some((domain) => isSameName(name, domain)));
  let seen: readonly RecordSet[];
  try {
    seen = await listRecordsAt(ref, domains);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return {
      because: `it is not known whether the records are still those that were watched: ${error.message}`,
      wayOut: 'Look at them with mode: status, then run the job again.',
    };
  }
  const now = pickSwapped(seen, { before: [], after: own, isForward: true });
  if (!areSameRecords(now, own)) {
    noteFound(job.facts, domains, seen);
    throw stateChanged(domains, own, now);
  }
  const isKnown = (record: RecordSet) => known.some((one) => areSameRecords([one], [record]));
  const others = seen.filter((record) => !now.includes(record) && !isKnown(record));
  return domains
    .map((domain) =>
      judgeBeside(
        domain,
        others.filter(({ name }) => isSameName(name, domain)),
      ),
    )
    .find((refusal) => refusal !== undefined);
}

/** Who has come to believe that a name is his, and would undo what is written next. */
export async function findOwner(ref: ZoneRef, { inputs }: Job): Promise<Refusal | undefined> {
  if (inputs.zone.allowExternalDns) return undefined;
  const owners = await listExternalDnsOwners(ref, inputs.domains);
  return [...owners].flatMap(([domain, externalDnsOwner]) =>
    judgeOwner({ ...inputs, domain }, { externalDnsOwner }),
  )[0];
}

function judgeBeside(domain: string, others: readonly RecordSet[]): Refusal | undefined {
  return (
    // The zone's own name, whose NS records are no delegation, has an SOA record.
    judgeDelegatedAway(domain, '', others) ??
    findStrangers(domain, others)[0] ??
    others.filter(({ type }) => isAddressType(type)).map((record) => refuseBeside(domain, record))[0]
  );
}

function refuseBeside(domain: string, record: RecordSet): Refusal {
  return {
    because: `somebody added a record next to the pair of ${domain}: ${record.type} to ${renderAnswer(record)}`,
    wayOut: 'Delete it, or make it a pair of the same weights; then run the job again.',
  };
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

const whichOne = 'it is not known which of two revisions was watched';

export const deployedMeanwhile = `a deployment of green started in the meantime: ${whichOne}`;
