import { type Flow, flowOf } from '../../dns/flow.ts';
import { isSameName } from '../../dns/names.ts';
import type { RecordSet } from '../../dns/records.ts';
import type { Job } from '../model/job.ts';
import { judgeProbe } from '../model/observed.ts';
import { sendProbe } from '../observe/probe.ts';
import { namesIn } from './swapped.ts';

/** Whether people of a name may be sent back without anybody being asked. */
export type NameWayBack = { readonly domain: string } & (
  | { readonly kind: 'open' }
  /** Neither side answers: the former one is no worse, and it is what people knew. */
  | { readonly kind: 'no-better'; readonly because: string }
  /** They have an answer where they are, and would have none there. */
  | { readonly kind: 'closed'; readonly because: string }
);

/** One request may get lost on its way; three in a row do not. */
const rounds = 3;
const longestPauseSeconds = 5;

/**
 * Asks, for each name of a way back, those whom it would send people to, and where they do not answer, whether those who
 * have them now do. Blue may answer for one name and not for another. The hosts are the records' own: the services may not
 * be known, or not be asked.
 */
export async function lookBack(
  change: { readonly before: readonly RecordSet[]; readonly after: readonly RecordSet[] },
  job: Job,
): Promise<readonly NameWayBack[]> {
  const flows = namesIn(change, job.inputs.domains).map((domain): NamedFlow => {
    const isOwn = ({ name }: RecordSet) => isSameName(name, domain);
    return { domain, ...flowOf(change.before.filter(isOwn), change.after.filter(isOwn)) };
  });
  let unanswered: readonly Unanswered[] = [];
  let doubtful: readonly NamedFlow[] = flows;
  const answeredNow = new Set<string>();
  for (let round = 1; round <= rounds && doubtful.length > 0; round += 1) {
    if (round > 1) await pause(job);
    unanswered = await askEach(doubtful, 'blue', job);
    doubtful = doubtful.filter(({ domain }) => isAmong(unanswered, domain));
    const withoutAnswer = await askEach(doubtful, 'green', job);
    for (const { domain } of doubtful) if (!isAmong(withoutAnswer, domain)) answeredNow.add(domain);
  }
  return flows.map(({ domain }) => {
    const reasons = unanswered.filter((one) => one.domain === domain).map(({ because }) => because);
    if (reasons.length === 0) return { domain, kind: 'open' };
    const isClosed = answeredNow.has(domain);
    return { domain, kind: isClosed ? 'closed' : 'no-better', because: reasons.join('; ') };
  });
}

type NamedFlow = Flow & { readonly domain: string };
type Unanswered = { readonly domain: string; readonly because: string };

function isAmong(all: readonly Unanswered[], wanted: string): boolean {
  return all.some(({ domain }) => domain === wanted);
}

function pause({ clock, inputs, runner }: Job): Promise<void> {
  const seconds = Math.min(inputs.pollIntervalSeconds, longestPauseSeconds);
  return clock.sleep(seconds * 1000, runner.cancelled);
}

/** Of the hosts that gain people of a name by the way back, or that lose them, those that do not answer as they should. */
async function askEach(
  flows: readonly NamedFlow[],
  side: 'blue' | 'green',
  job: Job,
): Promise<readonly Unanswered[]> {
  const { clock, facts, inputs, runner } = job;
  const { path, statuses } = inputs.probe;
  const signal = runner.cancelled;
  const asked = flows.flatMap(({ domain, to, from }) =>
    (side === 'blue' ? to : from).map(async (address) => ({
      domain,
      probe: await sendProbe({ address, domain, path, signal }),
    })),
  );
  const seen = await Promise.all(asked);
  // What a cancelled job did not hear says nothing; its post step asks again.
  signal.throwIfAborted();
  return seen.flatMap(({ domain, probe }) => {
    facts.probes.push({ at: clock.now(), side, domain, probe });
    const because = judgeProbe(probe, statuses);
    return because === undefined ? [] : [{ domain, because }];
  });
}
