import { setTimeout as sleep } from 'node:timers/promises';
import { onceUnderWay } from '../../aws/first-request.ts';
import { isAppRunnerHost } from '../../dns/app-runner-zones.ts';
import { lacksHealthCheck } from '../../dns/batch.ts';
import { normaliseName } from '../../dns/names.ts';
import { greenPercentOfState, type RecordState } from '../../dns/pair.ts';
import { type RecordSet, targetOf } from '../../dns/records.ts';
import { passOverBlue } from '../../dns/retreat.ts';
import { isAddressType } from '../../dns/strangers.ts';
import { greenPercentOf } from '../../dns/weights.ts';
import { ActionError } from '../../errors.ts';
import { type ChangeMode, isChangeMode, modes, type ShiftInputs, sidesFor } from '../model/inputs.ts';
import type { Observed, ObservedBlue, ObservedName, SeenHealthCheck } from '../model/observed.ts';
import { noMoreOfName, nothingMore } from './nothing-more.ts';
import {
  type ObservedRecords,
  observeDelegation,
  observeRecords,
  observeRecordsAndOwner,
  observeWildcard,
  observeZone,
  observeZoneOfMost,
} from './zone.ts';

export async function observe(inputs: ShiftInputs, now: number, signal: AbortSignal): Promise<Observed> {
  const sides = sidesFor(inputs);
  if (sides === 'not-asked') return observeRecordsAlone(inputs);
  if (sides === 'green-needed') return (await import('./watched.ts')).observeWatched(inputs);
  const asked = observeZone(inputs);
  const [zone, { blue, green }] = await Promise.all([asked, observeServices(inputs, asked)]);
  const targets = { blue: blue?.host, green: green?.balancer.dnsName };
  const seen = await observeRecordsAndOwner(inputs, zone, targets);
  const intent = intentOf(
    inputs,
    seen.map(({ state }) => state),
  );
  const found = seen.map((name) => ({ ...noMoreOfName, ...name }));
  const base = { ...nothingMore, intent, zone, names: found, blue, green };
  const [wildcards, delegation, shown, healthChecks, { names: more, ...shared }] = await Promise.all([
    Promise.all(
      seen.map(({ domain, state }) => (state.kind === 'absent' ? observeWildcard(domain, zone) : undefined)),
    ),
    observeDelegation(zone),
    observeShown(inputs, base),
    observeHealthChecks(inputs, base),
    observeMore(inputs, base, now, signal),
  ]);
  const names = found.map((name, index) => ({
    ...name,
    wildcard: wildcards[index],
    ...more?.get(name.domain),
  }));
  return { ...base, delegation, ...shown, healthChecks, ...shared, names };
}

type Services = Pick<Observed, 'blue' | 'green'>;

async function observeServices(inputs: ShiftInputs, askedBefore: Promise<unknown>): Promise<Services> {
  const { blue: named, green: ref } = inputs;
  if (named.service === undefined && named.host === undefined && ref === undefined) {
    return { blue: undefined, green: undefined };
  }
  await onceUnderWay(askedBefore);
  const { observeBlue, observeGreen } = await import('./sides.ts');
  const [blue, green] = await Promise.all([observeBlue(inputs), ref && observeGreen(ref)]).catch((error) => {
    throw withWayBack(error, inputs);
  });
  return { blue, green };
}

/** Which way a step goes, the records tell, and they are not read yet. */
function withWayBack(error: unknown, { mode, target }: ShiftInputs): unknown {
  const mayGoBack =
    mode === 'shift' && target?.length === 1 && target.every((to) => greenPercentOf(to) < 100);
  if (!(error instanceof ActionError) || !mayGoBack) return error;
  const { code, message, hint = '' } = error;
  const wayBack = "To take all of green's share, mode: rollback asks neither service.";
  return new ActionError(code, message, { hint: `${hint} ${wayBack}`.trim(), cause: error });
}

