import {
  CreateClusterCommand,
  DescribeClustersCommand,
  ECSClient,
  ListServicesCommand,
} from '@aws-sdk/client-ecs';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';

let emulator: EmulatorHandle;
let ecs: ECSClient;
beforeAll(async () => {
  emulator = await startEmulator('--seed', 'weather');
  ecs = new ECSClient(emulator.client);
  await ecs.send(new CreateClusterCommand({}));
});
afterAll(async () => {
  expect(await emulator.stop()).toBe(0);
});

const call = () => ecs.send(new ListServicesCommand({}));

test('the log has every call in its order, with input, status and error', async () => {
  await emulator.forgetRequests();
  await call();
  await new STSClient(emulator.client).send(new GetCallerIdentityCommand({}));
  await ecs.send(new ListServicesCommand({ cluster: 'gone' })).catch(() => undefined);
  expect(await emulator.requests()).toMatchObject([
    { service: 'ecs', operation: 'ListServices', input: {}, status: 200 },
    { service: 'sts', operation: 'GetCallerIdentity', status: 200 },
    {
      service: 'ecs',
      operation: 'ListServices',
      input: { cluster: 'gone' },
      status: 400,
      error: 'ClusterNotFoundException',
    },
  ]);
});

test.each([
  ['throttle', 'ThrottlingException', 400],
  ['error', 'ServerException', 500],
  ['denied', 'AccessDeniedException', 400],
  ['expired', 'ExpiredTokenException', 400],
])('the fault %s, once', async (fault, name, status) => {
  await emulator.addFaults([{ service: 'ecs', operation: 'ListServices', fault }]);
  await expect(call()).rejects.toMatchObject({ name, $metadata: { httpStatusCode: status } });
  await call();
});

test('a denied call names the caller and the action; query services have names of their own for the same', async () => {
  await emulator.addFaults([{ service: 'ecs', operation: 'ListServices', fault: 'denied' }]);
  await expect(call()).rejects.toThrow(
    'User: arn:aws:iam::123456789012:user/emulator is not authorized to perform: ecs:ListServices on resource: *',
  );
  await emulator.addFaults([{ service: 'iam', operation: '*', fault: 'denied' }]);
  await expect(new IAMClient(emulator.client).send(new ListRolesCommand({}))).rejects.toMatchObject({
    name: 'AccessDenied',
    $metadata: { httpStatusCode: 403 },
  });
});

test('a reset connection has done nothing, a lost reply has done the work', async () => {
  const create = (clusterName: string) => ecs.send(new CreateClusterCommand({ clusterName }));
  await emulator.addFaults([
    { operation: 'CreateCluster', fault: 'reset' },
    { operation: 'CreateCluster', fault: 'lost-reply', after: 1 },
  ]);
  await expect(create('reset')).rejects.toThrow();
  await expect(create('lost')).rejects.toThrow();
  const { clusters } = await ecs.send(new DescribeClustersCommand({ clusters: ['reset', 'lost'] }));
  expect(clusters?.map(({ clusterName }) => clusterName)).toEqual(['lost']);
});

test('a hanging call is never answered', async () => {
  await emulator.addFaults([{ operation: 'ListServices', fault: 'hang' }]);
  const outcome = await Promise.race([
    call(),
    new Promise((resolve) => setTimeout(() => resolve('nothing'), 200)),
  ]);
  expect(outcome).toBe('nothing');
});

test('`times` and `after` count matching calls; DELETE takes the rest away', async () => {
  await emulator.addFaults([
    { operation: 'ListServices', fault: 'error', times: 5, after: 1, code: 'Odd', status: 503 },
  ]);
  await call();
  await expect(call()).rejects.toMatchObject({ name: 'Odd', $metadata: { httpStatusCode: 503 } });
  expect(await emulator.get('faults')).toMatchObject([{ times: 4 }]);
  await fetch(`${emulator.url}/_emulator/faults`, { method: 'DELETE' });
  await call();
});

test('what makes no sense is refused and says how it should look', async () => {
  await expect(emulator.addFaults([{ fault: 'rain' }])).rejects.toThrow(/must be one of throttle/);
  await expect(emulator.post('ecs', { sun: true })).rejects.toThrow(/unknown setting .*sun/);
  await expect(emulator.post('clock', {})).rejects.toThrow(/advanceSeconds/);
  await expect(emulator.post('tides', {})).rejects.toThrow(/no control .*tides/);
});

test('the clock jumps', async () => {
  const now = async () => Date.parse(((await emulator.get('clock')) as { now: string }).now);
  const before = await now();
  await emulator.advance(3600);
  expect((await now()) - before).toBeGreaterThanOrEqual(3_600_000);
});

test('a call that is not modelled is refused by name', async () => {
  const headers = { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.CreateCapacityProvider' };
  const answer = await fetch(emulator.url, { method: 'POST', headers, body: '{}' });
  expect(answer.status).toBe(400);
  expect(answer.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
  expect(await answer.json()).toEqual({
    __type: 'UnknownOperationException',
    message: 'The emulator does not model ecs:CreateCapacityProvider.',
  });
  const query = new URLSearchParams({ Action: 'DescribeVpcs', Version: '2016-11-15' });
  const other = await fetch(emulator.url, { method: 'POST', body: query });
  expect(await other.text()).toContain('<Code>UnknownOperationException</Code>');
});

test.each([
  [
    'ec2',
    'DescribeVpcs',
    { 'content-type': 'application/x-www-form-urlencoded' },
    'Action=DescribeVpcs&Version=2016-11-15',
  ],
  ['ssm', 'GetParameter', { 'x-amz-target': 'AmazonSSM.GetParameter' }, '{}'],
])(
  'a service that is not modelled is named as requests for it are signed: %s:%s',
  async (service, operation, headers, body) => {
    const scope = `Credential=AKIAEMULATOR00000000/20261125/eu-west-1/${service}/aws4_request`;
    const answer = await fetch(emulator.url, {
      method: 'POST',
      headers: { ...headers, authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0` },
      body,
    });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(`The emulator does not model ${service}:${operation}.`);
  },
);

test('a body that is no JSON object is a SerializationException', async () => {
  const headers = { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.ListServices' };
  const answer = await fetch(emulator.url, { method: 'POST', headers, body: '[' });
  expect(await answer.json()).toMatchObject({ __type: 'SerializationException' });
});
