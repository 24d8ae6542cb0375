import {
  callsTo,
  changesOf,
  type DeploymentRun,
  type Deployments,
  linesOf,
  startDeployments,
} from '../../helpers/deployments.ts';
import { until } from '../../helpers/until.ts';

let world: Deployments;
/** For cases that take their time: a world of their own, and begun before the others. */
let apart: Deployments;
let patient: Awaited<ReturnType<typeof startPatientRuns>>;
beforeAll(async () => {
  [world, apart] = await Promise.all([
    startDeployments('--speed', '2000'),
    startDeployments('--speed', '2000'),
  ]);
  patient = await startPatientRuns();
  expect((await world.deploy()).exitCode).toBe(0);
});
afterEach(() => world.clearFaults());
afterAll(() => Promise.all([world.stop(), apart.stop()]));

async function startPatientRuns() {
  const ended = async (inputs: Readonly<Record<string, string>>) =>
    (await apart.start(inputs).finished).exitCode;
  expect(await Promise.all(['role', 'hang', 'crash'].map((name) => ended({ 'service-name': name })))).toEqual(
    [0, 0, 0],
  );
  await apart.emulator.post('stub', [{ imageContains: 'crash', exitCode: 1 }]);
  await apart.addFault('elbv2', 'DescribeTargetHealth', 'hang', { times: 2 });
  const explained = apart.start({ 'service-name': 'crash', image: 'public.ecr.aws/example/crash:1' });
  await explained.sawInLog('Updated service');
  for (const operation of ['CreateExpressGatewayService', 'UpdateExpressGatewayService'])
    await apart.addFault('ecs', operation, 'hang');
  const hanging = [
    apart.start({ 'service-name': 'hang', ...update() }),
    apart.start({ 'service-name': 'new-hang' }),
  ];
  const hung = async () => (await apart.emulator.requests()).filter(({ error }) => error === 'hang');
  // Before they have met it, the others may.
  await until(hung, (calls) => changesOf(calls).length === 2);
  await apart.emulator.post('ecs', { rolePropagationFailures: 4 });
  const roles = [
    apart.start({ 'service-name': 'role', ...update() }),
    apart.start({ 'service-name': 'new-role' }),
  ];
  return { roles, hanging, explained };
}

let count = 1;
/** A change, so that every kind of call is made; the service is there since `beforeAll`. */
const update = () => ({ image: `public.ecr.aws/example/web:${++count}` });
/** The calls of an update, each of which may fail. */
const calls = [
  'DescribeServices',
  'DescribeExpressGatewayService',
  'DescribeServiceDeployments',
  'DescribeServiceRevisions',
  'UpdateExpressGatewayService',
  'ListServiceDeployments',
] as const;

const attempts = (run: DeploymentRun, operation: string) =>
  callsTo(run.calls, operation).map(({ status, error }) => error ?? status);

describe.each([
  ['throttle', 'ThrottlingException', 1],
  ['error', 'ServerException', 2],
  ['reset', 'reset', 2],
])('%s', (fault, seen, times) => {
  test('on every kind of call is outlasted by asking again', async () => {
    for (const operation of calls) await world.addFault('ecs', operation, fault, { times });
    const run = await world.deploy(update());
    expect(run.exitCode).toBe(0);
    expect(run.outputs).toMatchObject({ outcome: 'updated', 'deployment-status': 'SUCCESSFUL' });
    // Some are made more than once: the first of each kind met the weather.
    for (const operation of calls)
      expect({ operation, attempts: attempts(run, operation).slice(0, times + 1) }).toEqual({
        operation,
        attempts: [...Array(times).fill(seen), 200],
      });
  });
});

test('throttling that does not end is red after five attempts, and says what it is', async () => {
  await world.addFault('ecs', 'DescribeServices', 'throttle', { times: 1_000 });
  const run = await world.deploy(update());
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('[aws-unavailable]');
  expect(run.log).toContain('Rate exceeded (ThrottlingException)');
  expect(run.calls).toHaveLength(5);
});

test.each(['throttle', 'error', 'reset'])(
  'looks that fail in a row while it waits do not end it: %s',
  async (fault) => {
    // More than the five attempts of one look. The first look finds no deployment yet, so there is a second.
    await world.addFault('ecs', 'DescribeServiceDeployments', fault, { after: 1, times: 7 });
    const run = await world.deploy(update());
    expect(attempts(run, 'DescribeServiceDeployments').filter((seen) => seen !== 200)).toHaveLength(7);
    expect(run.exitCode).toBe(0);
    expect(run.outputs).toMatchObject({ outcome: 'updated', 'deployment-status': 'SUCCESSFUL' });
  },
);

