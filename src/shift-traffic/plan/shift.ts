import { drainSecondsOf, withWeights } from '../../dns/batch.ts';
import type { RecordState, WeightedState } from '../../dns/pair.ts';
import { joinPairs, recordsOf, renderState } from '../../dns/pair.ts';
import type { RecordSet, Refusal } from '../../dns/records.ts';
import {
  greenPercentOf,
  parseWeights,
  renderPercent,
  type Weights,
  weightsForPercent,
} from '../../dns/weights.ts';
import { renderStatusRanges } from '../../parse.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type { Observed } from '../model/observed.ts';
import type { BakeStep, ChangeStep, Draft, PlanStep } from '../model/plan.ts';
import { judgeOwner, judgeServices } from './adopt.ts';
import { planAttaching } from './attach.ts';
import { judgeFollowers } from './followers.ts';
import {
  changesHealthCheck,
  judgeBlueServing,
  judgeHealthCheck,
  judgeServing,
  noticesOfHealthCheck,
  noticesOfUnsetCheck,
  withWantedCheck,
} from './health-check.ts';
import { casesOf, distinct, gather } from './names.ts';
import { noticesOfIpv6, noticesOfRecords } from './notices.ts';
import { judgeBlueAlone, judgeReadiness, noticesOfCredentials, secondsFor } from './readiness.ts';
import { noticesOfHttp, redirectSteps } from './redirect.ts';

/** Other weights, of all names at once and a step at a time. Shares that are reached already are not written again. */
export function planShift(inputs: ShiftInputs, observed: Observed, now: number): Draft {
  const { names } = observed;
  const [first, ...more] = names.flatMap(({ state }) => (state.kind === 'weighted' ? [state] : []));
  if (first === undefined || more.length + 1 < names.length) {
    const unadopted = names.filter(({ state }) => state.kind !== 'weighted');
    return { kind: 'refuse', refusals: unadopted.map(({ domain, state }) => refuseUnadopted(domain, state)) };
  }
  const state = joinPairs([first, ...more]);
  const cases = casesOf(inputs, observed);
  const target = inputs.target ?? [];
  const changes = planChanges(inputs, state, target);
  const goesForward = changes.some(({ isForward }) => isForward);
  const attaching = goesForward ? planAttaching(inputs, observed) : [];
  const redirecting = goesForward ? redirectSteps(inputs, observed) : [];
  const percent = greenPercentOf(state.weights);
  const goesBack = changes.some(({ greenPercent }) => greenPercent < percent);
  const restsOnCheck = goesForward || changes.some(({ greenPercent }) => greenPercent === percent);
  const steps = [
    ...attaching,
    ...redirecting,
    ...watchFirst(inputs, state, target, changes),
    ...changes.flatMap((change) => withBake(inputs, change)),
  ];
  const refusals = [
    ...cases.flatMap(({ inputs: own, seen }) => judgeOwner(own, seen)),
    ...judgeStepWidth(inputs, state, changes),
    ...judgeHealthCheck(inputs, observed),
    ...(restsOnCheck ? judgeServing(observed) : []),
    ...(goesForward ? judgeBlueServing(observed) : []),
    ...(changes.length > 0
      ? cases.flatMap(({ inputs: own, seen }) => judgeBlueAlone(own, seen.blueAnswer))
      : []),
    ...judgeForward({ inputs, observed, changes, steps, attaching: attaching.length > 0, now }),
  ];
  if (refusals.length > 0) return { kind: 'refuse', refusals: distinct(refusals) };
  const [readiness] = names.map((name) => name.readiness);
  const isRedirectMade = redirecting.length > 0;
  const http = noticesOfHttp(inputs, observed, isRedirectMade);
  return {
    kind: 'steps',
    steps,
    breaks: isRedirectMade ? [] : http,
    notices: [
      ...gather(
        names.map(({ domain, state: own }) => ({
          domain,
          own: own.kind === 'weighted' ? noticesOfPair(inputs, own, goesBack) : [],
        })),
      ),
      ...noticesOfHealthCheck(inputs, observed),
      ...(isRedirectMade ? http : []),
      ...changes
        .filter(({ isForward }) => isForward)
        .slice(0, 1)
        .flatMap(({ after, greenPercent }) =>
          noticesOfIpv6(after, observed, `the step to ${renderPercent(greenPercent)} %`),
        ),
      ...noticesOfBake(inputs, changes),
      ...(readiness ? noticesOfCredentials(inputs, readiness, secondsFor(inputs, steps)) : []),
    ],
  };
}

