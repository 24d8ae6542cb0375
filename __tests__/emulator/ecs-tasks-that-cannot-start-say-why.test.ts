import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { DescribeTasksCommand, ECSClient, ListTasksCommand } from '@aws-sdk/client-ecs';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';
import { createWeb, image } from '../helpers/express-service.ts';

let emulator: EmulatorHandle;
let ecs: ECSClient;
beforeEach(async () => {
  emulator = await startEmulator('--speed', '1');
  ecs = new ECSClient(emulator.client);
});
afterEach(() => emulator.stop());

const tasks = async (desiredStatus: 'RUNNING' | 'STOPPED') => {
  await emulator.advance(240);
  const { taskArns } = await ecs.send(new ListTasksCommand({ serviceName: 'web', desiredStatus }));
  return (await ecs.send(new DescribeTasksCommand({ tasks: taskArns }))).tasks ?? [];
};

const failedToStart = (reason: RegExp) => ({
  stopCode: 'TaskFailedToStart',
  stoppedReason: expect.stringMatching(reason),
  containers: [{ reason: expect.stringMatching(reason) }],
});

test('an image that is not in the emulated registry', async () => {
  await new ECRClient(emulator.client).send(new CreateRepositoryCommand({ repositoryName: 'web' }));
  await createWeb(ecs, { primaryContainer: { image: `${emulator.registry}/web:gone`, containerPort: 8080 } });
  const [task] = await tasks('STOPPED');
  expect(task).toMatchObject(failedToStart(/^CannotPullContainerError: .*web:gone: not found$/));
  expect(task?.containers?.[0]?.exitCode).toBeUndefined();
});

test('an execution role whose trust policy does not name ecs-tasks', async () => {
  const policy = {
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  await new IAMClient(emulator.client).send(
    new CreateRoleCommand({
      RoleName: 'wrong',
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', ...policy }),
    }),
  );
  await createWeb(ecs, { executionRoleArn: 'arn:aws:iam::123456789012:role/wrong' });
  expect((await tasks('STOPPED'))[0]).toMatchObject(
    failedToStart(/^ECS was unable to assume the role 'arn:.*role\/wrong'/),
  );
});

test('a log group that the caller named and that is not there; once it is, the task writes to it', async () => {
  const logs = new CloudWatchLogsClient(emulator.client);
  const awsLogsConfiguration = { logGroup: '/shop/web', logStreamPrefix: 'blue' };
  await createWeb(ecs, { primaryContainer: { ...image('web:1'), awsLogsConfiguration } });
  expect((await tasks('STOPPED'))[0]).toMatchObject(
    failedToStart(/^ResourceInitializationError: .*log group does not exist/),
  );
  await logs.send(new CreateLogGroupCommand({ logGroupName: '/shop/web' }));
  const [task] = await tasks('RUNNING');
  const { events } = await logs.send(
    new GetLogEventsCommand({
      logGroupName: '/shop/web',
      logStreamName: `blue/Main/${task?.taskArn?.split('/').at(-1)}`,
    }),
  );
  expect(events?.[0]?.message).toContain('stub engine');
});

describe('secrets are read by the execution role', () => {
  const parameter = 'arn:aws:ssm:eu-central-1:123456789012:parameter/web/key';
  const secret = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:web/db-AbCdEf';
  const trust = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  };

  async function makeRole(statements: readonly object[]): Promise<string> {
    const iam = new IAMClient(emulator.client);
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName: 'execution', AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statements });
    await iam.send(
      new PutRolePolicyCommand({ RoleName: 'execution', PolicyName: 'secrets', PolicyDocument }),
    );
    await emulator.advance(60);
    return Role?.Arn ?? '';
  }
  const withSecret = (executionRoleArn: string, valueFrom: string) =>
    createWeb(ecs, {
      executionRoleArn,
      primaryContainer: { ...image('web:1'), secrets: [{ name: 'KEY', valueFrom }] },
    });

  test.each([
    ['a secret', `${secret}:password::`, `secretsmanager:GetSecretValue on resource: ${secret} `],
    ['a parameter', parameter, `ssm:GetParameters on resource: ${parameter} `],
  ])('%s that it may not read', async (_what, valueFrom, denied) => {
    const role = await makeRole([{ Effect: 'Allow', Action: 'logs:*', Resource: '*' }]);
    await withSecret(role, valueFrom);
    const [task] = await tasks('STOPPED');
    expect(task?.stoppedReason).toContain(
      `AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/execution/`,
    );
    expect(task).toMatchObject(
      failedToStart(/^ResourceInitializationError: unable to pull secrets or registry auth: /),
    );
    expect(task?.stoppedReason).toContain(denied);
  });

  test('one that it may read starts', async () => {
    const role = await makeRole([
      { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: `${secret.slice(0, -6)}*` },
    ]);
    await withSecret(role, secret);
    expect(await tasks('RUNNING')).toHaveLength(1);
  });
});
