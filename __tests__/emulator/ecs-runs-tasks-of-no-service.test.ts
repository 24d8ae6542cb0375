import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  ConflictException,
  CreateClusterCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  RunTaskCommand,
  type RunTaskCommandInput,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';
import { EXECUTION_ROLE } from '../helpers/express-service.ts';

let emulator: EmulatorHandle;
let ecs: ECSClient;
let logs: CloudWatchLogsClient;
let definition: string;
/** One for each case. */
let family: string;
let cases = 0;
beforeAll(async () => {
  emulator = await startEmulator('--speed', '1');
  ecs = new ECSClient(emulator.client);
  logs = new CloudWatchLogsClient(emulator.client);
  await ecs.send(new CreateClusterCommand({}));
  await logs.send(new CreateLogGroupCommand({ logGroupName: '/once' }));
});
beforeEach(async () => {
  family = `once-${++cases}`;
  await emulator.post('ecs', { runTask: {} });
  definition = await register();
});
afterAll(() => emulator.stop());

async function register(more: Partial<RegisterTaskDefinitionCommandInput> = {}): Promise<string> {
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family,
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      executionRoleArn: EXECUTION_ROLE,
      containerDefinitions: [
        {
          name: 'Main',
          image: 'public.ecr.aws/example/web:1',
          command: ['migrate'],
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': '/once',
              'awslogs-region': 'eu-west-1',
              'awslogs-stream-prefix': 'once',
            },
          },
        },
      ],
      ...more,
    }),
  );
  return taskDefinition?.taskDefinitionArn ?? '';
}

