import { drainSecondsOf, withWeights } from '../../dns/batch.ts';
import { type RecordState, recordsOf, renderState, weightsOf } from '../../dns/pair.ts';
import { allBlue, greenPercentOf, renderPercent } from '../../dns/weights.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type { Draft } from '../model/plan.ts';

/** One jump to blue, from the records alone. It can only take from green. */
export function planRollback(inputs: ShiftInputs, state: RecordState): Draft {
  if (state.kind === 'half') return { kind: 'steps', steps: [], notices: [] };
  if (state.kind === 'simple' && state.side === 'blue') return { kind: 'steps', steps: [], notices: [] };
  if (state.kind !== 'weighted' && state.kind !== 'uneven') {
    return {
      kind: 'refuse',
      refusals: [
        {
          because: `there is no blue to go back to: ${inputs.domain} is ${renderState(state)}`,
          wayOut:
            'Run mode: adopt first, with apprunner-service, which puts blue beside green again; then roll back.',
        },
      ],
    };
  }
  const percent = Math.max(...state.groups.map((group) => greenPercentOf(weightsOf(group))));
  if (percent === 0) return { kind: 'steps', steps: [], notices: [] };
  const before = recordsOf(state);
  return {
    kind: 'steps',
    steps: [
      {
        kind: 'change-records',
        sentence: `give blue everything (blue ${allBlue.blue}, green ${allBlue.green}), and green nothing, down from ${renderPercent(percent)} %`,
        before,
        after: withWeights(state.groups, allBlue),
        greenPercent: 0,
        weights: { blue: allBlue.blue, green: allBlue.green },
        isForward: false,
        drainSeconds: inputs.drainSeconds ?? drainSecondsOf(before),
      },
    ],
    notices: [],
  };
}
