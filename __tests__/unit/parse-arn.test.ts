import { parseArn, partitionOf } from '../../src/parse-arn.ts';

const secretsManager = 'arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:db-AbCdEf:password::';

test.each([
  [
    'arn:aws:iam::123456789012:role/service/web',
    { partition: 'aws', service: 'iam', region: '', account: '123456789012', resource: 'role/service/web' },
  ],
  [
    secretsManager,
    {
      partition: 'aws-cn',
      service: 'secretsmanager',
      region: 'cn-north-1',
      account: '123456789012',
      resource: 'secret:db-AbCdEf:password::',
    },
  ],
  ['arn:aws:s3:::bucket', { partition: 'aws', service: 's3', region: '', account: '', resource: 'bucket' }],
])('%s is taken apart', (raw, arn) => {
  expect(parseArn(raw)).toEqual(arn);
});

test.each([
  '',
  'arn',
  'web-role',
  'arn:aws:iam::123456789012',
  'arn:aws:iam::123456789012:',
  'arn:aws:iam::1234:role/web',
  'arn:gcp:iam::123456789012:role/web',
  'arn:aws:iam::123456789012:role/web role',
  ' arn:aws:iam::123456789012:role/web',
])('%p is no ARN', (raw) => {
  expect(parseArn(raw)).toBeUndefined();
});

test.each([
  ['eu-west-1', 'aws'],
  ['us-east-1', 'aws'],
  ['cn-north-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
  ['us-iso-east-1', 'aws-iso'],
  ['us-isob-east-1', 'aws-iso-b'],
  ['eu-isoe-west-1', 'aws-iso-e'],
  ['us-isof-south-1', 'aws-iso-f'],
  ['eusc-de-east-1', 'aws-eusc'],
])('Region %s is in partition %s', (region, partition) => {
  expect(partitionOf(region)).toBe(partition);
});
