import type { Alarm } from '../../aws/metrics.ts';
import { renderNames } from '../../dns/names.ts';
import { renderPercent } from '../../dns/weights.ts';
import type { StatusRange } from '../../parse.ts';
import type { BakeInputs } from '../model/inputs.ts';
import type { CountedRequests } from '../model/measured.ts';
import { judgeProbe, type Probe } from '../model/observed.ts';

/** One look at green while a step proves itself. What could not be read is the reason why. */
export type BakeLook = {
  readonly probe: Probe;
  /** `undefined`: the first answer is still to come. */
  readonly alarms: readonly Alarm[] | Unread | undefined;
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
  | { readonly kind: 'unclear'; readonly because: string; readonly wayOut: string };

/** One request may get lost on its way; three in a row do not. */
export const badProbesInRow = 3;

/** Of all probes of a watch: so many that fail are bad, wherever they stand, if they are at least as many as are bad in a row. */
export const badProbePercent = 25;

/** Of all probes of a watch: no more may fail for it to be good. One of the 31 of five minutes is less. */
export const goodProbePercent = 5;

/** Looks in a row without sight of all alarms: an alarm may go off and be over meanwhile. */
const blindInRow = 3;

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
  const probes = countProbes(looks, statuses);
  const bad = judgeProbes(probes) ?? judgeAlarms(looks.at(-1)) ?? judgeErrors(latestCount(looks), bake);
  if (bad !== undefined) return { kind: 'bad', because: bad };
  const last = looks.at(-1);
  if (last?.isLast !== true) return undefined;
  const unclear = findUnclear(last, bake, probes) ?? findBlindness(looks);
  if (unclear !== undefined) return { kind: 'unclear', wayOut: lookYourself, ...unclear };
  return { kind: 'good', because: describeGood(looks, bake, probes) };
}

/**
 * The same of several names: the worst counts. Alarms and metrics are of green as a whole, so that they say the same of
 * each.
 */
export function judgeNames(
  names: ReadonlyMap<string, readonly BakeLook[]>,
  bake: BakeInputs,
  statuses: readonly StatusRange[],
): BakeVerdict | undefined {
  const verdicts = [...names].map(([domain, looks]) => ({ domain, own: judgeBake(looks, bake, statuses) }));
  const bad = verdicts.filter(({ own }) => own?.kind === 'bad');
  if (bad.length === 0 && verdicts.some(({ own }) => own === undefined)) return undefined;
  const unclear = verdicts.filter(({ own }) => own?.kind === 'unclear');
  const [worst = []] = [bad, unclear, verdicts].filter((kind) => kind.length > 0);
  const [first] = worst;
  const because = sayTogether(
    worst.map(({ domain, own }) => ({ domain, because: own?.because ?? '' })),
    names.size,
  );
  return first?.own && { ...first.own, because };
}

/** What all names have in common is said without them. */
function sayTogether(
  said: readonly { readonly domain: string; readonly because: string }[],
  names: number,
): string {
  const reasons = Map.groupBy(said, ({ because }) => because);
  return [...reasons]
    .map(([because, by]) =>
      by.length === names ? because : `${renderNames(by.map(({ domain }) => domain))}: ${because}`,
    )
    .join('; ');
}

type CountedProbes = {
  readonly sent: number;
  readonly failed: number;
  /** How many of the latest ones failed without one between them that did not. */
  readonly failedInRow: number;
  /** Of the latest one that failed. */
  readonly because: string | undefined;
};

function countProbes(looks: readonly BakeLook[], statuses: readonly StatusRange[]): CountedProbes {
  const reasons = looks.map(({ probe }) => judgeProbe(probe, statuses));
  const failed = reasons.filter((reason) => reason !== undefined);
  return {
    sent: reasons.length,
    failed: failed.length,
    failedInRow: reasons.length - 1 - reasons.lastIndexOf(undefined),
    because: failed.at(-1),
  };
}

function judgeProbes(probes: CountedProbes): string | undefined {
  if (probes.failedInRow >= badProbesInRow)
    return `${probes.failedInRow} probes in a row failed: ${probes.because}`;
  if (probes.failed < badProbesInRow || failedPercent(probes) < badProbePercent) return undefined;
  return renderProbes(probes);
}

const failedPercent = ({ sent, failed }: CountedProbes) => (100 * failed) / sent;

const renderProbes = ({ sent, failed, because }: CountedProbes) =>
  `${failed} of ${sent} probes failed, the last with: ${because}`;

function judgeAlarms(look: BakeLook | undefined): string | undefined {
  if (look?.alarms === undefined || 'unread' in look.alarms) return undefined;
  const ringing = look.alarms.find(({ state }) => state === 'ALARM');
  if (ringing === undefined) return undefined;
  return `alarm ${ringing.name} went off${ringing.reason === undefined ? '' : `: ${ringing.reason}`}`;
}

