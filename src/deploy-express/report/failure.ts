import type { StoppedTask } from '../../aws/diagnostics.ts';
import {
  escapeText,
  renderCode,
  renderDetails,
  renderFence,
  renderList,
  renderTable,
  stripControls,
} from '../../markdown.ts';
import type { Failure, FailureEvidence, ToldError } from '../model/result.ts';

/** Said wherever the alarm is named: teams search for a fault in a version that has none (ECS developer guide). */
const alarmCaveat =
  'It counts 4xx responses as well as 5xx: more than 1 % of them, twice within 3 minutes, and Express Mode rolls back.';

/** The causes that AWS gives, each with its name, strongest first. What AWS says in several places comes once. */
function namedReasons(error: ToldError, evidence: FailureEvidence): readonly (readonly [string, string])[] {
  const { statusReason, rollbackReason, triggeredAlarms } = evidence;
  // That there was nothing to roll back to explains no failure.
  const isNew = (reason: string | undefined) =>
    reason !== undefined && !error.message.includes(reason) && !/no rollback candidate/i.test(reason);
  return [
    ...(isNew(statusReason) ? [['AWS says', statusReason ?? ''] as const] : []),
    ...(isNew(rollbackReason) && rollbackReason !== statusReason
      ? [['AWS says of the rollback', rollbackReason ?? ''] as const]
      : []),
    ...(triggeredAlarms.length === 0
      ? []
      : [['Alarm', `${triggeredAlarms.join(', ')}. ${alarmCaveat}`] as const]),
  ];
}

/** The failure as log lines. The last container output is marked, so that it cannot pass for a line of ours. */
export function renderFailureLog(failure: Failure): readonly string[] {
  const { error, evidence } = failure;
  // The error itself follows as an annotation.
  if (evidence === undefined) return [];
  return [
    ...namedReasons(error, evidence).map(([name, text]) => `${name}: ${text}`),
    ...titled('Resources that AWS could not set up:', evidence.failedResources),
    ...titled('Targets that are not healthy:', evidence.unhealthyTargets),
    ...titled('Stopped tasks:', foldTasks(evidence.stoppedTasks).map(describeStoppedTask)),
    ...titled('Events of the service, newest first:', evidence.events),
    ...titled(
      'Last lines of the container log:',
      evidence.logLines.map((line) => `| ${stripControls(line)}`),
    ),
    ...titled('Could not be read:', evidence.unread),
  ];
}

function titled(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}

type TaskRow = StoppedTask & { readonly count: number };

/** Tasks that ended alike in one row, by the latest of them: a circuit breaker takes three or more. */
function foldTasks(tasks: readonly StoppedTask[]): readonly TaskRow[] {
  const rows = new Map<string, TaskRow>();
  for (const task of tasks) {
    // Reasons name the task itself.
    const key = JSON.stringify({ ...task, taskId: '' }).replaceAll(task.taskId, '');
    const row = rows.get(key) ?? { ...task, count: 0 };
    rows.set(key, { ...row, count: row.count + 1 });
  }
  return [...rows.values()];
}

function describeStoppedTask(task: TaskRow): string {
  const exit = task.exitCode === undefined ? undefined : `exit code ${task.exitCode}`;
  const parts = [exit, task.stopCode, task.stoppedReason, task.containerReason];
  const others = task.count > 1 ? ` and ${task.count - 1} more` : '';
  return `${task.taskId}${others}: ${parts.filter((part) => part !== undefined).join(', ')}`;
}

/** The failure as Markdown: the reason and the way out first, the evidence after it. */
export function renderFailureSummary(failure: Failure): readonly string[] {
  const { error, evidence } = failure;
  const [headline = '', ...rest] = error.message.split('\n');
  const code = error.code === undefined ? '' : ` (${renderCode(error.code)})`;
  return [
    `**Failed:** ${escapeText(headline, 2_000)}${code}`,
    ...renderRest(rest),
    ...(error.hint === undefined ? [] : ['', `**What to do:** ${escapeText(error.hint)}`]),
    ...(evidence === undefined ? [] : renderEvidence(error, evidence)),
  ];
}

/** As many as there are inputs that may have one. */
const maxProblems = 100;

/** What follows the first line of a message: the problems of inputs, or the output of a build. */
function renderRest(lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  const items = lines.every((line) => line.startsWith('- '))
    ? renderList(
        lines.map((line) => line.slice(2)),
        maxProblems,
      )
    : renderFence(lines);
  return ['', ...items];
}

const maxItems = 15;

function renderEvidence(error: ToldError, evidence: FailureEvidence): readonly string[] {
  const { failedResources, unhealthyTargets, events, unread } = evidence;
  return [
    ...namedReasons(error, evidence).flatMap(([name, text]) => [
      '',
      `**${name}:** ${escapeText(text, 2_000)}`,
    ]),
    ...section('Resources that AWS could not set up', renderList(failedResources, maxItems)),
    ...section('Targets that are not healthy', renderList(unhealthyTargets, maxItems)),
    ...section('Last lines of the container log', renderLog(evidence.logLines)),
    ...renderDetails('Events and tasks', [
      ...section('Stopped tasks', renderStoppedTasks(evidence.stoppedTasks)),
      ...section('Events, newest first', renderList(events, maxItems)),
    ]),
    ...section('Could not be read', renderList(unread, maxItems)),
  ];
}

function renderStoppedTasks(tasks: readonly StoppedTask[]): readonly string[] {
  return renderTable({
    head: ['Task', 'Tasks', 'Exit code', 'Stop code', 'Reason', 'Container'],
    rows: foldTasks(tasks).map((task) => [
      renderCode(task.taskId),
      task.count.toString(),
      task.exitCode?.toString() ?? '',
      escapeText(task.stopCode ?? ''),
      escapeText(task.stoppedReason ?? ''),
      escapeText(task.containerReason ?? ''),
    ]),
    maxRows: maxItems,
  });
}

const maxLogLines = 50;

function renderLog(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : renderFence(lines.slice(-maxLogLines));
}

/** A titled part of the summary; nothing when it is empty. */
export function section(title: string, body: readonly string[]): readonly string[] {
  return body.length === 0 ? [] : ['', `### ${title}`, '', ...body];
}