/** Green, the services' APIs or CloudWatch may be what is broken: nothing but Route 53 is asked. */
async function observeRecordsAlone(inputs: ShiftInputs): Promise<Observed> {
  const { zone, outside } = await observeZoneOfMost(inputs);
  const read = (blue: string | undefined) => observeRecords(inputs, zone, { blue, green: undefined });
  const asGiven = await read(inputs.blue.host);
  const all = asGiven.flatMap(({ records }) => records);
  const inside = passOverBlue(inputs.blue.host, all) === undefined ? asGiven : await read(undefined);
  const seen = inside.map((name): ObservedRecords => {
    const refusal = outside.get(name.domain);
    return refusal === undefined
      ? name
      : { ...name, records: [], state: { kind: 'foreign', refusals: [refusal] } };
  });
  return {
    ...nothingMore,
    intent: intentOf(
      inputs,
      seen.map(({ state }) => state),
    ),
    zone,
    names: seen.map((name) => ({ ...noMoreOfName, ...name })),
    blue: await observeBlueAmong(
      inputs,
      seen.flatMap(({ records }) => records),
    ),
  };
}

/** Longer no rollback waits for App Runner. */
const blueTimeoutMs = 10_000;

/** Which of several services is named, App Runner alone tells, and whose a host beside it is. It may be what is broken. */
async function observeBlueAmong(
  inputs: ShiftInputs,
  records: readonly RecordSet[],
): Promise<ObservedBlue | undefined> {
  const hosts = records
    .filter(({ type }) => isAddressType(type))
    .map((record) => normaliseName(targetOf(record) ?? ''))
    .filter(isAppRunnerHost);
  if (new Set(hosts).size < 2 || inputs.blue.service === undefined) return undefined;
  const { observeBlue, requireSameHost } = await import('./sides.ts');
  const byService = { ...inputs, blue: { ...inputs.blue, host: undefined } };
  const asked = observeBlue(byService).catch((error: unknown) => {
    if (!(error instanceof ActionError)) throw error;
    return undefined;
  });
  const blue = await Promise.race([asked, sleep(blueTimeoutMs, undefined, { ref: false })]);
  if (blue?.service !== undefined) requireSameHost(inputs.blue, blue.service);
  return blue && hosts.includes(normaliseName(blue.host)) ? blue : undefined;
}

/** Of several names, what the one needs that is least far. */
export function intentOf(
  { mode, planFor, target }: ShiftInputs,
  states: readonly RecordState[],
): ChangeMode | 'none' {
  if (isChangeMode(mode)) return mode;
  if (modes[mode].planFor === 'nothing') return 'none';
  if (planFor !== 'auto') return planFor;
  const isDone = (state: RecordState) => state.kind === 'simple' && state.side === 'green';
  if (states.some((state) => state.kind !== 'weighted' && !isDone(state))) return 'adopt';
  return target === undefined || states.every(isDone) ? 'none' : 'shift';
}

async function observeShown(inputs: ShiftInputs, base: Observed): Promise<Partial<Observed>> {
  if (inputs.mode !== 'plan' || base.intent === 'none') return {};
  const shown = await import('./shown.ts');
  const states = base.names.map(({ state }) => state);
  const areOthersAsked = base.intent === 'shift' && base.green !== undefined && goesForward(inputs, states);
  return shown.observeShown(inputs, base, areOthersAsked);
}

async function observeHealthChecks(inputs: ShiftInputs, base: Observed): Promise<readonly SeenHealthCheck[]> {
  const records = base.names.flatMap((name) => name.records);
  const areNamed = records.some(({ healthCheckId }) => healthCheckId !== undefined);
  if (!areNamed && inputs.greenHealthCheckId === undefined) return [];
  const { lookForHealthChecks } = await import('./health-check.ts');
  const states = base.names.map(({ state }) => state);
  const direction = goesForward(inputs, states) ? 'forward' : goesBack(inputs, states) ? 'back' : 'none';
  return lookForHealthChecks(inputs, base, direction);
}

/** What was seen of all, and, by its name, of each. */
type More = Partial<Omit<Observed, 'names'>> & {
  readonly names?: ReadonlyMap<string, Partial<ObservedName>>;
};

