import { isSameName } from '../../dns/names.ts';
import { areSameRecords } from '../../dns/records.ts';
import type { NameFacts } from '../model/job.ts';
import type { Outcome, ShiftResult } from '../model/result.ts';

type Ended = Pick<ShiftResult, 'outcome' | 'mode' | 'changes' | 'failure' | 'steps' | 'done'>;

/** What became of one of the names, which need not be what became of the job. */
export function wordOf(name: NameFacts, ended: Ended): string {
  const { outcome, mode, changes, failure } = ended;
  if (failure !== undefined && name.wayBack !== undefined) {
    const isTaken = name.wayBack === 'taken' || name.wayBack.isTaken;
    return isTaken ? wordOfBack(name) : 'not rolled back';
  }
  if (name.found !== undefined) return 'somebody else changed it';
  if (changes.length === 0) return wordOfWatch(name, ended) ?? outcomeWords[outcome];
  const isTouched = changes.some(({ before, after }) =>
    [...before, ...after].some((record) => isSameName(record.name, name.domain)),
  );
  if (!isTouched) return outcomeWords.noop;
  const isOpen = outcome === 'failed' || outcome === 'cancelled' || outcome === 'inconclusive';
  const isBack =
    mode === 'rollback' || mode === 'monitor' || areSameRecords(name.records, name.before.records);
  return isOpen && isBack ? wordOfBack(name) : outcomeWords[outcome];
}

/** Where green keeps a type that has no blue, no share tells what it has. */
function wordOfBack({ greenPercent }: NameFacts): string {
  return greenPercent === undefined ? 'partly rolled back' : outcomeWords['rolled-back'];
}

/** Of a monitor that left something out, and is red for that; `undefined`: it is another job, or there was no watch. */
function wordOfWatch({ domain }: NameFacts, { outcome, steps, done }: Ended): string | undefined {
  const watch = steps.find((step) => step.kind === 'watch');
  if (outcome !== 'refused' || watch === undefined) return undefined;
  if (!watch.domains.includes(domain)) return 'not watched, nothing was changed';
  return done.includes(watch.sentence) ? 'watched, nothing was changed' : outcomeWords.inconclusive;
}

/** Those that the title is about: of a way back, those that had one. */
export function namesOf(result: Ended & Pick<ShiftResult, 'names' | 'domains'>): readonly string[] {
  const { names, domains, outcome } = result;
  if (outcome !== 'rolled-back') return domains;
  const own = names.filter((name) => wordOf(name, result) === outcomeWords[outcome]);
  return own.length === 0 ? domains : own.map(({ domain }) => domain);
}

export const outcomeWords: Readonly<Record<Outcome, string>> = {
  noop: 'nothing was changed',
  planned: 'planned, nothing was changed',
  applied: 'applied',
  baked: 'applied, and green did well',
  'rolled-back': 'rolled back',
  inconclusive: 'could not be judged, the weights stay',
  refused: 'refused, nothing was changed',
  cancelled: 'cancelled',
  failed: 'failed',
};
