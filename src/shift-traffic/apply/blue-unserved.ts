import type { ZoneRef } from '../../aws/route-53-records.ts';
import { renderNames } from '../../dns/names.ts';
import { anySide, sideOf } from '../../dns/pair.ts';
import { type RecordSet, type Side, weightOf } from '../../dns/records.ts';
import { isAddressType } from '../../dns/strangers.ts';
import { ActionError } from '../../errors.ts';
import { type Job, noteStaying } from '../model/job.ts';
import type { SeenHealthCheck } from '../model/observed.ts';
import { lookAtHealthCheck } from '../observe/health-check.ts';
import { describeFailing, noticesOfSight } from '../plan/health-check.ts';
import { tell } from './look-at-checks.ts';
import { namesIn } from './swapped.ts';

/**
 * Why a way back that is written sends nobody back: while the health check of blue's record fails, Route 53 answers with
 * green, even with a weight of 0 (developer guide, "How Amazon Route 53 chooses records when health checking is
 * configured"). `undefined`: that was not seen. The way back is made before anybody asks, and does not rest on it.
 *
 * @param why what there is to say before.
 * @param records as they are after the way back.
 */
export async function findBlueUnserved(
  why: string,
  records: readonly RecordSet[],
  ref: ZoneRef,
  job: Job,
): Promise<ActionError | undefined> {
  const checks = new Map<string, SeenHealthCheck>();
  const lookAtEach = async (all: readonly RecordSet[], side: Side) => {
    for (const { healthCheckId: id, type } of all) {
      if (id === undefined || !isAddressType(type) || checks.has(id)) continue;
      checks.set(id, await lookAt(ref, id, side));
    }
  };
  await lookAtEach(records.filter(isBlue), 'blue');
  await tell([...checks.values()].flatMap(noticesOfSight), job);
  if ([...checks.values()].every((check) => describeFailing(check) === undefined)) return undefined;
  const others = records.filter((record) => !isBlue(record));
  // Where all checks fail, Route 53 takes all records for healthy.
  await lookAtEach(others, 'green');
  const failing = (record: RecordSet) => {
    const check = checks.get(record.healthCheckId ?? '');
    return check && describeFailing(check);
  };
  const isUnserved = (record: RecordSet) => {
    const peers = records.filter(({ name, type }) => name === record.name && type === record.type);
    const served = peers.filter((peer) => failing(peer) === undefined);
    const isBlueServed = served.some((peer) => isBlue(peer) && weightOf(peer) > 0);
    return isBlue(record) && failing(record) !== undefined && served.length > 0 && !isBlueServed;
  };
  const [first, ...more] = records.filter(({ type }) => isAddressType(type)).filter(isUnserved);
  if (first === undefined) return undefined;
  const because = `Route 53 answers with green, since ${failing(first)}`;
  const unserved = [first, ...more];
  const names = namesIn({ before: unserved, after: unserved }, job.inputs.domains);
  for (const name of names) noteStaying(job.facts, name, because);
  job.facts.rolledBack = false;
  const forWhom = job.inputs.domains.length === 1 ? '' : ` for ${renderNames(names)}`;
  return new ActionError('no-way-back', `${why}${forWhom}, but ${because}`, {
    hint: `Repair what the check asks (aws route53 get-health-check-status --health-check-id ${first.healthCheckId} shows what its checkers report), or take the check out of blue's record: then Route 53 answers by the weights. Or fix green.`,
  });
}

function isBlue(record: RecordSet): boolean {
  return sideOf(record, anySide) === 'blue';
}

async function lookAt(ref: ZoneRef, id: string, side: Side): Promise<SeenHealthCheck> {
  return lookAtHealthCheck(ref, id, side).catch((error: unknown) => {
    if (!(error instanceof ActionError)) throw error;
    return { kind: 'unseen', id, side, because: error.message };
  });
}