async function observeMore(
  inputs: ShiftInputs,
  base: Observed,
  now: number,
  signal: AbortSignal,
): Promise<More> {
  const { intent, blue, green, names: found } = base;
  const states = found.map(({ state }) => state);
  if (inputs.mode === 'status' && (blue !== undefined || green !== undefined)) {
    const { observeHealth } = await import('./readiness.ts');
    const names = await observeHealth(inputs, base, signal);
    return { names: mapValues(names, (health) => ({ health })) };
  }
  if (blue === undefined || green === undefined) return {};
  if (intent === 'adopt') return observeAdoption(inputs, states, blue);
  if (intent === 'shift') {
    if (!goesForward(inputs, states)) return observeBlueAlone(inputs, states, blue.host, signal);
    const [{ observeGreenHttp, observeReadiness }, { observeFollowers }] = await Promise.all([
      import('./readiness.ts'),
      import('./followers.ts'),
    ]);
    const [names, greenHttp, following] = await Promise.all([
      observeReadiness(inputs, blue.host, green, signal),
      observeGreenHttp(inputs, green, signal),
      observeFollowers(inputs, base, { blue, green }, signal),
    ]);
    return { names: mapValues(names, (readiness) => ({ readiness })), greenHttp, ...following };
  }
  if (intent !== 'finalize') return {};
  const [{ observeGreenReadiness }, { observeQuiet }, { observeLinkedNames }, { askFollowers }] =
    await Promise.all([
      import('./readiness.ts'),
      import('./request-counts.ts'),
      import('./neighbours.ts'),
      import('./followers.ts'),
    ]);
  const [names, quiet, linked] = await Promise.all([
    observeGreenReadiness(inputs, green, signal),
    inputs.finalize.holdHours === 0 ? undefined : observeQuiet(inputs, blue, now),
    observeLinkedNames(inputs, base.zone, blue),
  ]);
  const followers = await askFollowers(inputs, linked.otherNames, { blueHost: undefined, green }, signal);
  return { names: mapValues(names, (greenReadiness) => ({ greenReadiness })), quiet, ...linked, followers };
}

function mapValues<Value, Made>(
  map: ReadonlyMap<string, Value>,
  make: (value: Value) => Made,
): ReadonlyMap<string, Made> {
  return new Map([...map].map(([name, value]) => [name, make(value)]));
}

/** A CNAME answers by IPv6 as its target does; the alias records in its place have to say so. */
async function observeAdoption(
  { adoption }: ShiftInputs,
  states: readonly RecordState[],
  blue: ObservedBlue,
): Promise<More> {
  const isCname = states.some(
    (state) => state.kind === 'simple' && state.records.some(({ type }) => type === 'CNAME'),
  );
  if (!isCname || adoption.cnameBecomes === 'cname') return {};
  const { observeIpv6 } = await import('./sides.ts');
  return { blueHasIpv6: await observeIpv6(blue) };
}

/** Whom people are sent back to must answer. Nothing is asked where nothing moves. */
async function observeBlueAlone(
  inputs: ShiftInputs,
  states: readonly RecordState[],
  address: string,
  signal: AbortSignal,
): Promise<More> {
  if (!goesBack(inputs, states) && !changesHealthCheck(inputs, states)) return {};
  const { observeBlueAnswers } = await import('./readiness.ts');
  const names = await observeBlueAnswers(inputs, address, signal);
  return { names: mapValues(names, (blueAnswer) => ({ blueAnswer })) };
}

/** While a health check fails, all that green has goes to blue. */
function changesHealthCheck({ greenHealthCheckId }: ShiftInputs, states: readonly RecordState[]): boolean {
  return states.some(
    (state) => state.kind === 'weighted' && lacksHealthCheck(state.groups, greenHealthCheckId),
  );
}

/** To give green less needs nothing of green: then it is not even looked at. */
function goesForward(inputs: ShiftInputs, states: readonly RecordState[]): boolean {
  return isAnyTarget(inputs, states, (target, percent) => target > percent);
}

/** Of several steps, those that are behind were done by an earlier job. */
function goesBack(inputs: ShiftInputs, states: readonly RecordState[]): boolean {
  const isOne = inputs.target?.length === 1;
  return isOne && isAnyTarget(inputs, states, (target, percent) => target < percent);
}

function isAnyTarget(
  { target }: ShiftInputs,
  states: readonly RecordState[],
  compare: (target: number, percent: number) => boolean,
): boolean {
  const percents = states.flatMap((state) => greenPercentOfState(state) ?? []);
  return (target ?? []).some((weights) =>
    percents.some((percent) => compare(greenPercentOf(weights), percent)),
  );
}
