import { renderDuration, type TimelineEntry } from '../model/timeline.ts';

const maxEntries = 40;
const maxLabelLength = 60;

/**
 * A Mermaid gantt chart of what took how long, counted from the first entry. The times are written as local times of a
 * fixed day, not as an epoch: Mermaid shows an epoch in the time zone of whoever looks, half an hour off in India.
 */
export function renderTimeline(timeline: readonly TimelineEntry[]): readonly string[] {
  const shown = timeline.slice(0, maxEntries);
  if (shown.length === 0) return [];
  const origin = Math.min(...shown.map(({ startedAt }) => startedAt));
  return [
    '```mermaid',
    'gantt',
    '  dateFormat YYYY-MM-DD HH:mm:ss',
    '  axisFormat %H:%M:%S',
    ...shown.map((entry) => `  ${renderEntry(entry, origin)}`),
    '```',
  ];
}

function renderEntry(entry: TimelineEntry, origin: number): string {
  const startSeconds = Math.round((entry.startedAt - origin) / 1000);
  // Mermaid draws nothing for a length of zero.
  const lengthSeconds = Math.max(1, Math.round((entry.endedAt - entry.startedAt) / 1000));
  const label = `${renderLabel(entry.label)} (${renderDuration(lengthSeconds)})`;
  return `${label} :${entry.failed ? 'crit, ' : ''}${renderInstant(startSeconds)}, ${lengthSeconds}s`;
}

/** Beginnings of a line that Mermaid takes for a command, in capitals too, or for a date. */
const chartCommand =
  /^(acc|axis|call|click|date|display|excl|gantt|href|incl|section|tick|title|today|top|vert|week|\d{4}-)/i;

/** A colon ends a label, a semicolon or a number sign its line. */
function renderLabel(label: string): string {
  const plain = label
    .replace(/[^\p{L}\p{N} .,/_-]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, maxLabelLength);
  return plain === '' || chartCommand.test(plain) ? `Step ${plain}`.trim() : plain;
}

/** Mermaid wants a full date; the first of January 2000 has no change of the clock anywhere. */
function renderInstant(seconds: number): string {
  return new Date(Date.UTC(2000, 0, 1) + seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}
