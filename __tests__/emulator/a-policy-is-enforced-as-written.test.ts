import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRepositoryCommand, DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  CreateExpressGatewayServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  ListServicesCommand,
  RegisterTaskDefinitionCommand,
  UpdateExpressGatewayServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';
import { EXECUTION_ROLE, INFRASTRUCTURE_ROLE } from '../helpers/express-service.ts';

const folder = mkdtempSync(join(tmpdir(), 'policy-'));
const recordFile = join(folder, 'record');
const SERVICE = 'arn:aws:ecs:eu-west-1:123456789012:service/default/web';

let emulator: EmulatorHandle;
let asGiven: { readonly endpoint: string; readonly region: string };
beforeAll(async () => {
  const policyFile = join(folder, 'policy.json');
  writeFileSync(policyFile, JSON.stringify(allow('ecs:ListServices', '*')));
  emulator = await startEmulator('--speed', '600', '--policy', policyFile, '--record', recordFile);
  const { env } = emulator;
  const credentials = { accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '', secretAccessKey: 'emulator' };
  asGiven = { ...emulator.client, credentials, userAgentAppId: 'deploy' } as typeof asGiven;
  await new ECSClient(emulator.client).send(new CreateExpressGatewayServiceCommand(web));
});
afterAll(async () => {
  await emulator.stop();
  rmSync(folder, { recursive: true });
});

const web = {
  serviceName: 'web',
  infrastructureRoleArn: INFRASTRUCTURE_ROLE,
  executionRoleArn: EXECUTION_ROLE,
  primaryContainer: { image: 'public.ecr.aws/example/web:1' },
};

