import { stripControls } from '../../markdown.ts';
import { lastPartOf } from '../../parse-arn.ts';
import type { Facts, FailureEvidence } from '../model/result.ts';
import { allowToInfrastructure } from './advice.ts';
import { type Clues, collectClues, endedByItself, signs } from './clues.ts';

/** Why it failed, in one sentence. */
export type Cause = {
  /** Our own words, names and codes: they may also be shown where nothing is masked, as in a comment. */
  readonly sentence: string;
  /** What AWS or the container said; for log and summary of the job only. */
  readonly quoted?: string | undefined;
  /** What to do, where the usual advice would mislead. */
  readonly step?: string;
};

/** What the sentence names: the service, and where its health is checked. */
export type Subject = Pick<Facts, 'serviceName' | 'healthCheckPath' | 'sent'>;

/**
 * The cause behind "rolled back", as far as AWS showed one, in the order of the advice. `undefined` leaves the message as
 * it is.
 */
export function findCause(evidence: FailureEvidence, subject: Subject): Cause | undefined {
  const clues = collectClues(evidence);
  return (
    resourceCause(evidence, clues, 'denied') ??
    startCause(evidence, clues, subject) ??
    crashCause(evidence, clues, subject) ??
    healthCause(evidence, clues, subject) ??
    resourceCause(evidence, clues, 'any')
  );
}

export const findDeleter =
  'Find out who deleted it (CloudTrail, DeleteExpressGatewayService). If it is still wanted, run the job again: that makes it anew.';

/** What became of the service or the deployment from outside: neither version nor settings are to blame. */
export function findIntervention(
  { serviceState, supersededBy }: FailureEvidence,
  serviceName: string,
): Cause | undefined {
  if (serviceState === 'gone') {
    return {
      sentence: `service ${serviceName} was deleted while this job waited`,
      step: findDeleter,
    };
  }
  if (supersededBy === undefined) return undefined;
  return {
    sentence: `a newer deployment of ${serviceName} took the place of this one`,
    step: `Look at the run that began the newer one, deployment ${lastPartOf(supersededBy)}: what serves is decided there.`,
  };
}

/** For a URL that does not answer. */
export function findIdleness({ serviceState }: FailureEvidence, serviceName: string): Cause | undefined {
  if (serviceState !== 'no-task') return undefined;
  return {
    sentence: `no task of ${serviceName} runs, so nothing can answer`,
    step: 'Look at the desired count of the service and at its events in the ECS console; min-task-count of at least 1 keeps a task running.',
  };
}

/** For a service that has nothing to change, and none of its tasks. */
export function findCauseOfIdleness(evidence: FailureEvidence, subject: Subject): Cause | undefined {
  const intervention = findIntervention(evidence, subject.serviceName);
  if (intervention !== undefined) return intervention;
  const cause = findCause(evidence, subject);
  return cause && { ...cause, sentence: `no task of ${subject.serviceName} runs: ${cause.sentence}` };
}

function resourceCause(
  { failedResources }: FailureEvidence,
  { deniedAction }: Clues,
  which: 'denied' | 'any',
): Cause | undefined {
  if (which === 'denied' && deniedAction === undefined) return undefined;
  const told = failedResources.find((text) => deniedAction === undefined || text.includes(deniedAction));
  if (told === undefined) return undefined;
  const label = told.slice(0, told.indexOf(': '));
  const sentence = `AWS could not set up the ${label}`;
  const quoted = told.slice(label.length + 2);
  if (deniedAction === undefined) return { sentence, quoted };
  return {
    sentence: `${sentence}: the infrastructure role lacks ${deniedAction}`,
    quoted,
    step: `${allowToInfrastructure(deniedAction)} Then run the job again.`,
  };
}