function judgeErrors(
  counted: CountedRequests | undefined,
  { maxErrorPercent, minRequests }: BakeInputs,
): string | undefined {
  if (counted === undefined || maxErrorPercent === undefined) return undefined;
  const isEnough = counted.visitors >= Math.max(minRequests, 1);
  if (!isEnough || errorPercent(counted) <= maxErrorPercent) return undefined;
  return `${renderErrors(counted)}, and at most ${maxErrorPercent} % are allowed`;
}

const lookYourself = 'Look at green yourself, then take the next step or roll back.';
const watchAgain = `Run the job again, which watches this share anew; or: ${lookYourself}`;

type Doubt = { readonly because: string; readonly wayOut?: string };

function findUnclear(last: BakeLook, bake: BakeInputs, probes: CountedProbes): Doubt | undefined {
  if (probes.failedInRow > 0) return { because: `the last probe failed: ${probes.because}` };
  if (failedPercent(probes) > goodProbePercent) return { because: renderProbes(probes) };
  if (last.alarms === undefined) return { because: 'CloudWatch has not answered yet' };
  if ('unread' in last.alarms) return { because: last.alarms.unread };
  const [silent] = last.alarms.filter(({ state }) => state !== 'OK');
  if (silent !== undefined) return { because: describeSilent(silent) };
  if (bake.maxErrorPercent === undefined) return undefined;
  if (last.counted === undefined) return { because: 'the metrics of green were not read' };
  if ('unread' in last.counted) return { because: last.counted.unread };
  const late = whyBehind(last.counted);
  if (late !== undefined) return { because: late, wayOut: `CloudWatch is late. ${watchAgain}` };
  const { balancerErrors } = last.counted;
  if (balancerErrors > 0) {
    return {
      because: `the load balancer itself answered ${balancerErrors} requests with 5xx, and CloudWatch does not show to whose visitors`,
    };
  }
  return last.counted.visitors >= bake.minRequests ? undefined : describeFew(last.counted, bake);
}

/** Of figures that lack minutes of the watch. */
export function whyBehind(counted: BakeLook['counted']): string | undefined {
  if (counted === undefined || 'unread' in counted || !counted.isBehind) return undefined;
  return counted.until === undefined
    ? 'CloudWatch has no figures of green yet'
    : `CloudWatch's figures of green end at ${new Date(counted.until).toISOString().slice(11, 16)} UTC`;
}

/** Alarms that are content in the end prove nothing of the looks that did not see them. */
function findBlindness(looks: readonly BakeLook[]): Doubt | undefined {
  let blind = 0;
  let inRow = 0;
  let longest = 0;
  let latest = '';
  for (const { alarms } of looks) {
    const because = whyBlind(alarms);
    inRow = because === undefined ? 0 : inRow + 1;
    longest = Math.max(longest, inRow);
    if (because === undefined) continue;
    blind += 1;
    latest = because;
  }
  if (longest < blindInRow && (100 * blind) / looks.length <= goodProbePercent) return undefined;
  return { because: `alarms were not seen in ${blind} of ${looks.length} looks, the last time: ${latest}` };
}

function whyBlind(alarms: BakeLook['alarms']): string | undefined {
  if (alarms === undefined) return undefined;
  if ('unread' in alarms) return alarms.unread;
  const missing = alarms.find(({ state }) => state === 'missing');
  return missing && describeSilent(missing);
}

function describeSilent({ name, state }: Alarm): string {
  return state === 'missing' ? `alarm ${name} is not there any more` : `alarm ${name} has no data`;
}

function describeFew({ requests, visitors }: CountedRequests, { minRequests }: BakeInputs): Doubt {
  const because = `CloudWatch shows ${visitors} requests of visitors to green, fewer than min-requests (${minRequests}); the probes of this job do not count`;
  // The probes are there, so figures have come, and they are of nobody else.
  if (visitors === 0 && requests > 0) {
    return {
      because,
      wayOut: `Nobody but this job visits green. Watch alarms or the probes alone, without max-error-percent; or: ${lookYourself}`,
    };
  }
  return { because, wayOut: `Lengthen bake-minutes or lower min-requests; or: ${lookYourself}` };
}

function latestCount(looks: readonly BakeLook[]): CountedRequests | undefined {
  const read = looks.findLast(({ counted }) => counted !== undefined && !('unread' in counted));
  return read?.counted as CountedRequests | undefined;
}

function errorPercent({ visitors, failed }: CountedRequests): number {
  return visitors === 0 ? 0 : (100 * failed) / visitors;
}

function renderErrors(counted: CountedRequests): string {
  return `${counted.failed} of ${counted.visitors} requests of visitors to green failed (${renderPercent(errorPercent(counted))} %)`;
}

function describeGood(looks: readonly BakeLook[], bake: BakeInputs, { sent, failed }: CountedProbes): string {
  const counted = latestCount(looks);
  const parts = [
    `${sent - failed} of ${sent} probes answered`,
    ...(bake.alarms.length > 0 ? [`alarms OK: ${bake.alarms.join(', ')}`] : []),
    ...(counted === undefined ? [] : [renderErrors(counted)]),
  ];
  return parts.join(', ');
}
