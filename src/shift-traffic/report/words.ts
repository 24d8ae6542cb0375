import { isSameName } from '../../dns/names.ts';
import { areSameRecords } from '../../dns/records.ts';
import type { NameFacts } from '../model/job.ts';
import type { Outcome, ShiftResult } from '../model/result.ts';

type Ended = Pick<ShiftResult, 'outcome' | 'mode' | 'changes' | 'failure'>;

/** What became of one of the names, which need not be what became of the job. */
export function wordOf(name: NameFacts, { outcome, mode, changes, failure }: Ended): string {
  if (failure !== undefined && name.wayBack !== undefined) {
    return name.wayBack === 'taken' ? outcomeWords['rolled-back'] : 'not rolled back';
  }
  if (name.found !== undefined) return 'somebody else changed it';
  if (changes.length === 0) return outcomeWords[outcome];
  const isTouched = changes.some(({ before, after }) =>
    [...before, ...after].some((record) => isSameName(record.name, name.domain)),
  );
  if (!isTouched) return outcomeWords.noop;
  const isOpen = outcome === 'failed' || outcome === 'cancelled' || outcome === 'inconclusive';
  const isBack =
    mode === 'rollback' || mode === 'monitor' || areSameRecords(name.records, name.before.records);
  return isOpen && isBack ? outcomeWords['rolled-back'] : outcomeWords[outcome];
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
