import { flowOf } from '../../dns/flow.ts';
import { isSameName } from '../../dns/names.ts';
import type { RecordSet } from '../../dns/records.ts';
import type { Job } from '../model/job.ts';
import { judgeProbe } from '../model/observed.ts';
import { sendProbe } from '../observe/probe.ts';

/** Whether people may be sent back without anybody being asked. */
export type WayBack =
  | { readonly kind: 'open' }
  /** Neither side answers: the former one is no worse, and it is what people knew. */
  | { readonly kind: 'no-better'; readonly because: string }
  /** They have an answer where they are, and would have none there. */
  | { readonly kind: 'closed'; readonly because: string };

/** One request may get lost on its way; three in a row do not. */
const rounds = 3;
const longestPauseSeconds = 5;

/**
 * Asks those whom a way back would send people to, and only if they do not answer, whether those who have them now do.
 * The hosts are the records' own: the services may not be known, or not be asked.
 */
export async function lookBack(
  change: { readonly before: readonly RecordSet[]; readonly after: readonly RecordSet[] },
  job: Job,
): Promise<WayBack> {
  const flows = job.inputs.domains.map((domain) => {
    const isOwn = ({ name }: RecordSet) => isSameName(name, domain);
    return { domain, ...flowOf(change.before.filter(isOwn), change.after.filter(isOwn)) };
  });
  const to = flows.map(({ domain, to: hosts }) => ({ domain, hosts }));
  const from = flows.map(({ domain, from: hosts }) => ({ domain, hosts }));
  let reasons: readonly string[] = [];
  let stillAnswer = false;
  for (let round = 1; round <= rounds; round += 1) {
    if (round > 1) await pause(job);
    reasons = await complaintsOf(to, 'blue', job);
    if (reasons.length === 0) return { kind: 'open' };
    stillAnswer ||= (await complaintsOf(from, 'green', job)).length === 0;
  }
  const because = reasons.join('; ');
  return stillAnswer ? { kind: 'closed', because } : { kind: 'no-better', because };
}

function pause({ clock, inputs, runner }: Job): Promise<void> {
  const seconds = Math.min(inputs.pollIntervalSeconds, longestPauseSeconds);
  return clock.sleep(seconds * 1000, runner.cancelled);
}

/** Hosts that people of a name are sent to. */
type Sent = { readonly domain: string; readonly hosts: readonly string[] };

async function complaintsOf(sent: readonly Sent[], side: 'blue' | 'green', job: Job): Promise<string[]> {
  const { clock, facts, inputs, runner } = job;
  const { path, statuses } = inputs.probe;
  const signal = runner.cancelled;
  const asked = sent.flatMap(({ domain, hosts }) =>
    hosts.map(async (address) => ({ domain, probe: await sendProbe({ address, domain, path, signal }) })),
  );
  const seen = await Promise.all(asked);
  // What a cancelled job did not hear says nothing; its post step asks again.
  signal.throwIfAborted();
  const reasons = seen.map(({ domain, probe }) => {
    facts.probes.push({ at: clock.now(), side, domain, probe });
    return { domain, because: judgeProbe(probe, statuses) };
  });
  return describeReasons(reasons, inputs.domains.length);
}

function describeReasons(
  reasons: readonly { readonly domain: string; readonly because: string | undefined }[],
  names: number,
): string[] {
  const bad = reasons.filter(({ because }) => because !== undefined);
  return bad.map(({ domain, because }) => (names === 1 ? `${because}` : `${domain}: ${because}`));
}
