import { drainSecondsOf } from '../../dns/batch.ts';
import type { RecordSet } from '../../dns/records.ts';
import { renderPercent } from '../../dns/weights.ts';
import { ActionError } from '../../errors.ts';
import type { AcceptedChange, Facts } from '../model/result.ts';
import {
  commentFor,
  confirmRecords,
  describeRecords,
  submitChange,
  waitInSync,
  waitOptions,
} from './change.ts';
import type { ApplyContext } from './context.ts';

/**
 * Brings back the records of before the first step of this job, by compare-and-swap against what it wrote last. Always
 * throws: the job is red, whether that works or not.
 */
export async function rollBack(because: string, facts: Facts, context: ApplyContext): Promise<never> {
  const [first] = facts.changes;
  const reached = renderPercent(facts.greenPercent ?? 0);
  if (first === undefined) {
    throw new ActionError(
      'plan-refused',
      `green does badly at the ${reached} % it has already: ${because}. No further step was made`,
      { hint: 'Mend green, or run mode: rollback.' },
    );
  }
  const startPercent = facts.shares[0]?.greenPercent ?? 0;
  const former = facts.current;
  context.log(`Rolling back to ${renderPercent(startPercent)} %: ${because}`);
  const change = await writeStart({ start: first.before, startPercent, reached, because }, facts, context);
  const doubt = await followThrough(change, context);
  throw new ActionError(
    'rolled-back',
    `green did badly at ${reached} % and was rolled back to ${renderPercent(startPercent)} %: ${because}${doubt}`,
    {
      hint: `Caches may send people to green for ${drainSecondsOf(former)} s more. Mend green, then take the step again.`,
    },
  );
}

type Way = {
  readonly start: readonly RecordSet[];
  readonly startPercent: number;
  readonly reached: string;
  readonly because: string;
};

async function writeStart(way: Way, facts: Facts, context: ApplyContext): Promise<AcceptedChange> {
  const { inputs, observed, clock, log } = context;
  const { start, startPercent, reached, because } = way;
  const before = facts.current;
  const sentence = `back to ${renderPercent(startPercent)} % for green, from ${reached} %`;
  const comment = commentFor(inputs.domain, sentence, context.commentParts);
  const submittedAt = clock.now();
  let changeId: string | undefined;
  try {
    changeId = await submitChange(observed.zone.ref, inputs.domain, { before, after: start }, comment);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    throw new ActionError(
      error.code,
      `green does badly at ${reached} % (${because}), and the rollback failed: ${error.message}`,
      { hint: 'Run mode: rollback at once; it needs nothing but the records.', cause: error },
    );
  }
  const change: AcceptedChange = {
    changeId,
    comment,
    submittedAt,
    inSyncAt: undefined,
    before,
    after: start,
    greenPercent: startPercent,
  };
  facts.changes.push(change);
  facts.rolledBack = true;
  facts.wentForward = false;
  facts.current = start;
  facts.greenPercent = startPercent;
  facts.weights = observed.state.kind === 'weighted' ? observed.state.weights : undefined;
  facts.shares.push({ at: submittedAt, greenPercent: startPercent });
  log(`Rolled back: ${describeRecords(start)}`);
  return change;
}

/** The rollback is written; that it could not be watched to its end is worth a clause, not another error. */
async function followThrough(change: AcceptedChange, context: ApplyContext): Promise<string> {
  const { inputs, observed, clock, log } = context;
  try {
    await waitInSync(observed.zone.ref, change.changeId, waitOptions(context));
    change.inSyncAt = clock.now();
    await confirmRecords(observed.zone.ref, inputs.domain, change.after);
    log("All of Route 53's servers have it");
    return '';
  } catch (error) {
    const passes =
      error instanceof ActionError && error.code !== 'state-changed' && error.code !== 'cancelled';
    if (!passes) throw error;
    return `. Whether all servers have the rollback could not be seen: ${error.message}`;
  }
}
