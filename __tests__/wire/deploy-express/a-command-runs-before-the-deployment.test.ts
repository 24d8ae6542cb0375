import {
  RunTaskCommand,
  type RunTaskCommandInput,
  UpdateExpressGatewayServiceCommand,
} from '@aws-sdk/client-ecs';
import type { LoggedCall } from '../../../emulator/control/request-log.ts';
import {
  callsTo,
  changesOf,
  type DeploymentRun,
  type Deployments,
  linesOf,
  operationsOf,
  startDeployments,
} from '../../helpers/deployments.ts';
import { createWeb, EXECUTION_ROLE, WEB_ARN } from '../../helpers/express-service.ts';
import { endTasks, inputsOfOwn, oneOffTasks, registerOwn } from '../../helpers/one-off-tasks.ts';

const taskRole = 'arn:aws:iam::123456789012:role/ecsTaskRole';
const secret = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf';
const subnets = 'subnet-0a1b2c3d4e5f60001,subnet-0a1b2c3d4e5f60002';
const service = {
  'environment-variables': 'LOG_LEVEL=info',
  secrets: `{"DB":"${secret}"}`,
  'task-role-arn': taskRole,
  'security-groups': 'sg-0a1b2c3d',
  'smoke-test': 'false',
  subnets,
};
const withCommand = { ...service, 'pre-deploy-command': 'npm run migrate' };

let world: Deployments;
let count = 1;
const newImage = () => ({ image: `public.ecr.aws/example/web:${++count}` });
beforeAll(async () => {
  world = await startDeployments('--speed', '2000');
  expect((await world.deploy(service)).exitCode).toBe(0);
});
beforeEach(() => world.emulator.post('ecs', { runTask: {}, runTaskFailures: [] }));
afterEach(() => endTasks(world));
afterAll(() => world.stop());

const tasks = () => oneOffTasks(world.emulator);
const startedIn = (calls: readonly LoggedCall[]) =>
  callsTo(calls, 'RunTask').filter(({ status }) => status === 200);
const updates = (run: DeploymentRun) => callsTo(run.calls, 'UpdateExpressGatewayService');
/** As many tasks as before and one more, and nothing sent to the service before it had ended. */
async function untouched(run: DeploymentRun): Promise<void> {
  expect(run.exitCode).toBe(1);
  expect(updates(run)).toEqual([]);
  expect(run.outputs['outcome']).toBe('failed');
  expect(run.log).toContain('The service was not touched.');
}

test('with the image that is about to be deployed, and as the service is, before it is updated', async () => {
  const given = newImage();
  const run = await world.deploy({ ...withCommand, ...given });
  expect(run.exitCode).toBe(0);
  expect(operationsOf(changesOf(run.calls))).toEqual([
    'RegisterTaskDefinition',
    'RunTask',
    'UpdateExpressGatewayService',
  ]);
  const [definition] = callsTo(run.calls, 'RegisterTaskDefinition');
  expect(definition?.input).toEqual({
    family: 'default-web-pre-deploy',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    runtimePlatform: { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' },
    executionRoleArn: EXECUTION_ROLE,
    taskRoleArn: taskRole,
    containerDefinitions: [
      {
        name: 'Main',
        image: given.image,
        essential: true,
        command: ['npm', 'run', 'migrate'],
        environment: [{ name: 'LOG_LEVEL', value: 'info' }],
        secrets: [{ name: 'DB', valueFrom: secret }],
        linuxParameters: { initProcessEnabled: true },
        logConfiguration: {
          logDriver: 'awslogs',
          options: {
            'awslogs-group': expect.stringMatching(/^\/aws\/ecs\/default\/web-[0-9a-f]{4}$/),
            'awslogs-region': 'eu-west-1',
            'awslogs-stream-prefix': 'pre-deploy',
            mode: 'non-blocking',
            'max-buffer-size': '25m',
          },
        },
      },
    ],
  });
  const [started] = callsTo(run.calls, 'RunTask');
  expect(started?.input).toEqual({
    cluster: 'default',
    taskDefinition: expect.stringMatching(/:task-definition\/default-web-pre-deploy:\d+$/),
    launchType: 'FARGATE',
    count: 1,
    startedBy: expect.stringMatching(/^deploy-express\/1001\/[0-9a-f]{16}$/),
    clientToken: expect.stringMatching(/^[0-9a-f]{64}$/),
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: subnets.split(','),
        // The group that ECS made for the service, too: databases let that in.
        securityGroups: ['sg-0a1b2c3d', expect.stringMatching(/^sg-/)],
        assignPublicIp: 'ENABLED',
      },
    },
  });
  expect(linesOf(run)).toEqual(
    expect.arrayContaining([
      'Will run ["npm","run","migrate"] in a task with the image to deploy, for at most 15 min',
      'pre-deploy-command ended with exit code 0',
    ]),
  );
  expect(run.summary).toContain('### Before the deployment');
  expect(run.summary).toContain('ended with exit code 0 after');
  expect(run.summary).toContain('expand, then contract');
  expect(run.summary).toMatch(/Pre-deploy command \(/);
});

