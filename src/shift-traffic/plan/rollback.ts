import { drainSecondsOf } from '../../dns/batch.ts';
import { renderState } from '../../dns/pair.ts';
import type { Refusal } from '../../dns/records.ts';
import { planRetreat, type Retreat } from '../../dns/retreat.ts';
import { judgeDelegatedAway } from '../../dns/strangers.ts';
import { allBlue, renderPercent } from '../../dns/weights.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type { Observed } from '../model/observed.ts';
import type { Draft } from '../model/plan.ts';

/**
 * One jump to blue, from the records alone. It can only take from green, so that nothing is refused which could be done:
 * what cannot is said.
 */
export function planRollback(inputs: ShiftInputs, { state, records, zone, blue }: Observed): Draft {
  const { domain } = inputs;
  const delegated = judgeDelegatedAway(domain, zone.name, records);
  if (delegated !== undefined) return { kind: 'refuse', refusals: [delegated] };
  const retreat = planRetreat(domain, records, inputs.blue.host ?? blue?.host);
  const { before, after, left } = retreat;
  if (before.length === 0) {
    if (left.length === 0) return { kind: 'steps', steps: [], notices: noticesOf(retreat) };
    const noBlue: Refusal = {
      because: `there is no blue to go back to: ${domain} is ${renderState(state)}`,
      wayOut:
        'Run mode: adopt first, with apprunner-service, which puts blue beside green again; then roll back.',
    };
    const isAlone = !retreat.hasBlue && state.kind === 'simple';
    return { kind: 'refuse', refusals: isAlone ? [noBlue] : left };
  }
  // Of a pair, and of nothing else, two weights tell all.
  const isPair = after.every(({ type }) => after.filter((record) => record.type === type).length === 2);
  const weights = isPair ? { blue: allBlue.blue, green: allBlue.green } : undefined;
  const shown = isPair ? ` (blue ${allBlue.blue}, green ${allBlue.green})` : '';
  return {
    kind: 'steps',
    steps: [
      {
        kind: 'change-records',
        sentence: describeRetreat(retreat, shown),
        before,
        after,
        greenPercent: 0,
        weights,
        isForward: false,
        drainSeconds: inputs.drainSeconds ?? drainSecondsOf(before),
      },
    ],
    notices: [
      ...noticesOf(retreat),
      'Blue was not asked whether it answers: a rollback needs nothing but Route 53. mode: verify asks both sides.',
    ],
  };
}

function describeRetreat({ greenPercent, left }: Retreat, weights: string): string {
  if (greenPercent === 0) return 'give blue a weight again, which has none';
  const what =
    left.length === 0
      ? `give blue everything${weights}, and green nothing`
      : 'take from green what can be taken';
  return `${what}, down from ${renderPercent(greenPercent)} %`;
}

function noticesOf({ left, beside }: Retreat): readonly string[] {
  return [...left, ...beside].map(({ because, wayOut }) => `${because}. ${wayOut}`);
}
