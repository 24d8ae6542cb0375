import type { StoppedTask } from '../../aws/diagnostics.ts';
import type { FailureEvidence } from '../model/result.ts';

export type Clues = {
  /** Everything AWS said, log lines apart: an application may log any words. */
  readonly reasons: string;
  readonly log: string;
  /** Of containers that ended by themselves; what ECS stops itself ends with 137 or 143 and proves nothing. */
  readonly exitCodes: readonly number[];
  readonly alarmTriggered: boolean;
  readonly resourceFailed: boolean;
  /** What IAM denied ECS while it set a resource up: `ec2:DescribeAccountAttributes`. */
  readonly deniedAction: string | undefined;
};

export function collectClues(evidence: FailureEvidence): Clues {
  const { stoppedTasks } = evidence;
  return {
    reasons: [
      evidence.statusReason,
      evidence.rollbackReason,
      ...stoppedTasks.flatMap(({ stoppedReason, containerReason }) => [stoppedReason, containerReason]),
      ...evidence.unhealthyTargets,
      ...evidence.failedResources,
      ...evidence.events,
    ]
      .filter((reason) => reason !== undefined)
      .join('\n'),
    log: evidence.logLines.join('\n'),
    exitCodes: stoppedTasks.filter(endedByItself).flatMap(({ exitCode }) => exitCode ?? []),
    alarmTriggered: evidence.triggeredAlarms.length > 0,
    resourceFailed: evidence.failedResources.length > 0,
    deniedAction: deniedActionIn(evidence.failedResources.join('\n')),
  };
}

export function endedByItself({ stopCode }: StoppedTask): boolean {
  return (
    stopCode === undefined || stopCode === 'EssentialContainerExited' || stopCode === 'TaskFailedToStart'
  );
}

export const says =
  (pattern: RegExp) =>
  ({ reasons }: Clues) =>
    pattern.test(reasons);
export const exitedWith =
  (...codes: readonly number[]) =>
  ({ exitCodes }: Clues) =>
    exitCodes.some((code) => codes.includes(code));

/** The texts matched are ECS's own (ECS developer guide, "Stopped tasks error messages"). */
export const signs = {
  otherArchitecture: ({ reasons, log }: Clues) =>
    /descriptor matching platform|image Manifest does not contain|exec format error/i.test(
      `${reasons}\n${log}`,
    ),
  outOfMemory: says(/OutOfMemory|out of memory/i),
  silentTarget: says(
    /Target\.Timeout|Request timed out|connection refused|ConnectionError|FailedHealthChecks/i,
  ),
  failedHealthCheck: says(/failed (ELB|container) health checks|unhealthy/i),
};

export function deniedActionIn(reason: string): string | undefined {
  return /not authorized to perform:? ([\w-]+:\w+)/i.exec(reason)?.[1];
}
