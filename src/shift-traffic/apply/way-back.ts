import { listRecordsAt, type ZoneRef } from '../../aws/route-53-records.ts';
import { drainSecondsOf } from '../../dns/batch.ts';
import { isSameName, renderNames } from '../../dns/names.ts';
import { areSameRecords, type RecordSet } from '../../dns/records.ts';
import { planRetreat } from '../../dns/retreat.ts';
import { renderPercent } from '../../dns/weights.ts';
import { ActionError } from '../../errors.ts';
import type { Runner } from '../../github/runner.ts';
import { type Job, leadOf, recordsNow } from '../model/job.ts';
import type { ChangeStep } from '../model/plan.ts';
import { type Change, describeRecords, type Followed, isAlike, readSwapped, stateChanged } from './change.ts';
import { startInsisting } from './insist.ts';
import { lookBack, type WayBack } from './look-back.ts';
import { eachNameIfRefused } from './name-by-name.ts';
import { swapBack } from './swap-back.ts';

/** All that the post step needs to take a change back, should this process be killed. */
export type Memory = {
  readonly zoneId: string;
  /** As they were when the job began. */
  readonly start: readonly RecordSet[];
  readonly startPercent: number;
  /** As the change finds them: an earlier step of this job may have written these. */
  readonly before: readonly RecordSet[];
  /** As the change leaves them. */
  readonly written: readonly RecordSet[];
  readonly writtenPercent: number;
};

/** What the main step left undone. */
export type Unfinished = {
  readonly memory: Memory;
  /** Green did badly. If not, the job was cancelled, killed, or failed without knowing what became of its change, and `on-cancel` says what is to be done. */
  readonly owesWayBack: boolean;
};

/** In the runner's state, which holds texts. */
const states = { memory: 'memory', owesWayBack: 'owes-way-back', finished: 'finished' } as const;

/**
 * Before a change is sent: a process that is killed afterwards has no time left for it. Where the note cannot be kept, green
 * gets no more, as nobody could take it back; what takes from green is not held by that.
 */
export async function remember(step: ChangeStep, ref: ZoneRef, job: Job): Promise<void> {
  const { facts, runner } = job;
  const memory: Memory = {
    zoneId: ref.zoneId,
    start: facts.changes[0]?.before ?? step.before,
    startPercent: leadOf(facts)?.before.greenPercent ?? 0,
    before: step.before,
    written: step.after,
    writtenPercent: step.greenPercent,
  };
  try {
    await runner.saveState(states.memory, JSON.stringify(memory));
  } catch (cause) {
    if (!step.isForward) return;
    throw new ActionError(
      'runner-refused',
      `green gets no more: the job could not write down how to undo the step: ${describe(cause)}`,
      {
        hint: 'Repair the runner (is its disk full?), then run the job again. mode: rollback works without it.',
        cause,
      },
    );
  }
}

/** A way back is not held by a note of it: nothing but the post step reads it. */
async function saveNote(name: string, { runner }: Job): Promise<void> {
  await runner.saveState(name, 'true').catch(() => runner.saveStateByLog(name, 'true'));
}

