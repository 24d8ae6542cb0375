import { parseSecretReference } from '../../src/parse-secret-reference.ts';

const secret = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret';
const parameter = 'arn:aws:ssm:eu-west-1:123456789012:parameter';

const seenOf = (raw: string, takesPlainNames = true, region: string | undefined = 'eu-west-1') => {
  const parsed = parseSecretReference(raw, { region, takesPlainNames });
  return parsed.ok ? undefined : parsed.problem.seen;
};

/** "Specifying sensitive data" in the ECS guide: the ARN, or the ARN with `:json-key:version-stage:version-id`, each of which may be empty. */
test.each([
  `${secret}:db-AbCdEf`,
  `${secret}:team/db+1=a@b.c-AbCdEf`,
  `${secret}:db-AbCdEf:password::`,
  // The names that RDS gives to the secrets it manages.
  `${secret}:rds!db-4f1c0b2a-AbCdEf:password::`,
  `${secret}:rds!cluster-4f1c0b2a-AbCdEf`,
  `${secret}:db-AbCdEf:password:AWSCURRENT:`,
  `${secret}:db-AbCdEf:password::9d4cb84b-ad69-40c0-a0ab-cead36b967e8`,
  `${secret}:db-AbCdEf::AWSPREVIOUS:`,
  `${secret}:db-AbCdEf:::`,
  'arn:aws:secretsmanager:us-east-1:123456789012:secret:in-another-region-AbCdEf',
  `${parameter}/key`,
  `${parameter}/web/key`,
  '/web/key',
])('%s is a reference', (raw) => {
  expect(seenOf(raw, true)).toBeUndefined();
  expect(seenOf(raw, false)).toBeUndefined();
});

test.each(['db.password-1', 'web/key'])(
  '%s is one only where the place says that it is a reference',
  (raw) => {
    expect(seenOf(raw, true)).toBeUndefined();
    expect(seenOf(raw, false)).toBe('no ARN (its text is not shown: it may be the secret itself)');
  },
);

test.each([
  // ECS reads the resource in two parts or in five, and starts no task with any other number.
  [`${secret}:db-AbCdEf:password`, 'an ARN with 1 of the 3 colons behind the name of the secret'],
  [`${secret}:db-AbCdEf:password:`, 'an ARN with 2 of the 3 colons behind the name of the secret'],
  [`${secret}:db-AbCdEf:`, 'an ARN with 1 of the 3 colons behind the name of the secret'],
  [`${secret}:db-AbCdEf:a:b:c:d`, 'an ARN of service secretsmanager that names something else'],
  [
    'arn:aws:secretsmanager:eu-west-1:123456789012:parameter/key',
    'an ARN of service secretsmanager that names something else',
  ],
  ['arn:aws:ssm:eu-west-1:123456789012:document/key', 'an ARN of service ssm that names something else'],
  ['arn:aws:s3:::bucket/key', 'an ARN of service s3'],
  [
    'arn:aws-us-gov:ssm:us-gov-west-1:123456789012:parameter/key',
    'an ARN of partition aws-us-gov, while Region eu-west-1 is in aws',
  ],
  ['horse?{6}', 'no ARN (its text is not shown: it may be the secret itself)'],
  ['correct horse', 'no ARN (its text is not shown: it may be the secret itself)'],
  ['', 'no ARN (its text is not shown: it may be the secret itself)'],
])('%s is none', (raw, seen) => {
  expect(seenOf(raw)).toBe(seen);
  expect(seenOf(raw, false)).toBe(seen);
});

const toFillIn = 'a text with a part to fill in';
test.each([
  'arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME',
  'arn:aws:secretsmanager:eu-west-1:<account>:secret:db-AbCdEf',
  'arn:aws:secretsmanager:eu-west-1:ACCOUNT_ID:secret:db-AbCdEf',
  'arn:aws:secretsmanager:eu-west-1:XXXXXXXXXXXX:secret:db-AbCdEf',
  'arn:aws:secretsmanager:region:123456789012:secret:db-AbCdEf',
  'arn:aws:secretsmanager:us-region:123456789012:secret:db-AbCdEf',
  'arn:aws:secretsmanager::123456789012:secret:db-AbCdEf',
  'arn:aws:secretsmanager:eu-west-1::secret:db-AbCdEf',
  `${secret}:db-XXXXXX`,
  `${secret}:db-xxxxxx:password::`,
  `${secret}:db-AbCdEf:<key>::`,
  `${secret}:db-??????`,
  `${secret}:\${NAME}`,
  'arn:aws:ssm:region:aws_account_id:parameter/key',
  `${parameter}/...`,
  '<parameter>',
  '{{ parameter }}',
  `\${PARAMETER}`,
])('%s is a placeholder', (raw) => {
  expect(seenOf(raw)).toBe(toFillIn);
  expect(seenOf(raw, false)).toBe(toFillIn);
  expect(seenOf(raw, true, undefined)).toBe(toFillIn);
});

test('what is wanted is said for the place', () => {
  const wantedOf = (takesPlainNames: boolean) => {
    const parsed = parseSecretReference('', { region: undefined, takesPlainNames });
    return parsed.ok ? '' : parsed.problem.wanted;
  };
  expect(wantedOf(true)).toBe(
    'the ARN of a Secrets Manager secret or SSM parameter, or the name of a parameter in the Region of the service',
  );
  expect(wantedOf(false)).toBe(`${wantedOf(true)} that begins with /`);
});

test('the three colons are shown', () => {
  const parsed = parseSecretReference(`${secret}:db-AbCdEf:password`, {
    region: undefined,
    takesPlainNames: true,
  });
  expect(parsed).toMatchObject({ problem: { wanted: 'all three, as in ARN:KEY:: (ARN:KEY:STAGE:VERSION)' } });
});
