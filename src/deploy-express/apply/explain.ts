import { setTimeout } from 'node:timers/promises';
import { type Deployment, describeRevision, listDeployments, type Revision } from '../../aws/deployments.ts';
import type { StoppedTask } from '../../aws/diagnostics.ts';
import { describeEcsService, type EcsService } from '../../aws/services.ts';
import type { FailureEvidence } from '../model/result.ts';

const logLineLimit = 50;
const eventLimit = 10;
/** Runner and AWS need not agree on the time to the second. */
const clockSkewMs = 60_000;

/**
 * Reads why a deployment failed, from everything AWS shows, in as few round trips as the data allow. What cannot be read
 * is named in `unread`, never left out silently; and reading never hides the failure itself by failing.
 */
export async function explainFailure(options: {
  readonly cluster: string;
  readonly serviceName: string;
  readonly serviceArn: string | undefined;
  readonly deployment: Deployment | undefined;
  readonly revisionArn: string | undefined;
  readonly streamPrefix: string | undefined;
  readonly logGroup: string | undefined;
}): Promise<FailureEvidence> {
  const { cluster, serviceName, serviceArn, deployment, revisionArn } = options;
  const diagnostics = await import('../../aws/diagnostics.ts');
  const { unread, attempt } = startReading();
  const since = new Date(Number(deployment?.createdAt ?? Date.now() - 3_600_000) - clockSkewMs);
  const [service, allStopped, revision, newest] = await Promise.all([
    attempt('the service', describeEcsService(cluster, serviceName), undefined),
    attempt<readonly StoppedTask[]>(
      'its stopped tasks',
      diagnostics.describeStoppedTasks(cluster, serviceName, since),
      [],
    ),
    revisionArn === undefined ? undefined : attempt('its revision', describeRevision(revisionArn), undefined),
    deployment?.phase !== 'stopped' || serviceArn === undefined
      ? undefined
      : attempt('its deployments', listDeployments(cluster, serviceArn), []),
  ]);
  const stoppedTasks = allStopped.filter(isOf(revision?.taskDefinitionArn));
  const logGroup = options.logGroup ?? revision?.logGroups[0];
  const [unhealthyTargets, logLines] = await Promise.all([
    attempt(
      'the health of its targets',
      diagnostics.describeUnhealthyTargets(revision?.targetGroupArns ?? []),
      [],
    ),
    logGroup === undefined
      ? []
      : attempt(
          'the log of the container',
          diagnostics.readLastLogLines({
            logGroup,
            streamPrefix: options.streamPrefix ?? 'ecs',
            taskId: stoppedTasks[0]?.taskId,
            limit: logLineLimit,
          }),
          [],
        ),
  ]);
  return {
    statusReason: deployment?.statusReason,
    rollbackReason: deployment?.rollbackReason,
    triggeredAlarms: deployment?.triggeredAlarms ?? [],
    events: service?.kind === 'found' ? recentEvents(service.events, since) : [],
    stoppedTasks,
    unhealthyTargets,
    failedResources: describeFailedResources(revision),
    serviceState: service && judgeState(service),
    supersededBy: newest?.[0]?.arn === deployment?.arn ? undefined : newest?.[0]?.arn,
    logLines,
    unread,
  };
}

/** A task of the former version may end in the same minutes: it explains nothing of the new one. */
function isOf(wanted: string | undefined): (task: StoppedTask) => boolean {
  return ({ taskDefinitionArn }) =>
    wanted === undefined || taskDefinitionArn === undefined || taskDefinitionArn === wanted;
}

/** The verdict is known, and a job must not stay open for minutes because what explains it does not answer. */
const readingTimeoutSeconds = 10;

function startReading() {
  const unread: string[] = [];
  async function attempt<T>(what: string, reading: Promise<T>, otherwise: T): Promise<T> {
    const tooLong = setTimeout(readingTimeoutSeconds * 1000, undefined, { ref: false }).then(() => {
      throw new Error(`${what}: no answer within ${readingTimeoutSeconds} s`);
    });
    try {
      return await Promise.race([reading, tooLong]);
    } catch (error) {
      unread.push(error instanceof Error ? error.message : String(error));
      return otherwise;
    }
  }
  return { unread, attempt };
}

function recentEvents(events: readonly { at: Date | undefined; message: string }[], since: Date): string[] {
  return events
    .filter(({ at }) => at === undefined || at >= since)
    .slice(0, eventLimit)
    .map(({ message }) => message);
}

function judgeState(service: EcsService): FailureEvidence['serviceState'] {
  if (service.kind !== 'found' || service.status === 'DRAINING') return 'gone';
  return service.runningCount === 0 ? 'no-task' : undefined;
}

function describeFailedResources(revision: Revision | undefined): string[] {
  return (revision?.resources ?? [])
    .filter(
      ({ status, statusReason }) =>
        status === 'FAILED' || (status !== 'ACTIVE' && statusReason !== undefined),
    )
    .map(({ label, statusReason }) => `${label}: ${statusReason ?? 'AWS gives no reason'}`);
}