test.each([
  ['unchanged', withCommand],
  ['a dry run', { ...withCommand, ...newImage(), 'dry-run': 'true' }],
])('it does not run where nothing is deployed: %s', async (_what, inputs) => {
  const image = { image: `public.ecr.aws/example/web:${count}` };
  await world.deploy({ ...service, ...image });
  const run = await world.deploy({ ...image, ...inputs });
  expect(run.exitCode).toBe(0);
  expect(changesOf(run.calls)).toEqual([]);
});

test('it runs where the same is deployed again on purpose', async () => {
  const run = await world.deploy({
    ...withCommand,
    image: `public.ecr.aws/example/web:${count}`,
    'force-new-deployment': 'true',
  });
  expect(operationsOf(changesOf(run.calls))).toEqual([
    'RegisterTaskDefinition',
    'RunTask',
    'UpdateExpressGatewayService',
  ]);
});

describe('nothing is deployed', () => {
  test('when it ends with another code than 0: that is said, with its last lines', async () => {
    const logLines = ['creating table users', 'relation "users" already exists'];
    await world.emulator.post('ecs', { runTask: { exitCode: 3, logLines } });
    const token = world.emulator.env['GITHUB_TOKEN'] ?? '';
    const run = await world.deploy({
      ...withCommand,
      ...newImage(),
      'github-deployment': 'always',
      'github-token': token,
    });
    await untouched(run);
    expect(run.log).toContain(
      'pre-deploy-command ended with exit code 3: relation "users" already exists [pre-deploy-failed]',
    );
    for (const line of logLines) {
      expect(linesOf(run)).toContain(`  | ${line}`);
      expect(run.summary).toContain(line);
    }
    expect(run.summary).toContain('<code>pre-deploy-failed</code>');
    // Nothing is masked there, and the lines may hold a secret.
    const told = JSON.stringify(await world.emulator.get('github'));
    const sent = run.calls.filter(({ operation }) => operation.startsWith('repos/create-deployment'));
    expect(sent.length).toBeGreaterThan(0);
    expect(told + JSON.stringify(sent)).not.toContain('relation');
    expect(JSON.stringify(sent)).toContain('pre-deploy-command ended with exit code 3');
  });

  test('when it fails, and its output may not be read: that is said, too', async () => {
    await world.emulator.post('ecs', { runTask: { exitCode: 3 } });
    await world.addFault('logs', 'GetLogEvents', 'denied', { times: 3 });
    const run = await world.deploy({ ...withCommand, ...newImage() });
    await untouched(run);
    expect(run.log).toContain('pre-deploy-command ended with exit code 3 [pre-deploy-failed]');
    expect(run.log).toMatch(/Could not be read:\n.*logs:GetLogEvents/);
  });

  test('when it never ran', async () => {
    const neverStarts = 'ResourceInitializationError: unable to pull secrets or registry auth: AccessDenied';
    await world.emulator.post('ecs', { runTask: { neverStarts } });
    const run = await world.deploy({ ...withCommand, ...newImage() });
    await untouched(run);
    expect(run.log).toContain(
      `pre-deploy-command never ran: TaskFailedToStart, ${neverStarts} [pre-deploy-failed]`,
    );
    expect(callsTo(run.calls, 'GetLogEvents')).toEqual([]);
  });

  test('when it takes too long: its task is stopped', async () => {
    await world.emulator.post('ecs', { runTask: { seconds: 1_000_000, logLines: ['waiting for a lock'] } });
    const run = await world.deploy({
      ...withCommand,
      ...newImage(),
      'pre-deploy-timeout-minutes': '0.1',
    });
    await untouched(run);
    expect(run.log).toMatch(
      /pre-deploy-command did not end within 6 s \(its task is \w+\); task arn:\S+ was stopped \[pre-deploy-failed\]/,
    );
    expect(run.log).toContain('waiting for a lock');
    const stops = callsTo(run.calls, 'StopTask');
    expect(stops.map(({ status }) => status)).toEqual([200]);
    expect((await tasks()).filter(({ lastStatus }) => lastStatus === 'RUNNING')).toEqual([]);
  });

  test('when ECS starts nothing, and says why', async () => {
    await world.emulator.post('ecs', {
      runTaskFailures: [{ reason: 'BLOCKED', detail: 'account is suspended' }],
    });
    const run = await world.deploy({ ...withCommand, ...newImage() });
    await untouched(run);
    expect(run.log).toContain(
      'no task could be started for pre-deploy-command: BLOCKED, account is suspended [pre-deploy-failed]',
    );
    expect(callsTo(run.calls, 'RunTask')).toHaveLength(1);
  });
});

