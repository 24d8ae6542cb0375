import { describeEcsService, type EcsService } from '../../aws/services.ts';
import { ActionError } from '../../errors.ts';
import { pollUntil } from '../../poll.ts';
import type { PlannedJob } from '../model/job.ts';
import { isAnother } from '../model/observed.ts';

/**
 * The service that was seen is gone when ECS shows none of its name, or one that was created at another time: that one is
 * somebody else's, and would be waited for in vain.
 */
export async function waitUntilGone(job: PlannedJob): Promise<void> {
  const { facts, inputs, runner, service } = job;
  const formerAt = 'createdAt' in service ? service.createdAt : undefined;
  const another = await waitForEnd(({ createdAt }) => !isAnother(createdAt, formerAt), job);
  if (another?.createdAt === undefined) return;
  const at = another.createdAt.toISOString().replace(/\.\d+Z$/, 'Z');
  const notice = `Somebody else created another service ${inputs.serviceName} at ${at}: the former service is gone, and the name is taken.`;
  facts.notices.push(notice);
  await runner.notice(notice);
}

/** Here the name is what is waited for. Whoever takes it ends the waiting, too: what it means is for the plan to say. */
export async function waitUntilDrained(job: PlannedJob): Promise<void> {
  await waitForEnd(({ status }) => status === 'DRAINING', job);
}

type SeenService = Extract<EcsService, { kind: 'found' }>;

/** Draining takes one to three minutes, seldom more; the name is taken until its end. Returns what has the name then. */
async function waitForEnd(
  isFormer: (seen: SeenService) => boolean,
  { inputs, clock, runner }: PlannedJob,
): Promise<SeenService | undefined> {
  const { cluster, serviceName } = inputs;
  let isSeen = false;
  const { another } = await pollUntil<EcsService, { readonly another: SeenService | undefined }>({
    read: () => describeEcsService(cluster, serviceName),
    judge: (seen) => {
      isSeen = true;
      if (seen.kind !== 'found') return { kind: 'done', value: { another: undefined } };
      if (isFormer(seen)) return { kind: 'wait', because: `the service is ${seen.status}` };
      return { kind: 'done', value: { another: seen } };
    },
    clock,
    intervalSeconds: inputs.pollIntervalSeconds,
    timeoutSeconds: inputs.waitTimeoutSeconds,
    signal: runner.cancelled,
    onTimeout: (because) => {
      const what = isSeen
        ? `service ${serviceName} is not gone yet`
        : `it is not known whether service ${serviceName} is gone`;
      return new ActionError('deployment-timed-out', `${what}: ${because}`, {
        hint: 'Run the job again later. If it only needs longer, raise wait-for-minutes.',
      });
    },
  });
  const end = another === undefined ? 'gone' : `there again: it is ${another.status}`;
  runner.info(`Service ${serviceName} is ${end}`);
  return another;
}
