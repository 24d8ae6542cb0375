import { isSameName } from '../../dns/names.ts';
import type { RecordSet } from '../../dns/records.ts';
import { ActionError, type ErrorCode } from '../../errors.ts';
import type { Job } from '../model/job.ts';
import type { ChangeStep } from '../model/plan.ts';

/** For these Route 53, or IAM, refuses a whole batch, of which one name may be the reason. Nothing of it is made. */
const mayBeOfOneName: readonly ErrorCode[] = [
  'access-denied',
  'change-refused',
  'health-check-missing',
  'record-protected',
  'state-changed',
];

/**
 * A rollback of several names: in one batch, and where that is refused, each name by itself. In distress no name waits for
 * another. Throws when a name was not rolled back.
 */
export async function rollBackNames(
  step: ChangeStep,
  job: Job,
  apply: (step: ChangeStep) => Promise<void>,
): Promise<void> {
  const { facts, inputs, runner } = job;
  const parts = inputs.domains
    .map((domain) => ({ domain, part: partOf(step, domain) }))
    .filter(({ part }) => part.before.length > 0);
  try {
    return await apply(step);
  } catch (error) {
    const isOfAll = !(error instanceof ActionError) || !mayBeOfOneName.includes(error.code);
    if (isOfAll || facts.changes.length > 0 || parts.length < 2) throw error;
    runner.info(`The batch was refused, so each name is rolled back by itself: ${error.message}`);
  }
  const failed: { readonly domain: string; readonly error: ActionError }[] = [];
  for (const { domain, part } of parts) {
    try {
      await apply(part);
    } catch (error) {
      if (!(error instanceof ActionError) || error.code === 'cancelled') throw error;
      failed.push({ domain, error });
    }
  }
  const [first] = failed;
  if (first === undefined) return;
  const reasons = failed.map(({ domain, error }) => `${domain}: ${error.message}`);
  throw new ActionError(first.error.code, `not all names were rolled back: ${reasons.join('; ')}`, {
    cause: first.error,
    ...(first.error.hint !== undefined && { hint: first.error.hint }),
  });
}

function partOf(step: ChangeStep, domain: string): ChangeStep {
  const isOwn = ({ name }: RecordSet) => isSameName(name, domain);
  return {
    ...step,
    sentence: `${step.sentence}, of ${domain}`,
    before: step.before.filter(isOwn),
    after: step.after.filter(isOwn),
  };
}
