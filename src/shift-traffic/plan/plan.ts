import { checksumOf } from '../../dns/batch.ts';
import { isSameName, renderNames } from '../../dns/names.ts';
import type { Refusal } from '../../dns/records.ts';
import { judgeDelegation } from '../../dns/zone.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type { Observed, ObservedName } from '../model/observed.ts';
import type { Draft, PlanStep, ShiftPlan } from '../model/plan.ts';
import { planAdopt } from './adopt.ts';
import { planFinalize } from './finalize.ts';
import { noticesOfFollowers } from './followers.ts';
import { noticesOfUnsetCheck } from './health-check.ts';
import { describeWayBack } from './if-wrong.ts';
import { describeLength, judgeLength, noticesOfLength } from './length.ts';
import { planMonitor } from './monitor.ts';
import { casesOf, gather } from './names.ts';
import { judgeProtections, noticesOfOthers } from './neighbours.ts';
import { noticesOfDelegation } from './notices.ts';
import { planRollback } from './rollback.ts';
import { judgeShares } from './shares.ts';
import { planShift } from './shift.ts';
import { judgeState, noticesOfState } from './state.ts';
import { pickGreen, termsOf } from './terms.ts';

/**
 * @param now milliseconds since the epoch, for what runs out.
 * @param isGithubHosted the job runs where none lasts for longer than six hours.
 */
export function planShiftTraffic(
  inputs: ShiftInputs,
  given: Observed,
  now: number,
  isGithubHosted = false,
): ShiftPlan {
  // In which order they are given is no part of what is approved.
  const names = given.names.toSorted((one, other) => (one.domain < other.domain ? -1 : 1));
  const observed = { ...given, names };
  const { intent, zone, delegation } = observed;
  const draft = draftFor(inputs, observed, now);
  if (draft.kind === 'refuse') return draft;
  const { steps } = draft;
  const tooLong = judgeLength(inputs, steps, isGithubHosted);
  const inTheWay = [...judgeProtections(steps, observed), ...tooLong];
  if (inTheWay.length > 0) return { kind: 'refuse', refusals: inTheWay };
  const checksum = checksumOf({
    domain: names.map(({ domain }) => domain).join(),
    zoneId: zone.ref.zoneId,
    intent,
    steps: steps.map(contentOf),
    ...termsOf(inputs, observed),
  });
  // A rollback asks after its change; a monitor does not ask.
  const led = intent === 'rollback' || intent === 'monitor' ? [] : noticesOfDelegation(zone, delegation);
  const breaks = draft.breaks ?? [];
  const notices = [
    ...noticesOfInputs(inputs),
    ...led,
    ...breaks,
    ...draft.notices,
    ...(intent === 'finalize' ? [] : noticesOfOthers(observed)),
    ...(intent === 'rollback' || intent === 'monitor' ? [] : noticesOfFollowers(observed)),
    ...(isGithubHosted ? [] : noticesOfLength(inputs, steps)),
  ];
  const about = {
    extent: steps.length === 0 ? [] : [...describeNames(names, steps), ...describeLength(inputs, steps)],
    ifWrong: steps.length === 0 ? [] : describeWayBack(inputs, observed, steps),
    breaks,
    green: steps.length === 0 ? undefined : pickGreen(observed),
  };
  return { kind: 'proceed', intent, steps, about, notices, checksum, undone: draft.undone ?? [] };
}

/** A name may be written in several ways: `App.Example.com.` */
function noticesOfInputs({ repeatedDomains }: ShiftInputs): readonly string[] {
  if (repeatedDomains.length === 0) return [];
  return [`domain has ${renderNames(repeatedDomains)} more than once; it moves once.`];
}

/** All that change: a sentence of a step shortens a long list. */
function describeNames(names: readonly ObservedName[], steps: readonly PlanStep[]): readonly string[] {
  const records = steps.flatMap((step) =>
    step.kind === 'change-records' ? [...step.before, ...step.after] : [],
  );
  const changed = names.filter(({ domain }) => records.some(({ name }) => isSameName(name, domain)));
  if (changed.length < 2) return [];
  return [`In one batch: ${changed.map(({ domain }) => domain).join(', ')}`];
}

/** The words may change with the next release, what is done may not. */
function contentOf({ sentence: _sentence, ...content }: PlanStep): unknown {
  return content;
}

function draftFor(inputs: ShiftInputs, observed: Observed, now: number): Draft {
  const { intent, names } = observed;
  switch (intent) {
    case 'adopt':
      return refuseFirst(inputs, observed, judgeShares(names)) ?? planAdopt(inputs, observed);
    case 'shift':
      return refuseFirst(inputs, observed, judgeShares(names)) ?? planShift(inputs, observed, now);
    case 'finalize':
      return refuseFirst(inputs, observed, []) ?? planFinalize(inputs, observed);
    case 'rollback':
      return planRollback(inputs, observed);
    case 'monitor':
      return planMonitor(inputs, observed);
    case 'none': {
      const notices = gather(
        names.map(({ domain, state }) => ({
          domain,
          own: [...noticesOfState(state), ...noticesOfUnsetCheck(inputs, state)],
        })),
      );
      const uneven = judgeShares(names).map(({ because, wayOut }) => `${because}. ${wayOut}`);
      return { kind: 'steps', steps: [], notices: [...notices, ...uneven] };
    }
  }
}

/** One name that is not to be touched holds all of them: half a batch is none. */
function refuseFirst(
  inputs: ShiftInputs,
  observed: Observed,
  further: readonly Refusal[],
): Draft | undefined {
  const states = casesOf(inputs, observed).flatMap(({ seen }) => judgeState(seen));
  const refusals = [...judgeLed(observed), ...states, ...further];
  return refusals.length > 0 ? { kind: 'refuse', refusals } : undefined;
}

/** Where nobody is led to the zone, a change would reach nobody. A rollback is done all the same: it can do no harm. */
function judgeLed({ zone, delegation }: Observed): readonly Refusal[] {
  if (delegation === undefined) return [];
  return [judgeDelegation({ id: zone.ref.zoneId, name: zone.name }, delegation)].flatMap(
    (refusal) => refusal ?? [],
  );
}
