import {
  DeleteExpressGatewayServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  StopServiceDeploymentCommand,
  UpdateExpressGatewayServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  callsTo,
  changesOf,
  type DeploymentRun,
  type Deployments,
  linesOf,
  startDeployments,
} from '../../helpers/deployments.ts';
import { startTamperingProxy } from '../../helpers/tampering-proxy.ts';

const speed = 1_000;
const behaviours = [
  { imageContains: 'crash', exitCode: 3, logLines: ['connecting', 'fatal: no database'] },
  { imageContains: 'sick', healthStatus: 404 },
];
const image = (name: string) => ({ image: `public.ecr.aws/example/${name}` });
const formerServes = 'The former version serves.';

let world: Deployments;
beforeAll(async () => {
  world = await startDeployments('--speed', String(speed));
  await world.emulator.post('stub', behaviours);
  expect((await world.deploy()).exitCode).toBe(0);
});
afterAll(() => world.stop());

/** Every failure has to be seen in the job, the log, the outputs and the summary. */
function expectRed(
  run: DeploymentRun,
  wanted: { readonly outcome: string; readonly status: string; readonly message: string },
): void {
  expect(run.exitCode).toBe(1);
  expect(run.outputs).toMatchObject({ outcome: wanted.outcome, 'deployment-status': wanted.status });
  expect(run.outputs['service-arn']).toContain(':service/default/');
  expect(linesOf(run)).toContainEqual(expect.stringContaining(`error: ${wanted.message}`.trimEnd()));
  expect(run.log).toContain('[deployment-failed]');
  expect(run.summary).toContain('**Failed:**');
  expect(run.summary).toContain('(<code>deployment-failed</code>)');
  expect(run.summary).toContain('**What to do:**');
}

/** Looks made after the deployment had ended: the first of them must be the last. */
async function looksAfterTheEnd(run: DeploymentRun): Promise<number> {
  const arn = run.outputs['deployment-arn'] ?? '';
  const command = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] });
  const { serviceDeployments = [] } = await world.ecs.send(command);
  const endedAt = Number(serviceDeployments[0]?.finishedAt);
  expect(endedAt).toBeGreaterThan(0);
  return callsTo(run.calls, 'DescribeServiceDeployments').filter(({ at }) => Date.parse(at) > endedAt).length;
}

test('rolled back by the circuit breaker: exit codes, events and the last log lines', async () => {
  const run = await world.deploy(image('crash:1'));
  expectRed(run, {
    outcome: 'rolled-back',
    status: 'ROLLBACK_SUCCESSFUL',
    message: 'web stopped with exit code 3: fatal: no database',
  });
  const reason =
    'AWS says: Service deployment rolled back because the circuit breaker threshold was exceeded.';
  expect(linesOf(run)).toContain(reason);
  const lines = linesOf(run);
  expect(lines).toContain('Stopped tasks:');
  expect(lines).toContainEqual(
    expect.stringMatching(
      /^ {2}[0-9a-f]{32} and \d+ more: exit code 3, EssentialContainerExited, Essential container/,
    ),
  );
  expect(lines).toContainEqual(
    expect.stringMatching(/^ {2}\(service web\) .* deployment failed: tasks failed/),
  );
  expect(lines).toEqual(expect.arrayContaining(['  | connecting', '  | fatal: no database']));
  expect(run.log).toContain(`${formerServes} The application ended by itself`);
  expect(run.summary).toContain(`${formerServes} The application ended by itself`);
  expect(run.summary).toMatch(/\| <code>[0-9a-f]{32}<\/code> \| \d+ \| 3 \| EssentialContainerExited \|/);
  expect(run.summary.match(/\| 3 \| EssentialContainerExited \|/g)).toHaveLength(1);
  expect(run.summary).toContain('deployment failed: tasks failed to start.');
  expect(run.summary).toContain('### What serves now: the former version');
  expect(run.summary).toContain('### The version that failed');
  const [shown = '', folded = ''] = run.summary.split('<details><summary>Events and tasks</summary>');
  expect(shown).toContain('**Failed:** web stopped with exit code 3: fatal: no database');
  expect(shown).not.toContain('EssentialContainerExited');
  expect(folded).toContain('EssentialContainerExited');
  expect(run.summary).toContain('connecting\nfatal: no database\n```');
  expect(run.summary).toMatch(/Roll back .*:crit,/);
  expect(await looksAfterTheEnd(run)).toBe(1);
});

