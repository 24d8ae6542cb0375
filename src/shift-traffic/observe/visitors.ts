import type { Datapoint } from '../../aws/metrics.ts';
import type { CountedRequests } from '../model/measured.ts';
import type { Probe, SentProbe } from '../model/observed.ts';

/** Milliseconds since the epoch. */
export type Watch = { readonly startedAt: number; readonly endsAt: number };

/** What CloudWatch shows of green, a value a minute. */
export type GreenFigures = {
  /** All for which the load balancer could choose one of green's tasks. */
  readonly requests: readonly Datapoint[];
  /** Those of them that a task answered, whatever it said. */
  readonly answers: readonly Datapoint[];
  /** Those that a task answered with a 5xx. */
  readonly errors: readonly Datapoint[];
  /** What the load balancer itself answered with a 5xx, to visitors of its other services, too. */
  readonly balancerErrors: readonly Datapoint[];
};

const minuteMs = 60_000;

/** Of the end of a watch figures may be missing: its last minute is over only after it, and comes later still. */
const unseenMs = minuteMs;

/** The clocks of this machine and of AWS, and the way of a request. */
const slackMs = 10_000;

/**
 * What visitors asked of green: the figures less what this job sent in the same minutes. Requests without an answer are
 * failed only as far as 5xx of the load balancer cover them in their minute: upgraded connections, open ones and visitors
 * who went away are without one, too.
 *
 * @param watch the minute in which it began counts, and CloudWatch gives the whole of it.
 */
export function countVisitors(
  figures: GreenFigures,
  sent: readonly SentProbe[],
  watch: Watch,
): CountedRequests {
  const own = countOwn(figures, sent, watch);
  const newest = newestMinute(figures);
  const requests = total(figures.requests);
  const balancerErrors = byMinute(figures.balancerErrors);
  const answers = byMinute(figures.answers);
  let lost = 0;
  for (const [minute, asked] of byMinute(figures.requests)) {
    const missing = Math.max(0, asked - (answers.get(minute) ?? 0));
    lost += Math.min(missing, balancerErrors.get(minute) ?? 0);
  }
  const failed = Math.max(0, total(figures.errors) + lost - own.failed);
  return {
    requests,
    until: newest === undefined ? undefined : newest + minuteMs,
    isBehind: isBehind(newest, sent, watch),
    visitors: Math.max(requests - own.requests, failed),
    failed,
    balancerErrors: Math.max(0, total(figures.balancerErrors) - own.balancerErrors),
  };
}

/**
 * Whether minutes are missing that the load balancer must have counted something in. It reports no minute without requests
 * (ELB guide, "CloudWatch metrics"), so that silence alone would not tell; but a probe that a task answered is a request.
 */
function isBehind(
  newest: number | undefined,
  sent: readonly SentProbe[],
  { startedAt, endsAt }: Watch,
): boolean {
  const counted = sent
    .filter(({ at, probe }) => at >= startedAt && isOfTask(probe))
    .map(({ at }) => at)
    .toSorted((one, other) => one - other);
  // A watch of less than a minute is seen at its beginning, or not at all.
  const due = counted.findLast((at) => at <= endsAt - unseenMs) ?? counted[0];
  return due !== undefined && (newest === undefined || newest < startOfMinute(due));
}

function newestMinute({ requests }: GreenFigures): number | undefined {
  return requests.length === 0 ? undefined : Math.max(...requests.map(({ at }) => at));
}

const startOfMinute = (at: number) => Math.floor(at / minuteMs) * minuteMs;

/** The probes that may be in the figures: a minute that has not arrived has none of them. */
function countOwn(figures: GreenFigures, sent: readonly SentProbe[], { startedAt }: Watch) {
  const from = startOfMinute(startedAt) - slackMs;
  const until = (newestMinute(figures) ?? Number.NEGATIVE_INFINITY) + minuteMs + slackMs;
  const probes = sent.filter(({ at }) => at >= from && at < until).map(({ probe }) => probe);
  const reached = probes.filter(mayHaveReachedTask);
  return {
    requests: reached.length,
    failed: reached.filter(isServerError).length,
    balancerErrors: probes.filter((probe) => isServerError(probe) && isBalancers(probe)).length,
  };
}

/** Whether a task may have been chosen for it (ELB guide, metric RequestCount); only then it is among green's requests. */
function mayHaveReachedTask(probe: Probe | undefined): boolean {
  if (probe === undefined) return true;
  if (probe.kind === 'failed') return !probe.isCertificate;
  return !isBalancers(probe) || probe.status === 502 || probe.status === 504;
}

function isOfTask(probe: Probe | undefined): boolean {
  return probe?.kind === 'answered' && !isBalancers(probe);
}

function isServerError(probe: Probe | undefined): boolean {
  return probe?.kind === 'answered' && probe.status >= 500;
}

function isBalancers(probe: Probe | undefined): boolean {
  return probe?.kind === 'answered' && probe.by === 'balancer';
}

function total(points: readonly Datapoint[]): number {
  return points.reduce((sum, { value }) => sum + value, 0);
}

/** Both target groups together. */
function byMinute(points: readonly Datapoint[]): ReadonlyMap<number, number> {
  const sums = new Map<number, number>();
  for (const { at, value } of points) sums.set(at, (sums.get(at) ?? 0) + value);
  return sums;
}