function allow(Action: string | readonly string[], Resource: string | readonly string[], Condition?: object) {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action, Resource, ...(Condition && { Condition }) }],
  };
}
const enforce = (policy: object) => emulator.post('policy', policy);
const denied = (action: string, resource: string) =>
  `User: arn:aws:iam::123456789012:user/emulator is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;

test('what the file allows is done, all else is denied in the words of AWS', async () => {
  const ecs = new ECSClient(asGiven);
  expect((await ecs.send(new ListServicesCommand({}))).serviceArns).toEqual([SERVICE]);
  await expect(ecs.send(new DescribeServicesCommand({ services: ['web'] }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: denied('ecs:DescribeServices', SERVICE),
    $metadata: { httpStatusCode: 400 },
  });
  await expect(
    new Route53Client(asGiven).send(new CreateHostedZoneCommand({ Name: 'a.example', CallerReference: '1' })),
  ).rejects.toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
});

test('who one is may always be asked, and other keys may do everything', async () => {
  expect((await new STSClient(asGiven).send(new GetCallerIdentityCommand({}))).Account).toBe('123456789012');
  const { services } = await new ECSClient(emulator.client).send(
    new DescribeServicesCommand({ services: ['web'] }),
  );
  expect(services).toHaveLength(1);
});

test('resources are matched by pattern, and a denial goes before what is allowed', async () => {
  const ecs = new ECSClient(asGiven);
  const describe = (name: string) => ecs.send(new DescribeServicesCommand({ services: [name] }));
  await enforce(allow('ecs:Describe*', 'arn:aws:ecs:*:*:service/default/w?b'));
  expect((await describe('web')).services).toHaveLength(1);
  await expect(describe('weeb')).rejects.toThrow('service/default/weeb because no identity-based policy');
  const [statement] = allow('ecs:*', '*').Statement;
  await enforce({ Statement: [statement, { Effect: 'Deny', Action: 'ecs:Describe*', Resource: '*' }] });
  await expect(describe('web')).rejects.toThrow('with an explicit deny in an identity-based policy');
});

test('the cluster of a call is a condition, also where none is named', async () => {
  const ecs = new ECSClient(asGiven);
  const cluster = (name: string) => ({
    ArnEquals: { 'ecs:cluster': `arn:aws:ecs:eu-west-1:123456789012:cluster/${name}` },
  });
  await enforce(allow('ecs:ListServices', '*', cluster('default')));
  expect((await ecs.send(new ListServicesCommand({}))).serviceArns).toEqual([SERVICE]);
  await enforce(allow('ecs:ListServices', '*', cluster('other')));
  await expect(ecs.send(new ListServicesCommand({}))).rejects.toThrow(denied('ecs:ListServices', '*'));
});

test('a condition on a key that the action does not tell is never met', async () => {
  const managed = { StringEquals: { 'aws:ResourceTag/AmazonECSManaged': 'true' } };
  await enforce(allow('elasticloadbalancing:DescribeRules', '*', managed));
  const balancing = new ElasticLoadBalancingV2Client(asGiven);
  await expect(balancing.send(new DescribeRulesCommand({ RuleArns: ['a'] }))).rejects.toThrow(
    denied('elasticloadbalancing:DescribeRules', '*'),
  );
  const cluster = { Null: { 'ecs:cluster': 'false' } };
  await enforce(allow('ecs:RegisterTaskDefinition', '*', cluster));
  const register = new RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions: [] });
  await expect(new ECSClient(asGiven).send(register)).rejects.toThrow('ecs:RegisterTaskDefinition');
});

describe('Express acts in the name of the caller', () => {
  const create = () =>
    new ECSClient(asGiven).send(
      new CreateExpressGatewayServiceCommand({
        ...web,
        serviceName: 'mine',
        tags: [{ key: 'team', value: 'a' }],
      }),
    );
  const update = () =>
    new ECSClient(asGiven).send(
      new UpdateExpressGatewayServiceCommand({ serviceArn: SERVICE, cpu: '512', memory: '1024' }),
    );
  const mine = 'arn:aws:ecs:eu-west-1:123456789012:service/default/mine';
  const express = ['ecs:CreateExpressGatewayService', 'ecs:UpdateExpressGatewayService'];

  test.each([
    [[...express], denied('ecs:RegisterTaskDefinition', '*')],
    [[...express, 'ecs:RegisterTaskDefinition'], denied('iam:PassRole', INFRASTRUCTURE_ROLE)],
    [[...express, 'ecs:RegisterTaskDefinition', 'iam:PassRole'], denied('ecs:TagResource', mine)],
  ])('a creation needs more than %p', async (actions, message) => {
    await enforce(allow(actions, '*'));
    await expect(create()).rejects.toThrow(message);
  });

  test('an update hands over the roles that the service has', async () => {
    await enforce(allow([...express, 'ecs:RegisterTaskDefinition'], '*'));
    await expect(update()).rejects.toThrow(denied('iam:PassRole', EXECUTION_ROLE));
  });

  test('a role can be handed over to the service that the policy names, and to no other', async () => {
    const pass = (services: readonly string[]) => ({
      Statement: [
        ...allow([...express, 'ecs:RegisterTaskDefinition', 'ecs:TagResource'], '*').Statement,
        ...allow('iam:PassRole', '*', { StringEquals: { 'iam:PassedToService': services } }).Statement,
      ],
    });
    await enforce(pass(['ecs.amazonaws.com']));
    await expect(create()).rejects.toThrow(denied('iam:PassRole', EXECUTION_ROLE));
    await enforce(pass(['ecs.amazonaws.com', 'ecs-tasks.amazonaws.com']));
    expect((await create()).service?.serviceArn).toBe(mine);
  });
});

test('records can be limited by name, type and action', async () => {
  const route53 = new Route53Client(emulator.client);
  const { HostedZone } = await route53.send(
    new CreateHostedZoneCommand({ Name: 'shop.example', CallerReference: '1' }),
  );
  const HostedZoneId = HostedZone?.Id ?? '';
  const change = (Name: string, Type: 'A' | 'TXT', Action: 'CREATE' | 'UPSERT') =>
    new Route53Client(asGiven).send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId,
        ChangeBatch: {
          Changes: [
            {
              Action,
              ResourceRecordSet: {
                Name,
                Type,
                TTL: 60,
                ResourceRecords: [{ Value: Type === 'A' ? '192.0.2.1' : '"a"' }],
              },
            },
          ],
        },
      }),
    );
  const key = (name: string) => `route53:ChangeResourceRecordSets${name}`;
  const zone = `arn:aws:route53:::hostedzone/${HostedZoneId.split('/').at(-1)}`;
  await enforce(
    allow('route53:ChangeResourceRecordSets', zone, {
      'ForAllValues:StringEquals': {
        [key('NormalizedRecordNames')]: ['\\052.shop.example'],
        [key('RecordTypes')]: ['A'],
        [key('Actions')]: ['CREATE'],
      },
    }),
  );
  const message = denied('route53:ChangeResourceRecordSets', zone);
  await expect(change('app.shop.example', 'A', 'CREATE')).rejects.toThrow(message);
  await expect(change('*.shop.example', 'TXT', 'CREATE')).rejects.toThrow(message);
  await expect(change('*.shop.example', 'A', 'UPSERT')).rejects.toThrow(message);
  expect((await change('*.Shop.example.', 'A', 'CREATE')).ChangeInfo?.Status).toBe('PENDING');
});

test('the registry asks the policy of whoever the password was given to', async () => {
  await new ECRClient(emulator.client).send(new CreateRepositoryCommand({ repositoryName: 'shop' }));
  const repository = 'arn:aws:ecr:eu-west-1:123456789012:repository/shop';
  await enforce(allow('ecr:GetAuthorizationToken', '*'));
  const { authorizationData } = await new ECRClient(asGiven).send(
    new (await import('@aws-sdk/client-ecr')).GetAuthorizationTokenCommand({}),
  );
  const headers = { authorization: `Basic ${authorizationData?.[0]?.authorizationToken}` };
  const upload = () =>
    fetch(`http://${emulator.registry}/v2/shop/blobs/uploads/`, { method: 'POST', headers });
  const answer = await upload();
  expect(answer.status).toBe(403);
  expect(await answer.json()).toEqual({
    errors: [{ code: 'DENIED', message: denied('ecr:InitiateLayerUpload', repository) }],
  });
  await enforce(allow('ecr:*', repository));
  expect((await upload()).status).toBe(202);
});

test('a policy that would not be enforced as it is written is refused', async () => {
  await expect(enforce(allow('ecs:*', '*', { NumericLessThan: { a: '1' } }))).rejects.toThrow(
    'NumericLessThan is not modelled',
  );
  await expect(
    enforce({ Statement: [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }] }),
  ).rejects.toThrow('NotAction');
  expect(await emulator.get('policy')).toMatchObject({ Statement: [{ Action: 'ecr:*' }] });
});

test('without a policy everything is allowed again', async () => {
  await fetch(`${emulator.url}/_emulator/policy`, { method: 'DELETE' });
  await new ECRClient(asGiven).send(new DescribeRepositoriesCommand({}));
});

test('what applications needed is written down once each, after their names', () => {
  const lines = readFileSync(recordFile, 'utf8').trim().split('\n');
  expect(new Set(lines).size).toBe(lines.length);
  expect(lines).toEqual(
    expect.arrayContaining([
      'deploy ecs:ListServices',
      'deploy iam:PassRole',
      'deploy ecr:InitiateLayerUpload',
      '- ecr:CreateRepository',
    ]),
  );
});