test('the rolloutState COMPLETED of the rollback deceives nobody', async () => {
  const { services = [] } = await world.ecs.send(new DescribeServicesCommand({ services: ['web'] }));
  expect(services[0]?.deployments?.map(({ rolloutState }) => rolloutState)).toEqual(['COMPLETED']);
  const run = await world.deploy(image('crash:1'));
  expect(run.exitCode).toBe(1);
  expect(changesOf(run.calls)).toHaveLength(1);
});

test('rolled back by the alarm: that it counts 4xx is said', async () => {
  await world.emulator.post('ecs', { triggerAlarm: { service: 'web' } });
  const run = await world.deploy(image('web:2'));
  expectRed(run, {
    outcome: 'rolled-back',
    status: 'ROLLBACK_SUCCESSFUL',
    message:
      'the deployment was rolled back: Service deployment rolled back because of CloudWatch alarm(s) in ALARM state',
  });
  for (const text of [run.log, run.summary]) {
    expect(text).toContain('default/web/RollbackAlarm. It counts 4xx responses as well as 5xx');
    expect(text).toContain('404s of crawlers');
  }
  expect(await looksAfterTheEnd(run)).toBe(1);
});

test('a task of the former version that ends meanwhile is not the cause', async () => {
  const former = {
    taskArn: `arn:aws:ecs:eu-west-1:123456789012:task/default/${'0'.repeat(32)}`,
    taskDefinitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/default-web:1000',
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    stoppedAt: 4e9,
    createdAt: 3.9e9,
    containers: [{ name: 'Main', exitCode: 137, reason: 'OutOfMemoryError: Container killed' }],
  };
  const proxy = await startTamperingProxy(world.emulator.url, (operation, answer) => {
    if (operation === 'ListTasks') return { taskArns: [former.taskArn] };
    return operation === 'DescribeTasks' ? { tasks: [former], failures: [] } : answer;
  });
  await world.emulator.post('ecs', { triggerAlarm: { service: 'web' } });
  const run = await world.deploy(image('web:3'), { env: { AWS_ENDPOINT_URL: proxy.url } });
  proxy.stop();
  expect(run.outputs['outcome']).toBe('rolled-back');
  expect(run.log).not.toContain('ran out of memory');
  expect(run.log).toContain('It counts 4xx responses as well as 5xx');
});

test('a failing health check is told with its status and the path to change', async () => {
  const run = await world.deploy({ ...image('sick:1'), 'health-check-path': '/helth' });
  expectRed(run, {
    outcome: 'rolled-back',
    status: 'ROLLBACK_SUCCESSFUL',
    message: 'GET /helth on port 80 answered 404',
  });
  expect(run.log).toContain('Task failed ELB health checks');
  expect(run.log).toContain('Health checks failed with these codes: [404]');
  expect(run.log).toContain('The health check path answers 404: set health-check-path');
  expect(run.summary).toContain('The health check path answers 404: set health-check-path');
});

test('a rollback that fails too: nothing is promised to serve', async () => {
  await world.emulator.post('ecs', { failRollback: true });
  const run = await world.deploy(image('crash:2'));
  await world.emulator.post('ecs', { failRollback: false });
  expectRed(run, {
    outcome: 'failed',
    status: 'ROLLBACK_FAILED',
    message: 'web stopped with exit code 3: fatal: no database',
  });
  expect(run.log).toContain('The service may not be serving');
  expect(run.log).not.toContain(formerServes);
});

