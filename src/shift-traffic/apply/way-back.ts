import type { ZoneRef } from '../../aws/route-53-records.ts';
import { drainSecondsOf, withoutZeros } from '../../dns/batch.ts';
import { renderNames } from '../../dns/names.ts';
import { areSameRecords } from '../../dns/records.ts';
import { allBlue, renderPercent } from '../../dns/weights.ts';
import { ActionError } from '../../errors.ts';
import { type Job, leadOf, recordsNow } from '../model/job.ts';
import { findBlueUnserved } from './blue-unserved.ts';
import { asFailedRollback, bringBack, describeDoubt } from './bring-back.ts';
import { lookLeft, renderLeft } from './describe-left.ts';
import { lookBack } from './look-back.ts';
import { partOf } from './name-by-name.ts';
import { describeStaying, noWayBack, partWays, renderWere } from './part-ways.ts';
import { noteOwed } from './remember.ts';
import { describeRecords } from './swapped.ts';

/**
 * Brings back the records of before the first step of this job, but for names whose people it would send from a green that
 * answers to a blue that does not. Always throws: the job is red, whether that works or not. Where Route 53 does not take
 * it, the post step tries again.
 */
export async function goBack(
  because: string,
  ref: ZoneRef,
  job: Job,
  what: 'does badly' | 'did not take effect' = 'does badly',
): Promise<never> {
  const { facts, runner } = job;
  const [first] = facts.changes;
  const lead = leadOf(facts);
  const reached = renderPercent(lead?.greenPercent ?? 0);
  if (first === undefined) {
    throw new ActionError(
      'plan-refused',
      `green does badly at the ${reached} % it has already: ${because}. No further step was made`,
      { hint: 'Fix green, or run mode: rollback.' },
    );
  }
  const after = withoutZeros(first.before);
  const isAsBefore = areSameRecords(after, first.before);
  const greenPercent = isAsBefore ? (lead?.before.greenPercent ?? 0) : 0;
  const weights = isAsBefore ? lead?.before.weights : allBlue;
  const percent = renderPercent(greenPercent);
  const former = recordsNow(facts);
  await noteOwed(job);
  const [now, then] =
    what === 'does badly'
      ? [`green does badly at ${reached} %`, `green did badly at ${reached} %`]
      : [`the step to ${reached} % ${what}`, `the step to ${reached} % ${what}`];
  const badly = `${now} (${because})`;
  const seen = await lookBack({ before: former, after }, job);
  const { going, staying, doubtOfBlue } = partWays(seen, job, true);
  if (going.length === 0) {
    // It is how this job leaves the records: its post step would find no other blue.
    facts.owesWayBack = false;
    throw noWayBack(badly, staying, '', job);
  }
  const whom = staying.length === 0 ? '' : ` ${renderNames(going, going.length)}`;
  runner.info(`Rolling back${whom} to ${percent} %: ${because}${doubtOfBlue}`);
  const change = {
    before: former,
    after,
    greenPercent,
    weights,
    isForward: false,
    sentence: `back to ${percent} % for green, from ${reached} %`,
  };
  const tell = (part: Pick<typeof change, 'after'>) => `Rolled back: ${describeRecords(part.after)}`;
  const followed = await bringBack(partOf(change, going), tell, ref, job).catch(
    asFailedRollback(`${badly}${describeStaying(staying)}`, job),
  );
  const doubt = describeDoubt(followed);
  facts.rolledBack = staying.length === 0;
  const said = `${doubtOfBlue}${doubt}${renderLeft(await lookLeft(ref, job))}`;
  const written = `${then} (${because}), and the weights went back to ${percent} %${said}`;
  const unserved = await findBlueUnserved(written, recordsNow(facts), ref, job);
  if (unserved !== undefined && staying.length === 0) throw unserved;
  if (staying.length > 0) {
    const done = `${renderWere(going)} rolled back to ${percent} %${said}`;
    throw noWayBack(`${then} (${because})`, staying, done, job);
  }
  throw new ActionError('rolled-back', `${then} and was rolled back to ${percent} %: ${because}${said}`, {
    hint: `Caches send some visitors to green for up to ${drainSecondsOf(former)} s more. Fix green, then make the step again.`,
  });
}
