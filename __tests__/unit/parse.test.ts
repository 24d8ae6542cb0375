import fc from 'fast-check';
import {
  type Parsed,
  parseBoolean,
  parseDecimal,
  parseForm,
  parseInteger,
  parseList,
  parseOneOf,
  parseStatusRanges,
  quote,
  splitLines,
} from '../../src/parse.ts';

const port = (raw: string) => parseInteger(raw, { minimum: 1, maximum: 65535 });
const count = (raw: string) => parseInteger(raw, { minimum: 0 });
const minutes = (raw: string) => parseDecimal(raw, { minimum: 0.1, maximum: 360 });
const metric = (raw: string) => parseOneOf(raw, ['CPU', 'MEMORY']);
const subnets = (raw: string) => parseList(raw, { pattern: /^subnet-\w+$/, wanted: 'subnet ids' });

describe('accepts', () => {
  const cases: readonly (readonly [(raw: string) => Parsed<unknown>, string, unknown])[] = [
    [port, '1', 1],
    [port, '65535', 65535],
    [port, '0080', 80],
    [count, '2147483647', 2147483647],
    [minutes, '30', 30],
    [minutes, '0.5', 0.5],
    [minutes, '.5', 0.5],
    [parseBoolean, 'true', true],
    [parseBoolean, 'TRUE', true],
    [parseBoolean, 'False', false],
    [metric, 'MEMORY', 'MEMORY'],
    [subnets, 'subnet-a', ['subnet-a']],
    [subnets, ' subnet-a , subnet-b,', ['subnet-a', 'subnet-b']],
    [subnets, 'subnet-a\nsubnet-b\r\n', ['subnet-a', 'subnet-b']],
    [subnets, 'subnet-a,subnet-a', ['subnet-a']],
    [subnets, ',', undefined],
    [parseStatusRanges, '200', [{ from: 200, to: 200 }]],
    [parseStatusRanges, '200-399', [{ from: 200, to: 399 }]],
    [
      parseStatusRanges,
      '200, 301 - 302',
      [
        { from: 200, to: 200 },
        { from: 301, to: 302 },
      ],
    ],
  ];
  test.each(cases)('%p reads %p', (parse, raw, value) => {
    expect(parse(raw)).toEqual({ ok: true, value });
  });
});

describe('refuses, with what was there and what is wanted', () => {
  const cases: readonly (readonly [(raw: string) => Parsed<unknown>, string, string, RegExp])[] = [
    [port, 'abc', '"abc"', /^a whole number from 1 to 65535$/],
    [port, '70000', '"70000"', /^a whole number from 1 to 65535$/],
    [port, '0', '"0"', /whole number/],
    [port, '-1', '"-1"', /whole number/],
    [port, '80.0', '"80.0"', /whole number/],
    [port, '8e1', '"8e1"', /whole number/],
    [port, '0x50', '"0x50"', /whole number/],
    [port, '9'.repeat(400), `"${'9'.repeat(80)}…"`, /whole number/],
    [count, '2147483648', '"2147483648"', /^a whole number of at least 0$/],
    [minutes, '0', '"0"', /^a number from 0.1 to 360$/],
    [minutes, 'Infinity', '"Infinity"', /number/],
    [minutes, '.', '"."', /number/],
    [parseBoolean, 'yes', '"yes"', /^true or false$/],
    [parseBoolean, 'tRuE', '"tRuE"', /^true or false$/],
    [metric, 'cpu', '"cpu"', /^one of CPU, MEMORY$/],
    [subnets, 'subnet-a,sg-b', '"sg-b"', /^subnet ids$/],
    [parseStatusRanges, '399-200', '"399-200"', /from 100 to 599/],
    [parseStatusRanges, '99', '"99"', /from 100 to 599/],
    [parseStatusRanges, '600', '"600"', /from 100 to 599/],
    [parseStatusRanges, '2xx', '"2xx"', /from 100 to 599/],
    [parseStatusRanges, ',', '","', /from 100 to 599/],
    [(raw) => parseForm(raw, { pattern: /^\//, wanted: 'a path' }), 'health', '"health"', /^a path$/],
  ];
  test.each(cases)('%p does not read %p', (parse, raw, seen, wanted) => {
    expect(parse(raw)).toEqual({ ok: false, problem: { seen, wanted: expect.stringMatching(wanted) } });
  });
});

test('any whole number in range is read as itself, any other is refused', () => {
  fc.assert(
    fc.property(fc.integer(), (value) => {
      const parsed = port(String(value));
      return value >= 1 && value <= 65535 ? parsed.ok && parsed.value === value : !parsed.ok;
    }),
  );
});

test('no string makes a parser throw', () => {
  const parsers = [port, minutes, parseBoolean, metric, subnets, parseStatusRanges];
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(...parsers), (raw, parse) => {
      const parsed = parse(raw);
      return parsed.ok || parsed.problem.wanted !== '';
    }),
  );
});

test('a quoted value stays on one line and is cut when long', () => {
  expect(quote('a\n::error::b')).toBe('"a\\n::error::b"');
  expect(quote('x'.repeat(81))).toBe(`"${'x'.repeat(80)}…"`);
});

test('lines are trimmed, and blank ones dropped', () => {
  expect(splitLines(' type=gha,mode=max \r\n\n type=inline')).toEqual(['type=gha,mode=max', 'type=inline']);
});