const network = { awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d4e5f60001'] } };
const run = (more: Partial<RunTaskCommandInput> = {}) =>
  ecs.send(
    new RunTaskCommand({
      taskDefinition: definition,
      launchType: 'FARGATE',
      networkConfiguration: network,
      ...more,
    }),
  );
const arnOf = async (more: Partial<RunTaskCommandInput> = {}): Promise<string> => {
  const { tasks = [] } = await run(more);
  expect(tasks).toHaveLength(1);
  return tasks[0]?.taskArn ?? '';
};
const describeTask = async (arn: string) => {
  const { tasks = [], failures = [] } = await ecs.send(new DescribeTasksCommand({ tasks: [arn] }));
  return { task: tasks[0], failures };
};
/** Past the first look, which misses it. */
const seen = async (arn: string) => {
  await describeTask(arn);
  return (await describeTask(arn)).task;
};

test('it is missed by the first look, runs, and keeps its exit code and its output', async () => {
  await emulator.post('ecs', { runTask: { exitCode: 3, seconds: 20, logLines: ['no table "users"'] } });
  const arn = await arnOf({ startedBy: 'ci/1' });
  expect((await describeTask(arn)).failures).toEqual([{ arn, reason: 'MISSING' }]);
  expect((await describeTask(arn)).task).toMatchObject({
    lastStatus: 'PROVISIONING',
    startedBy: 'ci/1',
    group: `family:${family}`,
    launchType: 'FARGATE',
  });
  await emulator.advance(26);
  expect((await describeTask(arn)).task).toMatchObject({ lastStatus: 'RUNNING', desiredStatus: 'RUNNING' });
  await emulator.advance(21);
  expect((await describeTask(arn)).task?.lastStatus).toBe('DEPROVISIONING');
  await emulator.advance(20);
  const { task } = await describeTask(arn);
  expect(task).toMatchObject({
    lastStatus: 'STOPPED',
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    containers: [{ name: 'Main', exitCode: 3 }],
  });
  expect(task?.containers?.[0]?.reason).toBeUndefined();
  const id = arn.split('/').at(-1);
  const { events = [] } = await logs.send(
    new GetLogEventsCommand({ logGroupName: '/once', logStreamName: `once/Main/${id}` }),
  );
  expect(events.map(({ message }) => message)).toContain('no table "users"');
});

test('the same token is the same task, and with other parameters a conflict that names it', async () => {
  const arn = await arnOf({ clientToken: `${family}-a` });
  expect(await arnOf({ clientToken: `${family}-a` })).toBe(arn);
  expect(await arnOf({ clientToken: `${family}-b` })).not.toBe(arn);
  const conflict = await run({ clientToken: `${family}-a`, startedBy: 'other' }).catch(
    (error: unknown) => error,
  );
  expect(conflict).toBeInstanceOf(ConflictException);
  expect(conflict).toMatchObject({ resourceIds: [arn] });
});

test('one that was not answered is there all the same', async () => {
  await emulator.addFaults([{ service: 'ecs', operation: 'RunTask', fault: 'lost-reply' }]);
  await expect(run({ clientToken: `${family}-a` })).rejects.toThrow();
  const { taskArns } = await ecs.send(new ListTasksCommand({ family }));
  expect(taskArns).toEqual([await arnOf({ clientToken: `${family}-a` })]);
});

test('what is in the way is told, and it never ran', async () => {
  definition = await register({ containerDefinitions: [{ name: 'Main', image: 'web:1' }] });
  await emulator.post('ecs', { runTask: { neverStarts: 'ResourceInitializationError: no secret' } });
  const arn = await arnOf();
  await emulator.advance(60);
  const task = await seen(arn);
  expect(task).toMatchObject({
    lastStatus: 'STOPPED',
    stopCode: 'TaskFailedToStart',
    stoppedReason: 'ResourceInitializationError: no secret',
  });
  expect(task?.containers?.[0]?.exitCode).toBeUndefined();
});

test('a log group that is missing is in the way', async () => {
  const logConfiguration = {
    logDriver: 'awslogs' as const,
    options: { 'awslogs-group': '/none', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'x' },
  };
  definition = await register({ containerDefinitions: [{ name: 'Main', image: 'web:1', logConfiguration }] });
  const arn = await arnOf();
  await emulator.advance(60);
  expect((await seen(arn))?.stoppedReason).toContain('The specified log group does not exist');
});

test('it can be stopped, and once more', async () => {
  await emulator.post('ecs', { runTask: { seconds: 3600 } });
  const arn = await arnOf();
  await emulator.advance(30);
  const { task } = await ecs.send(new StopTaskCommand({ task: arn, reason: 'enough' }));
  expect(task).toMatchObject({
    desiredStatus: 'STOPPED',
    stopCode: 'UserInitiated',
    stoppedReason: 'enough',
  });
  await emulator.advance(31);
  const stopped = await seen(arn);
  expect(stopped).toMatchObject({ lastStatus: 'STOPPED', containers: [{ exitCode: 137 }] });
  const again = await ecs.send(new StopTaskCommand({ task: arn, reason: 'again' }));
  expect(again.task?.stoppedReason).toBe('enough');
  await expect(ecs.send(new StopTaskCommand({ task: 'nobody' }))).rejects.toThrow('was not found');
});

test('it is listed by family or by who started it, until it stops', async () => {
  const arn = await arnOf({ startedBy: `${family}/1` });
  const list = async (filter: object) =>
    (await ecs.send(new ListTasksCommand({ desiredStatus: 'RUNNING', ...filter }))).taskArns;
  expect(await list({ family })).toEqual([arn]);
  expect(await list({ startedBy: `${family}/1` })).toEqual([arn]);
  expect(await list({ startedBy: `${family}/2` })).toEqual([]);
  await expect(list({ family, startedBy: 'ci/1' })).rejects.toThrow('startedBy');
  await emulator.advance(60);
  expect(await list({ family })).toEqual([]);
  expect(await list({ family, desiredStatus: 'STOPPED' })).toEqual([arn]);
});

test('what cannot be placed is a failure in the answer, and starts nothing', async () => {
  const reason =
    'Capacity is unavailable at this time. Please try again later or in a different availability zone';
  await emulator.post('ecs', { runTaskFailures: [{ reason }] });
  expect(await run()).toMatchObject({ tasks: [], failures: [{ reason }] });
  expect((await run()).tasks).toHaveLength(1);
});

test.each<[string, Partial<RunTaskCommandInput>, string]>([
  ['without a network', { networkConfiguration: undefined }, 'Network Configuration must be provided'],
  ['on instances', { launchType: 'EC2' }, 'No Container Instances'],
  ['of a definition that is not there', { taskDefinition: 'none' }, 'TaskDefinition not found.'],
  ['in a cluster that is not there', { cluster: 'none' }, 'Cluster not found.'],
  ['eleven times', { count: 11 }, 'count'],
  ['by somebody with a space', { startedBy: 'a b' }, 'startedBy'],
  ['with the tags of a service', { propagateTags: 'SERVICE' }, 'propagateTags'],
  [
    'with a container it does not have',
    { overrides: { containerOverrides: [{ name: 'Side', command: ['x'] }] } },
    'Override for container named Side',
  ],
  [
    'with more overrides than there may be',
    { overrides: { containerOverrides: [{ name: 'Main', command: ['x'.repeat(8200)] }] } },
    '8192',
  ],
])('it is refused %s', async (_how, more, message) => {
  await expect(run(more)).rejects.toThrow(message);
});

test('its roles have to be handed over', async () => {
  const allow = (Action: string, Resource: string) => ({ Effect: 'Allow', Action, Resource });
  const policy = (...statements: readonly object[]) =>
    emulator.post('policy', { Version: '2012-10-17', Statement: statements });
  const asJob = new ECSClient({
    ...emulator.client,
    credentials: {
      accessKeyId: emulator.env['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: emulator.env['AWS_SECRET_ACCESS_KEY'] ?? '',
    },
  });
  const start = () =>
    asJob.send(
      new RunTaskCommand({
        taskDefinition: definition,
        launchType: 'FARGATE',
        networkConfiguration: network,
      }),
    );
  await policy(allow('ecs:RunTask', 'arn:aws:ecs:eu-west-1:123456789012:task-definition/other:*'));
  await expect(start()).rejects.toThrow(`ecs:RunTask on resource: ${definition}`);
  await policy(allow('ecs:RunTask', definition));
  await expect(start()).rejects.toThrow(`iam:PassRole on resource: ${EXECUTION_ROLE}`);
  await policy(allow('ecs:RunTask', definition), allow('iam:PassRole', EXECUTION_ROLE));
  expect((await start()).tasks).toHaveLength(1);
  asJob.destroy();
});
