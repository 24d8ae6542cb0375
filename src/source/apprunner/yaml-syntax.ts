import type { YAMLError } from 'yaml';
import type { Problem } from '../../parse.ts';

type SyntaxErrorCode = YAMLError['code'];

const inQuotes = `text with special characters in single quotes, such as - 'echo "a: b"'`;

/** The library's message says what its grammar expected; this says what the user did. `line`: of the file. */
export function explainSyntaxError(code: SyntaxErrorCode, message: string, line: string): Problem {
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
