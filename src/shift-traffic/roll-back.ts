import { drainSecondsOf } from '../dns/batch.ts';
import { renderPercent } from '../dns/weights.ts';
import { ActionError } from '../errors.ts';
import { commentFor, confirmRecords, describeRecords, submitChange, waitInSync } from './apply-change.ts';
import type { ApplyContext, Facts } from './context.ts';

/**
 * Brings back the records of before the first step of this job, by compare-and-swap against what it wrote last. Always
 * throws: the job is red, whether that works or not.
 */
export async function rollBack(because: string, facts: Facts, context: ApplyContext): Promise<never> {
  const { inputs, observed, clock, signal, log } = context;
  const { ref } = observed.zone;
  const [first] = facts.changes;
  const start = first?.before ?? facts.current;
  const startPercent = facts.shares[0]?.greenPercent ?? 0;
  const reached = renderPercent(facts.greenPercent ?? 0);
  if (first === undefined) {
    throw new ActionError(
      'inconclusive',
      `green at ${reached} % does badly: ${because}. This job wrote nothing that it could take back`,
      {
        hint: 'Run mode: rollback.',
      },
    );
  }
  log(`Rolling back to ${renderPercent(startPercent)} %: ${because}`);
  const sentence = `back to ${renderPercent(startPercent)} % for green, from ${reached} %`;
  const comment = commentFor(inputs.domain, sentence, context.commentParts);
  const submittedAt = clock.now();
  const before = facts.current;
  let changeId: string | undefined;
  try {
    changeId = await submitChange(ref, inputs.domain, { before, after: start }, comment);
  } catch (error) {
    throw new ActionError(
      error instanceof ActionError ? error.code : 'aws-refused',
      `green at ${reached} % does badly (${because}), and the rollback failed: ${error instanceof Error ? error.message : String(error)}`,
      { hint: 'Run mode: rollback at once; it needs nothing but the records.', cause: error },
    );
  }
  facts.rolledBack = true;
  facts.wentForward = false;
  facts.current = start;
  facts.greenPercent = startPercent;
  facts.weights = observed.state.kind === 'weighted' ? observed.state.weights : undefined;
  facts.shares.push({ at: submittedAt, greenPercent: startPercent });
  const change = {
    changeId,
    comment,
    submittedAt,
    inSyncAt: undefined as number | undefined,
    before,
    after: start,
    greenPercent: startPercent,
  };
  facts.changes.push(change);
  log(`Rolled back: ${describeRecords(start)}`);
  await waitInSync(ref, changeId, {
    clock,
    signal,
    intervalSeconds: inputs.pollIntervalSeconds,
    timeoutSeconds: inputs.changeTimeoutSeconds,
  });
  change.inSyncAt = clock.now();
  await confirmRecords(ref, inputs.domain, start);
  log("All of Route 53's servers have it");
  throw new ActionError(
    'rolled-back',
    `green did badly at ${reached} % and was rolled back to ${renderPercent(startPercent)} %: ${because}`,
    {
      hint: `Caches may send people to green for ${drainSecondsOf(before)} s more. Mend green, then take the step again.`,
    },
  );
}
