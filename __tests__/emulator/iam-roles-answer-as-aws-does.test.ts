import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  PutRolePolicyCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import { createIam } from '../../emulator/iam/iam.ts';
import type { RoleStore } from '../../emulator/world.ts';
import { ACCOUNT, type EmulatedApis, REGION, serveApis } from '../helpers/emulated-apis.ts';

const ECS = 'ecs.amazonaws.com';
const TASKS = 'ecs-tasks.amazonaws.com';
const POLICY = 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy';

const roleArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const trust = (service: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: [service] }, Action: 'sts:AssumeRole' }],
  });

let apis: EmulatedApis;
let iam: IAMClient;
let roles: RoleStore;
let strictRoles: RoleStore;

beforeAll(async () => {
  apis = await serveApis((parts) => {
    const options = { ...parts, region: REGION, accountId: ACCOUNT };
    const lenient = createIam({ ...options, strictRoles: false });
    roles = lenient.roles;
    strictRoles = createIam({ ...options, strictRoles: true }).roles;
    return [lenient.api];
  });
  iam = new IAMClient(apis.client);
});

afterAll(() => apis.close());

describe('a role created through the API', () => {
  test('comes back with its trust policy URL-encoded', async () => {
    const document = trust(TASKS);
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName: 'web-exec', Path: '/team/', AssumeRolePolicyDocument: document }),
    );
    expect(Role?.Arn).toBe(roleArn('team/web-exec'));
    const read = await iam.send(new GetRoleCommand({ RoleName: 'web-exec' }));
    const encoded = read.Role?.AssumeRolePolicyDocument ?? '';
    expect(encoded).toMatch(/^%7B%22Version%22/);
    expect(decodeURIComponent(encoded)).toBe(document);
    expect(read.Role?.CreateDate).toBeInstanceOf(Date);
  });

  test('cannot be assumed by ECS for ten seconds, and only by the service it trusts', async () => {
    await iam.send(new CreateRoleCommand({ RoleName: 'fresh', AssumeRolePolicyDocument: trust(TASKS) }));
    expect(roles.judge(roleArn('fresh'), TASKS)).toBe('propagating');
    expect(roles.judge(roleArn('fresh'), ECS)).toBe('untrusted');
    await apis.clock.advance(11);
    expect(roles.judge(roleArn('fresh'), TASKS)).toBe('usable');
    expect(roles.judge(roleArn('other-path/fresh'), TASKS)).toBe('missing');
  });

  test('keeps its policies, and is deleted only without them', async () => {
    const RoleName = 'with-policies';
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust(TASKS) }));
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: POLICY }));
    const attached = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    expect(attached.AttachedPolicies).toEqual([
      { PolicyName: 'AmazonECSTaskExecutionRolePolicy', PolicyArn: POLICY },
    ]);
    await expect(iam.send(new DeleteRoleCommand({ RoleName }))).rejects.toMatchObject({
      name: 'DeleteConflictException',
      $metadata: { httpStatusCode: 409 },
    });
    await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: POLICY }));
    await iam.send(new DeleteRoleCommand({ RoleName }));
    expect(roles.judge(roleArn(RoleName), TASKS)).toBe('missing');
  });

  test('takes inline policies', async () => {
    const named = { RoleName: 'ecsTaskRole', PolicyName: 'read-secrets' };
    const PolicyDocument = '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
    await iam.send(new PutRolePolicyCommand({ ...named, PolicyDocument }));
    const read = await iam.send(new GetRolePolicyCommand(named));
    expect(decodeURIComponent(read.PolicyDocument ?? '')).toBe(PolicyDocument);
    // The stricter RFC 3986 escapes the asterisk that encodeURIComponent leaves.
    expect(read.PolicyDocument).not.toContain('*');
  });
});

