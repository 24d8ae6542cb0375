import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  type Range,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import { type Problem, quote } from '../../parse.ts';
import type { Findings, Position } from './findings.ts';

/** A YAML file as text in lists and maps: no scalar is a number or a boolean, so 3.10 stays 3.10. */
export type YamlValue = YamlText | YamlList | YamlMap;

type Placed = {
  readonly at: Position;
  /** The text of the file that it was read from, when it is one line. */
  readonly raw: string | undefined;
};
export type YamlText = Placed & {
  readonly kind: 'text';
  readonly text: string;
  /** Nothing is there at all: not even quotes. Or what YAML has for nothing: `null`, `~`. */
  readonly isEmpty: boolean;
};
export type YamlList = Placed & { readonly kind: 'list'; readonly items: readonly YamlValue[] };
export type YamlMap = Placed & { readonly kind: 'map'; readonly fields: readonly YamlField[] };
export type YamlField = { readonly name: string; readonly at: Position; readonly value: YamlValue };

/** `apprunner.yaml` has five levels. Far from the end of the call stack. */
const depthLimit = 32;
/** What aliases may repeat, all together: more is a bomb. */
const repeatedNodesLimit = 10_000;
const repeatedCharactersLimit = 1_000_000;

/** `undefined`: it cannot be read, and `findings` says why. */
export function parseYamlTree(text: string, findings: Findings): YamlValue | undefined {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    schema: 'failsafe',
    lineCounter: lines,
    prettyErrors: false,
    // The library's check takes time by the square of the number of keys. Ours is in `readMap`.
    uniqueKeys: false,
    logLevel: 'silent',
  });
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const [first, second] = 'empty' in documents ? [] : documents;
  if (first === undefined) {
    findings.refuse(undefined, 'is empty', 'version, runtime, build and run');
    return undefined;
  }
  const [error] = first.errors;
  if (error !== undefined) return refuseSyntax(error, { text, findings, positionAt });
  if (second !== undefined) {
    const wanted = 'one document: remove this line and all that follows';
    findings.refuse(positionAt(second.range[0]), 'a second document begins (after ---)', wanted);
    return undefined;
  }
  const reading: Reading = {
    text,
    findings,
    positionAt,
    anchors: new Map(),
    repeatedNodes: 0,
    repeatedCharacters: 0,
    isBomb: false,
  };
  return readNode(first.contents ?? undefined, reading, { depth: 0, isRepeated: false, fallback: 0 });
}

type Source = {
  readonly text: string;
  readonly findings: Findings;
  readonly positionAt: (offset: number) => Position;
};

/** Only the first error: what follows it is mostly its consequence. */
function refuseSyntax(error: YAMLError, { text, findings, positionAt }: Source): undefined {
  const at = positionAt(error.pos[0]);
  const line = text.split('\n', at.line)[at.line - 1] ?? '';
  const { seen, wanted } = explainSyntaxError(error.code, error.message, line);
  findings.refuse(at, seen, wanted);
  return undefined;
}

type SyntaxErrorCode = YAMLError['code'];

const inQuotes = `text with special characters in single quotes, such as - 'echo "a: b"'`;

