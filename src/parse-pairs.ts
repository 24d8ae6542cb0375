import { accepted, type Parsed, type Problem, quote, refused } from './parse.ts';
import { type JsonValue, parseJson } from './parse-json.ts';

export type Pair = { readonly name: string; readonly value: string };

/** What the two members are called in the form of a JSON array, e.g. `name` and `valueFrom`. */
export type PairMembers = Pair & {
  /** There, no value and `null` are an empty one, as AWS has it of variables and tags. */
  readonly mayLackValue?: boolean;
};

/**
 * Names with values, in any of three forms:
 * a JSON array of objects, a JSON object of strings, or `NAME=value` lines.
 *
 * In lines, the first `=` separates; white space around name and value is dropped; blank lines and lines that begin with
 * `#` are skipped; quotes stay part of the value. A value with a line break or outer white space needs JSON.
 *
 * Problems never show a value: it may be a secret that nobody declared as one.
 */
export function parsePairs(raw: string, members: PairMembers): Parsed<readonly Pair[]> {
  const wanted = `a JSON array of {"${members.name}": …, "${members.value}": …}, a JSON object, or NAME=value lines`;
  const parsed = /^\s*[[{]/.test(raw) ? parseJsonPairs(raw, members) : parseLinePairs(raw);
  if (!parsed.ok) return refused({ seen: parsed.problem.seen, wanted });
  const seen = judgeNames(parsed.value);
  return seen === undefined ? parsed : refused({ seen, wanted });
}

function judgeNames(pairs: readonly Pair[]): string | undefined {
  const names = new Set<string>();
  for (const [index, { name }] of pairs.entries()) {
    if (name === '') return `entry ${index + 1} has an empty name`;
    if (names.has(name)) return `${quote(name)} appears twice`;
    names.add(name);
  }
  return undefined;
}

function parseLinePairs(raw: string): Parsed<readonly Pair[]> {
  const pairs: Pair[] = [];
  for (const [index, text] of raw.split('\n').entries()) {
    const line = text.trim();
    if (line === '' || line.startsWith('#')) continue;
    const separator = line.indexOf('=');
    if (separator < 0) return broken(`line ${index + 1} has no "="`);
    if (separator === 0) return broken(`line ${index + 1} has no name before its "="`);
    pairs.push({ name: line.slice(0, separator).trim(), value: line.slice(separator + 1).trim() });
  }
  return accepted(pairs);
}

function parseJsonPairs(raw: string, members: PairMembers): Parsed<readonly Pair[]> {
  const json = parseJson(raw);
  if (!json.ok) return json;
  return json.value instanceof Map ? pairsOfObject(json.value) : pairsOfArray(json.value, members);
}

function pairsOfObject(object: ReadonlyMap<string, JsonValue>): Parsed<readonly Pair[]> {
  const pairs: Pair[] = [];
  for (const [name, value] of object) {
    if (typeof value !== 'string') {
      return broken(`the value of ${quote(name)} is ${describeJson(value)} instead of a string`);
    }
    pairs.push({ name, value });
  }
  return accepted(pairs);
}

function pairsOfArray(array: JsonValue, members: PairMembers): Parsed<readonly Pair[]> {
  if (!Array.isArray(array)) return broken(`${describeJson(array)} instead of an array or object`);
  const pairs: Pair[] = [];
  for (const [index, entry] of array.entries()) {
    if (!(entry instanceof Map)) {
      return broken(`entry ${index + 1} is ${describeJson(entry)} instead of an object`);
    }
    const [name, given] = [entry.get(members.name), entry.get(members.value)];
    const value = members.mayLackValue === true ? (given ?? '') : given;
    if (typeof name !== 'string') return broken(describeMember(index, members.name, name));
    if (typeof value !== 'string') return broken(describeMember(index, members.value, value));
    pairs.push({ name, value });
  }
  return accepted(pairs);
}

function describeMember(index: number, member: string, value: JsonValue | undefined): string {
  if (value === undefined) return `entry ${index + 1} has no "${member}"`;
  return `"${member}" of entry ${index + 1} is ${describeJson(value)} instead of a string`;
}

/** The kind of a value, without the value. */
export function describeJson(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return value instanceof Map ? 'an object' : `a ${typeof value}`;
}

function broken(seen: string): { readonly ok: false; readonly problem: Problem } {
  return refused({ seen, wanted: 'names with values' });
}
