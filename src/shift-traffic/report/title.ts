import { renderNames } from '../../dns/names.ts';
import type { RecordSet } from '../../dns/records.ts';
import { renderPercent } from '../../dns/weights.ts';
import { escapeText } from '../../markdown.ts';
import type { NameFacts } from '../model/job.ts';
import type { ChangeStep } from '../model/plan.ts';
import type { Outcome, ShiftResult } from '../model/result.ts';
import { namesOf } from './words.ts';

/** `## app.example.com, www.example.com: green 0 % → 10 %`, and what became of it when it is no plan. */
export function renderTitle(result: ShiftResult): string {
  const domains = isPartly(result.names) ? result.domains : namesOf(result);
  const words = describeTitle(result);
  const title = `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
  return domains.length === 0 ? `## ${title}` : `## ${escapeText(listNames(domains))}: ${words}`;
}

/** Of more than three the first two, as all of them stand below. */
function listNames(domains: readonly string[]): string {
  return domains.length > 3 ? renderNames(domains) : domains.join(', ');
}

function describeTitle(result: ShiftResult): string {
  const { outcome, mode, names, steps } = result;
  if (isPartly(names)) return 'partly rolled back';
  if (outcome === 'refused' && steps.some(({ kind }) => kind === 'watch'))
    return `not all was watched, nothing was changed${shareNow(names)}`;
  if (outcome === 'planned') return describePlan(result);
  if (outcome === 'noop' && (mode === 'plan' || mode === 'status')) return `nothing to do${shareNow(names)}`;
  const moved = outcome === 'applied' || outcome === 'baked' ? describeMove(result) : undefined;
  return moved === undefined ? `${words[outcome]}${shareNow(names)}` : `${moved}, ${words[outcome]}`;
}

const words: Readonly<Record<Outcome, string>> = {
  noop: 'nothing was changed',
  planned: 'planned',
  applied: 'done',
  baked: 'done, and green did well',
  'rolled-back': 'rolled back',
  inconclusive: 'could not be judged, the weights stay',
  refused: 'refused, nothing was changed',
  cancelled: 'cancelled',
  failed: 'failed',
};

/** Some names had a way back, and some had none. */
export function isPartly(names: readonly NameFacts[]): boolean {
  const ways = names.flatMap(({ wayBack }) => wayBack ?? []);
  const isPartlyTaken = ways.some((way) => way !== 'taken' && way.isTaken);
  return isPartlyTaken || (ways.includes('taken') && ways.some((way) => way !== 'taken'));
}

function describePlan(result: ShiftResult): string {
  const { steps } = result;
  return describeMove(result) ?? (steps.length === 0 ? 'nothing to do' : 'a plan that changes no share');
}

/** `undefined`: no step changes records. */
function describeMove({ steps, names }: ShiftResult): string | undefined {
  const changes = steps.filter((step) => step.kind === 'change-records');
  const [first] = changes;
  const last = changes.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const shape = describeShape(first, last);
  if (shape !== undefined) return shape;
  const before = sharedBy(names.map((name) => name.before.greenPercent));
  const shares = [...(before === undefined ? [] : [before]), ...changes.map((change) => change.greenPercent)];
  const shown = shares.map((share) => `${renderPercent(share)} %`);
  // A health check is set where the share stays.
  return `green ${[...new Set(shown)].join(' → ')}`;
}

function describeShape(first: ChangeStep, last: ChangeStep): string | undefined {
  const [was, willBe] = [isWeighted(first.before), isWeighted(last.after)];
  if (was === willBe) return undefined;
  const share = renderPercent(last.greenPercent);
  if (willBe) return `a weighted pair, green ${share} %`;
  if (last.greenPercent === 100) return 'one record to green';
  return last.greenPercent === 0 ? 'everything to blue' : undefined;
}

function isWeighted(records: readonly RecordSet[]): boolean {
  return records.every(({ policy }) => policy.kind === 'weighted');
}

function shareNow(names: readonly NameFacts[]): string {
  const now = sharedBy(names.map(({ greenPercent }) => greenPercent));
  return now === undefined ? '' : `; green has ${renderPercent(now)} %`;
}

/** `undefined` where the names are unlike, or it is not known. */
function sharedBy(shares: readonly (number | undefined)[]): number | undefined {
  const [first] = shares;
  return shares.every((share) => share === first) ? first : undefined;
}
