import { finalRecords } from '../../dns/adoption.ts';
import { normaliseName, renderNames } from '../../dns/names.ts';
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
import type { Observed, ObservedGreen } from '../model/observed.ts';
import type { ChangeStep, Draft, PlanStep } from '../model/plan.ts';
import { judgeOwner } from './adopt.ts';
import { judgeFollowersOfRetired } from './followers.ts';
import { judgeServing, noticesOfDroppedCheck } from './health-check.ts';
import { type Case, casesOf, distinct, joinChanges, type Own } from './names.ts';
import { judgeGreen } from './readiness.ts';

/** The end of the move: one simple alias on green for each name, and blue retired when that is asked for. */
export function planFinalize(inputs: ShiftInputs, observed: Observed): Draft {
  const cases = casesOf(inputs, observed);
  const early = cases.filter(({ seen: { state } }) => !isDone(state) && state.kind !== 'weighted');
  if (early.length > 0) {
    return {
      kind: 'refuse',
      refusals: early.map(({ seen }) => refuseEarly(seen.domain, seen.state)),
    };
  }
  const retiring = planRetirement(inputs, observed);
  const refusals = [
    ...cases.flatMap((one) => judgeOwner(one.inputs, one.seen)),
    ...cases.flatMap((one) =>
      one.seen.state.kind === 'weighted' || retiring.length > 0 ? judgeEnd(one) : [],
    ),
    ...judgeServing(observed),
    ...(retiring.length > 0 ? judgeRetirement(inputs, observed) : []),
  ];
  if (refusals.length > 0) return { kind: 'refuse', refusals: distinct(refusals) };
  const ending = joinChanges(
    cases.flatMap(({ seen }): Own<ChangeStep>[] => {
      const { domain, state, green } = seen;
      if (state.kind !== 'weighted' || green === undefined) return [];
      return [{ domain, own: endStep(domain, state, green) }];
    }),
  );
  const notices = [...noticesOfDroppedCheck(ending?.before ?? []), ...noticesOfEnd(inputs, observed)];
  return { kind: 'steps', steps: [...(ending === undefined ? [] : [ending]), ...retiring], notices };
}

function isDone(state: RecordState): boolean {
  return state.kind === 'simple' && state.side === 'green';
}

function endStep(domain: string, state: WeightedState, green: ObservedGreen): ChangeStep {
  const before = recordsOf(state);
  const after = finalRecords(state.groups, green.balancer);
  return {
    kind: 'change-records',
    sentence: `replace the pair of ${domain} by ${after.length === 1 ? 'one simple record' : 'simple records'} to green`,
    before,
    after,
    greenPercent: 100,
    weights: undefined,
    isForward: false,
    drainSeconds: 0,
  };
}

function refuseEarly(domain: string, state: RecordState): Refusal {
  return {
    because: `${domain} has not been moved: ${renderState(state)}`,
    wayOut: 'Shift it to 100 % first, and wait until blue is quiet.',
  };
}

/** A record that leads to green alone does not say since when: whoever kept an address may still ask blue. */
function judgeEnd({ inputs, seen }: Case): readonly Refusal[] {
  const { quiet, greenReadiness, state } = seen;
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
          because: `blue had ${quiet.requests} requests in the hour from ${new Date(quiet.hour).toISOString()} on. It has to be quiet (${finalize.quietRequests} an hour) for ${finalize.holdHours} h`,
          wayOut:
            "Wait: some clients keep an address for a long time. If it is traffic to App Runner's own host, raise quiet-requests. hold-hours: 0 skips the check.",
        },
      ];
    case 'unknown':
      return [
        {
          because: `it is not known whether blue is quiet: ${quiet.because}`,
          wayOut: 'Fix that, or set hold-hours: 0 to skip the check.',
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
function judgeRetirement({ finalize }: ShiftInputs, observed: Observed): readonly Refusal[] {
  const { otherNames } = observed;
  if (otherNames === undefined) {
    return [
      {
        because: 'it was not checked whether other names lead to blue',
        wayOut: 'Set retire-blue: none, and retire blue by hand.',
      },
    ];
  }
  const leading = otherNames.filter(({ leads }) => leads === 'to-blue' || leads === 'unseen');
  return [
    ...leading.map((other) => ({
      because:
        other.leads === 'unseen'
          ? `${other.name} is linked to blue, and it is not known whether it still leads there: ${other.because}`
          : `${other.name} still leads to blue`,
      wayOut: `Move that name first, or unlink it from the App Runner service; then retire-blue: ${finalize.retireBlue}.`,
    })),
    ...judgeFollowersOfRetired(observed, finalize.retireBlue),
  ];
}

function noticesOfEnd({ finalize }: ShiftInputs, { blue, domains = [], names }: Observed): readonly string[] {
  const service = blue?.service;
  const isDeleted = finalize.retireBlue === 'delete' || service?.status === 'DELETED';
  const moved = names.map(({ domain }) => domain);
  const validating = domains.flatMap(({ name, validationNames }) =>
    moved.includes(name) ? validationNames.map(normaliseName) : [],
  );
  return [
    ...(service === undefined || isDeleted
      ? []
      : [
          `App Runner service ${service.name} and its ${moved.length === 1 ? 'link' : 'links'} to ${renderNames(moved)} stay until you remove them.`,
        ]),
    ...(validating.length === 0
      ? []
      : [
          `These CNAMEs validate blue's certificate. Delete them after you delete blue: ${validating.join(', ')}. Those that validate green's certificate must stay.`,
        ]),
  ];
}
