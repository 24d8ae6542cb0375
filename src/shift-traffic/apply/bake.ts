import { describeAlarms } from '../../aws/metrics.ts';
import { renderPercent } from '../../dns/weights.ts';
import { ActionError } from '../../errors.ts';
import { pollUntil } from '../../poll.ts';
import type { Job } from '../model/job.ts';
import type { ObservedGreen } from '../model/observed.ts';
import { judgeProbe } from '../model/observed.ts';
import type { BakeStep } from '../model/plan.ts';
import { sendProbe } from '../observe/probe.ts';
import { countGreenRequests } from '../observe/request-counts.ts';
import { type BakeLook, type BakeVerdict, badProbesInRow, judgeBake, type Unread } from './judge-bake.ts';

/** CloudWatch has one value a minute, and asking costs; a probe is free. */
const looksPerMetric = 6;

/** The watch has a pulse of its own: looks that are few prove little, whatever pace is asked for Route 53. */
const leastLooks = 30;

/** Probes and metrics that do not answer take less than this. */
const lastLooksSeconds = 180;

/** Watches green until the time is over or something is bad. */
export async function applyBake(step: BakeStep, green: ObservedGreen, job: Job): Promise<BakeVerdict> {
  const { inputs, facts, clock, runner } = job;
  const startedAt = clock.now();
  const endsAt = startedAt + inputs.bake.seconds * 1000;
  const intervalSeconds = Math.min(inputs.pollIntervalSeconds, inputs.bake.seconds / leastLooks);
  const looks: BakeLook[] = [];
  // A green that is dead from the first look to the last is seen to be so.
  const isOver = () => clock.now() >= endsAt && looks.length >= badProbesInRow - 1;
  const verdict = await pollUntil({
    read: () => {
      const isLast = isOver();
      const withRequests = isLast || looks.length % looksPerMetric === looksPerMetric - 1;
      return look({ job, green, since: startedAt, isLast, withRequests });
    },
    judge: (seen) => {
      looks.push(seen);
      facts.probes.push({ at: clock.now(), side: 'green', probe: seen.probe });
      const because = judgeProbe(seen.probe, inputs.probe.statuses);
      if (because !== undefined) runner.info(`Green did not answer as it should: ${because}`);
      const reached = judgeBake(looks, inputs.bake, inputs.probe.statuses);
      return reached === undefined
        ? { kind: 'wait', because: 'the time is not over' }
        : { kind: 'done', value: reached };
    },
    clock,
    signal: runner.cancelled,
    intervalSeconds,
    // The last look begins when the time is over; until it ends, there is no verdict to be late for.
    timeoutSeconds: inputs.bake.seconds + intervalSeconds + lastLooksSeconds,
    onTimeout: (because) => new ActionError('inconclusive', because),
  });
  const text = `Green at ${renderPercent(step.greenPercent)} %: ${verdict.kind}, ${verdict.because}`;
  facts.verdicts.push(text);
  runner.info(text);
  return verdict;
}

async function look(options: {
  readonly job: Job;
  readonly green: ObservedGreen;
  readonly since: number;
  readonly isLast: boolean;
  readonly withRequests: boolean;
}): Promise<BakeLook> {
  const { job, green, since, isLast, withRequests } = options;
  const { inputs, clock, runner } = job;
  const { domain, bake } = inputs;
  const [seen, alarms, counted] = await Promise.all([
    sendProbe({ address: green.balancer.dnsName, domain, path: inputs.probe.path, signal: runner.cancelled }),
    attempt(describeAlarms(bake.alarms)),
    withRequests && bake.maxErrorPercent !== undefined
      ? attempt(countGreenRequests(green, since, clock.now()))
      : undefined,
  ]);
  return { probe: seen, alarms, counted, isLast };
}

/** What cannot be measured is no verdict on green; it only leaves the step unproven. */
async function attempt<T>(reading: Promise<T>): Promise<T | Unread> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return { unread: error.message };
  }
}
