import { finalRecords } from '../../dns/adoption.ts';
import { normaliseName } from '../../dns/names.ts';
import {
  greenPercentOfState,
  type RecordState,
  recordsOf,
  renderState,
  type WeightedState,
} from '../../dns/pair.ts';
import type { Refusal } from '../../dns/records.ts';
import { renderPercent } from '../../dns/weights.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type { Observed } from '../model/observed.ts';
import type { Draft, PlanStep } from '../model/plan.ts';
import { judgeOwner } from './adopt.ts';
import { judgeGreen } from './readiness.ts';

/** The end of the move: one simple alias on green, and blue retired when that is asked for. */
export function planFinalize(inputs: ShiftInputs, observed: Observed, state: RecordState): Draft {
  const isDone = state.kind === 'simple' && state.side === 'green';
  if (!isDone && state.kind !== 'weighted') return { kind: 'refuse', refusals: [refuseEarly(inputs, state)] };
  const retiring = planRetirement(inputs, observed);
  const refusals = [
    ...judgeOwner(inputs, observed),
    ...(state.kind === 'weighted' || retiring.length > 0 ? judgeEnd(inputs, observed, state) : []),
    ...(retiring.length > 0 ? judgeRetirement(inputs, observed) : []),
  ];
  if (refusals.length > 0) return { kind: 'refuse', refusals };
  const ending = state.kind === 'weighted' ? planEnd(inputs, observed, state) : [];
  return { kind: 'steps', steps: [...ending, ...retiring], notices: noticesOfEnd(inputs, observed) };
}

function planEnd(inputs: ShiftInputs, { green }: Observed, state: WeightedState): readonly PlanStep[] {
  if (green === undefined) return [];
  const before = recordsOf(state);
  const after = finalRecords(state.groups, green.balancer);
  return [
    {
      kind: 'change-records',
      sentence: `replace the pair of ${inputs.domain} by ${after.length === 1 ? 'one simple record' : 'simple records'} to green`,
      before,
      after,
      greenPercent: 100,
      weights: undefined,
      isForward: false,
      drainSeconds: 0,
    },
  ];
}

function refuseEarly({ domain }: ShiftInputs, state: RecordState): Refusal {
  return {
    because: `${domain} has not been moved: ${renderState(state)}`,
    wayOut: 'Shift it to 100 % and let blue grow quiet first.',
  };
}

/** A record that leads to green alone does not say since when: whoever kept an address may still ask blue. */
function judgeEnd(
  inputs: ShiftInputs,
  { quiet, greenReadiness }: Observed,
  state: RecordState,
): readonly Refusal[] {
  const percent = greenPercentOfState(state) ?? 0;
  if (percent < 100) {
    return [
      {
        because: `blue still gets ${renderPercent(100 - percent)} % of the traffic of ${inputs.domain}`,
        wayOut: 'Shift to 100 % first.',
      },
    ];
  }
  return [
    ...judgeQuiet(inputs, quiet),
    ...(greenReadiness === undefined ? [] : judgeGreen(inputs, greenReadiness)),
  ];
}

function judgeQuiet({ finalize }: ShiftInputs, quiet: Observed['quiet']): readonly Refusal[] {
  switch (quiet?.kind) {
    case undefined:
    case 'quiet':
      return [];
    case 'busy':
      return [
        {
          because: `blue had ${quiet.requests} requests in the hour from ${new Date(quiet.hour).toISOString()} on, and has to be quiet (${finalize.quietRequests} an hour) for ${finalize.holdHours} h`,
          wayOut:
            "Wait: some clients keep an address for ever. If it is traffic to App Runner's own host, raise quiet-requests; hold-hours: 0 does without.",
        },
      ];
    case 'unknown':
      return [
        {
          because: `whether blue is quiet is not known: ${quiet.because}`,
          wayOut: 'Mend that, or set hold-hours: 0 to do without.',
        },
      ];
  }
}

function planRetirement({ finalize }: ShiftInputs, { blue }: Observed): readonly PlanStep[] {
  const { retireBlue } = finalize;
  const service = blue?.service;
  if (retireBlue === 'none' || service === undefined) return [];
  const isDone = service.status === 'DELETED' || (retireBlue === 'pause' && service.status === 'PAUSED');
  if (isDone) return [];
  return [
    {
      kind: 'retire-blue',
      sentence: `${retireBlue} App Runner service ${service.name}`,
      serviceArn: service.arn,
      how: retireBlue,
    },
  ];
}

/** Refuses to retire blue while other names may still lead to it. */
function judgeRetirement({ finalize }: ShiftInputs, { otherNames }: Observed): readonly Refusal[] {
  if (otherNames === undefined) {
    return [
      {
        because: 'whether other names lead to blue was not looked at',
        wayOut: 'Set retire-blue: none, and retire blue by hand.',
      },
    ];
  }
  return otherNames
    .filter(({ leads }) => leads !== 'elsewhere')
    .map((other) => ({
      because:
        other.leads === 'unseen'
          ? `${other.name} is linked to blue, and whether it still leads there cannot be seen: ${other.because}`
          : `${other.name} still leads to blue`,
      wayOut: `Move that name first, or unlink it from the App Runner service; then retire-blue: ${finalize.retireBlue}.`,
    }));
}

function noticesOfEnd({ domain, finalize }: ShiftInputs, { blue, domains }: Observed): readonly string[] {
  const own = domains?.find(({ name }) => name === domain);
  const service = blue?.service;
  const isDeleted = finalize.retireBlue === 'delete' || service?.status === 'DELETED';
  return [
    ...(service === undefined || isDeleted
      ? []
      : [`App Runner service ${service.name} and its link to ${domain} stay until you remove them.`]),
    ...(own === undefined || own.validationNames.length === 0
      ? []
      : [
          `These CNAMEs validate blue's certificate and can go when blue is gone: ${own.validationNames.map(normaliseName).join(', ')}. Those that validate green's certificate must stay.`,
        ]),
  ];
}