describe('a first deployment that fails', () => {
  test('has nothing to roll back to', async () => {
    const run = await world.deploy({ 'service-name': 'fresh', ...image('crash:1') });
    expectRed(run, {
      outcome: 'failed',
      status: 'ROLLBACK_FAILED',
      message: 'fresh stopped with exit code 3: fatal: no database',
    });
    for (const text of [run.log, run.summary]) {
      expect(text).not.toMatch(/rollback candidate/i);
      expect(text).toContain('circuit breaker threshold was exceeded');
      expect(text).toContain('fatal: no database');
    }
    expect(await looksAfterTheEnd(run)).toBe(1);
  });

  test('is started anew by the same inputs: what failed does not count as unchanged', async () => {
    await world.emulator.post('stub', []);
    const run = await world.deploy({ 'service-name': 'fresh', ...image('crash:1') });
    await world.emulator.post('stub', behaviours);
    expect(run.exitCode).toBe(0);
    expect(linesOf(run)).toContain('deployment: ROLLBACK_FAILED → started again');
    expect(run.outputs['outcome']).toBe('updated');
  });

  test('for want of a resource names the resource and the reason', async () => {
    const reason = 'User is not authorized to perform: acm:RequestCertificate';
    const failure = { service: 'bare', resource: 'certificate', reason };
    await world.emulator.post('ecs', { failResource: failure });
    const run = await world.deploy({ 'service-name': 'bare' });
    expectRed(run, {
      outcome: 'failed',
      status: 'ROLLBACK_FAILED',
      message: `AWS could not set up the certificate: the infrastructure role lacks acm:RequestCertificate: ${reason}`,
    });
    expect(run.log).toContain('Allow the infrastructure role acm:RequestCertificate');
    expect(run.log).toContain(`Resources FAILED: certificate (${reason})`);
    expect(run.log).toContain(`  certificate: ${reason}`);
    expect(run.summary).toContain('### Resources that AWS could not set up');
    expect(run.log).toContain('AmazonECSInfrastructureRoleforExpressGatewayServices');
  });
});

describe('a resource that AWS cannot set up stays PROVISIONING', () => {
  const reason =
    'AccessDenied: User: arn:aws:sts::123456789012:assumed-role/x/ECSGateway is not authorized to perform: ec2:DescribeAccountAttributes';
  const stick = (service: string) =>
    world.emulator.post('ecs', { stuckResource: { service, resource: 'loadBalancer', reason } });

  test('the denial is printed at once with what to allow, and the job ends green when the role may', async () => {
    await stick('healed');
    const running = world.start({ 'service-name': 'healed' });
    await running.sawInLog('Allow the infrastructure role ec2:DescribeAccountAttributes');
    await world.emulator.post('ecs', { repairResources: true });
    const run = await running.finished;
    expect(run.exitCode).toBe(0);
    expect(run.log).toContain(`Resources PROVISIONING: load balancer (${reason})`);
    expect(linesOf(run).filter((line) => line.startsWith('warning: AWS cannot set up'))).toHaveLength(1);
  });

  test('so it is in the update that follows a first deployment which failed', async () => {
    const name = 'mended';
    await world.emulator.post('ecs', { failResource: { service: name, resource: 'loadBalancer', reason } });
    expect((await world.deploy({ 'service-name': name })).exitCode).toBe(1);
    await world.emulator.post('ecs', { repairResources: true });
    await stick(name);
    const running = world.start({ 'service-name': name, ...image('web:mended') });
    await running.sawInLog('Allow the infrastructure role ec2:DescribeAccountAttributes');
    await world.emulator.post('ecs', { repairResources: true });
    const run = await running.finished;
    expect(run.exitCode).toBe(0);
    expect(run.outputs['outcome']).toBe('updated');
  });

  test('the reason comes first where it does not heal in time', async () => {
    await stick('stuck');
    const run = await world.deploy({ 'service-name': 'stuck', 'wait-for-minutes': '0.1' });
    await world.emulator.post('ecs', { repairResources: true });
    const first =
      'AWS could not set up the load balancer: the infrastructure role lacks ec2:DescribeAccountAttributes: AccessDenied';
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('[deployment-timed-out]');
    expect(linesOf(run)).toContainEqual(expect.stringContaining(`error: ${first}`));
    expect(run.summary).toContain(`**Failed:** ${first.replace('ec2:', 'ec2&#58;')}`);
  });
});

