import { bareReference, parseEcrHost, splitReference, withDigest } from '../../src/parse-image-reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const host = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';

test.each([
  ['nginx', undefined, 'nginx', 'latest', undefined],
  ['octo/web:1', undefined, 'octo/web', '1', undefined],
  ['ghcr.io/octo/web:1', 'ghcr.io', 'octo/web', '1', undefined],
  ['localhost/web', 'localhost', 'web', 'latest', undefined],
  ['127.0.0.1:5000/team/web:1', '127.0.0.1:5000', 'team/web', '1', undefined],
  [`${host}/web`, host, 'web', 'latest', undefined],
  [`${host}/web@${digest}`, host, 'web', undefined, digest],
  [`${host}/team/web:1@${digest}`, host, 'team/web', '1', digest],
])('%s', (reference, expectedHost, repository, tag, expectedDigest) => {
  expect(splitReference(reference)).toEqual({ host: expectedHost, repository, tag, digest: expectedDigest });
});

test.each([
  'nginx',
  'octo/web:1',
  '127.0.0.1:5000/team/web:1',
  `${host}/web`,
  `${host}/team/web:1@${digest}`,
])('%s is named by a digest in place of its tag', (reference) => {
  const bare = bareReference(reference);
  expect(reference.startsWith(bare)).toBe(true);
  expect(withDigest(reference, digest)).toBe(`${bare}@${digest}`);
  expect(splitReference(withDigest(reference, digest))).toEqual({
    ...splitReference(reference),
    tag: undefined,
    digest,
  });
});

test.each([
  [host, 'eu-west-1'],
  ['123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
  ['123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
  ['123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov', 'us-iso-east-1'],
  ['123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu', 'eusc-de-east-1'],
  ['123456789012.dkr-ecr.eu-west-1.on.aws', 'eu-west-1'],
  ['123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn', 'cn-north-1'],
])('%s is ECR in %s', (registry, region) => {
  expect(parseEcrHost(registry)).toEqual({ accountId: '123456789012', region });
});

test.each([
  'public.ecr.aws',
  'ghcr.io',
  '127.0.0.1:5000',
  '12345.dkr.ecr.eu-west-1.amazonaws.com',
  'x.dkr.ecr.example',
])('%s is not', (registry) => {
  expect(parseEcrHost(registry)).toBeUndefined();
});
