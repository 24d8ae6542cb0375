import { setTimeout as sleep } from 'node:timers/promises';
import { onceUnderWay } from '../../aws/first-request.ts';
import { isAppRunnerHost } from '../../dns/app-runner-zones.ts';
import { normaliseName } from '../../dns/names.ts';
import { greenPercentOfState, type RecordState } from '../../dns/pair.ts';
import { type RecordSet, targetOf } from '../../dns/records.ts';
import { isAddressType } from '../../dns/strangers.ts';
import { greenPercentOf } from '../../dns/weights.ts';
import { ActionError } from '../../errors.ts';
import { type ChangeMode, isChangeMode, modes, type ShiftInputs, sidesFor } from '../model/inputs.ts';
import type { Observed, ObservedBlue } from '../model/observed.ts';
import {
  observeDelegation,
  observeRecords,
  observeRecordsAndOwner,
  observeWildcard,
  observeZone,
  observeZoneForRollback,
} from './zone.ts';

const nothingMore = {
  blue: undefined,
  green: undefined,
  externalDnsOwner: undefined,
  wildcard: undefined,
  delegation: undefined,
  health: undefined,
  readiness: undefined,
  greenReadiness: undefined,
  blueAnswer: undefined,
  blueHasIpv6: undefined,
  greenPorts: undefined,
  quiet: undefined,
  domains: undefined,
  otherNames: undefined,
};

export async function observe(inputs: ShiftInputs, now: number, signal: AbortSignal): Promise<Observed> {
  if (sidesFor(inputs) === 'not-asked') return observeRecordsAlone(inputs);
  const asked = observeZone(inputs);
  const [zone, { blue, green }] = await Promise.all([asked, observeServices(inputs, asked)]);
  const targets = { blue: blue?.host, green: green?.balancer.dnsName };
  const { externalDnsOwner, ...seen } = await observeRecordsAndOwner(inputs.domain, zone, targets);
  const { state } = seen;
  const intent = intentOf(inputs, state);
  const base = { ...nothingMore, intent, zone, ...seen, blue, green };
  const [wildcard, delegation, more] = await Promise.all([
    state.kind === 'absent' ? observeWildcard(inputs.domain, zone) : undefined,
    observeDelegation(zone),
    observeMore(inputs, base, now, signal),
  ]);
  return { ...base, externalDnsOwner, wildcard, delegation, ...more };
}

type Services = Pick<Observed, 'blue' | 'green'>;

async function observeServices(inputs: ShiftInputs, askedBefore: Promise<unknown>): Promise<Services> {
  const { blue: named, green: ref } = inputs;
  if (named.service === undefined && named.host === undefined && ref === undefined) {
    return { blue: undefined, green: undefined };
  }
  await onceUnderWay(askedBefore);
  const { observeBlue, observeGreen } = await import('./sides.ts');
  const [blue, green] = await Promise.all([observeBlue(inputs), ref && observeGreen(ref)]);
  return { blue, green };
}

/** Green, the services' APIs or CloudWatch may be what is broken: nothing but Route 53 is asked. */
async function observeRecordsAlone(inputs: ShiftInputs): Promise<Observed> {
  const zone = await observeZoneForRollback(inputs);
  const seen = await observeRecords(inputs.domain, zone, { blue: inputs.blue.host, green: undefined });
  return {
    ...nothingMore,
    intent: intentOf(inputs, seen.state),
    zone,
    ...seen,
    blue: await observeBlueAmong(inputs, seen.records),
  };
}

/** Longer no rollback waits for App Runner. */
const blueTimeoutMs = 10_000;

