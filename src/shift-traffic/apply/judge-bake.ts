import type { Alarm } from '../../aws/metrics.ts';
import { renderPercent } from '../../dns/weights.ts';
import type { StatusRange } from '../../parse.ts';
import type { BakeInputs } from '../model/inputs.ts';
import { type CountedRequests, judgeProbe, type Probe } from '../model/observed.ts';

/** One look at green while a step proves itself. What could not be read is the reason why. */
export type BakeLook = {
  readonly probe: Probe;
  readonly alarms: readonly Alarm[] | Unread;
  /** Green's requests since the step took effect; `undefined` when they are not judged, or were not read this time. */
  readonly counted: CountedRequests | Unread | undefined;
  readonly isLast: boolean;
};

export type Unread = { readonly unread: string };

export type BakeVerdict =
  | { readonly kind: 'good'; readonly because: string }
  /** Measured, and bad. */
  | { readonly kind: 'bad'; readonly because: string }
  /** Not measured, or too little: neither a reason to go on nor one to go back. */
  | { readonly kind: 'unclear'; readonly because: string };

/** One request may get lost on its way; three in a row do not. */
const badProbesInRow = 3;

/**
 * What the looks so far mean; `undefined`: look again. Bad news counts at once, good news only at the end. Pure.
 *
 * @param looks oldest first, the present one last.
 */
export function judgeBake(
  looks: readonly BakeLook[],
  bake: BakeInputs,
  statuses: readonly StatusRange[],
): BakeVerdict | undefined {
  const bad =
    judgeProbes(looks, statuses) ?? judgeAlarms(looks.at(-1)) ?? judgeErrors(latestCount(looks), bake);
  if (bad !== undefined) return { kind: 'bad', because: bad };
  const last = looks.at(-1);
  if (last?.isLast !== true) return undefined;
  const unclear = findUnclear(looks, last, bake, statuses);
  if (unclear !== undefined) return { kind: 'unclear', because: unclear };
  return { kind: 'good', because: describeGood(looks, bake) };
}

function judgeProbes(looks: readonly BakeLook[], statuses: readonly StatusRange[]): string | undefined {
  const recent = looks.slice(-badProbesInRow).map(({ probe }) => judgeProbe(probe, statuses));
  if (recent.length < badProbesInRow || recent.includes(undefined)) return undefined;
  return `${badProbesInRow} requests in a row failed: ${recent.at(-1)}`;
}

function judgeAlarms(look: BakeLook | undefined): string | undefined {
  if (look === undefined || 'unread' in look.alarms) return undefined;
  const ringing = look.alarms.find(({ state }) => state === 'ALARM');
  if (ringing === undefined) return undefined;
  return `alarm ${ringing.name} went off${ringing.reason === undefined ? '' : `: ${ringing.reason}`}`;
}

function judgeErrors(
  counted: CountedRequests | undefined,
  { maxErrorPercent, minRequests }: BakeInputs,
): string | undefined {
  if (counted === undefined || maxErrorPercent === undefined) return undefined;
  const isEnough = counted.requests >= Math.max(minRequests, 1);
  if (!isEnough || errorPercent(counted) <= maxErrorPercent) return undefined;
  return `${renderErrors(counted)}, and at most ${maxErrorPercent} % are allowed`;
}

function findUnclear(
  looks: readonly BakeLook[],
  last: BakeLook,
  bake: BakeInputs,
  statuses: readonly StatusRange[],
): string | undefined {
  const badProbe = judgeProbe(last.probe, statuses);
  if (badProbe !== undefined) return `the last request failed: ${badProbe}`;
  if ('unread' in last.alarms) return last.alarms.unread;
  const silent = last.alarms.filter(({ state }) => state !== 'OK').map(({ name }) => name);
  if (silent.length > 0) return `alarm ${silent.join(', ')} has no data`;
  if (bake.maxErrorPercent === undefined) return undefined;
  if (last.counted !== undefined && 'unread' in last.counted) return last.counted.unread;
  const counted = latestCount(looks) ?? { requests: 0, errors: 0 };
  if (counted.requests >= bake.minRequests) return undefined;
  return `CloudWatch shows ${counted.requests} requests to green, fewer than min-requests (${bake.minRequests})`;
}

function latestCount(looks: readonly BakeLook[]): CountedRequests | undefined {
  const read = looks.findLast(({ counted }) => counted !== undefined && !('unread' in counted));
  return read?.counted as CountedRequests | undefined;
}

function errorPercent({ requests, errors }: CountedRequests): number {
  return requests === 0 ? 0 : (100 * errors) / requests;
}

function renderErrors(counted: CountedRequests): string {
  return `${counted.errors} of ${counted.requests} requests to green failed (${renderPercent(errorPercent(counted))} %)`;
}

function describeGood(looks: readonly BakeLook[], bake: BakeInputs): string {
  const counted = latestCount(looks);
  const parts = [
    `${looks.length} requests answered`,
    ...(bake.alarms.length > 0 ? [`alarms OK: ${bake.alarms.join(', ')}`] : []),
    ...(counted === undefined ? [] : [renderErrors(counted)]),
  ];
  return parts.join(', ');
}
