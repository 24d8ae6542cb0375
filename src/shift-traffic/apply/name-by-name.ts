import { isSameName, renderNames } from '../../dns/names.ts';
import type { RecordSet } from '../../dns/records.ts';
import { ActionError, type ErrorCode } from '../../errors.ts';
import { type Job, noteStaying } from '../model/job.ts';
import type { ChangeStep } from '../model/plan.ts';
import { namesIn } from './swapped.ts';

/** For these Route 53, or IAM, refuses a whole batch, of which one name may be the reason. Nothing of it is made. */
const ofOneName: readonly ErrorCode[] = [
  'access-denied',
  'change-refused',
  'health-check-missing',
  'record-protected',
  'state-changed',
];

type Part = {
  readonly before: readonly RecordSet[];
  readonly after: readonly RecordSet[];
  readonly sentence: string;
};

/**
 * A rollback of several names: in one batch, and where that is refused, each name by itself. In distress no name waits for
 * another. Throws when a name was not rolled back.
 */
export async function rollBackNames(
  step: ChangeStep,
  job: Job,
  apply: (step: ChangeStep) => Promise<void>,
): Promise<void> {
  const before = job.facts.changes.length;
  await eachNameIfRefused(
    step,
    job,
    (part) => apply(part),
    () => job.facts.changes.length === before,
  );
}

/**
 * Makes a change of several names, and where the batch is refused as a whole, that of each name. Returns what the last one
 * came to. The code of what it throws is `state-changed` only when strangers alone are in the way.
 */
export async function eachNameIfRefused<Change extends Part, Made>(
  change: Change,
  { inputs, facts, runner }: Job,
  make: (part: Change) => Promise<Made>,
  isUnmade: () => boolean = () => true,
): Promise<Made> {
  const names = namesIn(change, inputs.domains);
  try {
    return await make(change);
  } catch (error) {
    const isOfAll = !(error instanceof ActionError) || !ofOneName.includes(error.code);
    if (isOfAll || !isUnmade() || names.length < 2) throw error;
    runner.info(`The batch was refused, so each name is rolled back by itself: ${error.message}`);
  }
  const failed: { readonly domain: string; readonly error: ActionError }[] = [];
  const made: Made[] = [];
  for (const domain of names) {
    try {
      made.push(await make(partOf(change, [domain])));
    } catch (error) {
      if (!(error instanceof ActionError) || error.code === 'cancelled') throw error;
      failed.push({ domain, error });
      noteStaying(facts, domain, error.message);
    }
  }
  const first = failed.find(({ error }) => error.code !== 'state-changed') ?? failed[0];
  const last = made.at(-1);
  if (first === undefined && last !== undefined) return last;
  const reasons = failed.map(({ domain, error }) => `${domain}: ${error.message}`);
  const { code, hint } = first?.error ?? {};
  throw new ActionError(code ?? 'change-refused', `not all names were rolled back: ${reasons.join('; ')}`, {
    cause: first?.error,
    ...(hint !== undefined && { hint }),
  });
}

/** What the change does to these of its names. */
export function partOf<Change extends Part>(change: Change, domains: readonly string[]): Change {
  const isOwn = ({ name }: RecordSet) => domains.some((domain) => isSameName(name, domain));
  const before = change.before.filter(isOwn);
  if (before.length === change.before.length) return change;
  return {
    ...change,
    sentence: `${change.sentence}, of ${renderNames(domains)}`,
    before,
    after: change.after.filter(isOwn),
  };
}