function describe(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/**
 * Tells the post step that the records are as this job wants to leave them, if they are: no way back is owed, it is known
 * what became of the last change, and the job that made changes came to its end by itself.
 */
export async function markFinished(job: Job, thrown: unknown): Promise<void> {
  const { facts, runner } = job;
  if (facts.lastChange !== 'known' || facts.owesWayBack) return;
  const endedItself = !runner.cancelled.aborted && (thrown === undefined || thrown instanceof ActionError);
  if (facts.changes.length === 0 || endedItself) await saveNote(states.finished, job);
}

/** `undefined`: the main step wrote nothing, or left the records as it wanted. */
export function recallUnfinished(runner: Runner): Unfinished | undefined {
  const text = runner.getState(states.memory);
  if (text === '' || runner.getState(states.finished) !== '') return undefined;
  return { memory: JSON.parse(text), owesWayBack: runner.getState(states.owesWayBack) !== '' };
}

/**
 * Brings back the records of before the first step of this job, unless that would send people from a green that answers
 * to a blue that does not. Always throws: the job is red, whether that works or not. Where Route 53 does not take it, the
 * post step tries again.
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
  const percent = lead?.before.greenPercent ?? 0;
  const former = recordsNow(facts);
  facts.owesWayBack = true;
  await saveNote(states.owesWayBack, job);
  const [now, then] =
    what === 'does badly'
      ? [`green does badly at ${reached} %`, `green did badly at ${reached} %`]
      : [`the step to ${reached} % ${what}`, `the step to ${reached} % ${what}`];
  const badly = `${now} (${because})`;
  const doubtOfBlue = describeBlue(await lookBack({ before: former, after: first.before }, job), badly, job);
  runner.info(`Rolling back to ${renderPercent(percent)} %: ${because}${doubtOfBlue}`);
  const change: Change = {
    before: former,
    after: first.before,
    greenPercent: percent,
    weights: lead?.before.weights,
    isForward: false,
    sentence: `back to ${renderPercent(percent)} % for green, from ${reached} %`,
    told: `Rolled back: ${describeRecords(first.before)}`,
  };
  const doubt = describeDoubt(await bringBack(change, ref, job).catch(asFailedRollback(badly, job)));
  throw new ActionError(
    'rolled-back',
    `${then} and was rolled back to ${renderPercent(percent)} %: ${because}${doubtOfBlue}${doubt}${await describeLeft(ref, job)}`,
    {
      hint: `Caches may send people to green for ${drainSecondsOf(former)} s more. Fix green, then make the step again.`,
    },
  );
}

/** What somebody put beside the records of this job, and still leads to green or past both. It is not this job's to take. */
async function describeLeft(ref: ZoneRef, { inputs, facts }: Job): Promise<string> {
  const { domains, blue } = inputs;
  const records = await listRecordsAt(ref, domains).catch(() => []);
  const own = recordsNow(facts);
  const others = records.filter((record) => !own.some((one) => isAlike(one, record)));
  const said = domains.flatMap((domain) => {
    const ofName = others.filter(({ name }) => isSameName(name, domain));
    const { left, beside, greenPercent } = planRetreat(domain, ofName, blue.host);
    const share =
      greenPercent > 0
        ? [`other records of ${domain} give green a share. mode: rollback takes that as well`]
        : [];
    return [...[...left, ...beside].map(({ because }) => because), ...share];
  });
  return said.map((text) => `. Beside it, ${text}`).join('');
}

/** What is to be said of blue on the way back to it. Throws where nobody is sent back. */
function describeBlue(seen: WayBack, why: string, { facts }: Job): string {
  switch (seen.kind) {
    case 'open':
      return '';
    case 'no-better':
      return `. Blue does not answer either (${seen.because})`;
    case 'closed':
      // It is how this job leaves the records: its post step would find no other blue.
      facts.owesWayBack = false;
      throw new ActionError(
        'no-way-back',
        `${why}, but blue does not answer, and green does: nobody was sent back to blue, and the weights stay (${seen.because})`,
        {
          hint: 'Repair blue (resume the App Runner service), or fix green. mode: rollback gives blue everything without a check of blue.',
        },
      );
  }
}

const rollBackAtOnce = 'Run mode: rollback at once. It needs only the records.';

/** Where a stranger's records stand, there is no way back any more. */
function asFailedRollback(why: string, { facts }: Job) {
  return (error: unknown): never => {
    if (!(error instanceof ActionError)) throw error;
    if (error.code === 'state-changed') facts.owesWayBack = false;
    throw new ActionError(error.code, `${why}, and the rollback failed: ${error.message}`, {
      hint: rollBackAtOnce,
      cause: error,
    });
  };
}

/** A way back that Route 53 does not take is sent again for as long as a change may take. */
async function bringBack(
  change: Change,
  ref: ZoneRef,
  job: Job,
  insisting = startInsisting(job),
): Promise<Followed> {
  const { facts } = job;
  const followed = await eachNameIfRefused(change, job, (part) =>
    insisting.write('Route 53 did not take the way back', () => swapBack(part, ref, job)),
  );
  facts.owesWayBack = false;
  facts.rolledBack = true;
  return followed;
}

/** The way back is written; that it could not be watched to its end is worth a clause, not another error. */
export function describeDoubt(followed: Followed): string {
  if (followed.kind === 'in-sync') return '';
  const { because } = followed;
  const passes =
    because instanceof ActionError && because.code !== 'state-changed' && because.code !== 'cancelled';
  if (!passes) throw because;
  return `. It is not known whether all servers have the rollback: ${because.message}`;
}

export type TakenBack =
  /** Nothing is to be taken back, or nothing is left of what was written. */
  { readonly kind: 'left' | 'already-back' } | { readonly kind: 'taken-back'; readonly doubt: string };

/**
 * For the post step: brings back the records of before the job, if they are still as the job left them. Green never gets
 * more by it than it has.
 */
export async function takeBack({ memory, owesWayBack }: Unfinished, job: Job): Promise<TakenBack> {
  const { inputs } = job;
  const { domains } = inputs;
  const { start, startPercent, writtenPercent } = memory;
  const isHeld = inputs.onCancel === 'hold' && !owesWayBack;
  if (isHeld || startPercent >= writtenPercent) return { kind: 'left' };
  const ref = { zoneId: memory.zoneId, roleArn: inputs.zone.roleArn };
  const left = `green was left with more of ${renderNames(domains)} than it had before the job`;
  const swapped = { before: memory.written, after: start, isForward: false };
  const insisting = startInsisting(job);
  const found = await insisting
    .read('Route 53 does not show the records', () => readSwapped(ref, domains, swapped))
    .catch(
      asFailedRollback(
        `green may have been left with more of ${renderNames(domains)} than it had before the job`,
        job,
      ),
    );
  if (areSameRecords(found, start)) return { kind: 'already-back' };
  // A name that somebody else has changed, or that is back already, keeps no other from going back.
  const isOurs = (domain: string) =>
    [memory.written, memory.before].some((own) => areSameRecords(ofName(found, domain), ofName(own, domain)));
  const isBack = (domain: string) => areSameRecords(ofName(found, domain), ofName(start, domain));
  const ours = domains.filter((domain) => !isBack(domain) && isOurs(domain));
  const strangers = domains.filter((domain) => !isBack(domain) && !isOurs(domain));
  if (ours.length === 0) throw stateChanged(domains, memory.written, found);
  const before = ours.flatMap((domain) => ofName(found, domain));
  const after = ours.flatMap((domain) => ofName(start, domain));
  const doubtOfBlue = describeBlue(await lookBack({ before, after }, job), left, job);
  const because = owesWayBack ? 'as green did badly' : 'as the job was cancelled or failed';
  const sentence = `back to ${renderPercent(startPercent)} % for green, ${because}`;
  const change: Change = {
    before,
    after,
    greenPercent: startPercent,
    weights: undefined,
    isForward: false,
    sentence,
    told: `Wrote: ${sentence}`,
  };
  const followed = await bringBack(change, ref, job, insisting).catch(asFailedRollback(left, job));
  if (strangers.length > 0) throw stateChanged(strangers, memory.written, found);
  return { kind: 'taken-back', doubt: `${doubtOfBlue}${describeDoubt(followed)}` };
}

function ofName(records: readonly RecordSet[], domain: string): readonly RecordSet[] {
  return records.filter(({ name }) => isSameName(name, domain));
}
