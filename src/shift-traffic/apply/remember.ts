import type { ZoneRef } from '../../aws/route-53-records.ts';
import type { RecordSet } from '../../dns/records.ts';
import { ActionError } from '../../errors.ts';
import type { Runner } from '../../github/runner.ts';
import { type Job, leadOf } from '../model/job.ts';
import type { ChangeStep } from '../model/plan.ts';

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
  /** Route 53 answered that it took the change. If not, the records may be so by an equal step of another job. */
  readonly isAnswered: boolean;
};

/** In the runner's state, which holds texts. */
const states = {
  memory: 'memory',
  answered: 'answered',
  owesWayBack: 'owes-way-back',
  finished: 'finished',
} as const;

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
      `green gets no more, as what the post step needs to take it back could not be noted: ${describe(cause)}`,
      {
        hint: 'Mend the runner (a full disk?), then run the job again. mode: rollback works without it.',
        cause,
      },
    );
  }
}

/** Of the steps of a job each has its own share. Without the note, the post step says that it does not know. */
export async function noteAnswered(greenPercent: number, { runner }: Job): Promise<void> {
  await runner.saveState(states.answered, String(greenPercent)).catch(() => {});
}

/** Green did badly: the post step makes what this job cannot. */
export async function noteOwed(job: Job): Promise<void> {
  job.facts.owesWayBack = true;
  await saveNote(states.owesWayBack, job);
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
  const memory: Memory = JSON.parse(text);
  return {
    memory,
    owesWayBack: runner.getState(states.owesWayBack) !== '',
    isAnswered: runner.getState(states.answered) === String(memory.writtenPercent),
  };
}
