import fc from 'fast-check';
import { type Pair, parsePairs } from '../../src/parse-pairs.ts';

const members = { name: 'name', value: 'value' };
const parse = (raw: string) => parsePairs(raw, members);

const lineName = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((name) => name === name.trim() && !/[=\n\r]|^[#[{]/.test(name) && name !== '');
const lineValue = fc
  .string({ unit: 'grapheme', maxLength: 40 })
  .filter((value) => value === value.trim() && !/[\n]/.test(value));
const pairs = (value: fc.Arbitrary<string>, name: fc.Arbitrary<string> = lineName) =>
  fc.uniqueArray(fc.record({ name, value }), { selector: (pair) => pair.name });

const asLines = (list: readonly Pair[]) => list.map(({ name, value }) => `${name}=${value}`).join('\n');
const asArray = (list: readonly Pair[]) => JSON.stringify(list);
/** By hand: `JSON.stringify` would move names like `10` to the front. */
const asObject = (list: readonly Pair[]) =>
  `{${list.map(({ name, value }) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(',\n')}}`;

test('lines, JSON array and JSON object say the same', () => {
  fc.assert(
    fc.property(pairs(lineValue), (list) => {
      const expected = { ok: true, value: list };
      expect(parse(asLines(list))).toEqual(expected);
      expect(parse(asArray(list))).toEqual(expected);
      expect(parse(asObject(list))).toEqual(expected);
    }),
  );
});

test('JSON carries any value, line breaks and outer white space included', () => {
  const anyString = fc.string({ unit: 'grapheme' });
  const anyName = fc.string({ unit: 'grapheme', minLength: 1 });
  fc.assert(
    fc.property(pairs(anyString, anyName), (list) => {
      expect(parse(asArray(list))).toEqual({ ok: true, value: list });
      expect(parse(asObject(list))).toEqual({ ok: true, value: list });
    }),
  );
});

test.each([
  ['A=1', [['A', '1']]],
  ['A=', [['A', '']]],
  ['URL=http://x/?a=b&c=d', [['URL', 'http://x/?a=b&c=d']]],
  ['A="quoted"', [['A', '"quoted"']]],
  ["A='quoted' # not a comment", [['A', "'quoted' # not a comment"]]],
  [
    '# a comment\n\n  A = 1  \r\nB=2\r\n',
    [
      ['A', '1'],
      ['B', '2'],
    ],
  ],
  ['# nothing but a comment', []],
  ['[]', []],
  ['{}', []],
  ['[{"name": "A", "value": "1", "note": "ignored"}]', [['A', '1']]],
  ['\n  {"A": "1"}', [['A', '1']]],
])('reads %p', (raw, expected) => {
  expect(parse(raw)).toEqual({ ok: true, value: expected.map(([name, value]) => ({ name, value })) });
});

test.each([
  ['A=1\nhunter2', 'line 2 has no "="'],
  ['A=1\n\n=hunter2', 'line 3 has no name before its "="'],
  ['A=hunter2\nA=other', '"A" appears twice'],
  ['{"A": "hunter2", "A": "x"}', 'broken JSON at line 1, column 18: the key "A" appears twice'],
  ['[{"name": "A", "value": "1"}, {"name": "A", "value": "hunter2"}]', '"A" appears twice'],
  ['{"": "hunter2"}', 'entry 1 has an empty name'],
  ['{"A": "hunter2"', 'broken JSON at line 1, column 16: expected a comma or }'],
  ['{"A": 8080}', 'the value of "A" is a number instead of a string'],
  ['{"A": null}', 'the value of "A" is null instead of a string'],
  ['["hunter2"]', 'entry 1 is a string instead of an object'],
  ['[["hunter2"]]', 'entry 1 is an array instead of an object'],
  ['[{"name": "A"}]', 'entry 1 has no "value"'],
  ['[{"name": "A", "value": "1"}, {"value": "hunter2"}]', 'entry 2 has no "name"'],
  ['[{"name": "A", "value": true}]', '"value" of entry 1 is a boolean instead of a string'],
  ['[{"name": "A", "value": {"hunter2": ""}}]', '"value" of entry 1 is an object instead of a string'],
])('refuses %p without showing a value', (raw, seen) => {
  expect(parse(raw)).toEqual({
    ok: false,
    problem: {
      seen,
      wanted: 'a JSON array of {"name": …, "value": …}, a JSON object, or NAME=value lines',
    },
  });
});

test('the array form names its members as it is told to', () => {
  const raw = '[{"key": "team", "value": "web"}]';
  expect(parsePairs(raw, { name: 'key', value: 'value' })).toEqual({
    ok: true,
    value: [{ name: 'team', value: 'web' }],
  });
  expect(parse(raw).ok).toBe(false);
});

test('no string makes it throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (raw) => {
      const parsed = parse(raw);
      return parsed.ok || parsed.problem.seen !== '';
    }),
  );
});
