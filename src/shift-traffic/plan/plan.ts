import { checksumOf } from '../../dns/batch.ts';
import type { RecordState } from '../../dns/pair.ts';
import type { Refusal } from '../../dns/records.ts';
import { judgeDelegation } from '../../dns/zone.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type { Observed } from '../model/observed.ts';
import type { Draft, PlanStep, ShiftPlan } from '../model/plan.ts';
import { planAdopt } from './adopt.ts';
import { planFinalize } from './finalize.ts';
import { describeLength, judgeLength, noticesOfLength } from './length.ts';
import { noticesOfDelegation, noticesOfRecords } from './notices.ts';
import { planRollback } from './rollback.ts';
import { planShift } from './shift.ts';
import { describeGreen, termsOf } from './terms.ts';

/**
 * @param now milliseconds since the epoch, for what runs out.
 * @param isGithubHosted the job runs where none lasts for longer than six hours.
 */
export function planShiftTraffic(
  inputs: ShiftInputs,
  observed: Observed,
  now: number,
  isGithubHosted = false,
): ShiftPlan {
  const { intent, zone, delegation } = observed;
  const draft = draftFor(inputs, observed, now);
  if (draft.kind === 'refuse') return draft;
  const { steps } = draft;
  const tooLong = judgeLength(inputs, steps, isGithubHosted);
  if (tooLong.length > 0) return { kind: 'refuse', refusals: tooLong };
  const checksum = checksumOf({
    domain: inputs.domain,
    zoneId: zone.ref.zoneId,
    intent,
    steps: steps.map(contentOf),
    ...termsOf(inputs, observed),
  });
  // A rollback asks after its change.
  const led = intent === 'rollback' ? [] : noticesOfDelegation(zone, delegation);
  const notices = [...led, ...draft.notices, ...(isGithubHosted ? [] : noticesOfLength(inputs, steps))];
  const about = steps.length === 0 ? [] : [...describeGreen(observed), ...describeLength(inputs, steps)];
  return { kind: 'proceed', intent, steps, about, notices, checksum };
}

/** The words may change with the next release, what is done may not. */
function contentOf({ sentence: _sentence, ...content }: PlanStep): unknown {
  return content;
}

function draftFor(inputs: ShiftInputs, observed: Observed, now: number): Draft {
  const { intent, state } = observed;
  const refusals = [...judgeLed(observed), ...(intent === 'none' ? [] : judgeState(inputs, observed))];
  if (refusals.length > 0) return { kind: 'refuse', refusals };
  switch (intent) {
    case 'adopt':
      return planAdopt(inputs, observed, state);
    case 'shift':
      return planShift(inputs, observed, state, now);
    case 'rollback':
      return planRollback(inputs, observed);
    case 'finalize':
      return planFinalize(inputs, observed, state);
    case 'none':
      return { kind: 'steps', steps: [], notices: noticesOfState(state) };
  }
}

/** Where nobody is led to the zone, a change would reach nobody. A rollback is done all the same: it can do no harm. */
function judgeLed({ intent, zone, delegation }: Observed): readonly Refusal[] {
  if (intent === 'none' || intent === 'rollback' || delegation === undefined) return [];
  return [judgeDelegation({ id: zone.ref.zoneId, name: zone.name }, delegation)].flatMap(
    (refusal) => refusal ?? [],
  );
}

function judgeState(inputs: ShiftInputs, observed: Observed): readonly Refusal[] {
  const { state, intent } = observed;
  switch (state.kind) {
    case 'foreign':
      return intent === 'rollback' ? [] : state.refusals;
    case 'absent':
      return [refuseAbsent(inputs, observed)];
    case 'uneven':
      return intent === 'rollback' ? [] : [state.refusal];
    case 'simple':
    case 'half':
    case 'weighted':
      return [];
  }
}

/** Nothing is to be done, so that nothing can be refused: what would be in the way is said. */
function noticesOfState(state: RecordState): readonly string[] {
  const sentenceOf = ({ because, wayOut }: Refusal) => `${because}. ${wayOut}`;
  if (state.kind === 'foreign') return state.refusals.map(sentenceOf);
  if (state.kind === 'uneven') return [sentenceOf(state.refusal)];
  return state.kind === 'weighted' ? noticesOfRecords(state) : [];
}

function refuseAbsent({ domain }: ShiftInputs, { wildcard, zone }: Observed): Refusal {
  const wayOut = 'Create the record to blue first, as App Runner shows it under "Custom domains".';
  if (wildcard === undefined) {
    return { because: `${domain} has no address record in hosted zone ${zone.ref.zoneId}`, wayOut };
  }
  return {
    because: `${domain} has no record of its own; ${wildcard}, answers for it, and a record of its own would take its place`,
    wayOut,
  };
}
