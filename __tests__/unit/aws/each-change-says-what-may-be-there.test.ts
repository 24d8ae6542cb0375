import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainDoubt } from '../../../src/aws/explain-doubt.ts';

const folder = join(import.meta.dirname, '../../../src/aws');
const operations = readdirSync(folder, { encoding: 'utf8' })
  .flatMap(
    (file) => readFileSync(join(folder, file), 'utf8').match(/(?<=new )[A-Za-z0-9]+(?=Command\()/g) ?? [],
  )
  .toSorted();
const explain = (operation: string, input: object = {}) => explainDoubt({ operation, input: { ...input } });

test('the calls of both actions are found', () => {
  expect(operations).toContain('RequestCertificate');
  expect(operations.length).toBeGreaterThan(40);
});

test.each(operations)('%s: what it may have done has words of its own', (operation) => {
  expect(explain(operation) ?? '').not.toContain('AWS may have carried out');
});

test('a call without words is named', () => {
  expect(explain('MakeSomething')).toBe(
    'AWS did not answer an attempt. AWS may have carried out MakeSomething.',
  );
});

test.each([
  ['DescribeServices', {}],
  ['ListCertificates', {}],
  ['BatchGetImage', {}],
  ['GetAuthorizationToken', {}],
  ['AssumeRole', {}],
  // What became of it is looked for, and said, by whoever makes the call.
  ['ChangeResourceRecordSets', {}],
  ['RunTask', {}],
])('%s leaves nothing behind that nobody speaks of', (operation, input) => {
  expect(explain(operation, input)).toBeUndefined();
});

test('no call, no doubt', () => {
  expect(explainDoubt(undefined)).toBeUndefined();
});

test.each([
  ['CreateCluster', { clusterName: 'shop' }, 'Cluster shop may have been created'],
  ['CreateLogGroup', { logGroupName: '/shop' }, 'Log group /shop may have been created'],
  ['CreateRepository', { repositoryName: 'shop' }, 'ECR repository shop may have been created'],
  ['PutImage', { repositoryName: 'shop', imageTag: 'v1' }, 'Tag v1 of ECR repository shop may have been set'],
  [
    'ModifyRule',
    { RuleArn: 'arn:rule' },
    'listener rule arn:rule: look with aws elbv2 describe-rules --rule-arns arn:rule.',
  ],
  [
    'RequestCertificate',
    { DomainName: 'a.example', SubjectAlternativeNames: ['b.example'] },
    'A certificate for a.example, b.example may have been requested',
  ],
])('%s names what may be there', (operation, input, words) => {
  expect(explain(operation, input)).toContain(words);
});
