/**
 * Markdown around text that others wrote: reasons from AWS, names, container logs. Their characters are written as
 * numeric references, which Markdown never takes for markup (CommonMark, "Entity and numeric character references"),
 * also in tables, where backslashes before a pipe are read differently by different parsers.
 */

const markup = /[\\`*_[\]<>#|~&$]/g;
/** What GitHub makes of words in prose: links, mentions, emoji. In code it leaves them alone, but for full links. */
const links = /:(?=\/\/)|(?<=\bwww)\./gi;
const wordMarkup = /@|:(?=[\w+-]+:)/g;

/** Longest piece of foreign text shown in a cell or sentence, so that a summary stays below the runner's 1 MiB. */
const maxTextLength = 300;
const maxItemLength = 500;

export function escapeText(text: string, maxLength = maxTextLength): string {
  return escapeLinks(clip(toOneLine(text), maxLength)).replace(wordMarkup, reference);
}

/** For identifiers: monospaced. */
export function renderCode(text: string): string {
  return `<code>${escapeLinks(clip(toOneLine(text), maxTextLength))}</code>`;
}

function escapeLinks(text: string): string {
  return text.replace(markup, reference).replace(links, reference);
}

function reference(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}

function toOneLine(text: string): string {
  return stripControls(text.replace(/\s+/g, ' ')).trim();
}

/** Removes the escape sequences of coloured logs, and every other control character but the tab. */
export function stripControls(text: string): string {
  return text.replace(/(?!\t)\p{Cc}\[[0-9;?]*[ -/]*[@-~]/gu, '').replace(/(?!\t)\p{Cc}/gu, '');
}

export function clip(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`;
}

export type Table = {
  readonly head: readonly string[];
  /** Cells are Markdown already. */
  readonly rows: readonly (readonly string[])[];
  readonly maxRows: number;
};

/** Nothing at all when there are no rows. */
export function renderTable(table: Table): readonly string[] {
  if (table.rows.length === 0) return [];
  const rule = table.head.map(() => '---');
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const left = table.rows.length - table.maxRows;
  return [
    line(table.head),
    line(rule),
    ...table.rows.slice(0, table.maxRows).map(line),
    ...(left > 0 ? ['', `… and ${left} more.`] : []),
  ];
}

export function renderList(items: readonly string[], maxItems: number): readonly string[] {
  const left = items.length - maxItems;
  return [
    ...items.slice(0, maxItems).map((item) => `- ${escapeText(item, maxItemLength)}`),
    ...(left > 0 ? [`- … and ${left} more`] : []),
  ];
}

/** Folded away until somebody asks for it. */
export function renderDetails(title: string, body: readonly string[]): readonly string[] {
  if (body.length === 0) return [];
  // Without an empty line before it, Markdown in HTML is text.
  const gap = body[0] === '' ? [] : [''];
  return ['', `<details><summary>${title}</summary>`, ...gap, ...body, '', '</details>'];
}

/** Longest line of a log that is shown whole. */
const maxLogLineLength = 1_000;

/** A fence longer than any run of backticks inside, so that no line of the text can close it. */
export function renderFence(lines: readonly string[]): readonly string[] {
  const text = lines
    .flatMap((line) => line.split(/\r\n|\r|\n/))
    .map((line) => clip(stripControls(line), maxLogLineLength));
  const longest = Math.max(0, ...text.map(longestBacktickRun));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return [`${fence}text`, ...text, fence];
}

function longestBacktickRun(line: string): number {
  return Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
}
