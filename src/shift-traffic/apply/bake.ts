import { renderPercent } from '../../dns/weights.ts';
import { ActionError } from '../../errors.ts';
import { pollUntil } from '../../poll.ts';
import type { Job } from '../model/job.ts';
import type { ObservedGreen } from '../model/observed.ts';
import { judgeProbe } from '../model/observed.ts';
import type { BakeStep } from '../model/plan.ts';
import { sendProbe } from '../observe/probe.ts';
import { figuresSeconds } from '../plan/readiness.ts';
import { startAsking } from './figures.ts';
import { type BakeLook, type BakeVerdict, badProbesInRow, judgeNames } from './judge-bake.ts';

/** The watch has a pulse of its own: looks that are few prove little, whatever pace is asked for Route 53. */
const leastLooks = 30;

/** Two questions to CloudWatch, one after the other, that are not answered take less than this. */
const lastLooksSeconds = 360;

/** Watches green until the time is over and CloudWatch has its figures, or something is bad. */
export async function applyBake(step: BakeStep, green: ObservedGreen, job: Job): Promise<BakeVerdict> {
  const { inputs, facts, clock, runner } = job;
  const { domains, probe } = inputs;
  const startedAt = clock.now();
  const endsAt = startedAt + inputs.bake.seconds * 1000;
  const intervalSeconds = Math.min(inputs.pollIntervalSeconds, inputs.bake.seconds / leastLooks);
  const looks = new Map(domains.map((domain): [string, BakeLook[]] => [domain, []]));
  let looked = 0;
  const readFigures = startAsking({ startedAt, endsAt }, green, job);
  // A green that is dead from the first look to the last is seen to be so.
  const isOver = () => clock.now() >= endsAt && looked >= badProbesInRow - 1;
  const verdict = await pollUntil({
    read: async () => {
      const address = green.balancer.dnsName;
      const ask = (domain: string) =>
        sendProbe({ address, domain, path: probe.path, signal: runner.cancelled });
      const [answers, figures] = await Promise.all([Promise.all(domains.map(ask)), readFigures(isOver())]);
      return { answers, ...figures };
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
    timeoutSeconds: inputs.bake.seconds + figuresSeconds(inputs) + intervalSeconds + lastLooksSeconds,
    onTimeout: (because) => new ActionError('inconclusive', because),
  });
  const text = `Green at ${renderPercent(step.greenPercent)} %: ${verdict.kind}, ${verdict.because}`;
  facts.verdicts.push(text);
  runner.info(text);
  return verdict;
}
