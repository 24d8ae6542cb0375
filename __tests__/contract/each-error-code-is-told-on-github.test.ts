import { tellFailure } from '../../src/deploy-express/report/own-words.ts';
import { ActionError, type ErrorCode } from '../../src/errors.ts';
import { failureOf, sampleResult } from '../helpers/deploy-result.ts';
import { listFiles, readText, stripComments } from '../helpers/source-tree.ts';

/**
 * On GitHub a failure is told by a sentence of its code. The compiler asks for the sentence of each code but those of
 * shift-traffic; here it is checked that deploy-express throws none of these.
 */
const codes = [...stripComments(readText('src/errors.ts')).matchAll(/^\s*\| '([a-z-]+)'/gm)].map(
  ([, code = '']) => code as ErrorCode,
);
const sources = listFiles('src/deploy-express').map((file) => stripComments(readText(file)));
const isThrown = (code: string) =>
  sources.some((text) => new RegExp(`ActionError\\(\\s*'${code}'`).test(text));
const tell = (code: ErrorCode) =>
  tellFailure(failureOf(new ActionError(code, 'said by AWS')), sampleResult({ outcome: 'failed' }));

test('the codes are found', () => {
  expect(codes).toContain('certificate-pending');
  expect(codes.filter(isThrown)).toContain('certificate-pending');
});

test.each(codes.filter((code) => isThrown(code)))('%s is told by more than its code', (code) => {
  expect(tell(code)).not.toBe(`it failed [${code}]`);
});

// What the shared code throws while a certificate is made.
test.each([
  'certificate-pending',
  'certificate-failed',
  'change-refused',
  'record-protected',
  'runner-refused',
] as const)('%s is told by more than its code, and quotes nobody', (code) => {
  expect(tell(code)).toMatch(new RegExp(`^.{20,} \\[${code}\\]$`));
  expect(tell(code)).not.toContain('said by AWS');
  expect(tell(code)).not.toContain('it failed');
});
