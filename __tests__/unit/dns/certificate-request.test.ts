import {
  explainFailure,
  haveSameNames,
  judgeRecord,
  recordFor,
  splitNames,
} from '../../../src/dns/certificate-request.ts';
import type { RecordSet } from '../../../src/dns/records.ts';

const record = { name: '_a.app.example.com.', value: '_B.c.acm-validations.aws.' };
const cname = (...values: readonly string[]): RecordSet => ({
  ...recordFor(record),
  answer: { kind: 'values', ttlSeconds: 60, values },
});

test.each([
  ['nothing', [], 'absent'],
  ['the same value', [cname('_B.c.acm-validations.aws.')], 'there'],
  ['the same in other letters, without its dot', [cname('_b.C.ACM-validations.aws')], 'there'],
  ['another value', [cname('_z.acm-validations.aws.')], 'other'],
  ['a text', [{ ...cname('_B.c.acm-validations.aws.'), type: 'TXT' }], 'other'],
  ['two records', [cname('_B.c.acm-validations.aws.'), cname('_B.c.acm-validations.aws.')], 'other'],
] as const)('%s at the name is %s', (_what, there, kind) => {
  expect(judgeRecord(there, record).kind).toBe(kind);
});

test('names are compared as a set, in any case', () => {
  expect(haveSameNames(['A.example', 'b.example'], ['b.example', 'a.example', 'a.example'])).toBe(true);
  expect(haveSameNames(['a.example'], ['a.example', 'b.example'])).toBe(false);
});

test('a request begins with a name of at most 64 characters', () => {
  const long = `${'a'.repeat(60)}.example`;
  expect(splitNames([long, 'app.example'])).toEqual({ first: 'app.example', others: [long] });
  expect(splitNames([long])).toBeUndefined();
});

test.each([
  ['FAILED', 'CAA_ERROR', /CAA record.*0 issue "amazon.com"/],
  ['FAILED', 'DOMAIN_NOT_ALLOWED', /unsafe/],
  ['FAILED', 'INVALID_PUBLIC_DOMAIN', /public top-level domain/],
  ['FAILED', 'ADDITIONAL_VERIFICATION_REQUIRED', /AWS Support/],
  ['FAILED', 'DOMAIN_VALIDATION_DENIED', /denied/],
  ['VALIDATION_TIMED_OUT', undefined, /72 hours/],
  ['FAILED', 'A_NEW_ONE', /ACM says FAILED, A_NEW_ONE/],
  ['REVOKED', undefined, /ACM says REVOKED/],
])('%s, %s is told in words, with what to do', (status, reason, words) => {
  const { because, wayOut } = explainFailure(status, reason);
  expect(`${because} ${wayOut}`).toMatch(words);
});

test('the record is a simple CNAME of five minutes', () => {
  expect(recordFor(record)).toEqual({
    name: record.name,
    type: 'CNAME',
    policy: { kind: 'simple' },
    answer: { kind: 'values', ttlSeconds: 300, values: [record.value] },
  });
});

test('what is there in its place is shown, an alias too', () => {
  const alias: RecordSet = {
    ...recordFor(record),
    type: 'A',
    answer: { kind: 'alias', zoneId: 'Z', dnsName: 'x.example.', evaluateTargetHealth: false },
  };
  expect(judgeRecord([alias], record)).toEqual({ kind: 'other', shown: 'A an alias to x.example.' });
  const both = cname(record.value, 'second.example.');
  expect(judgeRecord([both], record)).toEqual({
    kind: 'other',
    shown: `CNAME ${record.value}, second.example.`,
  });
});

test('64 characters are not too long, and the first that fits is the first', () => {
  const name = `${'a'.repeat(56)}.example`;
  expect(name).toHaveLength(64);
  expect(splitNames([name, 'b.example'])).toEqual({ first: name, others: ['b.example'] });
});

test('a reason that ACM does not give is not made up', () => {
  expect(explainFailure('REVOKED', undefined).because).toBe('ACM says REVOKED');
});
