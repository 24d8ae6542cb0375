import { isSameName, renderNames } from '../../dns/names.ts';
import { renderState } from '../../dns/pair.ts';
import { type RecordSet, renderAnswer, setIdentifierOf, weightOf } from '../../dns/records.ts';
import { renderPercent } from '../../dns/weights.ts';
import { escapeText, renderCode, renderList, renderTable } from '../../markdown.ts';
import type { NameFacts } from '../model/job.ts';
import type { Outcome, ShiftResult } from '../model/result.ts';
import { renderPath, renderShares } from './diagrams.ts';
import { renderDelay, renderHealth, renderVerification } from './log.ts';
import { namesOf, wordOf } from './words.ts';

/** The job summary: what became of it first, then before and after, then how it went. */
export function renderSummary(result: ShiftResult): string {
  return [
    renderTitle(result),
    ...renderFailure(result),
    ...section('Records', renderRecords(result)),
    ...section('Path', renderPath(result.names)),
    ...section(result.outcome === 'planned' ? 'What would be done' : 'Steps', renderSteps(result)),
    ...section('Sides', renderList(renderHealth(result), maxItems)),
    ...section('Share over time', renderShares(result.shares, result.endedAt)),
    ...section('Judgement', renderList(result.verdicts, maxItems)),
    ...section(
      'Measured',
      result.verification ? renderList(renderVerification(result.verification), maxItems) : [],
    ),
    ...section('Approval', renderApproval(result)),
    ...section('Good to know', renderList(result.notices, maxItems)),
    '',
  ].join('\n');
}

function renderTitle(result: ShiftResult): string {
  const { names, outcome } = result;
  const isPartly =
    names.some(({ wayBack }) => wayBack === 'taken') &&
    names.some(({ wayBack }) => typeof wayBack === 'object');
  const title = `## ${isPartly ? 'Partly rolled back' : titles[outcome]}`;
  const told = isPartly ? result.domains : namesOf(result);
  return told.length === 0 ? title : `${title}: ${escapeText(renderNames(told))}`;
}

const maxItems = 20;
/** As many as there are inputs that may have one. */
const maxProblems = 100;

const titles: Readonly<Record<Outcome, string>> = {
  noop: 'Unchanged',
  planned: 'Plan',
  applied: 'Shifted',
  baked: 'Shifted and proven',
  'rolled-back': 'Rolled back',
  inconclusive: 'Inconclusive',
  refused: 'Refused',
  cancelled: 'Cancelled',
  failed: 'Failed',
};

function renderFailure({ failure, refusals, isBug }: ShiftResult): readonly string[] {
  if (isBug) {
    return [
      '',
      '**A bug in this action, not in your workflow.**',
      '',
      'Report it with the lines that the log ends with. mode: status shows what the records are.',
    ];
  }
  if (failure === undefined) return [];
  const [headline = '', ...problems] = failure.message.split('\n');
  const reasons = refusals.map(({ because, wayOut }) => `${because}. ${wayOut}`);
  return [
    '',
    `**${escapeText(headline, 2_000)}** (${renderCode(failure.code)})`,
    ...(problems.length === 0
      ? []
      : [
          '',
          ...renderList(
            problems.map((problem) => problem.replace(/^- /, '')),
            maxProblems,
          ),
        ]),
    ...(failure.hint === undefined ? [] : ['', escapeText(failure.hint, 1_000)]),
    ...(reasons.length > 1 ? ['', ...renderList(reasons, maxItems)] : []),
  ];
}

/** A table for each name. */
function renderRecords(result: ShiftResult): readonly string[] {
  const { names } = result;
  const [first] = names;
  if (first !== undefined && names.length === 1) return renderName(first, result);
  const areUnlike = new Set(names.map((name) => wordOf(name, result))).size > 1;
  const tables = names.flatMap((name) => [
    '',
    `#### ${escapeText(name.domain)}${areUnlike ? `: ${wordOf(name, result)}` : ''}`,
    '',
    ...renderName(name, result),
  ]);
  return tables.slice(1);
}

/** Before beside after; a plan shows what would be. */
function renderName({ domain, state, before, records }: NameFacts, result: ShiftResult): readonly string[] {
  const planned = result.steps.findLast((step) => step.kind === 'change-records');
  const isOwn = (record: RecordSet) => isSameName(record.name, domain);
  const wanted = planned?.kind === 'change-records' ? planned.after.filter(isOwn) : [];
  const isPlan = result.outcome === 'planned' && wanted.length > 0;
  const after = isPlan ? wanted : records;
  if (before.records.length === 0) return [escapeText(renderState(state))];
  const isChecked = [...before.records, ...after].some(({ healthCheckId }) => healthCheckId !== undefined);
  return renderTable({
    head: [
      '',
      'Type',
      'Set identifier',
      'Weight',
      'Share',
      'Leads to',
      ...(isChecked ? ['Health check'] : []),
    ],
    rows: [
      ...before.records.map((record) => renderRow('before', record, before.records)),
      ...after.map((record) => renderRow(isPlan ? 'planned' : 'now', record, after)),
    ].map((row) => (isChecked ? row : row.slice(0, -1))),
    maxRows: maxItems,
  });
}

function renderRow(when: string, record: RecordSet, all: readonly RecordSet[]): readonly string[] {
  const peers = all.filter(({ type }) => type === record.type);
  const sum = peers.reduce((total, peer) => total + weightOf(peer), 0);
  const isWeighted = record.policy.kind === 'weighted';
  const share = sum === 0 ? 1 / peers.length : weightOf(record) / sum;
  return [
    when,
    record.type,
    isWeighted ? renderCode(setIdentifierOf(record) ?? '') : '',
    isWeighted ? String(weightOf(record)) : '',
    `${renderPercent(isWeighted ? share * 100 : 100)} %`,
    renderCode(renderAnswer(record)),
    record.healthCheckId === undefined ? '' : renderCode(record.healthCheckId),
  ];
}

function renderSteps({ steps, about, done, outcome, checksum }: ShiftResult): readonly string[] {
  if (steps.length === 0) return [];
  const mark = (sentence: string) => (done.includes(sentence) ? 'done' : 'not done');
  const items = steps.map(({ sentence }) =>
    outcome === 'planned' ? sentence : `${sentence} (${mark(sentence)})`,
  );
  return [
    ...renderList(items, maxItems),
    ...(outcome === 'planned' && checksum !== undefined
      ? [
          ...[...renderDelay(steps), ...about].flatMap((line) => ['', escapeText(line)]),
          '',
          `Plan checksum: ${renderCode(checksum)}`,
        ]
      : []),
  ];
}

function renderApproval({ approval, mode }: ShiftResult): readonly string[] {
  switch (approval.kind) {
    case 'not-needed':
      return mode === 'rollback' || mode === 'monitor'
        ? [`None was asked for: a ${mode} can only take from green.`]
        : [];
    case 'off':
      return ['`gate: off`: nobody was asked.'];
    case 'approved':
      return [
        approval.approver === undefined
          ? `Environment ${renderCode(approval.environment.name)} let the job pass (${approval.rules.join(', ')}).`
          : `${escapeText(approval.approver.login)} approved environment ${renderCode(approval.environment.name)}${approval.comment === undefined ? '' : `: ${escapeText(approval.comment)}`}`,
      ];
  }
}

function section(title: string, body: readonly string[]): readonly string[] {
  return body.length === 0 ? [] : ['', `### ${title}`, '', ...body];
}
