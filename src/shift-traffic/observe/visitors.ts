import type { Datapoint } from '../../aws/metrics.ts';
import type { CountedRequests, Probe, SentProbe } from '../model/observed.ts';

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

/** The clocks of this machine and of AWS, and the way of a request. */
const slackMs = 10_000;

/**
 * What visitors asked of green: the figures less what this job sent in the same minutes. Requests without an answer are
 * failed only as far as 5xx of the load balancer cover them in their minute: upgraded connections, open ones and visitors
 * who went away are without one, too.
 *
 * @param since when the first minute began to count; CloudWatch gives the whole of it.
 */
export function countVisitors(
  figures: GreenFigures,
  sent: readonly SentProbe[],
  since: number,
): CountedRequests {
  const own = countOwn(figures, sent, since);
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
    visitors: Math.max(requests - own.requests, failed),
    failed,
    balancerErrors: Math.max(0, total(figures.balancerErrors) - own.balancerErrors),
  };
}

/** The probes that may be in the figures: a minute that has not arrived has none of them. */
function countOwn({ requests }: GreenFigures, sent: readonly SentProbe[], since: number) {
  const from = Math.floor(since / minuteMs) * minuteMs - slackMs;
  const until = Math.max(...requests.map(({ at }) => at)) + minuteMs + slackMs;
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
