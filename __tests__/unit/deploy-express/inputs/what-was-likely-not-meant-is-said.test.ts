import { parseRawInputs, type RawInputs } from '../../../helpers/raw-inputs.ts';

function noticesOf(raw: RawInputs): readonly string[] {
  const parsed = parseRawInputs(raw);
  if (!parsed.ok) throw new Error(`bad case: ${JSON.stringify(parsed.problems)}`);
  return parsed.inputs.notices;
}

const image = 'public.ecr.aws/example/web:1';
const secretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf';

test.each<[string, RawInputs, RegExp]>([
  [
    'the ARN of a secret as a variable',
    { image, 'environment-variables': `DB=${secretArn}\nA=1` },
    /^DB in environment-variables has the ARN of a secret as its value.*secrets/,
  ],
  [
    'in JSON, too, and of a parameter',
    {
      image,
      'environment-variables': '[{"name":"KEY","value":"arn:aws:ssm:eu-west-1:123456789012:parameter/key"}]',
    },
    /^KEY in environment-variables has the ARN of a secret/,
  ],
  [
    'values in quotes',
    { image, 'environment-variables': `A="x y"\nB='z'\nC="a" b\nD="\nE=it's` },
    /^A, B in environment-variables have a value in quotes, which are part of it/,
  ],
  ['a build argument in quotes', { source: '.', 'build-args': 'A="x"' }, /^A in build-args has a value in/],
  ['a build secret in quotes', { source: '.', 'build-secrets': 'npm="x"' }, /^npm in build-secrets has/],
  ['a tag in quotes', { image, tags: 'team="shop"' }, /^team in tags has a value in quotes/],
  [
    'what the action for App Runner passes over beside an image',
    { image, runtime: 'COBOL', 'start-command': 'node server.js' },
    /^Ignored: runtime, start-command\. When image is given, nothing is built\.$/,
  ],
  [
    'nothing that says what to run',
    { image: '' },
    /^No image is given: building what is in the workspace. `source: \.` says that it is meant\.$/,
  ],
])('%s', (_what, raw, notice) => {
  expect(noticesOf(raw)).toEqual([expect.stringMatching(notice)]);
});

test('what is in quotes or secret is not shown', () => {
  expect(noticesOf({ image, 'environment-variables': `A="hunter2"\nDB=${secretArn}` }).join()).not.toMatch(
    /hunter2|db-AbCdEf/,
  );
});

test.each<[string, RawInputs]>([
  ['an image', { image, 'environment-variables': 'A=1' }],
  // JSON has quotes of its own: any further ones are meant.
  ['quotes within JSON', { image, 'environment-variables': '{"A": "\\"x\\""}' }],
  ['the ARN of something else', { image, 'environment-variables': 'ROLE=arn:aws:iam::123456789012:role/x' }],
  ['a source', { source: '.' }],
  ['a repository to push to', { repository: 'web' }],
  ['a service in App Runner, which says what it runs', { 'apprunner-service': 'shop' }],
  ['a deletion', { operation: 'delete' }],
  [
    'a task definition',
    { 'task-definition-arn': 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:7' },
  ],
])('%s needs no notice', (_what, raw) => {
  expect(noticesOf(raw)).toEqual([]);
});