test('no room on Fargate may be room in a minute', async () => {
  const reason =
    'Capacity is unavailable at this time. Please try again later or in a different availability zone';
  await world.emulator.post('ecs', { runTaskFailures: [{ reason }] });
  const run = await world.deploy({ ...withCommand, ...newImage() });
  expect(run.exitCode).toBe(0);
  expect(linesOf(run)).toContain(`Waiting: ${reason}`);
  const [first, second, ...others] = callsTo(run.calls, 'RunTask');
  expect(others).toEqual([]);
  // What started nothing is another request than the next one.
  expect(first?.input['clientToken']).not.toBe(second?.input['clientToken']);
});

describe('there is one task, whatever happens to', () => {
  test.each([
    ['RegisterTaskDefinition', 'lost-reply', 1],
    ['RegisterTaskDefinition', 'throttle', 2],
    ['RunTask', 'lost-reply', 1],
    ['RunTask', 'lost-reply', 4],
    ['RunTask', 'error', 2],
    ['RunTask', 'throttle', 2],
    ['RunTask', 'reset', 2],
    ['ListTasks', 'reset', 2],
    ['DescribeTasks', 'error', 7],
  ])('%s: %s, %i times', async (operation, fault, times) => {
    const before = await tasks();
    await world.addFault('ecs', operation, fault, { times });
    const run = await world.deploy({ ...withCommand, ...newImage() });
    expect(run.exitCode).toBe(0);
    expect((await tasks()).length).toBe(before.length + 1);
    expect(updates(run)).toHaveLength(1);
  });

  test('RunTask: no reply at all, and it is found by who started it', async () => {
    const before = await tasks();
    await world.addFault('ecs', 'RunTask', 'lost-reply', { times: 5 });
    const run = await world.deploy({ ...withCommand, ...newImage() });
    expect(run.exitCode).toBe(0);
    expect((await tasks()).length).toBe(before.length + 1);
    expect(run.log).toContain('checking whether it was started anyway');
  });

  test('RunTask: no reply, and none is found: red, and said', async () => {
    await world.addFault('ecs', 'RunTask', 'reset', { times: 5 });
    const run = await world.deploy({ ...withCommand, ...newImage() });
    await untouched(run);
    expect(run.log).toContain('It is not known whether its task was started');
    expect(run.log).toContain('[aws-unavailable]');
    expect(startedIn(run.calls)).toEqual([]);
  });
});