function noticesOfPair(inputs: ShiftInputs, pair: WeightedState, goesBack: boolean): readonly string[] {
  return goesBack
    ? [...noticesOfRecords(pair), ...noticesOfUnsetCheck(inputs, pair)]
    : noticesOfRecords(withWantedCheck(inputs, pair));
}

function planChanges(
  inputs: ShiftInputs,
  state: WeightedState,
  target: readonly Weights[],
): readonly ChangeStep[] {
  const changes: ChangeStep[] = [];
  let percent = greenPercentOf(state.weights);
  let before = recordsOf(state);
  for (const weights of target) {
    const next = greenPercentOf(weights);
    // Of several steps, those that are behind were done by an earlier job.
    const isDone = target.length > 1 ? next <= percent : next === percent && !isBothZero(state);
    if (isDone) continue;
    // To take from green must not rest on a health check: the records keep those they have.
    const { groups } = next < percent ? state : withWantedCheck(inputs, state);
    const after = withWeights(groups, weights);
    changes.push(changeStep({ inputs, before, after, percent, weights }));
    percent = next;
    before = after;
  }
  return changes.length === 0 && changesHealthCheck(inputs, state) ? [checkStep(inputs, state)] : changes;
}

/** The share stays. While the health check fails, Route 53 gives it to blue all the same. */
function checkStep(inputs: ShiftInputs, state: WeightedState): ChangeStep {
  const { blue, green } = state.weights;
  const parsed = parseWeights(blue, green);
  const percent = greenPercentOf(state.weights);
  // Two zeros are not written again: a half says the same.
  const weights = parsed.ok ? parsed.value : weightsForPercent(percent);
  const before = recordsOf(state);
  const after = withWeights(withWantedCheck(inputs, state).groups, weights);
  return {
    ...changeStep({ inputs, before, after, percent, weights }),
    sentence: `set health check ${inputs.greenHealthCheckId} on green's record, whose share stays at ${renderPercent(percent)} %`,
  };
}

function isBothZero({ weights }: WeightedState): boolean {
  return weights.blue + weights.green === 0;
}

function changeStep(options: {
  readonly inputs: ShiftInputs;
  readonly before: readonly RecordSet[];
  readonly after: readonly RecordSet[];
  readonly percent: number;
  readonly weights: Weights;
}): ChangeStep {
  const { inputs, before, after, percent, weights } = options;
  const greenPercent = greenPercentOf(weights);
  return {
    kind: 'change-records',
    sentence: `give green ${renderPercent(greenPercent)} % (blue ${weights.blue}, green ${weights.green}), ${describeMove(percent, greenPercent)}${describeCheck(inputs, before, after)}`,
    before,
    after,
    greenPercent,
    weights: { blue: weights.blue, green: weights.green },
    isForward: greenPercent > percent,
    drainSeconds: inputs.drainSeconds ?? drainSecondsOf(before),
  };
}

function describeCheck(
  { greenHealthCheckId: id }: ShiftInputs,
  before: readonly RecordSet[],
  after: readonly RecordSet[],
): string {
  const count = (records: readonly RecordSet[]) =>
    records.filter(({ healthCheckId }) => healthCheckId === id).length;
  const isNew = id !== undefined && count(after) > count(before);
  return isNew ? `, and set health check ${id} on green's record` : '';
}

function describeMove(from: number, to: number): string {
  if (from === to) return 'as much as two weights of 0 give it';
  return `${to < from ? 'down' : 'up'} from ${renderPercent(from)} %`;
}

