import fc from 'fast-check';
import { type JsonValue, parseJson } from '../../src/parse-json.ts';

/** Back to what `JSON.parse` gives. */
function plain(value: JsonValue): unknown {
  if (Array.isArray(value)) return value.map(plain);
  return value instanceof Map
    ? Object.fromEntries([...value].map(([key, member]) => [key, plain(member)]))
    : value;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test('reads whatever JSON.stringify writes', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      const parsed = parseJson(text);
      expect(parsed.ok && plain(parsed.value)).toEqual(JSON.parse(text));
    }),
  );
});

test('takes a text exactly when JSON.parse does', () => {
  const damaged = fc
    .tuple(
      fc.json({ maxDepth: 3 }),
      fc.nat(),
      fc.constantFrom('', ',', '"', '\\', '}', ']', '1', ' ', '\n', '\t', '\u0000', '\u007f'),
    )
    .map(([text, at, wedge]) => {
      const cut = at % (text.length + 1);
      return text.slice(0, cut) + wedge + text.slice(cut + (at % 2));
    });
  const pieces = fc
    .array(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"a"',
        '"',
        '1',
        '-',
        '0',
        '.5',
        'e3',
        'null',
        'tru',
        ' ',
        '\\u00e9',
      ),
    )
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.oneof(damaged, pieces, fc.string()), (text) => {
      const parsed = parseJson(text);
      if (parsed.ok) return isJson(text);
      return !isJson(text) || parsed.problem.seen.endsWith('appears twice');
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['', 'line 1, column 1: expected a value'],
  ['[1,]', 'line 1, column 4: expected a value'],
  ['["a" "b"]', 'line 1, column 6: expected a comma or ]'],
  ['{"a": 1\n "b": 2}', 'line 2, column 2: expected a comma or }'],
  ['{"a" 1}', 'line 1, column 6: expected a colon'],
  ["{'a': 1}", 'line 1, column 2: expected a key in quotes'],
  ['[\n  "open', 'line 2, column 8: expected a closing quote'],
  ['["a\nb"]', 'line 1, column 4: expected an escape that JSON knows; line breaks are written \\n'],
  ['["\\x"]', 'line 1, column 3: expected an escape that JSON knows; line breaks are written \\n'],
  ['[01]', 'line 1, column 3: expected a comma or ]'],
  ['[] []', 'line 1, column 4: expected nothing more'],
  ['{"a": 1, "a": 2}', 'line 1, column 10: the key "a" appears twice'],
  ['['.repeat(100_000), 'line 1, column 66: nested too deeply'],
])('says where %.20p breaks', (text, failure) => {
  expect(parseJson(text)).toEqual({
    ok: false,
    problem: { seen: `broken JSON at ${failure}`, wanted: 'JSON' },
  });
});

test('keeps the order of keys, even of those that look like numbers', () => {
  const parsed = parseJson('{"b": 1, "10": 2, "__proto__": 3}');
  expect(parsed.ok && parsed.value instanceof Map && [...parsed.value]).toEqual([
    ['b', 1],
    ['10', 2],
    ['__proto__', 3],
  ]);
});

test('reads strings of a megabyte', () => {
  const text = '\\"x'.repeat(400_000);
  expect(parseJson(`"${text}"`)).toEqual({ ok: true, value: '"x'.repeat(400_000) });
});
