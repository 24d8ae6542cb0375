import { remarkSecrets } from '../../../../src/deploy-express/migration/access-remarks.ts';
import {
  observeSecretAccess,
  planQuestions,
} from '../../../../src/deploy-express/migration/import-service.ts';
import { listRemarks } from '../../../../src/deploy-express/migration/remarks.ts';
import { appRunnerConfiguration } from '../../../helpers/app-runner-configuration.ts';

const secret = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/db-AbCdEf';
const parameter = 'arn:aws:ssm:eu-west-1:123456789012:parameter/shop/key';

test('IAM is asked once for each kind, about the secret and not a key in it', () => {
  const questions = planQuestions([
    { name: 'DB', valueFrom: `${secret}:password::` },
    { name: 'USER', valueFrom: secret },
    { name: 'KEY', valueFrom: parameter },
  ]);
  expect(questions?.map(({ action, resources }) => [action, [...resources]])).toEqual([
    [
      'secretsmanager:GetSecretValue',
      [
        ['DB', secret],
        ['USER', secret],
      ],
    ],
    ['ssm:GetParameters', [['KEY', parameter]]],
  ]);
});

test.each([
  ['there are none', []],
  [
    'one is the bare name of a parameter',
    [
      { name: 'DB', valueFrom: secret },
      { name: 'KEY', valueFrom: 'key' },
    ],
  ],
])('nothing is asked when %s', (_why, secrets) => {
  expect(planQuestions(secrets)).toBeUndefined();
});

test('without an execution role nobody can say', async () => {
  expect(await observeSecretAccess([{ name: 'DB', valueFrom: secret }], undefined)).toBeUndefined();
});

test.each([
  ['nobody could say', undefined, { isUrgent: true, seen: 'DB, KEY' }],
  ['all can be read', [], { isUrgent: false, seen: 'DB, KEY' }],
  [
    'one cannot be read',
    [{ action: 'ssm:GetParameters', names: ['KEY'] }],
    {
      isUrgent: true,
      seen: 'the execution role may not read KEY',
      todo: expect.stringContaining('Allow the execution role ssm:GetParameters for KEY:'),
    },
  ],
])('what is said when %s', (_what, denied, expected) => {
  expect(remarkSecrets(['DB', 'KEY'], denied)).toEqual([expect.objectContaining(expected)]);
});

test('secrets that apprunner.yaml names are spoken of, too', () => {
  const seen = { isRoleTrusting: true, allowInternal: false, secretNames: ['DB'] };
  const remarks = listRemarks(appRunnerConfiguration(), seen);
  expect(remarks.find(({ topic }) => topic === 'secrets')).toMatchObject({ seen: 'DB', isUrgent: true });
});