function withBake(inputs: ShiftInputs, change: ChangeStep): readonly PlanStep[] {
  if (!change.isForward || inputs.bake.seconds === 0) return [change];
  return [change, bakeStep(inputs, change.greenPercent)];
}

/** A job that was interrupted left a step unjudged: it is watched before the next one. */
function watchFirst(
  inputs: ShiftInputs,
  state: WeightedState,
  target: readonly Weights[],
  changes: readonly ChangeStep[],
): readonly PlanStep[] {
  const percent = greenPercentOf(state.weights);
  const isBetween = percent > 0 && target.some((weights) => greenPercentOf(weights) === percent);
  const goesOn = changes.some(({ isForward }) => isForward);
  return isBetween && goesOn && inputs.bake.seconds > 0 ? [bakeStep(inputs, percent)] : [];
}

export function bakeStep({ bake, probe }: ShiftInputs, greenPercent: number): BakeStep {
  const watched = [
    `requests for ${probe.path} answered with ${renderStatusRanges(probe.statuses)}`,
    ...(bake.alarms.length > 0 ? [`alarms ${bake.alarms.join(', ')}`] : []),
    ...(bake.maxErrorPercent === undefined
      ? []
      : [`at most ${bake.maxErrorPercent} % errors among at least ${bake.minRequests} requests`]),
  ];
  return {
    kind: 'bake',
    sentence: `watch green at ${renderPercent(greenPercent)} % for ${renderPercent(bake.seconds / 60)} min: ${watched.join('; ')}`,
    greenPercent,
    by: { ...bake, probe },
  };
}

function refuseUnadopted(domain: string, state: RecordState): Refusal {
  return {
    because: `${domain} is not a weighted pair yet: ${renderState(state)}`,
    wayOut: 'Run mode: adopt first. It changes no answer, and all steps after it change weights only.',
  };
}

function judgeStepWidth(
  { maxStepPercent }: ShiftInputs,
  state: WeightedState,
  changes: readonly ChangeStep[],
): readonly Refusal[] {
  if (maxStepPercent === undefined) return [];
  let percent = greenPercentOf(state.weights);
  const refusals: Refusal[] = [];
  for (const { greenPercent } of changes) {
    const width = greenPercent - percent;
    // Weights such as 1 and 255 make shares with many decimals.
    if (width > maxStepPercent + 1e-9) {
      refusals.push({
        because: `from ${renderPercent(percent)} % to ${renderPercent(greenPercent)} % is a step of ${renderPercent(width)} points, more than max-step allows (${maxStepPercent})`,
        wayOut: 'Take smaller steps, or raise max-step.',
      });
    }
    percent = greenPercent;
  }
  return refusals;
}

/** Checks steps forward only: to give green less needs nothing of green, and of blue only that it answers. */
function judgeForward(options: {
  readonly inputs: ShiftInputs;
  readonly observed: Observed;
  readonly changes: readonly ChangeStep[];
  readonly steps: readonly PlanStep[];
  readonly attaching: boolean;
  readonly now: number;
}): readonly Refusal[] {
  const { inputs, observed, changes, steps, attaching, now } = options;
  const ready = observed.names.flatMap(({ domain, readiness }) =>
    readiness === undefined ? [] : [{ domain, seen: readiness }],
  );
  if (!changes.some(({ isForward }) => isForward)) return [];
  const neededSeconds = secondsFor(inputs, steps);
  return [
    ...judgeServices(observed),
    ...judgeReadiness({ inputs, names: ready, now, neededSeconds, attaching }),
    ...judgeFollowers(observed),
  ];
}

function noticesOfBake({ bake }: ShiftInputs, changes: readonly ChangeStep[]): readonly string[] {
  const forward = changes.some(({ isForward }) => isForward);
  if (!forward) return [];
  if (bake.seconds === 0)
    return ['bake-minutes is 0: nobody watches the step, so it is not undone by itself.'];
  if (bake.alarms.length > 0 || bake.maxErrorPercent !== undefined) return [];
  return ['Neither alarms nor max-error-percent is given: only the probes of this job judge green.'];
}