describe('a client token that an earlier request had, with other parameters', () => {
  /** ECS starts nothing then, and names the tasks of that request. */
  async function runBeside(other: Partial<RunTaskCommandInput>) {
    await world.emulator.forgetRequests();
    const held = await world.emulator.hold({ service: 'ecs', operation: 'RunTask' });
    const running = world.start({ ...withCommand, ...newImage() });
    const { input } = await held.arrived();
    const request = { ...(input as unknown as RunTaskCommandInput), ...other };
    const { tasks: [task] = [] } = await world.ecs.send(new RunTaskCommand(request));
    const release = async () => {
      await held.release();
      const run = await running.finished;
      return { ...run, calls: await world.emulator.requests() };
    };
    return { arn: task?.taskArn ?? '', release };
  }

  test.each<[string, Partial<RunTaskCommandInput>, string]>([
    ["somebody else's", { startedBy: 'somebody-else' }, 'started by somebody-else'],
    ['nobody says whose', { startedBy: undefined }, 'of task definition default-web-pre-deploy:'],
    ["somebody else's of this job", { taskDefinition: 'default-web' }, 'of task definition default-web:'],
  ])('is refused with the task it had: %s', async (_whose, other, whose) => {
    const { arn, release } = await runBeside(other);
    const run = await release();
    await untouched(run);
    expect(run.log).toContain(
      `no task could be started for pre-deploy-command: its client token was used for another request before, which started task ${arn} (`,
    );
    expect(run.log).toContain(whose);
    expect(run.log).toContain('Run the job again, which makes another token.');
    expect(run.log).not.toContain('pre-deploy-command runs in task');
  });

  test('is gone on with where its task is shown to be our own', async () => {
    const before = await tasks();
    const awsvpcConfiguration = { subnets: subnets.split(',') };
    const { arn, release } = await runBeside({ networkConfiguration: { awsvpcConfiguration } });
    const run = await release();
    expect(run.exitCode).toBe(0);
    expect(run.log).toContain(`pre-deploy-command runs in task ${arn}`);
    expect((await tasks()).length).toBe(before.length + 1);
  });

  test.each([
    ['may not be looked at', 'denied', 'ecs:DescribeTasks'],
    ['cannot be looked at', 'error', 'could not describe tasks'],
  ])('is red where its task %s', async (_what, fault, why) => {
    const { arn, release } = await runBeside({ startedBy: 'somebody-else' });
    await world.addFault('ecs', 'DescribeTasks', fault, { times: 5 });
    const run = await release();
    await untouched(run);
    expect(run.log).toContain(why);
    expect(run.log).toContain(`It is not known whether task ${arn} runs the command`);
  });
});

test('a conflict that names no task is none of the token, and red', async () => {
  const conflict = { code: 'ConflictException', message: 'Try again later.', status: 400 };
  await world.addFault('ecs', 'RunTask', 'error', conflict);
  const run = await world.deploy({ ...withCommand, ...newImage() });
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('Try again later.');
  expect(updates(run)).toEqual([]);
});

test.each(['RegisterTaskDefinition', 'RunTask', 'ListTasks', 'DescribeTasks'])(
  'a role that may not call %s leaves the service alone, and is told what to allow',
  async (operation) => {
    const after = operation === 'DescribeTasks' ? { after: 1 } : {};
    await world.addFault('ecs', operation, 'denied', after);
    const run = await world.deploy({ ...withCommand, ...newImage() });
    expect(run.exitCode).toBe(1);
    expect(updates(run)).toEqual([]);
    expect(run.log).toContain('[access-denied]');
    expect(run.log).toContain(`Allow ecs:${operation} in the policy`);
    if (operation === 'DescribeTasks')
      expect(run.log).toMatch(/continues in task arn:\S+\. Nobody watches it/);
  },
);

test('a task that may not be stopped is said to go on', async () => {
  await world.emulator.post('ecs', { runTask: { seconds: 1_000_000 } });
  await world.addFault('ecs', 'StopTask', 'denied');
  const run = await world.deploy({ ...withCommand, ...newImage(), 'pre-deploy-timeout-minutes': '0.1' });
  await untouched(run);
  expect(run.log).toMatch(/task arn:\S+ may still run: .*ecs:StopTask/);
});

describe('two do not run at a time', () => {
  /** Of another job, of the same family, that ends after so many virtual seconds. */
  async function startOther(seconds: number, startedBy = 'deploy-express/7/0a1b'): Promise<string> {
    const first = await world.deploy({ ...withCommand, ...newImage() });
    const { taskDefinition } = callsTo(first.calls, 'RunTask')[0]?.input ?? {};
    await world.emulator.post('ecs', { runTask: { seconds } });
    const awsvpcConfiguration = { subnets: subnets.split(',') };
    const started = await world.ecs.send(
      new RunTaskCommand({
        taskDefinition: String(taskDefinition),
        launchType: 'FARGATE',
        startedBy,
        networkConfiguration: { awsvpcConfiguration },
      }),
    );
    return started.tasks?.[0]?.taskArn ?? '';
  }

  test('the end of an earlier one is waited for', async () => {
    const other = await startOther(4_000);
    const held = await world.emulator.hold({ service: 'ecs', operation: 'RunTask' });
    await world.emulator.forgetRequests();
    const running = world.start({ ...withCommand, ...newImage() });
    await held.arrived();
    expect((await tasks()).find(({ arn }) => arn === other)?.lastStatus).toBe('STOPPED');
    await world.emulator.post('ecs', { runTask: {} });
    await held.release();
    const run = await running.finished;
    expect(run.exitCode).toBe(0);
    expect(run.log).toContain(`Waiting for the end of an earlier pre-deploy-command: ${other}`);
  });

  test('one that does not end is left alone, and nothing is deployed', async () => {
    const other = await startOther(1_000_000);
    const run = await world.deploy({ ...withCommand, ...newImage(), 'pre-deploy-timeout-minutes': '0.1' });
    await untouched(run);
    expect(run.log).toContain('an earlier pre-deploy-command did not end within 6 s');
    expect(callsTo(run.calls, 'RunTask').concat(callsTo(run.calls, 'StopTask'))).toEqual([]);
    expect((await tasks()).find(({ arn }) => arn === other)?.lastStatus).toBe('RUNNING');
  });
});

