import { DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { queryRefusal } from '../../emulator/shapes/refusals.ts';
import { AwsError, type AwsService } from '../../emulator/world.ts';
import { serveApis } from '../helpers/emulated-apis.ts';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';

/** Requests that no SDK would write: what is wrong in them is found by the schemas that the SDK ships. */
let emulator: EmulatorHandle;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

const TARGETS = {
  acm: 'CertificateManager',
  apprunner: 'AppRunner',
  ecr: 'AmazonEC2ContainerRegistry_V20150921',
  ecs: 'AmazonEC2ContainerServiceV20141113',
  logs: 'Logs_20140328',
  monitoring: 'GraniteServiceVersion20100801',
} as const;

async function askJson(service: keyof typeof TARGETS, operation: string, input: unknown) {
  const answer = await fetch(emulator.url, {
    method: 'POST',
    headers: { 'x-amz-target': `${TARGETS[service]}.${operation}` },
    body: typeof input === 'string' ? input : JSON.stringify(input),
  });
  return { status: answer.status, body: (await answer.json()) as { __type?: string; message?: string } };
}

async function askQuery(version: string, form: Readonly<Record<string, string>>) {
  const body = new URLSearchParams({ Version: version, ...form });
  const answer = await fetch(emulator.url, { method: 'POST', body });
  return { status: answer.status, text: (await answer.text()).replaceAll('&apos;', "'") };
}

async function askRoute53(path: string, body: string) {
  const url = `${emulator.url}/2013-04-01/${path}`;
  const answer = await fetch(url, { method: 'POST', body });
  return { status: answer.status, text: (await answer.text()).replaceAll('&apos;', "'") };
}

const container = { name: 'app', image: 'a' };
test.each([
  ['ecs', 'DescribeServices', { services: 'web' }, 'services'],
  ['ecs', 'DescribeServices', { services: [1] }, 'services.1.member'],
  [
    'ecs',
    'RegisterTaskDefinition',
    { family: 'f', containerDefinitions: [{ ...container, cpu: '1' }] },
    'containerDefinitions.1.member.cpu',
  ],
  [
    'ecs',
    'RegisterTaskDefinition',
    { family: 'f', containerDefinitions: [{ ...container, essential: 'yes' }] },
    'containerDefinitions.1.member.essential',
  ],
  [
    'ecs',
    'RegisterTaskDefinition',
    { family: 'f', containerDefinitions: [{ ...container, environment: [{ name: 'A', value: 1 }] }] },
    'containerDefinitions.1.member.environment.1.member.value',
  ],
  [
    'ecs',
    'RegisterTaskDefinition',
    {
      family: 'f',
      containerDefinitions: [
        { ...container, logConfiguration: { logDriver: 'awslogs', options: { a: true } } },
      ],
    },
    'containerDefinitions.1.member.logConfiguration.options.a',
  ],
  ['ecr', 'CreateRepository', { repositoryName: 'a', tags: [{ Key: 1, Value: 'x' }] }, 'tags.1.member.Key'],
  ['ecr', 'DescribeRepositories', { repositoryNames: {} }, 'repositoryNames'],
  ['logs', 'CreateLogGroup', { logGroupName: 'a', tags: { a: 1 } }, 'tags.a'],
  ['apprunner', 'ListServices', { MaxResults: '1' }, 'MaxResults'],
  [
    'acm',
    'RequestCertificate',
    { DomainName: 'a.example', SubjectAlternativeNames: 'b.example' },
    'SubjectAlternativeNames',
  ],
] as const)('%s:%s refuses a member of another type: %j', async (service, operation, input, path) => {
  expect(await askJson(service, operation, input)).toEqual({
    status: 400,
    body: { __type: 'SerializationException', message: expect.stringContaining(path) },
  });
});

test.each([
  ['ecs', 'RegisterTaskDefinition', { family: 'f' }, 'ClientException', /^Container list cannot be empty.$/],
  ['ecs', 'StopServiceDeployment', {}, 'InvalidParameterException', /serviceDeploymentArn/],
  [
    'ecr',
    'PutImage',
    { repositoryName: 'a' },
    'InvalidParameterException',
    /'imageManifest' failed to satisfy constraint: 'must not be null'/,
  ],
  [
    'ecr',
    'CreateRepository',
    { repositoryName: 'a', tags: [{ Value: 'x' }] },
    'InvalidParameterException',
    /'tags.1.member.key'/,
  ],
  [
    'logs',
    'CreateLogStream',
    { logGroupName: 'g' },
    'InvalidParameterException',
    /^1 validation error detected: Value null at 'logStreamName' failed to satisfy constraint: Member must not be null$/,
  ],
  [
    'apprunner',
    'CreateService',
    {},
    'InvalidRequestException',
    /^2 validation errors detected: Value null at 'serviceName' .*; Value null at 'sourceConfiguration' /,
  ],
  ['acm', 'ListTagsForCertificate', {}, 'ValidationException', /'certificateArn'/],
  [
    'acm',
    'AddTagsToCertificate',
    { CertificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/a' },
    'ValidationException',
    /'tags'/,
  ],
  [
    'monitoring',
    'PutMetricData',
    { Namespace: 'A', MetricData: [{ Value: 1 }] },
    'MissingRequiredParameterException',
    /MetricData.1.member.MetricName/,
  ],
] as const)(
  '%s:%s refuses to do without a required member: %j',
  async (service, operation, input, code, message) => {
    expect(await askJson(service, operation, input)).toEqual({
      status: 400,
      body: { __type: code, message: expect.stringMatching(message) },
    });
  },
);

test.each([
  ['2010-05-08', { Action: 'CreateRole', RoleName: 'a' }, 'ValidationError', "'assumeRolePolicyDocument'"],
  [
    '2010-05-08',
    { Action: 'CreateRole', RoleName: 'a', AssumeRolePolicyDocument: '{}', 'Tags.member.1.Key': 'a' },
    'ValidationError',
    "'tags.1.member.value'",
  ],
  ['2015-12-01', { Action: 'DescribeLoadBalancers', PageSize: 'many' }, 'ValidationError', "'pageSize'"],
  ['2015-12-01', { Action: 'DescribeLoadBalancers', Names: 'many' }, 'ValidationError', "'names'"],
  ['2011-06-15', { Action: 'AssumeRole', RoleArn: 'a' }, 'ValidationError', "'roleSessionName'"],
  ['2010-08-01', { Action: 'DescribeAlarms', MaxRecords: 'many' }, 'InvalidParameterValue', 'MaxRecords'],
] as const)('a query API refuses what does not fit: %s %j', async (version, form, code, message) => {
  const answer = await askQuery(version, form);
  expect(answer.status).toBe(400);
  expect(answer.text).toContain(`<Code>${code}</Code>`);
  expect(answer.text).toContain(message);
});

test.each([
  [
    'hostedzone',
    '<CreateHostedZoneRequest><Name>a.example</Name></CreateHostedZoneRequest>',
    "Value null at 'callerReference'",
  ],
  [
    'hostedzone',
    '<CreateHostedZoneRequest><Name>a.example</Name><CallerReference>1</CallerReference><HostedZoneConfig><PrivateZone>no</PrivateZone></HostedZoneConfig></CreateHostedZoneRequest>',
    'no',
  ],
])('Route 53 refuses what does not fit: %s %s', async (path, body, message) => {
  const answer = await askRoute53(path, body);
  expect(answer.status).toBe(400);
  expect(answer.text).toContain('<Code>InvalidInput</Code>');
  expect(answer.text).toContain(message);
});

test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
  '%s is no operation of any service',
  async (operation) => {
    for (const service of Object.keys(TARGETS) as (keyof typeof TARGETS)[]) {
      expect(await askJson(service, operation, {})).toMatchObject({
        status: 400,
        body: { __type: 'UnknownOperationException' },
      });
    }
    const query = await askQuery('2010-05-08', { Action: operation });
    expect(query.text).toContain('<Code>UnknownOperationException</Code>');
  },
);

test('a member that the model does not know is passed over, and never told again', async () => {
  const registered = await askJson(
    'ecs',
    'RegisterTaskDefinition',
    '{"family": "odd", "colour": "red", "containerDefinitions": [{"name": "app", "image": "a", "__proto__": {"cpu": 5}, "colour": "red"}]}',
  );
  expect(registered.status).toBe(200);
  expect(JSON.stringify(registered.body)).not.toMatch(/colour|__proto__|"cpu":5/);
  const ecs = new ECSClient(emulator.client);
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'odd' }));
  expect(taskDefinition?.containerDefinitions).toMatchObject([{ name: 'app', image: 'a', cpu: 0 }]);
});