describe('at the pace of production, twenty times as fast', () => {
  const inputs = { 'poll-interval-seconds': '0.25', 'smoke-test': 'false' };
  let slow: Deployments;
  beforeAll(async () => {
    slow = await startDeployments('--speed', '20');
    const first = slow.start(inputs);
    await first.sawInLog('Deployment: IN_PROGRESS');
    await slow.emulator.advance(300);
    expect((await first.finished).exitCode).toBe(0);
  });
  beforeEach(() => slow.emulator.forgetRequests());
  afterAll(() => slow.stop());

  const arnOfWeb = async () => {
    const { services = [] } = await slow.ecs.send(new DescribeServicesCommand({ services: ['web'] }));
    return services[0]?.serviceArn ?? '';
  };
  const updateOutside = async (reference: string) =>
    slow.ecs.send(
      new UpdateExpressGatewayServiceCommand({
        serviceArn: await arnOfWeb(),
        primaryContainer: { image: reference },
      }),
    );

  test('the first look after the end is the last', async () => {
    const failing = slow.start({ ...inputs, ...image('web:2') });
    await failing.sawInLog('Deployment: IN_PROGRESS');
    await slow.emulator.post('ecs', { triggerAlarm: { service: 'web' } });
    await slow.emulator.advance(200);
    const run = await failing.finished;
    expect(run.outputs['outcome']).toBe('rolled-back');
    const looks = callsTo(await slow.emulator.requests(), 'DescribeServiceDeployments');
    const arn = run.outputs['deployment-arn'] ?? '';
    const command = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] });
    const { serviceDeployments = [] } = await slow.ecs.send(command);
    const endedAt = Number(serviceDeployments[0]?.finishedAt);
    const late = looks.filter(({ at }) => Date.parse(at) > endedAt);
    expect(late).toHaveLength(1);
  });

  test('stopped by somebody else is red, with who it was as far as ECS says', async () => {
    const running = slow.start({ ...inputs, ...image('web:3') });
    await running.sawInLog('Deployment: IN_PROGRESS');
    const state = (await slow.emulator.get('state')) as {
      ecs: { services: { deployments: { arn: string }[] }[] };
    };
    const arn = state.ecs.services[0]?.deployments[0]?.arn;
    await slow.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: arn, stopType: 'ABORT' }));
    const run = { ...(await running.finished), calls: [] };
    expectRed(run, { outcome: 'failed', status: 'STOPPED', message: 'the deployment was stopped' });
    expect(run.log).toContain('stopped by a user');
  });

  test('a deployment that a newer one replaced leads to the newer run', async () => {
    const running = slow.start({ ...inputs, ...image('web:4') });
    await running.sawInLog('Deployment: IN_PROGRESS');
    await updateOutside('public.ecr.aws/example/web:5');
    const run = { ...(await running.finished), calls: [] };
    expectRed(run, {
      outcome: 'failed',
      status: 'STOPPED',
      message: 'a newer deployment of web replaced this one',
    });
    expect(run.log).toContain('Look at the run that started the newer deployment');
  });

  test('a service that was deleted meanwhile is said to be', async () => {
    const running = slow.start({ ...inputs, ...image('web:6') });
    await running.sawInLog('Deployment: IN_PROGRESS');
    await slow.ecs.send(new DeleteExpressGatewayServiceCommand({ serviceArn: await arnOfWeb() }));
    const run = { ...(await running.finished), calls: [] };
    expectRed(run, {
      outcome: 'failed',
      status: 'STOPPED',
      message: 'service web was deleted while this job waited',
    });
  });
});
