import { greenPercentOfState } from '../../dns/pair.ts';
import { weightOf } from '../../dns/records.ts';
import { greenPercentOf } from '../../dns/weights.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type { Observed, ObservedName } from '../model/observed.ts';
import type { Draft } from '../model/plan.ts';
import { casesOf } from './names.ts';
import { judgeMissing } from './readiness.ts';
import { describeFollowing, planRollback } from './rollback.ts';
import { bakeStep } from './shift.ts';
import { judgeState } from './state.ts';

/** A watch of green where it has a share, with the rollback that follows if it does badly. It can only take from green. */
export function planMonitor(inputs: ShiftInputs, observed: Observed): Draft {
  const refusals = [
    // A rollback takes from green what the types do not say alike, and a name that follows another needs none.
    ...casesOf(inputs, observed).flatMap(({ seen }) =>
      seen.state.kind === 'uneven' || seen.state.kind === 'following' ? [] : judgeState(seen),
    ),
    ...judgeMissing({ alarms: observed.alarms ?? [] }),
  ];
  if (refusals.length > 0) return { kind: 'refuse', refusals };
  const names = observed.names.filter(hasShare);
  const [first, ...more] = names.map(({ domain }) => domain);
  const notices = observed.names.flatMap(({ domain, state }) =>
    state.kind === 'following' ? [describeFollowing(domain, state)] : [],
  );
  if (first === undefined) return { kind: 'steps', steps: [], notices };
  const back = planRollback(inputs, { ...observed, names });
  if (back.kind === 'refuse') return back;
  const [wayBack] = back.steps;
  if (wayBack?.kind !== 'change-records') throw new Error('green has a share that no rollback takes');
  const { sentence, greenPercent, by } = bakeStep(inputs, Math.max(...names.map(shareOf)));
  return {
    kind: 'steps',
    steps: [
      {
        kind: 'watch',
        sentence: `${sentence}; if it does badly, ${wayBack.sentence}`,
        greenPercent,
        by,
        domains: [first, ...more],
        wayBack,
      },
    ],
    notices,
    undone: back.undone ?? [],
  };
}

/** Simple records are of before the move, or after it. */
function hasShare(name: ObservedName): boolean {
  return name.state.kind !== 'simple' && shareOf(name) > 0;
}

/** Of types that do not say alike, the greatest. */
function shareOf({ state }: ObservedName): number {
  if (state.kind !== 'uneven') return greenPercentOfState(state) ?? 0;
  return Math.max(
    ...state.groups.map(({ blue, green }) =>
      greenPercentOf({ blue: weightOf(blue), green: weightOf(green) }),
    ),
  );
}