describe('the roles of the guides', () => {
  test.each([
    ['ecsTaskExecutionRole', TASKS],
    ['ecsTaskRole', TASKS],
    ['ecsInfrastructureRole', ECS],
    ['ecsInfrastructureRoleForExpressServices', ECS],
  ])('%s is there from the start', (name, service) => {
    expect(strictRoles.judge(roleArn(name), service)).toBe('usable');
  });

  test('a role never heard of is usable, unless roles are strict', () => {
    expect(roles.judge(roleArn('my-exec-role'), TASKS)).toBe('usable');
    expect(strictRoles.judge(roleArn('my-exec-role'), TASKS)).toBe('missing');
  });

  test('a role of another account or partition, and what is no role ARN, is missing', () => {
    expect(roles.judge('arn:aws:iam::999999999999:role/ecsTaskExecutionRole', TASKS)).toBe('missing');
    expect(roles.judge(`arn:aws-cn:iam::${ACCOUNT}:role/ecsTaskExecutionRole`, TASKS)).toBe('missing');
    expect(roles.judge('ecsTaskExecutionRole', TASKS)).toBe('missing');
  });
});

describe('refusals', () => {
  test('a missing role is NoSuchEntity, with status 404', async () => {
    await expect(iam.send(new GetRoleCommand({ RoleName: 'nobody' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'The role with name nobody cannot be found.',
      $metadata: { httpStatusCode: 404 },
    });
  });

  test('a name that is taken is EntityAlreadyExists, with status 409', async () => {
    const again = { RoleName: 'ecsTaskExecutionRole', AssumeRolePolicyDocument: trust(TASKS) };
    await expect(iam.send(new CreateRoleCommand(again))).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      message: 'Role with name ecsTaskExecutionRole already exists.',
      $metadata: { httpStatusCode: 409 },
    });
  });

  test.each([
    ['{', 'This policy contains invalid Json'],
    ['{"Statement":[]}', 'Syntax errors in policy.'],
    ['{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole"}}', 'Missing required field Principal'],
    [
      '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Resource":"*"}]}',
      'Has prohibited field Resource',
    ],
  ])('the trust policy %s is malformed', async (AssumeRolePolicyDocument, message) => {
    const bad = new CreateRoleCommand({ RoleName: 'malformed', AssumeRolePolicyDocument });
    await expect(iam.send(bad)).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException', message });
  });
});

describe('a simulation', () => {
  const secret = (name: string): string => `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}`;
  const simulate = (name: string, ...resources: readonly string[]) =>
    iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: roleArn(name),
        ActionNames: ['secretsmanager:GetSecretValue', 'ssm:GetParameters'],
        ResourceArns: [...resources],
      }),
    );

  test('judges by the inline policies of the role, resource by resource', async () => {
    const Statement = [
      { Effect: 'Allow', Action: 'secretsmanager:Get*', Resource: secret('shop/*') },
      { Effect: 'Deny', Action: '*', Resource: secret('shop/root-*') },
    ];
    await iam.send(new CreateRoleCommand({ RoleName: 'reads', AssumeRolePolicyDocument: trust(TASKS) }));
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'reads',
        PolicyName: 'secrets',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
      }),
    );
    const { EvaluationResults: results } = await simulate(
      'reads',
      secret('shop/db-1'),
      secret('shop/root-1'),
      secret('x'),
    );
    expect(results?.map(({ EvalActionName, EvalDecision }) => [EvalActionName, EvalDecision])).toEqual([
      ['secretsmanager:GetSecretValue', 'explicitDeny'],
      ['ssm:GetParameters', 'explicitDeny'],
    ]);
    expect(
      results?.[0]?.ResourceSpecificResults?.map(({ EvalResourceDecision }) => EvalResourceDecision),
    ).toEqual(['allowed', 'explicitDeny', 'implicitDeny']);
  });

  test('of a role that is not there, or of no action, is refused', async () => {
    await expect(simulate('nobody')).rejects.toMatchObject({ name: 'NoSuchEntityException' });
    await expect(
      iam.send(
        new SimulatePrincipalPolicyCommand({ PolicySourceArn: roleArn('ecsTaskRole'), ActionNames: ['x'] }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidInputException' });
  });
});
