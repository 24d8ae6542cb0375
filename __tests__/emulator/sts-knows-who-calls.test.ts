import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { createSts } from '../../emulator/sts/sts.ts';
import { ACCOUNT, type EmulatedApis, REGION, serveApis } from '../helpers/emulated-apis.ts';

let apis: EmulatedApis;
let sts: STSClient;
let accountOf: (accessKeyId: string) => string;

beforeAll(async () => {
  apis = await serveApis((parts) => {
    const made = createSts({ ...parts, region: REGION, accountId: ACCOUNT });
    accountOf = made.accountOf;
    return [made.api];
  });
  sts = new STSClient(apis.client);
});

afterAll(() => apis.close());

const token = (claims: object): string =>
  ['{}', JSON.stringify(claims), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

test('without a session the caller is a user of the default account', async () => {
  const identity = await sts.send(new GetCallerIdentityCommand({}));
  expect(identity).toMatchObject({ Account: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:user/emulator` });
});

test('an assumed role is its session, in the account of the role', async () => {
  const { Credentials, AssumedRoleUser } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: 'arn:aws:iam::210987654321:role/ci/deployer',
      RoleSessionName: 'run-7',
    }),
  );
  const arn = 'arn:aws:sts::210987654321:assumed-role/deployer/run-7';
  expect(AssumedRoleUser?.Arn).toBe(arn);
  expect(Credentials?.Expiration?.getTime()).toBeGreaterThan(Date.now() + 3_500_000);
  const asRole = new STSClient({
    ...apis.client,
    credentials: {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    },
  });
  expect(await asRole.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: '210987654321',
    Arn: arn,
  });
  expect(accountOf(Credentials?.AccessKeyId ?? '')).toBe('210987654321');
});

test('an access key of twelve digits names its account; any other belongs to the default account', () => {
  expect(accountOf('000000000042')).toBe('000000000042');
  expect(accountOf('AKIAIOSFODNN7EXAMPLE')).toBe(ACCOUNT);
});

test('a session token keeps the identity', async () => {
  const { Credentials } = await sts.send(new GetSessionTokenCommand({ DurationSeconds: 900 }));
  expect(Credentials?.AccessKeyId).toMatch(/^ASIA[0-9A-F]{16}$/);
});

test('a web identity is read from its token, unverified', async () => {
  const given = {
    RoleArn: `arn:aws:iam::${ACCOUNT}:role/github`,
    RoleSessionName: 'GitHubActions',
    WebIdentityToken: token({
      sub: 'repo:o/r:ref:refs/heads/main',
      aud: 'sts.amazonaws.com',
      iss: 'https://i',
    }),
  };
  const answer = await sts.send(new AssumeRoleWithWebIdentityCommand(given));
  expect(answer).toMatchObject({
    SubjectFromWebIdentityToken: 'repo:o/r:ref:refs/heads/main',
    Audience: 'sts.amazonaws.com',
    Provider: 'https://i',
  });
  const old = { ...given, WebIdentityToken: token({ exp: 1_600_000_000 }) };
  await expect(sts.send(new AssumeRoleWithWebIdentityCommand(old))).rejects.toMatchObject({
    name: 'ExpiredTokenException',
  });
  const broken = { ...given, WebIdentityToken: 'gho_not-a-jwt' };
  await expect(sts.send(new AssumeRoleWithWebIdentityCommand(broken))).rejects.toMatchObject({
    name: 'InvalidIdentityTokenException',
  });
});

test.each([
  [{ RoleArn: 'not-an-arn', RoleSessionName: 'run' }, 'not-an-arn is invalid'],
  [{ RoleArn: 'arn:aws:iam::210987654321:role/r', RoleSessionName: 'no spaces' }, /roleSessionName/],
  [
    { RoleArn: 'arn:aws:iam::210987654321:role/r', RoleSessionName: 'run', DurationSeconds: 60 },
    /durationSeconds.*greater than or equal to 900/,
  ],
])('%j is a ValidationError', async (input, message) => {
  await expect(sts.send(new AssumeRoleCommand(input))).rejects.toMatchObject({
    name: 'ValidationError',
    message: typeof message === 'string' ? message : expect.stringMatching(message),
  });
});
