import { bare } from '../../dns/certificate-request.ts';
import { escapeText, renderCode, renderList, renderTable } from '../../markdown.ts';
import type { Remark } from '../model/inputs.ts';
import type { Change, Proceed } from '../model/plan.ts';
import { type DeployResult, type Outcome, type PreDeployFact, renderUrl } from '../model/result.ts';
import { renderDuration } from '../model/timeline.ts';
import { renderFailureLog, renderFailureSummary, section } from './failure.ts';
import { missingSteps } from './reached.ts';
import { renderService, renderServiceAfterFailure } from './service.ts';
import { renderTimeline } from './timeline.ts';

/** What changes, then what will be done, or would be in a dry run. */
export function renderPlan(plan: Proceed, dryRun: boolean): readonly string[] {
  return [
    ...plan.changes.map(renderChange),
    ...plan.steps.map((step) => `${dryRun ? 'Would' : 'Will'} ${step.sentence}`),
    ...(plan.steps.length === 0 ? ['Nothing to do'] : []),
  ];
}

function renderChange({ setting, before, after, origin }: Change): string {
  const from = origin === undefined ? '' : ` (${origin})`;
  return `${setting}: ${shown(before)} → ${shown(after)}${from}`;
}

function shown(value: string | undefined): string {
  return value ?? 'not set';
}

/** The closing log lines: where the service is, or everything known about why it failed. */
export function renderConclusion(result: DeployResult): readonly string[] {
  if (result.failure !== undefined) return renderFailureLog(result.failure);
  // What there is to say of them was said on the way.
  if (result.own !== undefined || result.outcome === 'skipped') return [];
  const url = renderUrl(result);
  return [
    `Service ${result.serviceName}: ${describeOutcome(result)} (${renderDuration(result.durationSeconds)})`,
    ...(url === undefined ? [] : [`URL: ${url}`]),
    ...(result.customDomains.length === 0 ? [] : [`Custom domains: ${result.customDomains.join(', ')}`]),
  ];
}

function describeOutcome({ outcome, changed }: DeployResult): string {
  return outcome === 'deleted' && !changed ? 'was gone already' : outcomeWords[outcome];
}

const outcomeWords: Readonly<Record<Outcome, string>> = {
  created: 'created',
  updated: 'updated',
  unchanged: 'up to date, nothing was sent',
  deleted: 'deleted',
  'rolled-back': 'rolled back',
  failed: 'failed',
  planned: 'planned only, nothing was sent',
  skipped: 'skipped',
  swept: 'swept',
};

/** The job summary, in GitHub's Markdown. It stays below 1 MiB whatever AWS and the containers say. */
export function renderSummary(result: DeployResult): string {
  const { failure, own } = result;
  if (own === undefined) return renderServiceSummary(result);
  const { title, lines } = own();
  const why = failure === undefined ? [] : [...renderFailureSummary(failure), ''];
  return `${[`## ${title}`, '', ...why, ...lines].join('\n').trimEnd()}\n`;
}

function renderServiceSummary(result: DeployResult): string {
  const { failure } = result;
  const lines = [
    `## ${result.serviceName === '' ? 'Deployment' : renderCode(result.serviceName)}: ${describeOutcome(result)}`,
    '',
    ...(failure === undefined ? renderService(result) : renderFailureSummary(failure)),
    ...(failure === undefined ? [] : renderServiceAfterFailure(result)),
    ...section('Before the deployment', renderPreDeploy(result.preDeploy)),
    ...section(changesTitle(result), renderChanges(result.changes)),
    ...section('What would be done', result.outcome === 'planned' ? renderList(result.planned, maxRows) : []),
    ...section('Records of the certificate', failure === undefined ? [] : renderRecords(result)),
    ...section('Missing after the deployment', renderList(missingAfterDeployment(result), maxItems)),
    ...section('Done before it failed', failure === undefined ? [] : renderList(result.done, maxItems)),
    ...section('What could not be carried over from App Runner', renderRemarks(result.remarks)),
    ...section('Notices', renderList(result.notices, maxItems)),
    ...section('Timeline', renderTimeline(result.timeline.entries)),
  ];
  return `${lines.join('\n')}\n`;
}

