import { parseEnvironment } from '../../src/aws-environment.ts';
import { parseRawInputs } from '../helpers/raw-inputs.ts';

type Variables = Readonly<Record<string, string>>;

const keys = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret' };
const hosted = { RUNNER_ENVIRONMENT: 'github-hosted' };

const environmentOf = (variables: Variables, sharedConfigExists = false) =>
  parseEnvironment((name) => variables[name], { sharedConfigExists });

test.each([
  [{ AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'us-east-1' }, 'eu-west-1'],
  [{ AWS_REGION: '', AWS_DEFAULT_REGION: 'us-east-1' }, 'us-east-1'],
  [{}, undefined],
] satisfies [Variables, string | undefined][])('of %p the Region is %p', (variables, region) => {
  expect(environmentOf(variables).region).toBe(region);
});

test.each([
  [{ ...hosted, ...keys }, 'present'],
  [{ ...hosted, AWS_ACCESS_KEY_ID: 'AKIA' }, 'absent'],
  [{ ...hosted, ...keys, AWS_SECRET_ACCESS_KEY: '' }, 'absent'],
  [{ ...hosted, AWS_ROLE_ARN: 'arn', AWS_WEB_IDENTITY_TOKEN_FILE: '/token' }, 'present'],
  [{ ...hosted, AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://localhost/' }, 'present'],
  [{ RUNNER_ENVIRONMENT: 'self-hosted', AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/role' }, 'present'],
  [hosted, 'absent'],
  [{ RUNNER_ENVIRONMENT: 'self-hosted' }, 'unknown'],
  [{}, 'unknown'],
] satisfies [Variables, string][])('with %p credentials are %s', (variables, credentials) => {
  expect(environmentOf(variables).credentials).toBe(credentials);
});

test('a shared config file may hold what the variables do not', () => {
  expect(environmentOf(hosted, true)).toEqual({
    region: undefined,
    regionMayBeInProfile: true,
    credentials: 'unknown',
  });
});

test.each([
  [hosted, ['AWS_REGION', 'AWS credentials']],
  [{ ...hosted, AWS_REGION: 'eu-west-1' }, ['AWS credentials']],
  [{ ...hosted, ...keys }, ['AWS_REGION']],
  [{ ...hosted, ...keys, AWS_REGION: 'eu-west-1a' }, ['AWS_REGION']],
  [{ ...hosted, ...keys, AWS_REGION: 'Ireland' }, ['AWS_REGION']],
  [{ RUNNER_ENVIRONMENT: 'self-hosted', AWS_REGION: 'us-gov-west-1' }, []],
] satisfies [Variables, string[]][])('with %p the problems are %p', (variables, expected) => {
  const parsed = parseRawInputs({}, environmentOf(variables));
  expect(parsed.ok ? [] : parsed.problems.map(({ input }) => input)).toEqual(expected);
});

test('neither Region nor credentials are a problem where a shared config file may hold them', () => {
  expect(parseRawInputs({}, environmentOf(hosted, true)).ok).toBe(true);
});
