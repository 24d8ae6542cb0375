import { greenPercentOfState, type RecordState } from '../../dns/pair.ts';
import { renderPercent } from '../../dns/weights.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type { Observed } from '../model/observed.ts';
import type { PlanStep } from '../model/plan.ts';

/** What becomes of visitors when the steps go wrong: who approves them, approves that as well. */
export function describeWayBack(
  inputs: ShiftInputs,
  { intent, names }: Observed,
  steps: readonly PlanStep[],
): readonly string[] {
  switch (intent) {
    case 'shift': {
      const isForward = steps.some((step) => step.kind === 'change-records' && step.isForward);
      const shares = names.map(({ state }) => shareOfWayBack(state));
      return isForward ? wayBackOfShift(inputs, shares) : [];
    }
    case 'adopt':
      return [
        'If it goes wrong: the pair answers the same as the former record, so nobody is sent elsewhere',
      ];
    case 'finalize':
      return [wayBackOfEnd(inputs)];
    case 'rollback':
    case 'monitor':
    case 'none':
      return [];
  }
}

/** Two weights of 0 are not written again: blue gets all. */
function shareOfWayBack(state: RecordState): number {
  const isZero = state.kind === 'weighted' && state.weights.blue + state.weights.green === 0;
  return isZero ? 0 : (greenPercentOfState(state) ?? 0);
}

function wayBackOfShift({ bake, failOnInconclusive, onCancel }: ShiftInputs, shares: readonly number[]) {
  const start = [...new Set(shares.map(renderPercent))];
  const before =
    start.length === 1 ? `green has ${start[0]} % again` : 'each name has its share of before again';
  if (bake.seconds === 0) {
    return [
      'If green does badly: nobody watches the step, so nothing is undone. mode: rollback gives blue everything',
    ];
  }
  const isRed = failOnInconclusive ? 'the job is red' : 'the job is green with a warning';
  const isHeld = onCancel === 'hold';
  return [
    [
      `If green does badly while it is watched${isHeld ? '' : ', or the job is cancelled'}: the job undoes its steps, and ${before}`,
      ...(isHeld ? ['A cancelled job leaves the weights (on-cancel: hold)'] : []),
      `If green cannot be judged, the weights stay, and ${isRed}`,
    ].join('. '),
  ];
}

function wayBackOfEnd({ finalize }: ShiftInputs): string {
  const back =
    'If it goes wrong: the weights no longer exist, so the way back is mode: adopt, then mode: rollback';
  switch (finalize.retireBlue) {
    case 'none':
      return `${back}, as long as the App Runner service is there`;
    case 'pause':
      return `${back}, after the App Runner service was resumed`;
    case 'delete':
      return 'If it goes wrong: the App Runner service is deleted, so there is no way back to it';
  }
}
