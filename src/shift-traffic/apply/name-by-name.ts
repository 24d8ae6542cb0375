import { isSameName, renderNames } from '../../dns/names.ts';
import type { RecordSet } from '../../dns/records.ts';
import { ActionError, type ErrorCode } from '../../errors.ts';
import { isBack, type Job, noteStaying } from '../model/job.ts';
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
 * A rollback of several names and types: in one batch, and where that is refused, each name, and then each type, by itself.
 * In distress none waits for another. Throws when something was not rolled back.
 */
export async function rollBackNames(
  step: ChangeStep,
  job: Job,
  apply: (step: ChangeStep) => Promise<void>,
): Promise<void> {
  await eachNameIfRefused(step, job, (part) => apply(part));
}

/**
 * Makes a change, and where it is refused as a whole, that of each name, and of each type of a name. Returns what the last
 * one came to. The code of what it throws is `state-changed` only when strangers alone are in the way.
 */
export async function eachNameIfRefused<Change extends Part, Made>(
  change: Change,
  job: Job,
  make: (part: Change) => Promise<Made>,
): Promise<Made> {
  const whole = await attempt(change, job, make);
  const { made, failed } = whole;
  // What was made notes its whole name as taken back, so that what stays is noted last.
  for (const { domain, label, error } of whole.isSplit ? failed : []) {
    noteStaying(
      job.facts,
      domain,
      label === domain ? error.message : `${label}: ${error.message}`,
      isBack(job.facts, domain),
    );
  }
  const first = failed.find(({ error }) => error.code !== 'state-changed') ?? failed[0];
  const last = made.at(-1);
  if (first === undefined && last !== undefined) return last.value;
  if (first !== undefined && !whole.isSplit) throw first.error;
  const reasons = failed.map(({ label, error }) => `${label}: ${error.message}`);
  const { code, hint } = first?.error ?? {};
  const what = namesIn(change, job.inputs.domains).length > 1 ? 'names' : 'types';
  throw new ActionError(code ?? 'change-refused', `not all ${what} were rolled back: ${reasons.join('; ')}`, {
    cause: first?.error,
    ...(hint !== undefined && { hint }),
  });
}

type Attempt<Made> = {
  readonly made: readonly { readonly value: Made }[];
  readonly failed: readonly {
    readonly domain: string;
    readonly label: string;
    readonly error: ActionError;
  }[];
  readonly isSplit: boolean;
};

async function attempt<Change extends Part, Made>(
  change: Change,
  job: Job,
  make: (part: Change) => Promise<Made>,
  label?: string,
): Promise<Attempt<Made>> {
  const { facts, inputs, runner } = job;
  const madeBefore = facts.changes.length;
  const names = namesIn(change, inputs.domains);
  const [domain = ''] = names;
  try {
    return { made: [{ value: await make(change) }], failed: [], isSplit: false };
  } catch (error) {
    if (!(error instanceof ActionError) || error.code === 'cancelled') throw error;
    const asOne = { made: [], failed: [{ domain, label: label ?? domain, error }], isSplit: false };
    const isOfAll = !ofOneName.includes(error.code) || facts.changes.length > madeBefore;
    const parts = isOfAll ? [] : partsOf(change, names);
    if (parts.length < 2) return asOne;
    const each = names.length > 1 ? 'each name' : `each type of ${domain}`;
    runner.info(`The batch was refused, so ${each} is rolled back separately: ${error.message}`);
    const attempts: Attempt<Made>[] = [];
    for (const { part, label: own } of parts) attempts.push(await attempt(part, job, make, own));
    const made = attempts.flatMap((one) => one.made);
    // Where no type can be written by itself, the reason is none of one type.
    if (names.length < 2 && made.length === 0) return asOne;
    return { made, failed: attempts.flatMap(({ failed }) => failed), isSplit: true };
  }
}

/** Of several names each, of one name each type. */
function partsOf<Change extends Part>(
  change: Change,
  names: readonly string[],
): readonly { readonly part: Change; readonly label: string }[] {
  if (names.length > 1) return names.map((name) => ({ part: partOf(change, [name]), label: name }));
  const types = new Set([...change.before, ...change.after].map(({ type }) => type));
  return [...types].map((type) => ({ part: partOfType(change, type), label: `${names[0]} (${type})` }));
}

/** What the change does to this type of its name. */
function partOfType<Change extends Part>(change: Change, type: string): Change {
  return {
    ...change,
    sentence: `${change.sentence}, type ${type}`,
    before: change.before.filter((record) => record.type === type),
    after: change.after.filter((record) => record.type === type),
  };
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
