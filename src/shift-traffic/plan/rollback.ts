import { drainSecondsOf } from '../../dns/batch.ts';
import type { Following } from '../../dns/followers.ts';
import { renderNames } from '../../dns/names.ts';
import { isPair, renderState } from '../../dns/pair.ts';
import type { Refusal } from '../../dns/records.ts';
import { type PassedOver, passOverBlue, planRetreat, type Retreat } from '../../dns/retreat.ts';
import { judgeDelegatedAway } from '../../dns/strangers.ts';
import { allBlue, renderPercent } from '../../dns/weights.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type { Observed } from '../model/observed.ts';
import type { ChangeStep, Draft } from '../model/plan.ts';
import { type Case, casesOf, gather, joinChanges, type Own } from './names.ts';
import { judgeAbsent } from './state.ts';

/**
 * One jump to blue, from the records alone. It can only take from green, so that nothing is refused which could be done:
 * what cannot is said.
 */
export function planRollback(inputs: ShiftInputs, observed: Observed): Draft {
  const names = casesOf(inputs, observed).map((one) => ({ domain: one.seen.domain, own: retreatOf(one) }));
  const refusals = names.flatMap(({ own }) => (own.kind === 'refused' ? own.refusals : []));
  const change = joinChanges(
    names.flatMap(({ domain, own }): Own<ChangeStep>[] =>
      own.kind === 'change' ? [{ domain, own: own.step }] : [],
    ),
  );
  // What cannot be done for one name keeps nobody from what can be for another.
  if (change === undefined && refusals.length > 0) return { kind: 'refuse', refusals };
  const notices = gather(names.map(({ domain, own }) => ({ domain, own: noticesIn(own) })));
  const undone = [...refusals, ...names.flatMap(({ own }) => (own.kind === 'change' ? own.undone : []))];
  return { kind: 'steps', steps: change === undefined ? [] : [change], notices, undone };
}

function noticesIn(retreat: NameRetreat): readonly string[] {
  return retreat.kind === 'refused' ? retreat.refusals.map(sentenceOf) : retreat.notices;
}

export function sentenceOf({ because, wayOut }: Refusal): string {
  return `${because}. ${wayOut}`;
}

type NameRetreat =
  | { readonly kind: 'nothing'; readonly notices: readonly string[] }
  | {
      readonly kind: 'change';
      readonly step: ChangeStep;
      /** What green has now. */
      readonly takesPercent: number;
      /** What the step leaves to green. */
      readonly undone: readonly Refusal[];
      readonly notices: readonly string[];
    }
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] };

/** Of one name. */
export function retreatOf({ inputs, seen }: Case): NameRetreat {
  const { domain, state, records, zone } = seen;
  const absent = judgeAbsent(seen);
  const delegated = judgeDelegatedAway(domain, zone.name, records);
  const none = absent ?? delegated;
  if (none !== undefined) return { kind: 'refused', refusals: [none] };
  if (state.kind === 'foreign' && records.length === 0) return { kind: 'refused', refusals: state.refusals };
  if (state.kind === 'following') return { kind: 'nothing', notices: [describeFollowing(domain, state)] };
  const passedOver = passOverBlue(inputs.blue.host, records);
  const retreat = planRetreat(
    domain,
    records,
    passedOver ? undefined : (inputs.blue.host ?? seen.blue?.host),
  );
  const { before, after, left, undone, elsewhere, hasBlue } = retreat;
  if (before.length === 0) {
    // What a first rollback leaves without being red, a second one leaves as well.
    const isDone = hasBlue && left.every((refusal) => elsewhere.includes(refusal));
    if (isDone || left.length === 0) return { kind: 'nothing', notices: noticesOf(retreat) };
    const noBlue: Refusal = {
      because: `there is no blue to go back to: ${domain} is ${renderState(state)}`,
      wayOut:
        'Run mode: adopt first, with apprunner-service. It creates the record of blue again. Then roll back.',
    };
    const isAlone = !hasBlue && state.kind === 'simple';
    return { kind: 'refused', refusals: isAlone ? [noBlue] : [...new Set([...undone, ...left])] };
  }
  const weights = isPair(after) ? { blue: allBlue.blue, green: allBlue.green } : undefined;
  const shown = isPair(after) ? ` (blue ${allBlue.blue}, green ${allBlue.green})` : '';
  return {
    kind: 'change',
    takesPercent: retreat.greenPercent,
    undone,
    step: {
      kind: 'change-records',
      sentence: describeRetreat(retreat, shown),
      before,
      after,
      greenPercent: 0,
      weights,
      isForward: false,
      drainSeconds: drainSecondsOf(before),
    },
    notices: [
      ...(passedOver ? [describePassedOver(passedOver, domain)] : []),
      ...noticesOf(retreat),
      'It was not checked whether blue answers: a rollback needs only Route 53. mode: verify asks both sides.',
    ],
  };
}

function describePassedOver({ given, found }: PassedOver, domain: string): string {
  return `blue-dns-name (${given}) was passed over: the only App Runner host in the records of ${domain} is ${found}.`;
}

export function describeFollowing(domain: string, { whom }: Following): string {
  return `${domain} has no share of its own: it follows ${renderNames(whom)}, and goes back with ${whom.length === 1 ? 'it' : 'them'}.`;
}

function describeRetreat({ greenPercent, left }: Retreat, weights: string): string {
  if (greenPercent === 0) return 'give blue a weight again';
  const what =
    left.length === 0
      ? `give blue everything${weights}, and green nothing`
      : 'take from green what can be taken';
  return `${what}, down from ${renderPercent(greenPercent)} %`;
}

function noticesOf({ left, beside }: Retreat): readonly string[] {
  return [...left, ...beside].map(sentenceOf);
}