test.each([
  [{ Acount: '123456789012' }, 'Acount is unknown to the model'],
  [{ Account: 123456789012 }, 'Account is 123456789012, not a string'],
  [[], 'not a structure'],
])(
  'an answer that the model does not know is none, and whoever stops the server is told: %j',
  async (answer, why) => {
    const api: AwsService = {
      name: 'sts',
      protocol: { kind: 'query', apiVersion: '2011-06-15', xmlNamespace: '' },
      operations: { GetCallerIdentity: () => answer },
      refuse: queryRefusal,
    };
    const apis = await serveApis(() => [api]);
    const sts = new STSClient(apis.client);
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 500 },
    });
    await expect(apis.close()).rejects.toThrow(why);
  },
);

test.each([
  ['NoSuchThing', 400, 'NoSuchThing is unknown to the model'],
  ['RegionDisabledException', 400, 'RegionDisabledException has the status 403, not 400'],
])('a refusal that the service cannot give is none: %s with %i', async (code, status, why) => {
  const api: AwsService = {
    name: 'sts',
    protocol: { kind: 'query', apiVersion: '2011-06-15', xmlNamespace: '' },
    operations: {
      GetCallerIdentity: () => {
        throw new AwsError(code, 'no', status);
      },
    },
    refuse: queryRefusal,
  };
  const apis = await serveApis(() => [api]);
  await expect(new STSClient(apis.client).send(new GetCallerIdentityCommand({}))).rejects.toThrow();
  await expect(apis.close()).rejects.toThrow(why);
});

test('an answer lacks nothing that the model requires', async () => {
  const api: AwsService = {
    name: 'sts',
    protocol: { kind: 'query', apiVersion: '2011-06-15', xmlNamespace: '' },
    operations: { GetSessionToken: () => ({ Credentials: { AccessKeyId: 'A' } }) },
    refuse: queryRefusal,
  };
  const apis = await serveApis(() => [api]);
  await expect(new STSClient(apis.client).send(new GetSessionTokenCommand({}))).rejects.toThrow();
  await expect(apis.close()).rejects.toThrow(
    /Credentials.SecretAccessKey is missing; Credentials.SessionToken is missing; Credentials.Expiration is missing/,
  );
});
