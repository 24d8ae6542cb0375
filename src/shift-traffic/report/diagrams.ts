import { anySide, sideOf } from '../../dns/pair.ts';
import { type RecordSet, renderAnswer, weightOf } from '../../dns/records.ts';
import { greenPercentOf, renderPercent } from '../../dns/weights.ts';
import type { ShiftResult } from '../model/result.ts';

type NamedRecords = { readonly domain: string; readonly records: readonly RecordSet[] };

/**
 * Mermaid: from the names over their records to where they lead; names that lead the same way are one. Names of DNS have
 * no character that Mermaid reads.
 */
export function renderPath(names: readonly NamedRecords[]): readonly string[] {
  const known = names.map(({ domain, records }) => ({
    domain,
    records: records.filter((record) => sideOf(record, anySide) !== undefined),
  }));
  const alike = Map.groupBy(
    known.filter(({ records }) => records.length > 0),
    ({ records }) => records.flatMap((record) => renderBranch(record, '', records)).join(),
  );
  if (alike.size === 0) return [];
  return ['```mermaid', 'flowchart LR', ...[...alike.values()].flatMap(renderNode), '```'];
}

function renderNode(names: readonly NamedRecords[], number: number): string[] {
  const [records = []] = names.map((name) => name.records);
  // The first has no number: a picture of one name is as it always was.
  const suffix = number === 0 ? '' : `_${number}`;
  return [
    `  name${suffix}["${names.map(({ domain }) => label(domain)).join('<br/>')}"]`,
    ...records.flatMap((record, index) => renderBranch(record, `${index}${suffix}`, records, suffix)),
  ];
}

const sideNames = { blue: 'blue: App Runner', green: 'green: ECS Express' } as const;

function renderBranch(
  record: RecordSet,
  index: string,
  records: readonly RecordSet[],
  suffix = '',
): string[] {
  const side = sideOf(record, anySide) ?? 'green';
  const what = `${record.type}${record.policy.kind === 'weighted' ? `, weight ${weightOf(record)}` : ''}`;
  return [
    `  name${suffix} -->|"${renderPercent(shareOf(record, records))} %"| record${index}["${label(what)}"]`,
    `  record${index} --> target${index}["${sideNames[side]}<br/>${label(renderAnswer(record))}"]`,
  ];
}

function shareOf(record: RecordSet, records: readonly RecordSet[]): number {
  if (record.policy.kind !== 'weighted') return 100;
  const peers = records.filter(({ type }) => type === record.type);
  const others = peers.reduce((sum, peer) => sum + weightOf(peer), 0) - weightOf(record);
  return greenPercentOf({ blue: others, green: weightOf(record) });
}

function label(text: string): string {
  return text.replace(/[^\w .,:*/()-]/g, ' ');
}

const chartPoints = 24;

/** Mermaid: green's share from the first change to the last, as the stairs it was. */
export function renderShares(shares: ShiftResult['shares'], endedAt: number): readonly string[] {
  const [first] = shares;
  // Of records that answer the same as before there is no stair to see.
  if (first === undefined || shares.every(({ greenPercent }) => greenPercent === first.greenPercent))
    return [];
  const span = Math.max(1, endedAt - first.at);
  const points = Array.from({ length: chartPoints + 1 }, (_, index) => {
    const at = first.at + (span * index) / chartPoints;
    return renderPercent(shares.findLast((share) => share.at <= at)?.greenPercent ?? first.greenPercent);
  });
  return [
    '```mermaid',
    '---',
    'config:',
    '  xyChart:',
    '    width: 720',
    '    height: 260',
    // The colour of the theme is hardly seen on white.
    '  themeVariables:',
    '    xyChart:',
    '      plotColorPalette: "#2da44e"',
    '---',
    'xychart-beta',
    '  title "Share of green"',
    `  x-axis "minutes" 0 --> ${renderPercent(Math.max(0.01, span / 60_000))}`,
    '  y-axis "percent" 0 --> 100',
    `  line [${points.join(', ')}]`,
    '```',
  ];
}
