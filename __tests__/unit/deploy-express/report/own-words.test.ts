import {
  knownSecrets,
  tellFailure,
  withoutSecrets,
} from '../../../../src/deploy-express/report/own-words.ts';
import { ActionError } from '../../../../src/errors.ts';
import { deployInputs } from '../../../helpers/deploy-inputs.ts';
import { failureOf, sampleResult } from '../../../helpers/deploy-result.ts';

test('a failure is told by its code, and not by what others said', () => {
  const failure = failureOf(new ActionError('build-failed', 'npm printed hunter2'));
  expect(tellFailure(failure, sampleResult({ outcome: 'failed' }))).toBe(
    'the image could not be built; the service is as it was [build-failed]',
  );
});

test('a deployment that ECS took back is told as one', () => {
  const failure = failureOf(new ActionError('deployment-failed', 'container said hunter2'));
  expect(tellFailure(failure, sampleResult({ outcome: 'rolled-back' }))).toBe(
    'the deployment was rolled back [deployment-failed]',
  );
});

test.each(['smoke-test-failed', 'access-denied', 'cancelled', 'domain-not-attached'] as const)(
  '%s after the deployment does not read as if the former version ran',
  (code) => {
    const failure = failureOf(new ActionError(code, 'AWS said hunter2'));
    const told = tellFailure(failure, sampleResult({ outcome: 'failed', version: 'deployed' }));
    expect(told).toMatch(/^it was deployed, but /);
    expect(told).not.toContain('hunter2');
  },
);

test('what the inputs hold is known: secrets line by line, other values from eight characters on', () => {
  const inputs = deployInputs({
    image: '',
    source: '.',
    'build-args': 'NPM_TOKEN=npm_12345\nMODE=short',
    'build-secrets': 'key=one-line',
    'environment-variables': '{"PASSWORD": "pass=word1", "DEBUG": "true"}',
    'github-token': 'ghs_token',
  });
  expect(knownSecrets(inputs)).toEqual(['pass=word1', 'npm_12345', 'one-line', 'ghs_token']);
});

test.each([
  ['the longest first', 'a secret-of-many', ['secret', 'secret-of-many'], [], 'a ***'],
  ['every place of it', 'xxxx and xxxx', ['xxxx'], [], '*** and ***'],
  [
    'never in a name',
    'web-shop: web-shop lost its label web-',
    ['web-'],
    ['web-shop'],
    'web-shop: web-shop lost its label ***',
  ],
  [
    'though a name is a part of it',
    'web cannot reach web-admin-s3cr3t of web',
    ['web-admin-s3cr3t'],
    ['web'],
    'web cannot reach *** of web',
  ],
  ['where two overlap', 'one-two-three', ['one-two', 'two-three'], [], '***'],
  [
    'nor where one name is part of another',
    'web-pr-7 of web',
    ['pr-7'],
    ['web', 'web-pr-7'],
    'web-pr-7 of web',
  ],
])('known secrets are taken out: %s', (_what, text, secrets, names, expected) => {
  expect(withoutSecrets(text, { secrets, names })).toBe(expected);
});