function startCause(
  { stoppedTasks }: FailureEvidence,
  clues: Clues,
  { serviceName }: Subject,
): Cause | undefined {
  if (signs.otherArchitecture(clues)) {
    return { sentence: `the image of ${serviceName} is built for another CPU architecture` };
  }
  const task = stoppedTasks.find(({ stopCode, exitCode }) => stopCode === 'TaskFailedToStart' && !exitCode);
  if (task === undefined) return undefined;
  const quoted = task.containerReason ?? task.stoppedReason;
  return { sentence: obstacleOf(quoted ?? '', serviceName), quoted };
}

function obstacleOf(reason: string, serviceName: string): string {
  if (/CannotPull/i.test(reason)) return `the image of ${serviceName} could not be pulled`;
  const isSecret = /secretsmanager:|ssm:GetParameters|retrieve secret/i.test(reason);
  return isSecret && /AccessDenied/i.test(reason)
    ? `the execution role of ${serviceName} may not read a secret`
    : `a task of ${serviceName} could not start`;
}

function crashCause(
  { stoppedTasks, logLines }: FailureEvidence,
  clues: Clues,
  { serviceName }: Subject,
): Cause | undefined {
  const exitCode = stoppedTasks.find(
    (task) => endedByItself(task) && task.exitCode !== undefined && task.exitCode !== 143,
  )?.exitCode;
  if (exitCode === undefined) return undefined;
  if (signs.outOfMemory(clues)) return { sentence: `${serviceName} ran out of memory` };
  const quoted = lastTellingLine(logLines);
  return { sentence: `${serviceName} stopped with exit code ${exitCode}`, quoted };
}

/** What runtimes print behind the error: frames of the stack, properties, versions, where a log file is. */
const afterTheError = [
  /^$/,
  /^(?:at|\.{3}|\^+|[)}\]],?;?)(?:\s|$)/,
  /^Node\.js v[\d.]+$/,
  /^\w+: (?:-?\d+|'[^']*'|"[^"]*"|true|false|null|undefined|\[.*|\{.*),?$/,
  /^npm (?:error|ERR!)(?:$|\s+(?:A complete log|To see a list|npm run$|Lifecycle script|code |errno |syscall |path |workspace |location |command |signal |.*-debug-\d+\.log))/,
  /^(?:exit status \d+|goroutine \d+ \[.*|error Command failed with exit code.*|info Visit .*)$/,
];

/** What a program said last before it ended, as far as its log tells. */
export function lastTellingLine(logLines: readonly string[]): string | undefined {
  const lines = logLines.map((line) => stripControls(line).trim());
  return (
    lines.findLast((line) => !afterTheError.some((pattern) => pattern.test(line))) ??
    lines.findLast((line) => line !== '')
  );
}

/** The query may hold a token, and the sentence goes where nothing is masked. */
function withoutQuery(path: string): string {
  return path.replace(/\?.*$/s, '?…');
}

function healthCause(
  { logLines, unhealthyTargets }: FailureEvidence,
  clues: Clues,
  { sent, healthCheckPath }: Subject,
): Cause | undefined {
  const port = sent?.containerPort ?? unhealthyTargets.join('\n').match(/:(\d+) unhealthy/)?.[1];
  const path = sent?.healthCheckPath ?? healthCheckPath;
  const request = [
    path === undefined ? 'the health check' : `GET ${withoutQuery(path)}`,
    port === undefined ? '' : ` on port ${port}`,
  ].join('');
  const codes = /failed with these codes: \[([\d, ]+)\]/i.exec(clues.reasons)?.[1];
  if (codes !== undefined) return { sentence: `${request} answered ${codes}` };
  // An application tells where it listens, which is where the health check should ask.
  const said = logLines
    .map((line) => stripControls(line).trim())
    .find((line) => /\b(listen|port|running|started|serving)/i.test(line) && /\b\d{2,5}\b/.test(line));
  const quoted = said === undefined ? undefined : `its log says "${said}"`;
  if (signs.silentTarget(clues)) return { sentence: `nothing answered ${request}`, quoted };
  if (signs.failedHealthCheck(clues)) return { sentence: `${request} did not pass`, quoted };
  return undefined;
}