/** Which of several services is the one that is named, App Runner alone tells. It need not, and may be what is broken. */
async function observeBlueAmong(
  inputs: ShiftInputs,
  records: readonly RecordSet[],
): Promise<ObservedBlue | undefined> {
  const hosts = records
    .filter(({ type }) => isAddressType(type))
    .map((record) => normaliseName(targetOf(record) ?? ''))
    .filter(isAppRunnerHost);
  const { host, service } = inputs.blue;
  if (new Set(hosts).size < 2 || host !== undefined || service === undefined) return undefined;
  const { observeBlue } = await import('./sides.ts');
  const asked = observeBlue(inputs).catch((error: unknown) => {
    if (!(error instanceof ActionError)) throw error;
    return undefined;
  });
  const blue = await Promise.race([asked, sleep(blueTimeoutMs, undefined, { ref: false })]);
  return blue && hosts.includes(normaliseName(blue.host)) ? blue : undefined;
}

export function intentOf({ mode, planFor, target }: ShiftInputs, state: RecordState): ChangeMode | 'none' {
  if (isChangeMode(mode)) return mode;
  if (modes[mode].planFor === 'nothing') return 'none';
  if (planFor !== 'auto') return planFor;
  if (state.kind === 'weighted') return target === undefined ? 'none' : 'shift';
  return state.kind === 'simple' && state.side === 'green' ? 'none' : 'adopt';
}

async function observeMore(
  inputs: ShiftInputs,
  base: Observed,
  now: number,
  signal: AbortSignal,
): Promise<Partial<Observed>> {
  const { intent, blue, green, state } = base;
  if (inputs.mode === 'status' && (blue !== undefined || green !== undefined)) {
    const { observeHealth } = await import('./readiness.ts');
    return { health: await observeHealth(inputs, base, signal) };
  }
  if (blue === undefined || green === undefined) return {};
  if (intent === 'adopt') return observeAdoption(inputs, state, blue);
  if (intent === 'shift') {
    if (!goesForward(inputs, state)) return observeBlueAlone(inputs, state, blue.host, signal);
    const { observeGreenPorts, observeReadiness } = await import('./readiness.ts');
    const [readiness, greenPorts] = await Promise.all([
      observeReadiness(inputs, blue.host, green, signal),
      observeGreenPorts(green),
    ]);
    return { readiness, greenPorts };
  }
  if (intent !== 'finalize') return {};
  const [{ observeGreenReadiness }, { observeQuiet }, { observeLinkedNames }] = await Promise.all([
    import('./readiness.ts'),
    import('./request-counts.ts'),
    import('./sides.ts'),
  ]);
  const [greenReadiness, quiet, linked] = await Promise.all([
    observeGreenReadiness(inputs, green, signal),
    inputs.finalize.holdHours === 0 ? undefined : observeQuiet(inputs, blue, now),
    observeLinkedNames(inputs, base.zone, blue),
  ]);
  return { greenReadiness, quiet, ...linked };
}

/** A CNAME answers by IPv6 as its target does; the alias records in its place have to say so. */
async function observeAdoption(
  { adoption }: ShiftInputs,
  state: RecordState,
  blue: ObservedBlue,
): Promise<Partial<Observed>> {
  const isCname = state.kind === 'simple' && state.records.some(({ type }) => type === 'CNAME');
  if (!isCname || adoption.cnameBecomes === 'cname') return {};
  const { observeIpv6 } = await import('./sides.ts');
  return { blueHasIpv6: await observeIpv6(blue) };
}

/** Whom people are sent back to must answer. Nothing is asked where nothing moves. */
async function observeBlueAlone(
  inputs: ShiftInputs,
  state: RecordState,
  address: string,
  signal: AbortSignal,
): Promise<Partial<Observed>> {
  const percent = greenPercentOfState(state);
  const goesBack =
    percent !== undefined && (inputs.target ?? []).some((weights) => greenPercentOf(weights) < percent);
  if (!goesBack) return {};
  const { observeBlueAnswer } = await import('./readiness.ts');
  return { blueAnswer: await observeBlueAnswer(inputs, address, signal) };
}

/** To give green less needs nothing of green: then it is not even looked at. */
function goesForward({ target }: ShiftInputs, state: RecordState): boolean {
  const percent = greenPercentOfState(state);
  return percent !== undefined && (target ?? []).some((weights) => greenPercentOf(weights) > percent);
}
