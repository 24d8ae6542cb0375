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
import { type BakeLook, type BakeVerdict, badProbesInRow, judgeNames, type Unread } from './judge-bake.ts';

/** CloudWatch has one value a minute, and asking costs; a probe is free. */
const looksPerMetric = 6;

/** The watch has a pulse of its own: looks that are few prove little, whatever pace is asked for Route 53. */
const leastLooks = 30;

/** Two questions to CloudWatch, one after the other, that are not answered take less than this. */
const lastLooksSeconds = 360;

/** Watches green until the time is over or something is bad. */
export async function applyBake(step: BakeStep, green: ObservedGreen, job: Job): Promise<BakeVerdict> {
  const { inputs, facts, clock, runner } = job;
  const { domains, probe } = inputs;
  const startedAt = clock.now();
  const endsAt = startedAt + inputs.bake.seconds * 1000;
  const intervalSeconds = Math.min(inputs.pollIntervalSeconds, inputs.bake.seconds / leastLooks);
  const looks = new Map(domains.map((domain): [string, BakeLook[]] => [domain, []]));
  let looked = 0;
  const figures = startAsking((withRequests) =>
    askCloudWatch({ job, green, since: startedAt, withRequests }),
  );
  // A green that is dead from the first look to the last is seen to be so.
  const isOver = () => clock.now() >= endsAt && looked >= badProbesInRow - 1;
  const verdict = await pollUntil({
    read: async () => {
      const isLast = isOver();
      const address = green.balancer.dnsName;
      const ask = (domain: string) =>
        sendProbe({ address, domain, path: probe.path, signal: runner.cancelled });
      const [answers, read] = await Promise.all([
        Promise.all(domains.map(ask)),
        isLast ? figures.ofTheEnd() : figures.latest(),
      ]);
      return { answers, ...read, isLast };
    },
    judge: ({ answers, ...look }) => {
      looked += 1;
      for (const [index, answer] of answers.entries()) {
        const domain = domains[index] ?? '';
        looks.get(domain)?.push({ probe: answer, ...look });
        facts.probes.push({ at: clock.now(), side: 'green', domain, probe: answer });
        const because = judgeProbe(answer, probe.statuses);
        const forWhom = domains.length === 1 ? '' : ` for ${domain}`;
        if (because !== undefined) runner.info(`Green did not answer${forWhom} as it should: ${because}`);
      }
      const reached = judgeNames(looks, inputs.bake, probe.statuses);
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

type Figures = Pick<BakeLook, 'alarms' | 'counted'>;

const nothingYet: Figures = { alarms: undefined, counted: undefined };

/**
 * Asks CloudWatch beside the probes, one question after the other: however long it takes, it stretches no look, and a look
 * has what was answered last.
 */
function startAsking(ask: (withRequests: boolean) => Promise<Figures>) {
  let known = nothingYet;
  let asked = 0;
  let pending: Promise<void> | undefined;
  const next = async (withRequests: boolean) => {
    known = await ask(withRequests);
    pending = undefined;
  };
  return {
    /** Does not wait. */
    latest: async (): Promise<Figures> => {
      if (pending === undefined) {
        asked += 1;
        pending = next(asked % looksPerMetric === 0);
        // Whoever waits for it in the end gets the error, too.
        pending.catch(() => {});
      }
      return known;
    },
    /** Asked for when the time is over. */
    ofTheEnd: async (): Promise<Figures> => {
      await pending;
      return ask(true);
    },
  };
}

async function askCloudWatch(options: {
  readonly job: Job;
  readonly green: ObservedGreen;
  readonly since: number;
  readonly withRequests: boolean;
}): Promise<Figures> {
  const { job, green, since, withRequests } = options;
  const { bake } = job.inputs;
  const [alarms, counted] = await Promise.all([
    attempt(describeAlarms(bake.alarms)),
    withRequests && bake.maxErrorPercent !== undefined
      ? attempt(countGreenRequests(green, since, job.clock.now()))
      : undefined,
  ]);
  return { alarms, counted };
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