test('tasks of its family that are no command are not waited for', async () => {
  // ECS calls the task definition of this service as this action calls that of the command of service web.
  const other = { ...service, 'service-name': 'web-pre-deploy' };
  expect((await world.deploy(other)).exitCode).toBe(0);
  const run = await world.deploy({ ...withCommand, ...newImage(), 'pre-deploy-timeout-minutes': '0.2' });
  expect(run.exitCode).toBe(0);
  expect(run.log).not.toContain('Waiting for the end of an earlier');
});

test('what is deployed is the service as it is after the command', async () => {
  await world.emulator.post('ecs', { runTask: { seconds: 1 } });
  const held = await world.emulator.hold({ service: 'ecs', operation: 'RunTask', when: 'after' });
  const given = newImage();
  const running = world.start({
    ...given,
    'pre-deploy-command': 'npm run migrate',
    'environment-mode': 'merge',
    'environment-variables': 'NEW=1',
    'smoke-test': 'false',
    cpu: '',
    memory: '',
  });
  await held.arrived();
  await world.ecs.send(
    new UpdateExpressGatewayServiceCommand({
      serviceArn: WEB_ARN,
      primaryContainer: {
        image: 'public.ecr.aws/example/web:1',
        environment: [{ name: 'COLOUR', value: 'plum' }],
      },
    }),
  );
  await world.emulator.forgetRequests();
  await held.release();
  const run = await running.finished;
  expect(run.exitCode).toBe(0);
  const [sent] = callsTo(await world.emulator.requests(), 'UpdateExpressGatewayService');
  expect(sent?.input['primaryContainer']).toMatchObject({
    image: given.image,
    environment: expect.arrayContaining([
      { name: 'COLOUR', value: 'plum' },
      { name: 'NEW', value: '1' },
    ]),
  });
});

test('after it, a deployment that fails says that what it did stays', async () => {
  await world.emulator.post('stub', [{ imageContains: 'crash', exitCode: 1 }]);
  const run = await world.deploy({ ...withCommand, image: 'public.ecr.aws/example/crash:1' });
  expect(run.outputs['outcome']).toBe('rolled-back');
  expect(run.log).toContain('What pre-deploy-command did is not undone.');
  expect(run.summary).toContain('### Before the deployment');
});

