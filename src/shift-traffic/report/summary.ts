import { renderNames } from '../../dns/names.ts';
import { escapeText, renderCode, renderDetails, renderList, renderTable } from '../../markdown.ts';
import type { GreenCommits } from '../model/observed.ts';
import type { PlanStep } from '../model/plan.ts';
import type { ShiftResult } from '../model/result.ts';
import { renderPath, renderShares } from './diagrams.ts';
import { renderDelay, renderHealth, renderVerification } from './log.ts';
import { recordsAfter, renderRecords } from './records.ts';
import { isPartly, renderTitle } from './title.ts';

const maxItems = 20;
/** As many as there are inputs that may have one. */
const maxProblems = 100;

/** The job summary. */
export function renderSummary(result: ShiftResult): string {
  const body = result.outcome === 'planned' ? renderPlanned(result) : renderDone(result);
  return [renderTitle(result), ...body, ''].join('\n');
}

/** For who approves it: what is true afterwards, what may go wrong, then how it is done. */
function renderPlanned(result: ShiftResult): readonly string[] {
  const { about, checksum, names, notices, steps } = result;
  const breaks = about?.breaks ?? [];
  return [
    ...paragraphs([`A plan: nothing was changed. ${renderRun(result)}`.trim()]),
    ...paragraphs((about?.ifWrong ?? []).map(renderLead)),
    ...section(
      'Afterwards',
      renderPath(names.map((name) => ({ ...name, records: recordsAfter(name, result) }))),
    ),
    ...section('What green runs', renderGreen(result)),
    ...section('What stops working', renderList(breaks, maxItems)),
    ...section('What would be done', [
      ...renderList(
        steps.map(({ sentence }) => sentence),
        maxItems,
      ),
      ...paragraphs([
        [...(about?.extent ?? []), ...renderDelay(steps)].map((line) => `${escapeText(line)}.`).join(' '),
      ]),
    ]),
    ...renderDetails('Records', renderRecords(result)),
    ...section('Sides', renderList(renderHealth(result), maxItems)),
    ...section(
      'Good to know',
      renderList(
        notices.filter((notice) => !breaks.includes(notice)),
        maxItems,
      ),
    ),
    ...(checksum === undefined ? [] : ['', `Plan checksum: ${renderCode(checksum)}`]),
  ];
}

/** In the order in which it happened: by whose leave, the steps, how green did; then what is true now. */
function renderDone(result: ShiftResult): readonly string[] {
  const { names, notices, shares, endedAt, verdicts, verification } = result;
  return [
    ...renderFailure(result),
    ...paragraphs([[renderRun(result), ...renderApproval(result)].join(' ').trim()]),
    ...section('Steps', renderSteps(result)),
    ...section('How green did', renderList(verdicts, maxItems)),
    ...section('Share over time', renderShares(shares, endedAt)),
    ...section('Now', renderPath(names)),
    ...renderDetails('Records', renderRecords(result)),
    ...section('Sides', renderList(renderHealth(result), maxItems)),
    ...section('Measured', verification ? renderList(renderVerification(verification), maxItems) : []),
    ...section('Good to know', renderList(notices, maxItems)),
  ];
}

/** Who started it, and from which commit of the workflow. */
function renderRun({ run: { actor, ref, commitSha } }: ShiftResult): string {
  if (actor === '') return '';
  const branch = ref.replace(/^refs\/(?:heads|tags)\//, '');
  return [
    `Started by ${renderCode(actor)}`,
    ...(branch === '' ? [] : [` on ${renderCode(branch)}`]),
    ...(commitSha === '' ? [] : [` at commit ${renderCode(commitSha)}`]),
    '.',
  ].join('');
}

/** The part before the colon is what a reader looks for. */
function renderLead(sentence: string): string {
  const colon = sentence.indexOf(': ');
  return `**${escapeText(sentence.slice(0, colon + 1))}** ${escapeText(sentence.slice(colon + 2), 1_000)}.`;
}

function renderGreen({ about }: ShiftResult): readonly string[] {
  const green = about?.green;
  if (green === undefined) return [];
  const rows = [
    ['Image', renderCode(green.image)],
    ...(green.digest === undefined ? [] : [['Digest', renderCode(green.digest)]]),
    ...(green.commits === undefined ? [] : [['Commit', renderCommits(green.commits)]]),
    ['Revision', renderCode(green.revision)],
  ];
  return renderTable({ head: ['Property', 'Value'], rows, maxRows: maxItems });
}

function renderCommits(seen: GreenCommits): string {
  if (seen.kind === 'unseen') return escapeText(`not known (${seen.because})`, 1_000);
  return renderNames(seen.commits.map(renderCode));
}

function renderFailure({ failure, refusals, isBug }: ShiftResult): readonly string[] {
  if (isBug) {
    return [
      '',
      '**A bug in this action, not in your workflow.**',
      '',
      'Report it with the last lines of the log. mode: status shows what the records are.',
    ];
  }
  if (failure === undefined) return [];
  const [headline = '', ...problems] = failure.message.split('\n');
  // The first is the failure itself.
  const others = refusals.slice(1).map(({ because, wayOut }) => `${because}. ${wayOut}`);
  return [
    '',
    `**Failed:** ${escapeText(headline, 2_000)} (${renderCode(failure.code)})`,
    ...(problems.length === 0
      ? []
      : [
          '',
          ...renderList(
            problems.map((problem) => problem.replace(/^- /, '')),
            maxProblems,
          ),
        ]),
    ...(failure.hint === undefined ? [] : ['', `**What to do:** ${escapeText(failure.hint, 1_000)}`]),
    ...(others.length > 0 ? ['', 'Also:', '', ...renderList(others, maxItems)] : []),
  ];
}

function renderSteps(result: ShiftResult): readonly string[] {
  const { steps, done } = result;
  const reached = steps.findLastIndex(({ sentence }) => done.includes(sentence));
  return renderList(
    steps.map((step, at) => `${step.sentence} (${markOf(step, at - reached, result)})`),
    maxItems,
  );
}

/** @param ahead how many steps after the last that was done. */
function markOf(
  { kind, sentence }: PlanStep,
  ahead: number,
  { done, rolledBack, failure, names }: ShiftResult,
): string {
  const takenBack = isPartly(names) ? 'done, and partly taken back' : 'done, and taken back';
  if (done.includes(sentence)) return kind === 'change-records' && rolledBack ? takenBack : 'done';
  return ahead === 1 && failure !== undefined ? 'the job ended here' : 'not done';
}

function renderApproval({ approval, mode }: ShiftResult): readonly string[] {
  switch (approval.kind) {
    case 'not-needed':
      return mode === 'rollback' || mode === 'monitor'
        ? [`No approval is needed: a ${mode} can only take from green.`]
        : [];
    case 'off':
      return ['`gate: off`: nobody was asked.'];
    case 'approved':
      return [
        approval.approver === undefined
          ? `Environment ${renderCode(approval.environment.name)} allowed the job (${approval.rules.join(', ')}).`
          : `${escapeText(approval.approver.login)} approved environment ${renderCode(approval.environment.name)}${approval.comment === undefined ? '' : `: ${escapeText(approval.comment)}`}`,
      ];
  }
}

function section(title: string, body: readonly string[]): readonly string[] {
  return body.length === 0 ? [] : ['', `### ${title}`, '', ...body];
}

function paragraphs(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => (line === '' ? [] : ['', line]));
}