/** The library's message says what its grammar expected; this says what the user did. `line`: of the file. */
function explainSyntaxError(code: SyntaxErrorCode, message: string, line: string): Problem {
  if (/^\s*(?:```|~~~)/.test(line)) {
    return {
      seen: 'a Markdown code fence',
      wanted: 'YAML alone: remove this line and all text that is not part of the file',
    };
  }
  if (/^(?:<{7}|={7}|>{7})/.test(line)) {
    return { seen: 'the mark of a merge that is not finished', wanted: 'one side of it, without the marks' };
  }
  if (/^Maximum call stack/.test(message)) {
    return { seen: 'is nested too deeply', wanted: 'at most five levels' };
  }
  const seen = `is not YAML (${message.charAt(0).toLowerCase()}${message.slice(1)})`;
  if (/\{\{|\{%/.test(line)) {
    return { seen, wanted: 'the file as the template makes it: nothing fills {{ … }} in here' };
  }
  return { seen, wanted: wantedFor[code] ?? inQuotes };
}

const wantedFor: Readonly<Partial<Record<SyntaxErrorCode, string>>> = {
  TAB_AS_INDENT: 'spaces, not tabs, before the text of a line',
  BAD_INDENT: 'the keys of one map, and the items of one list, at the same column',
  MULTILINE_IMPLICIT_KEY: 'a colon and a space after each key, such as version: 1.0',
  BLOCK_AS_IMPLICIT_KEY: 'one key a line, and quotes around a value that has ": " in it or ends in ":"',
  MISSING_CHAR: 'a colon after each key, and for each quote or bracket the one that closes it',
  BAD_DQ_ESCAPE: "single quotes around text with backslashes, such as 'C:\\dir'",
};

type Reading = Source & {
  /** Of what was read so far. The library would look through the whole file for each alias. */
  readonly anchors: Map<string, Node>;
  repeatedNodes: number;
  repeatedCharacters: number;
  isBomb: boolean;
};
type Place = { readonly depth: number; readonly isRepeated: boolean; readonly fallback: number };

function readNode(node: Node | undefined, reading: Reading, place: Place): YamlValue | undefined {
  if (node === undefined) return emptyText(reading.positionAt(place.fallback));
  const offset = node.range?.[0] ?? place.fallback;
  const at = reading.positionAt(offset);
  if (place.depth > depthLimit) {
    reading.findings.refuse(at, 'is nested too deeply', 'at most five levels');
    return undefined;
  }
  const tooMuch = place.isRepeated ? countRepeated(node, reading) : undefined;
  if (tooMuch !== undefined) return refuseBomb(reading, at, tooMuch);
  if (!isAlias(node) && node.tag?.startsWith('!')) return refuseTag(node.tag, reading, at);
  const inner = { ...place, depth: place.depth + 1, fallback: offset };
  if (isAlias(node)) return readAlias(node, reading, inner);
  if (node.anchor !== undefined) reading.anchors.set(node.anchor, node);
  const raw = readRaw(reading.text, node.range ?? undefined);
  if (isScalar(node)) {
    const text = typeof node.value === 'string' ? node.value : '';
    return { kind: 'text', at, raw, text, isEmpty: /^(?:|~|null|Null|NULL)$/.test(raw ?? 'text') };
  }
  if (isSeq<Node>(node)) {
    const items = node.items.map((item) => readNode(item, reading, inner));
    return items.every((item) => item !== undefined) ? { kind: 'list', at, raw, items } : undefined;
  }
  return isMap<Node, Node | null>(node) ? readMap(node, reading, { ...inner, at }) : undefined;
}

function readMap(
  node: YAMLMap<Node, Node | null>,
  reading: Reading,
  place: Place & Pick<Placed, 'at'>,
): YamlMap | undefined {
  const names = new Set<string>();
  const fields: YamlField[] = [];
  for (const { key, value } of node.items) {
    const name = readNode(key, reading, place);
    if (name === undefined) return undefined;
    if (name.kind !== 'text') {
      reading.findings.refuse(
        name.at,
        'a key that is a list or a map',
        'plain names as keys ({{ … }} is not YAML)',
      );
      return undefined;
    }
    if (names.has(name.text)) {
      reading.findings.refuse(name.at, `the key ${quote(name.text)} appears twice`, 'each key once');
    }
    names.add(name.text);
    const read = readNode(value ?? undefined, reading, {
      ...place,
      fallback: key.range?.[1] ?? place.fallback,
    });
    if (read === undefined) return undefined;
    fields.push({ name: name.text, at: name.at, value: read });
  }
  return { kind: 'map', at: place.at, raw: readRaw(reading.text, withoutComment(node)), fields };
}

/** The range of a map goes on to the comment after its last value. */
function withoutComment({ items, range }: YAMLMap<Node, Node | null>): Range | undefined {
  const end = items.at(-1)?.value?.range?.[1];
  return range == null || end === undefined ? (range ?? undefined) : [range[0], end, end];
}

function emptyText(at: Position): YamlText {
  return { kind: 'text', at, raw: '', text: '', isEmpty: true };
}

function readRaw(text: string, range: Range | undefined): string | undefined {
  if (range === undefined) return undefined;
  const raw = text.slice(range[0], range[1]).trimEnd();
  return raw.includes('\n') ? undefined : raw;
}

function refuseTag(tag: string, { findings }: Reading, at: Position): undefined {
  const wanted =
    'the plain value: nothing fills templates such as !Sub or !Ref in; a command that begins with ! goes in quotes';
  findings.refuse(at, `the YAML tag ${quote(tag)}`, wanted);
  return undefined;
}

function readAlias(node: Alias, reading: Reading, place: Place): YamlValue | undefined {
  const target = reading.anchors.get(node.source);
  if (target !== undefined) return readNode(target, reading, { ...place, isRepeated: true });
  const at = reading.positionAt(place.fallback);
  reading.findings.refuse(at, 'a * that begins a value, and names no anchor', 'the value in quotes');
  return undefined;
}

/** What there is too much of; `undefined`: it is bearable. */
function countRepeated(node: Node, reading: Reading): string | undefined {
  reading.repeatedNodes += 1;
  if (isScalar(node) && typeof node.value === 'string') reading.repeatedCharacters += node.value.length;
  if (reading.repeatedNodes > repeatedNodesLimit) return `${repeatedNodesLimit} values`;
  const isLong = reading.repeatedCharacters > repeatedCharactersLimit;
  return isLong ? `${repeatedCharactersLimit} characters` : undefined;
}

function refuseBomb(reading: Reading, at: Position, amount: string): undefined {
  // Once: whatever goes on reading comes here again.
  if (!reading.isBomb) {
    reading.findings.refuse(at, `aliases that repeat more than ${amount}`, 'the values written out');
  }
  reading.isBomb = true;
  return undefined;
}