describe('of a first deployment', () => {
  const first = {
    'service-name': 'new',
    'pre-deploy-command': '["node", "migrate.js"]',
    'smoke-test': 'false',
  };

  test('it is refused without subnets, before anything is done', async () => {
    const run = await world.deploy(first);
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('[plan-refused]');
    expect(run.log).toContain('pre-deploy-command needs to know where to run');
    expect(changesOf(run.calls)).toEqual([]);
  });

  test('it runs before the service is made, with a log of its own', async () => {
    const run = await world.deploy({ ...first, subnets });
    expect(run.exitCode).toBe(0);
    expect(operationsOf(changesOf(run.calls))).toEqual([
      'CreateLogGroup',
      'RegisterTaskDefinition',
      'RunTask',
      'CreateExpressGatewayService',
    ]);
    expect(callsTo(run.calls, 'CreateLogGroup')[0]?.input).toEqual({
      logGroupName: '/aws/ecs/default/new-pre-deploy',
    });
    expect(callsTo(run.calls, 'RunTask')[0]?.input['networkConfiguration']).toEqual({
      awsvpcConfiguration: { subnets: subnets.split(','), assignPublicIp: 'ENABLED' },
    });
    expect(linesOf(run)).toContainEqual(
      expect.stringMatching(/^notice: .*default security group of the VPC/),
    );
  });

  test('a service that somebody makes while it runs is updated, and it does not run again', async () => {
    const name = { 'service-name': 'new-taken' };
    const held = await world.emulator.hold({ service: 'ecs', operation: 'RunTask', when: 'after' });
    const running = world.start({ ...first, ...name, subnets, ...newImage() });
    await held.arrived();
    await createWeb(world.ecs, { serviceName: 'new-taken', healthCheckPath: '/' });
    await world.emulator.forgetRequests();
    await held.release();
    const run = await running.finished;
    expect(run.exitCode).toBe(0);
    expect(run.outputs['outcome']).toBe('updated');
    const calls = await world.emulator.requests();
    expect(callsTo(calls, 'RunTask')).toEqual([]);
    expect(callsTo(calls, 'CreateExpressGatewayService')).toEqual([]);
    expect(callsTo(calls, 'UpdateExpressGatewayService')).toHaveLength(1);
  });

  test.each([
    ['is there already', 'error', { code: 'ResourceAlreadyExistsException', status: 400 }],
    ['was made, and nobody heard of it', 'lost-reply', {}],
  ])('a log group that %s is as good', async (_what, fault, more) => {
    await world.emulator.addFaults([{ service: 'logs', operation: 'CreateLogGroup', fault, ...more }]);
    const run = await world.deploy({ ...first, subnets, 'service-name': `new-${fault}` });
    // The emulator has no such group in the first case, so that the task cannot start.
    expect(callsTo(run.calls, 'RunTask')).toHaveLength(1);
  });

  test('without the right to make a log group it runs without a log, and that is said', async () => {
    await world.emulator.addFaults([{ service: 'logs', operation: 'CreateLogGroup', fault: 'denied' }]);
    await world.emulator.post('ecs', { runTask: { exitCode: 2 } });
    const run = await world.deploy({ ...first, subnets, 'service-name': 'new-unlogged' });
    expect(run.log).toContain('pre-deploy-command runs without a log');
    expect(run.log).toContain('pre-deploy-command ended with exit code 2 [pre-deploy-failed]');
    expect(callsTo(run.calls, 'CreateExpressGatewayService')).toEqual([]);
  });
});

test('beside a task definition it takes the place of its command, and nothing is registered', async () => {
  const arn = await registerOwn(world.ecs, 'own');
  const given = { ...inputsOfOwn('own', arn), subnets };
  const run = await world.deploy({ ...given, 'pre-deploy-command': 'npm run migrate' });
  expect(run.exitCode).toBe(0);
  expect(operationsOf(changesOf(run.calls))).toEqual(['RunTask', 'CreateExpressGatewayService']);
  expect(callsTo(run.calls, 'RunTask')[0]?.input).toMatchObject({
    taskDefinition: arn,
    overrides: { containerOverrides: [{ name: 'Main', command: ['npm', 'run', 'migrate'] }] },
  });
});

describe('beside a task definition', () => {
  test('the tasks of the service are of the same family, and no earlier command', async () => {
    const arn = await registerOwn(world.ecs, 'own-served');
    const given = { ...inputsOfOwn('own-served', arn), subnets };
    expect((await world.deploy(given)).exitCode).toBe(0);
    const run = await world.deploy({
      ...given,
      'force-new-deployment': 'true',
      'pre-deploy-command': 'npm run migrate',
      'pre-deploy-timeout-minutes': '0.5',
    });
    expect(run.exitCode).toBe(0);
    expect(callsTo(run.calls, 'ListTasks').map(({ input }) => input['family'])).toContain('own-served');
    expect(run.log).not.toContain('Waiting for the end of an earlier');
  });

  test('an earlier command of another revision is waited for', async () => {
    const given = inputsOfOwn('own-waited', await registerOwn(world.ecs, 'own-waited'));
    const inputs = { ...given, subnets, 'pre-deploy-command': 'npm run migrate' };
    await world.emulator.post('ecs', { runTask: { seconds: 1_000_000 } });
    const killed = world.start(inputs);
    await killed.sawInLog('pre-deploy-command runs in task');
    killed.kill('SIGKILL');
    await killed.finished;
    const [earlier] = await tasks();
    const run = await world.deploy({
      ...inputs,
      'task-definition-arn': await registerOwn(world.ecs, 'own-waited'),
      'pre-deploy-timeout-minutes': '0.1',
    });
    await untouched(run);
    expect(run.log).toContain(`Waiting for the end of an earlier pre-deploy-command: ${earlier?.arn}`);
    expect(callsTo(run.calls, 'RunTask')).toEqual([]);
  });
});
