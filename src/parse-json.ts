import { accepted, type Parsed, quote, refused } from './parse.ts';

/** Objects are maps, so that the order of their keys survives (JavaScript moves keys like `10` to the front). */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | ReadonlyMap<string, JsonValue>;

/**
 * Why not `JSON.parse`: its error messages quote the text, which may hold secrets, and give the position only sometimes;
 * and of a key that appears twice it silently drops the first.
 */
export function parseJson(text: string): Parsed<JsonValue> {
  const cursor: Cursor = { text, at: 0, failure: undefined };
  const value = readValue(cursor, 0);
  if (value !== undefined) skipBlank(cursor);
  if (cursor.at < text.length) fail(cursor, 'expected nothing more');
  if (value !== undefined && cursor.failure === undefined) return accepted(value);
  return refused({ seen: `broken JSON at ${renderPosition(cursor)}: ${cursor.failure}`, wanted: 'JSON' });
}

/** The first failure stands: `at` does not move after it. */
type Cursor = { readonly text: string; at: number; failure: string | undefined };

/** Returned by every reader that failed; JSON has no such value. */
type Failed = undefined;

function fail(cursor: Cursor, failure: string): Failed {
  cursor.failure ??= failure;
  return undefined;
}

function renderPosition({ text, at }: Cursor): string {
  const before = text.slice(0, at);
  return `line ${before.split('\n').length}, column ${at - before.lastIndexOf('\n')}`;
}

function take(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text)?.[0];
  cursor.at += found?.length ?? 0;
  return found;
}

function skipBlank(cursor: Cursor): void {
  take(cursor, /[ \t\r\n]*/y);
}

/** Deeper than any input of ours, and far from the end of the call stack. */
const depthLimit = 64;

function readValue(cursor: Cursor, depth: number): JsonValue | Failed {
  if (depth > depthLimit) return fail(cursor, 'nested too deeply');
  skipBlank(cursor);
  switch (cursor.text[cursor.at]) {
    case '{':
      return readObject(cursor, depth);
    case '[':
      return readArray(cursor, depth);
    case '"':
      return readString(cursor);
  }
  const plain = take(cursor, /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/y);
  return plain === undefined ? fail(cursor, 'expected a value') : JSON.parse(plain);
}

function readArray(cursor: Cursor, depth: number): JsonValue | Failed {
  const items: JsonValue[] = [];
  return readItems(cursor, ']', () => {
    const item = readValue(cursor, depth + 1);
    if (item !== undefined) items.push(item);
  })
    ? items
    : undefined;
}

function readObject(cursor: Cursor, depth: number): JsonValue | Failed {
  const members = new Map<string, JsonValue>();
  return readItems(cursor, '}', () => {
    const start = cursor.at;
    const key = cursor.text[start] === '"' ? readString(cursor) : fail(cursor, 'expected a key in quotes');
    if (key === undefined) return;
    if (members.has(key)) {
      cursor.at = start;
      fail(cursor, `the key ${quote(key)} appears twice`);
      return;
    }
    skipBlank(cursor);
    if (take(cursor, /:/y) === undefined) {
      fail(cursor, 'expected a colon');
      return;
    }
    const value = readValue(cursor, depth + 1);
    if (value !== undefined) members.set(key, value);
  })
    ? members
    : undefined;
}

/** From the opening bracket to `close`; whether it got there. */
function readItems(cursor: Cursor, close: ']' | '}', readItem: () => void): boolean {
  const closing = close === ']' ? /\]/y : /\}/y;
  cursor.at += 1;
  skipBlank(cursor);
  if (take(cursor, closing) !== undefined) return true;
  while (cursor.failure === undefined) {
    skipBlank(cursor);
    readItem();
    if (cursor.failure !== undefined) break;
    skipBlank(cursor);
    if (take(cursor, closing) !== undefined) return true;
    if (take(cursor, /,/y) === undefined) fail(cursor, `expected a comma or ${close}`);
  }
  return false;
}

function readString(cursor: Cursor): string | Failed {
  const start = cursor.at;
  // One run of ordinary characters per escape: a single alternation would use up the stack on long strings.
  take(cursor, /"[ !#-[\]-\u{10FFFF}]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\u{10FFFF}]*)*/uy);
  if (take(cursor, /"/y) !== undefined) return JSON.parse(cursor.text.slice(start, cursor.at));
  if (cursor.at >= cursor.text.length) return fail(cursor, 'expected a closing quote');
  return fail(cursor, 'expected an escape that JSON knows; line breaks are written \\n');
}
