import {
  callsTo,
  type DeploymentRun,
  type Deployments,
  startDeployments,
} from '../../helpers/deployments.ts';
import { inputsOfOwn, registerOwn } from '../../helpers/one-off-tasks.ts';
import { startTamperingProxy } from '../../helpers/tampering-proxy.ts';

const subnets = 'subnet-0a1b2c3d4e5f60001';
const service = { 'smoke-test': 'false', subnets };
const logLines = ['step 1 of 9 done', 'step 2 of 9 begins'];

let world: Deployments;
let count = 1;
beforeAll(async () => {
  world = await startDeployments('--speed', '2000');
  expect((await world.deploy(service)).exitCode).toBe(0);
  await world.emulator.post('ecs', { runTask: { logLines } });
});
afterAll(() => world.stop());

type Container = { name?: string; exitCode?: number; reason?: string };
type Task = {
  lastStatus?: string;
  startedBy?: string;
  startedAt?: number | undefined;
  stopCode?: string | undefined;
  stoppedReason?: string | undefined;
  containers: Container[];
};

/** A run in which ECS shows the end of the command otherwise than the emulator does. */
async function runWithEnd(
  change: (task: Task) => void,
  inputs: Readonly<Record<string, string>> = {},
): Promise<DeploymentRun> {
  const proxy = await startTamperingProxy(world.emulator.url, (operation, answer) => {
    const tasks = operation === 'DescribeTasks' ? (answer['tasks'] as Task[]) : [];
    for (const task of tasks) {
      if (task.lastStatus === 'STOPPED' && task.startedBy?.startsWith('deploy-express/')) change(task);
    }
    return answer;
  });
  count += 1;
  try {
    return await world.deploy(
      {
        ...service,
        image: `public.ecr.aws/example/web:${count}`,
        'pre-deploy-command': 'npm run migrate',
        'github-deployment': 'always',
        'github-token': world.emulator.env['GITHUB_TOKEN'] ?? '',
        ...inputs,
      },
      { env: { AWS_ENDPOINT_URL: proxy.url } },
    );
  } finally {
    proxy.stop();
  }
}

function expectRed(run: DeploymentRun): void {
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('[pre-deploy-failed]');
  expect(callsTo(run.calls, 'UpdateExpressGatewayService')).toEqual([]);
  expect(callsTo(run.calls, 'CreateExpressGatewayService')).toEqual([]);
  expect(run.log).toContain('What the command did is not undone.');
}
const toldToGitHub = (run: DeploymentRun) =>
  JSON.stringify(run.calls.filter(({ operation }) => operation.startsWith('repos/create-deployment')));

test.each<[string, (task: Task) => void, string]>([
  [
    'that somebody stopped',
    (task) => Object.assign(task, { stopCode: 'UserInitiated', stoppedReason: 'someone pressed stop' }),
    'UserInitiated, someone pressed stop',
  ],
  [
    'whose stop code is not known',
    (task) => Object.assign(task, { stopCode: 'ANewCode', stoppedReason: undefined }),
    'ANewCode',
  ],
  [
    'of which ECS gives no stop code',
    (task) => Object.assign(task, { stopCode: undefined, stoppedReason: undefined }),
    'ECS gives no reason',
  ],
])('exit code 0 of a command %s is no success', async (_which, change, why) => {
  const run = await runWithEnd(change);
  expectRed(run);
  expect(run.log).toContain(
    `pre-deploy-command did not end by itself: ${why}. Its exit code is 0 [pre-deploy-failed]`,
  );
  // What it had done so far is of use.
  expect(run.log).toContain(logLines[1]);
  expect(run.summary).not.toContain('ended with exit code 0');
  expect(toldToGitHub(run)).not.toContain('exit code 0');
});

describe('exit code 0 beside another container', () => {
  const arns = { own: '' };
  beforeAll(async () => {
    arns.own = await registerOwn(world.ecs, 'own');
  });
  const beside = (other: Container) => (task: Task) => void task.containers.push(other);

  test('that failed is no success: it may be what ended the task', async () => {
    const reason = 'OutOfMemoryError: Container killed due to memory usage';
    const run = await runWithEnd(beside({ name: 'agent', exitCode: 1, reason }), {
      ...inputsOfOwn('own', arns.own),
    });
    expectRed(run);
    expect(run.log).toContain(`container agent of its task failed (exit code 1, ${reason})`);
    expect(run.log).toMatch(/Stopped tasks:\n(.*\n)*.*container agent: exit code 1, OutOfMemoryError/);
    expect(run.summary).not.toContain('ended with exit code 0');
  });

  test('that failed without a reason is none either', async () => {
    const run = await runWithEnd(beside({ name: 'agent', exitCode: 2 }), inputsOfOwn('own', arns.own));
    expectRed(run);
    expect(run.log).toContain('container agent of its task failed (exit code 2)');
  });

  test.each([0, 137, 143])('that ECS stopped afterwards is success: %i', async (exitCode) => {
    const run = await runWithEnd(beside({ name: 'agent', exitCode }), {
      ...inputsOfOwn('own', arns.own),
      'force-new-deployment': 'true',
    });
    expect(run.exitCode).toBe(0);
  });

  test('in a task definition of ours is success: only Main is essential there', async () => {
    const run = await runWithEnd(beside({ name: 'aws-guardduty-agent', exitCode: 1 }));
    expect(run.exitCode).toBe(0);
  });
});

describe('no exit code', () => {
  test.each<[string, (task: Task) => void]>([
    [
      'of a command whose host failed',
      (task) =>
        Object.assign(task, { stopCode: 'InfrastructureHealth', stoppedReason: 'Fargate host failure' }),
    ],
    ['of a command that ended by itself', () => undefined],
    ['of a command that ended by itself, and no start', (task) => delete task.startedAt],
  ])('%s: it ran, and its end is not known', async (_which, change) => {
    const run = await runWithEnd((task) => {
      delete task.containers[0]?.exitCode;
      change(task);
    });
    expectRed(run);
    expect(run.log).toContain('pre-deploy-command ran, and how it ended is not known: ');
    expect(run.log).not.toContain('never ran');
    expect(run.log).toContain(logLines[1]);
  });

  test('and no container is shown: nobody knows whether it ran', async () => {
    const run = await runWithEnd((task) => {
      task.containers = [];
      task.startedAt = undefined;
      task.stopCode = 'InfrastructureHealth';
    });
    expectRed(run);
    expect(run.log).toContain('it is not known whether pre-deploy-command ran: InfrastructureHealth');
    expect(run.log).toContain(logLines[1]);
  });
});
