import { isSameName } from '../../dns/names.ts';
import { renderState } from '../../dns/pair.ts';
import { type RecordSet, renderAnswer, setIdentifierOf, weightOf } from '../../dns/records.ts';
import { renderPercent } from '../../dns/weights.ts';
import { escapeText, renderCode, renderTable } from '../../markdown.ts';
import type { NameFacts } from '../model/job.ts';
import type { ShiftResult } from '../model/result.ts';
import { wordOf } from './words.ts';

const maxRows = 20;

/** The records of a name as they are, or as a plan would leave them. */
export function recordsAfter({ domain, records }: NameFacts, { outcome, steps }: ShiftResult) {
  if (outcome !== 'planned') return records;
  const planned = steps.findLast((step) => step.kind === 'change-records');
  const own = planned?.after.filter(({ name }) => isSameName(name, domain)) ?? [];
  return own.length === 0 ? records : own;
}

/** One table for all names whose records differ in nothing but the name. */
export function renderRecords(result: ShiftResult): readonly string[] {
  const areUnlike = new Set(result.names.map((name) => wordOf(name, result))).size > 1;
  const shown = result.names.map((name) => ({
    domain: name.domain,
    word: areUnlike ? `: ${wordOf(name, result)}` : '',
    lines: renderName(name, result),
  }));
  const alike = [...Map.groupBy(shown, ({ lines, word }) => [word, ...lines].join('\n')).values()];
  const [first] = alike;
  if (first === undefined) return [];
  if (shown.length === 1) return first[0]?.lines ?? [];
  return alike
    .flatMap((names) => [
      '',
      `#### ${names.map(({ domain }) => escapeText(domain)).join(', ')}${names[0]?.word}`,
      '',
      ...(names[0]?.lines ?? []),
    ])
    .slice(1);
}

/** A row for each record: what it was, and what it is. */
function renderName(name: NameFacts, result: ShiftResult): readonly string[] {
  const before = name.before.records;
  const after = recordsAfter(name, result);
  if (before.length === 0) return [escapeText(renderState(name.state))];
  const isChecked = [...before, ...after].some(({ healthCheckId }) => healthCheckId !== undefined);
  return renderTable({
    head: ['Type', 'Share', 'Weight', 'Leads to', 'Set identifier', ...(isChecked ? ['Health check'] : [])],
    rows: pairUp(before, after)
      .map((row) => renderRow(row, { before, after }))
      .map((row) => (isChecked ? row : row.slice(0, -1))),
    maxRows,
  });
}

type Row = { readonly was: RecordSet | undefined; readonly is: RecordSet | undefined };

/** By type and where they lead: what changes is the rest. */
function pairUp(before: readonly RecordSet[], after: readonly RecordSet[]): readonly Row[] {
  const left = [...after];
  const rows = before.map((was): Row => {
    const at = left.findIndex((is) => is.type === was.type && renderAnswer(is) === renderAnswer(was));
    return { was, is: at < 0 ? undefined : left.splice(at, 1)[0] };
  });
  return [...rows, ...left.map((is): Row => ({ was: undefined, is }))];
}

function renderRow(
  { was, is }: Row,
  all: { readonly before: readonly RecordSet[]; readonly after: readonly RecordSet[] },
): readonly string[] {
  const record = is ?? was;
  if (record === undefined) return [];
  const cell = (show: (one: RecordSet, among: readonly RecordSet[]) => string) =>
    is === undefined
      ? show(record, all.before)
      : renderMove(was && show(was, all.before), show(is, all.after));
  return [
    record.type,
    // The host names take all the room there is, and a share in two lines is hard to read.
    `${cell((one, among) => `${renderPercent(sharePercent(one, among))} %`)}${is === undefined ? ' → **deleted**' : ''}`.replaceAll(
      ' ',
      '\u00a0',
    ),
    cell((one) => (one.policy.kind === 'weighted' ? String(weightOf(one)) : none)).replaceAll(' ', '\u00a0'),
    renderCode(renderAnswer(record)),
    cell((one) => (one.policy.kind === 'weighted' ? renderCode(setIdentifierOf(one) ?? '') : none)),
    cell((one) => (one.healthCheckId === undefined ? none : renderCode(one.healthCheckId))),
  ];
}

const none = '–';

/** `undefined`: the record was not there. */
function renderMove(was: string | undefined, is: string): string {
  return was === is ? is : `${was ?? none} → **${is}**`;
}

function sharePercent(record: RecordSet, all: readonly RecordSet[]): number {
  if (record.policy.kind !== 'weighted') return 100;
  const peers = all.filter(({ type }) => type === record.type);
  const sum = peers.reduce((total, peer) => total + weightOf(peer), 0);
  return 100 * (sum === 0 ? 1 / peers.length : weightOf(record) / sum);
}