function missingAfterDeployment(result: DeployResult): readonly string[] {
  return result.failure !== undefined && result.version === 'deployed' ? missingSteps(result) : [];
}

const preDeployEnds: Readonly<Record<PreDeployFact['state'], string>> = {
  'not-started': 'was not started',
  starting: 'may have been started: ECS had not answered',
  running: 'goes on',
  succeeded: 'ended with exit code 0',
  failed: 'did not end by itself with exit code 0',
};

function renderPreDeploy(fact: PreDeployFact | undefined): readonly string[] {
  if (fact === undefined) return [];
  const { command, state, ended, seconds, taskArn } = fact;
  const exitCode = ended?.task.exitCode;
  const end =
    exitCode === undefined || exitCode === 0 ? preDeployEnds[state] : `ended with exit code ${exitCode}`;
  const task = taskArn === undefined ? '' : `, in task ${renderCode(taskArn)}`;
  return [
    `${renderCode(JSON.stringify(command))} ${end} after ${renderDuration(seconds)}${task}.`,
    '',
    'What it did stays, also when the deployment is rolled back. So the former version has to work with it as well ("expand, then contract").',
  ];
}

function changesTitle({ outcome, failure }: DeployResult): string {
  if (outcome === 'planned') return 'What would change';
  return failure === undefined ? 'What changed' : 'What was to change';
}

const maxRows = 80;
const maxItems = 15;

function renderChanges(changes: readonly Change[]): readonly string[] {
  const cell = (value: string | undefined) => (value === undefined ? '–' : renderCode(value));
  // Where inputs alone gave all values, a column of origins would say nothing.
  const hasOrigins = changes.some(({ origin }) => origin !== undefined);
  return renderTable({
    head: ['Setting', 'Before', 'After', ...(hasOrigins ? ['From'] : [])],
    rows: changes.map(({ setting, before, after, origin }) => [
      escapeText(setting),
      cell(before),
      cell(after),
      ...(hasOrigins ? [escapeText(origin ?? 'input')] : []),
    ]),
    maxRows,
  });
}

/** Until it is issued somebody may have to make them. */
function renderRecords({ validationRecords }: DeployResult): readonly string[] {
  if (validationRecords.length === 0) return [];
  return renderTable({
    head: ['Name', 'Type', 'Value', 'State'],
    rows: validationRecords.map((one) => [
      renderCode(bare(one.record.name)),
      'CNAME',
      renderCode(bare(one.record.value)),
      renderState(one),
    ]),
    maxRows,
  });
}

function renderState(one: DeployResult['validationRecords'][number]): string {
  switch (one.state) {
    case 'there':
      return `is there, in hosted zone ${one.zoneId}`;
    case 'made':
      return `made by this job, in hosted zone ${one.zoneId}`;
    case 'no-zone':
      return '**to be created where the DNS of the name is**';
    case 'not-made':
      return `**not made** in hosted zone ${one.zoneId}: ${escapeText(one.because)}`;
    case 'in-doubt':
      return `**may be there** in hosted zone ${one.zoneId}: ${escapeText(one.because)}`;
  }
}

export function renderRemarks(remarks: readonly Remark[]): readonly string[] {
  const toDo = remarks.filter(({ isToDo }) => isToDo);
  const known = remarks.filter(({ isToDo }) => !isToDo);
  return [
    ...(toDo.length === 0 ? [] : renderRemarkTable('What to do', toDo)),
    ...(toDo.length === 0 || known.length === 0 ? [] : ['']),
    ...(known.length === 0 ? [] : renderRemarkTable('Good to know', known)),
  ];
}

function renderRemarkTable(last: string, remarks: readonly Remark[]): readonly string[] {
  return renderTable({
    head: ['Topic', 'In App Runner', last],
    rows: remarks.map(({ topic, seen, todo, isUrgent }) => [
      isUrgent ? `**${escapeText(topic)}**` : escapeText(topic),
      escapeText(seen),
      escapeText(todo),
    ]),
    maxRows,
  });
}
