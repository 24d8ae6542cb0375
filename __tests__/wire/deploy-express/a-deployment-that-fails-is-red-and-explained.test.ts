import {
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  StopServiceDeploymentCommand,
} from '@aws-sdk/client-ecs';
import {
  callsTo,
  changesOf,
  type DeploymentRun,
  type Deployments,
  linesOf,
  startDeployments,
} from '../../helpers/deployments.ts';

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
  expect(linesOf(run)).toContainEqual(expect.stringContaining(`Failed: ${wanted.message}`));
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
    message:
      'the deployment was rolled back: Service deployment rolled back because the circuit breaker threshold was exceeded.',
  });
  const lines = linesOf(run);
  expect(lines).toContain('Stopped tasks:');
  expect(lines).toContainEqual(
    expect.stringMatching(/^ {2}[0-9a-f]{32}: exit code 3, EssentialContainerExited, Essential container/),
  );
  expect(lines).toContainEqual(
    expect.stringMatching(/^ {2}\(service web\) .* deployment failed: tasks failed/),
  );
  expect(lines).toEqual(expect.arrayContaining(['  | connecting', '  | fatal: no database']));
  expect(run.log).toContain(`${formerServes} The application ended by itself`);
  expect(run.summary).toContain(`${formerServes} The application ended by itself`);
  expect(run.summary).toMatch(/\| <code>[0-9a-f]{32}<\/code> \| 3 \| EssentialContainerExited \|/);
  expect(run.summary).toContain('deployment failed: tasks failed to start.');
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

test('a failing health check is told with its status and the path to change', async () => {
  const run = await world.deploy(image('sick:1'));
  expectRed(run, {
    outcome: 'rolled-back',
    status: 'ROLLBACK_SUCCESSFUL',
    message: 'the deployment was rolled back: ',
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
    message: 'the deployment failed, and so did its rollback: ',
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
      message: 'the deployment failed, and so did its rollback: No rollback candidate was found',
    });
    for (const text of [run.log, run.summary]) {
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
      message: 'the deployment failed, and so did its rollback',
    });
    expect(run.log).toContain(`Resources FAILED: certificate (${reason})`);
    expect(run.log).toContain(`  certificate: ${reason}`);
    expect(run.summary).toContain('### Resources that AWS could not set up');
    expect(run.log).toContain('AmazonECSInfrastructureRoleforExpressGatewayServices');
  });
});

describe('at the pace of production, twenty times as fast', () => {
  const intervalMs = 250;
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

  test('the end is seen within one interval, though the looks were further apart before', async () => {
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
    // What the machine itself takes is no fault of the action's.
    expect((Date.parse(late[0]?.at ?? '') - endedAt) / 20).toBeLessThan(intervalMs + 250);
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
});
