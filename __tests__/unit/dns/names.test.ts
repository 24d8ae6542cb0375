import fc from 'fast-check';
import {
  isSameTarget,
  isWithin,
  normaliseName,
  parseDomain,
  renderNames,
  toRoute53Name,
  wildcardCovers,
  wildcardsFor,
} from '../../../src/dns/names.ts';

test.each([
  ['APP.Example.com.', 'app.example.com'],
  ['\\052.example.com.', '*.example.com'],
  ['a\\056b.example.com', 'a\\056b.example.com'],
  ['xn--bcher-kva.example.', 'xn--bcher-kva.example'],
])('%s is normalised to %s', (name, normal) => {
  expect(normaliseName(name)).toBe(normal);
});

test('a normalised name survives the form that Route 53 stores', () => {
  const name = fc
    .array(fc.stringMatching(/^[a-z0-9_*!-]{1,12}$/), { minLength: 2, maxLength: 5 })
    .map((labels) => labels.join('.'));
  fc.assert(fc.property(name, (text) => normaliseName(toRoute53Name(text)) === text));
});

test('the console writes dualstack before a load balancer', () => {
  expect(
    isSameTarget('dualstack.Web-1.eu-west-1.elb.amazonaws.com.', 'web-1.eu-west-1.elb.amazonaws.com'),
  ).toBe(true);
  expect(isSameTarget('web-2.eu-west-1.elb.amazonaws.com', 'web-1.eu-west-1.elb.amazonaws.com')).toBe(false);
});

test.each([
  ['app.example.com', 'example.com', true],
  ['example.com.', 'Example.com', true],
  ['badexample.com', 'example.com', false],
  ['example.com', 'app.example.com', false],
])('%s within %s: %s', (name, parent, within) => {
  expect(isWithin(name, parent)).toBe(within);
});

test.each([
  ['*.example.com', 'app.example.com', true],
  ['\\052.example.com.', 'APP.example.com', true],
  ['*.example.com', 'example.com', false],
  ['*.example.com', 'a.app.example.com', false],
  ['app.example.com', 'app.example.com', true],
  ['*.com', 'com', false],
])('%s covers %s: %s', (pattern, host, covers) => {
  expect(wildcardCovers(pattern, host)).toBe(covers);
});

test('wildcards above a name end at the zone', () => {
  expect(wildcardsFor('a.b.example.com', 'example.com')).toEqual(['*.b.example.com', '*.example.com']);
  expect(wildcardsFor('example.com', 'example.com')).toEqual([]);
});

test.each([
  ['app.example.com', 'app.example.com'],
  ['App.Example.com.', 'app.example.com'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['_dmarc.example.com', '_dmarc.example.com'],
])('domain %s is read as %s', (raw, name) => {
  expect(parseDomain(raw)).toEqual({ ok: true, value: name });
});

test.each([
  'https://app.example.com',
  'app.example.com:443',
  'app.example.com/path',
  'localhost',
  'app..example.com',
  '-app.example.com',
  '192.0.2.1',
  `${'a'.repeat(64)}.example.com`,
  'app example.com',
  '',
])('domain %j is refused', (raw) => {
  expect(parseDomain(raw)).toMatchObject({ ok: false });
});

test('a wildcard as domain is refused by its name', () => {
  expect(parseDomain('*.example.com')).toMatchObject({
    problem: { seen: expect.stringContaining('wildcard') },
  });
});

test.each([
  [['a'], 'a'],
  [['a', 'b'], 'a and b'],
  [['a', 'b', 'c'], 'a, b and c'],
  [['a', 'b', 'c', 'd'], 'a, b and 2 more'],
])('%j are told as %s', (names, text) => {
  expect(renderNames(names)).toBe(text);
});

test.each([
  ['dualstack.web-1.elb.amazonaws.com', 'web-1.elb.amazonaws.com', true],
  ['a.dualstack.web-1.elb.amazonaws.com', 'a.web-1.elb.amazonaws.com', false],
])('%s and %s are one target: %s', (one, other, same) => {
  expect(isSameTarget(one, other)).toBe(same);
});

const long = (length: number) => `${'abcdefghi.'.repeat(25).slice(0, length - 4)}.com`;

test.each([
  ['a label of figures before the last', '1.example.com', true],
  ['figures at the beginning of the last', 'app.1example', true],
  ['figures at the end of the last', 'app.example1', true],
  ['figures alone as the last', 'app.example.12', false],
  ['one figure as the last', 'app.1', false],
  ['253 characters', long(253), true],
  ['254 characters', long(254), false],
])('%s: a domain is %s, taken: %s', (_case, raw, ok) => {
  expect(parseDomain(raw).ok).toBe(ok);
});

test('a domain that is refused is shown', () => {
  expect(parseDomain('no host')).toMatchObject({
    problem: { seen: '"no host"', wanted: expect.stringContaining('host name') },
  });
});
