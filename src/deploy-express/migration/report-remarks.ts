import { escapeText, renderTable } from '../../markdown.ts';
import type { Remark } from '../model/inputs.ts';

const maxRows = 80;

export function renderRemarks(remarks: readonly Remark[]): readonly string[] {
  return renderTable({
    head: ['', 'In App Runner', 'What to do'],
    rows: remarks.map(({ topic, seen, todo, isUrgent }) => [
      isUrgent ? `**${escapeText(topic)}**` : escapeText(topic),
      escapeText(seen),
      escapeText(todo),
    ]),
    maxRows,
  });
}
