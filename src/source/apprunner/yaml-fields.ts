import { quote } from '../../parse.ts';
import type { Findings } from './findings.ts';
import type { YamlField, YamlMap, YamlValue } from './yaml-tree.ts';

/** Fields by the name that App Runner gives them. */
export type Fields = ReadonlyMap<string, YamlField>;

/** `name`: of the map, as in `run.network`; `''` is the file itself. */
export type FieldNames = {
  readonly name: string;
  /** What App Runner knows. */
  readonly known: readonly string[];
  /** What people write there, and the caller makes something of. */
  readonly tolerated?: readonly string[];
  /** What people write there, and an input says, by `plainWord`. */
  readonly inputs?: ReadonlyMap<string, string>;
};

/**
 * Sorts the keys of a map. One in another spelling (`pre_build`, `runtimeVersion`) is taken for the one it means; one that
 * is nearly right is refused, since a guess may be wrong; one that is nothing like any is passed over with a warning.
 */
export function readFields(map: YamlMap, names: FieldNames, findings: Findings): Fields {
  const all = [...names.known, ...(names.tolerated ?? [])];
  const fields = new Map<string, YamlField>();
  for (const field of map.fields) {
    if (invisible.test(field.name)) {
      const plain = field.name.replace(new RegExp(invisible, 'g'), '');
      findings.refuse(
        field.at,
        `invisible characters beside ${label(names, plain)}`,
        `${plain} typed anew, with plain spaces before it`,
      );
      continue;
    }
    const name =
      all.find((known) => known === field.name) ?? all.find((known) => isSameWord(known, field.name));
    if (name === undefined) {
      reportUnknown(field, names, findings);
      continue;
    }
    const before = fields.get(name);
    // The same spelling twice has been refused already.
    if (before?.name === field.name) continue;
    if (before !== undefined) {
      findings.refuse(
        field.at,
        `${label(names, field.name)} beside ${name}, which it means, too`,
        `${name} alone`,
      );
      continue;
    }
    if (name !== field.name) {
      findings.warn(field.at, `${label(names, field.name)} was read as ${name}`, name);
    }
    fields.set(name, field);
  }
  return fields;
}

/** Spaces of no plain kind, and marks without width, as they come with text from a web page. */
const invisible = /[\u00a0\u00ad\u2000-\u200f\u2028-\u202f\u2060\u3000\ufeff]/;

function reportUnknown(field: YamlField, names: FieldNames, findings: Findings): void {
  if (field.name === '<<') {
    findings.refuse(field.at, 'a merge key (<<), which YAML 1.2 does not have', 'the keys written out');
    return;
  }
  const seen = `${label(names, field.name)} was ignored: App Runner knows no such key`;
  const input = names.inputs?.get(plainWord(field.name));
  if (input !== undefined) {
    findings.passOver(field.at, seen, `the ${input}`);
    return;
  }
  const near = names.known.find((known) => editDistance(known, field.name.toLowerCase()) <= 2);
  if (near !== undefined && field.name.length > 3) {
    findings.refuse(field.at, `${label(names, field.name)}, which App Runner does not know`, near);
    return;
  }
  findings.passOver(field.at, seen, `${where(names)}${names.known.join(', ')}`);
}

function label({ name }: FieldNames, key: string): string {
  return name === '' ? quote(key) : `${quote(key)} in ${name}`;
}

function where({ name }: FieldNames): string {
  return name === '' ? 'at the top ' : `in ${name} `;
}

export function isSameWord(a: string, b: string): boolean {
  return plainWord(a) === plainWord(b);
}

/** `pre-build`, `pre_build`, `preBuild` and `PRE BUILD` are one word. */
export function plainWord(name: string): string {
  return name.toLowerCase().replace(/[-_.\s]/g, '');
}

/** Levenshtein; stops counting beyond short words, where nothing is near anyway. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [line, letter] of [...a].entries()) {
    const next = [line + 1];
    for (let column = 1; column <= b.length; column += 1) {
      const [above = 0, left = 0, diagonal = 0] = [row[column], next[column - 1], row[column - 1]];
      const substituted = diagonal + (letter === b[column - 1] ? 0 : 1);
      next.push(Math.min(above + 1, left + 1, substituted));
    }
    row = next;
  }
  return row[b.length] ?? 3;
}

/** A kind of value, in the user's words. */
export function describeValue(value: YamlValue): string {
  if (value.kind === 'text') return value.isEmpty ? 'empty' : 'text';
  return value.kind === 'list' ? 'a list' : 'a map';
}

/** Text that is there; everything else is refused. */
export function requireText(
  field: YamlField,
  name: string,
  { wanted, findings }: { readonly wanted: string; readonly findings: Findings },
): string | undefined {
  const { value } = field;
  if (value.kind === 'text' && !value.isEmpty) return value.text;
  findings.refuse(value.at, `${name} is ${describeValue(value)}`, wanted);
  return undefined;
}