describe('a reply that is lost', () => {
  test('on create leaves one service, and the job waits for its deployment', async () => {
    await world.addFault('ecs', 'CreateExpressGatewayService', 'lost-reply');
    const run = await world.deploy({ 'service-name': 'lost-create' });
    expect(run.exitCode).toBe(0);
    expect(run.outputs).toMatchObject({
      outcome: 'created',
      changed: 'true',
      'deployment-status': 'SUCCESSFUL',
    });
    expect(attempts(run, 'CreateExpressGatewayService')).toEqual(['lost-reply', 'InvalidParameterException']);
    expect(await deploymentsOf('lost-create')).toEqual(['SUCCESSFUL']);
  });

  test('on update rolls out once more at most, and the last one is waited for', async () => {
    await world.addFault('ecs', 'UpdateExpressGatewayService', 'lost-reply');
    const given = update();
    const run = await world.deploy(given);
    expect(run.exitCode).toBe(0);
    expect(run.outputs).toMatchObject({
      outcome: 'updated',
      'deployment-status': 'SUCCESSFUL',
      image: given.image,
    });
    expect(attempts(run, 'UpdateExpressGatewayService')).toEqual(['lost-reply', 200]);
    expect((await deploymentsOf('web'))[0]).toBe('SUCCESSFUL');
  });
});

describe('a call that is denied names the action to allow', () => {
  test.each([
    ['DescribeServices', {}],
    ['DescribeExpressGatewayService', {}],
    ['CreateExpressGatewayService', { 'service-name': 'denied' }],
    ['UpdateExpressGatewayService', {}],
    ['DeleteExpressGatewayService', { operation: 'delete', force: 'true' }],
    ['TagResource', { tags: 'a=b', 'mutate-tags-on-update': 'true' }],
  ])('%s', async (operation, given) => {
    await world.addFault('ecs', operation, 'denied');
    const run = await world.deploy({ ...update(), 'smoke-test': 'false', ...given });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('[access-denied]');
    expect(run.log).toContain(`Allow ecs:${operation} in the policy of the role that the workflow assumes.`);
    expect(callsTo(run.calls, operation)).toHaveLength(1);
    expect(run.outputs['outcome']).toBe('failed');
  });

  test('so is a role that may not be passed', async () => {
    const message =
      'User: arn:aws:sts::123456789012:assumed-role/ci/run is not authorized to perform: iam:PassRole on resource: arn:aws:iam::123456789012:role/ecsTaskExecutionRole';
    await world.addFault('ecs', 'UpdateExpressGatewayService', 'denied', { message });
    const run = await world.deploy(update());
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('Allow iam:PassRole');
    expect(changesOf(run.calls)).toHaveLength(1);
  });

  test('CreateCluster', async () => {
    const empty = await startDeployments();
    try {
      await empty.addFault('ecs', 'CreateCluster', 'denied');
      const run = await empty.deploy();
      expect(run.exitCode).toBe(1);
      expect(run.log).toContain('Allow ecs:CreateCluster');
      expect(changesOf(run.calls)).toHaveLength(1);
    } finally {
      await empty.stop();
    }
  });
});

test('credentials that AWS does not know are told from those that expired', async () => {
  await world.addFault('ecs', 'DescribeServices', 'error', {
    code: 'UnrecognizedClientException',
    message: 'The security token included in the request is invalid.',
    status: 400,
  });
  const run = await world.deploy(update());
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('[credentials-missing]');
  expect(run.log).toContain('aws-actions/configure-aws-credentials');
});

async function deploymentsOf(name: string): Promise<readonly string[]> {
  const state = (await world.emulator.get('state')) as {
    ecs: { services: { name: string; deployments: { status: string }[] }[] };
  };
  const found = state.ecs.services.filter((service) => service.name === name);
  expect(found).toHaveLength(1);
  return found[0]?.deployments.map(({ status }) => status) ?? [];
}

test('a role that was made seconds ago is waited for, on create and on update', async () => {
  const runs = await Promise.all(patient.roles.map(({ finished }) => finished));
  expect(runs.map(({ exitCode, outputs }) => [exitCode, outputs['outcome']])).toEqual([
    [0, 'updated'],
    [0, 'created'],
  ]);
  // Said once, not at each attempt.
  for (const run of runs)
    expect(linesOf(run).filter((line) => line.startsWith('Waiting: '))).toEqual([
      expect.stringMatching(/Cannot assume role|not authorized to perform: sts:AssumeRole/),
    ]);
  const calls = await apart.emulator.requests();
  const refused = calls.filter(({ error }) => error === 'AccessDeniedException');
  expect(refused).toHaveLength(4);
});

test('a change that hangs is given up after 20 s and sent again', async () => {
  const runs = await Promise.all(patient.hanging.map(({ finished }) => finished));
  expect(runs.map(({ exitCode, outputs }) => [exitCode, outputs['outcome']])).toEqual([
    [0, 'updated'],
    [0, 'created'],
  ]);
  const hung = (await apart.emulator.requests()).filter(({ error }) => error === 'hang');
  expect(hung.map(({ operation }) => operation)).toEqual(
    expect.arrayContaining(['CreateExpressGatewayService', 'UpdateExpressGatewayService']),
  );
  for (const { seconds } of runs) expect(seconds).toBeGreaterThan(20);
});

test('what explains a failure and hangs is left out, and named, after ten seconds', async () => {
  const run = await patient.explained.finished;
  expect(run.outputs['outcome']).toBe('rolled-back');
  expect(run.seconds).toBeLessThan(20);
  expect(run.log).toContain('Could not be read:');
  expect(run.log).toContain('the health of its targets: no answer within 10 s');
  expect(run.log).toContain('exit code 1');
});
