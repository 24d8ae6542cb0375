/** Strings into values. Every parser returns a value or says what is wrong with the string, and never throws. */
export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: Problem };

export type Problem = {
  /** What was there. Quotes the string only where it cannot hold a secret. */
  readonly seen: string;
  /** The form that would be accepted. */
  readonly wanted: string;
};

export function accepted<Value>(value: Value): Parsed<Value> {
  return { ok: true, value };
}

export function refused(problem: Problem): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem };
}

const quotedLength = 80;

/** Escaped, so that a line break in a value cannot start a workflow command in the log. */
export function quote(raw: string): string {
  return JSON.stringify(raw.length > quotedLength ? `${raw.slice(0, quotedLength)}…` : raw);
}

/** The integers of the AWS APIs have 32 bits. */
const largestInteger = 2 ** 31 - 1;

export function parseInteger(
  raw: string,
  { minimum, maximum }: { readonly minimum: number; readonly maximum?: number },
): Parsed<number> {
  const value = /^\d+$/.test(raw) ? Number(raw) : Number.NaN;
  if (value >= minimum && value <= (maximum ?? largestInteger)) return accepted(value);
  const range = maximum === undefined ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
  return refused({ seen: quote(raw), wanted: `a whole number ${range}` });
}

export function parseDecimal(
  raw: string,
  { minimum, maximum }: { readonly minimum: number; readonly maximum: number },
): Parsed<number> {
  const value = /^(?:\d+(?:\.\d+)?|\.\d+)$/.test(raw) ? Number(raw) : Number.NaN;
  if (value >= minimum && value <= maximum) return accepted(value);
  return refused({ seen: quote(raw), wanted: `a number from ${minimum} to ${maximum}` });
}

/** The spellings of YAML 1.2's core schema. Anything else is a typo, and must not mean "false". */
export function parseBoolean(raw: string): Parsed<boolean> {
  if (['true', 'True', 'TRUE'].includes(raw)) return accepted(true);
  if (['false', 'False', 'FALSE'].includes(raw)) return accepted(false);
  return refused({ seen: quote(raw), wanted: 'true or false' });
}

export function parseOneOf<const Value extends string>(raw: string, values: readonly Value[]): Parsed<Value> {
  const value = values.find((candidate) => candidate === raw);
  if (value !== undefined) return accepted(value);
  return refused({ seen: quote(raw), wanted: `one of ${values.join(', ')}` });
}

export type Form = { readonly pattern: RegExp; readonly wanted: string };

export function parseForm(raw: string, { pattern, wanted }: Form): Parsed<string> {
  return pattern.test(raw) ? accepted(raw) : refused({ seen: quote(raw), wanted });
}

/** Each item once, in order. `undefined` when there is none: `,` is what two empty expressions leave behind. */
export function parseList(raw: string, form: Form): Parsed<readonly string[] | undefined> {
  const items = [...new Set(splitList(raw))];
  const bad = items.filter((item) => !form.pattern.test(item));
  if (bad.length > 0) return refused({ seen: bad.map(quote).join(', '), wanted: form.wanted });
  return accepted(items.length > 0 ? items : undefined);
}

/** Items between commas or line breaks that are not blank, without the white space around them. */
export function splitList(raw: string): readonly string[] {
  return splitTrimmed(raw, /[,\n]/);
}

/** Lines that are not blank, without the white space around them. */
export function splitLines(raw: string): readonly string[] {
  return splitTrimmed(raw, '\n');
}

function splitTrimmed(raw: string, separator: RegExp | string): readonly string[] {
  return raw
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Both ends included. */
export type StatusRange = { readonly from: number; readonly to: number };

const statusesWanted = 'HTTP status codes from 100 to 599 or ranges of them, such as 200-399 or 200,301-302';

export function parseStatusRanges(raw: string): Parsed<readonly StatusRange[]> {
  const ranges: StatusRange[] = [];
  for (const item of splitList(raw)) {
    const match = /^([1-5]\d\d)(?:\s*-\s*([1-5]\d\d))?$/.exec(item);
    const range = { from: Number(match?.[1]), to: Number(match?.[2] ?? match?.[1]) };
    if (!(range.from <= range.to)) return refused({ seen: quote(item), wanted: statusesWanted });
    ranges.push(range);
  }
  return ranges.length > 0 ? accepted(ranges) : refused({ seen: quote(raw), wanted: statusesWanted });
}

/** As `parseStatusRanges` takes them: `200-399, 404`. */
export function renderStatusRanges(ranges: readonly StatusRange[]): string {
  return ranges.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`)).join(', ');
}
