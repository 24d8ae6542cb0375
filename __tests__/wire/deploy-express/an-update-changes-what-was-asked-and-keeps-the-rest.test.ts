import { CreateServiceCommand, RegisterTaskDefinitionCommand, TagResourceCommand } from '@aws-sdk/client-ecs';
import {
  callsTo,
  changesOf,
  type Deployments,
  linesOf,
  operationsOf,
  startDeployments,
  usualInputs,
} from '../../helpers/deployments.ts';
import { updateWeb } from '../../helpers/express-service.ts';
import { startTamperingProxy } from '../../helpers/tampering-proxy.ts';

const serviceArn = 'arn:aws:ecs:eu-west-1:123456789012:service/default/web';
const first = {
  'environment-variables': 'LOG_LEVEL=info\nREGION=eu',
  secrets: '{"DB":"arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"}',
  command: '["node","server.js"]',
  'container-port': '8080',
  'min-task-count': '2',
  'max-task-count': '6',
  'security-groups': 'sg-0a1b2c3d',
  tags: 'team=web\nstage=test',
};
/** Only what cannot be left out: what runs is kept. */
const rest = Object.fromEntries(Object.keys(usualInputs).map((name) => [name, '']));
const only = (inputs: Readonly<Record<string, string>>) => ({
  ...rest,
  'service-name': 'web',
  image: 'public.ecr.aws/example/web:1',
  'poll-interval-seconds': '0.1',
  'smoke-test': 'false',
  ...inputs,
});

let world: Deployments;
beforeAll(async () => {
  world = await startDeployments('--speed', '2000');
  expect((await world.deploy(first)).exitCode).toBe(0);
});
afterAll(() => world.stop());

const updateOf = (run: Awaited<ReturnType<Deployments['deploy']>>) => {
  const updates = callsTo(run.calls, 'UpdateExpressGatewayService');
  expect(updates).toHaveLength(1);
  return updates[0]?.input;
};

test('a new image is sent with the whole container, and nothing that was not asked for', async () => {
  const run = await world.deploy(only({ image: 'public.ecr.aws/example/web:2' }));
  expect(run.exitCode).toBe(0);
  expect(updateOf(run)).toEqual({
    serviceArn,
    primaryContainer: {
      image: 'public.ecr.aws/example/web:2',
      containerPort: 8080,
      command: ['node', 'server.js'],
      environment: [
        { name: 'LOG_LEVEL', value: 'info' },
        { name: 'REGION', value: 'eu' },
      ],
      secrets: [{ name: 'DB', valueFrom: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf' }],
      awsLogsConfiguration: {
        logGroup: expect.stringMatching(/^\/aws\/ecs\/default\/web-/),
        logStreamPrefix: 'ecs',
      },
    },
  });
  expect(run.outputs).toMatchObject({
    outcome: 'updated',
    changed: 'true',
    image: 'public.ecr.aws/example/web:2',
    'deployment-status': 'SUCCESSFUL',
  });
  expect(run.summary).toContain(
    '| image | <code>public.ecr.aws/example/web:1</code> | <code>public.ecr.aws/example/web:2</code> |',
  );
});

test('merge adds to the environment, replaces what is given, and keeps the rest', async () => {
  const run = await world.deploy(
    only({
      image: 'public.ecr.aws/example/web:2',
      'environment-variables': 'LOG_LEVEL=debug\nNEW=1',
      'environment-mode': 'merge',
    }),
  );
  expect(updateOf(run)?.['primaryContainer']).toMatchObject({
    environment: [
      { name: 'REGION', value: 'eu' },
      { name: 'LOG_LEVEL', value: 'debug' },
      { name: 'NEW', value: '1' },
    ],
    secrets: [{ name: 'DB' }],
  });
  expect(linesOf(run)).toEqual(
    expect.arrayContaining([
      'environment-variables: LOG_LEVEL: set → set to another value',
      'environment-variables: NEW: not set → set',
    ]),
  );
});

test('replace, the default, removes what is not given; a secret too, once secrets are given', async () => {
  const run = await world.deploy(
    only({ image: 'public.ecr.aws/example/web:2', 'environment-variables': 'NEW=1', secrets: '[]' }),
  );
  expect(updateOf(run)?.['primaryContainer']).toMatchObject({
    environment: [{ name: 'NEW', value: '1' }],
    secrets: [],
  });
  expect(linesOf(run)).toEqual(
    expect.arrayContaining([
      'environment-variables: LOG_LEVEL: set → not set',
      'environment-variables: REGION: set → not set',
      'secrets: DB: set → not set',
    ]),
  );
});

test('half a scaling target is sent with the half that runs', async () => {
  const run = await world.deploy(only({ image: 'public.ecr.aws/example/web:2', 'max-task-count': '8' }));
  expect(updateOf(run)?.['scalingTarget']).toEqual({
    minTaskCount: 2,
    maxTaskCount: 8,
    autoScalingMetric: 'AVERAGE_CPU',
    autoScalingTargetValue: 60,
  });
});

test('security groups are sent without the one that ECS manages itself', async () => {
  const run = await world.deploy(
    only({ image: 'public.ecr.aws/example/web:2', 'security-groups': 'sg-0a1b2c3d,sg-0e4f5a6b' }),
  );
  expect(updateOf(run)?.['networkConfiguration']).toMatchObject({
    securityGroups: ['sg-0a1b2c3d', 'sg-0e4f5a6b'],
  });
  expect(linesOf(run)).toContain('security-groups: sg-0a1b2c3d → sg-0a1b2c3d, sg-0e4f5a6b');
});

test('cpu beyond what the running memory goes with is refused with what to do', async () => {
  const run = await world.deploy(only({ image: 'public.ecr.aws/example/web:2', cpu: '4096' }));
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('[plan-refused]');
  expect(run.log).toContain('Give cpu and memory together.');
  expect(changesOf(run.calls)).toEqual([]);
});

test('tags become what is given, and those of AWS and ECS stay', async () => {
  await world.ecs.send(
    new TagResourceCommand({
      resourceArn: serviceArn,
      tags: [{ key: 'AmazonECSManaged', value: 'true' }],
    }),
  );
  // Nobody can set a tag of AWS's own, so the answer is given one.
  const proxy = await startTamperingProxy(world.emulator.url, (operation, answer) => {
    const [service] = operation === 'DescribeServices' ? (answer['services'] as { tags: object[] }[]) : [];
    service?.tags.push({ key: 'aws:cloudformation:stack-name', value: 'shop' });
    return answer;
  });
  const given = { image: 'public.ecr.aws/example/web:2', tags: 'team=api', 'mutate-tags-on-update': 'true' };
  const run = await world.deploy(only(given), { env: { AWS_ENDPOINT_URL: proxy.url } });
  proxy.stop();
  expect(run.exitCode).toBe(0);
  expect(changesOf(run.calls).map(({ operation, input }) => ({ operation, ...input }))).toEqual([
    // In this order, as a service has 50 tags at most.
    { operation: 'UntagResource', resourceArn: serviceArn, tagKeys: ['stage'] },
    { operation: 'TagResource', resourceArn: serviceArn, tags: [{ key: 'team', value: 'api' }] },
  ]);
  expect(run.outputs).toMatchObject({ outcome: 'updated', changed: 'true' });
});

test('a dry run shows what would change, and sends nothing', async () => {
  const run = await world.deploy(only({ image: 'public.ecr.aws/example/web:3', 'dry-run': 'true' }));
  expect(run.exitCode).toBe(0);
  expect(changesOf(run.calls)).toEqual([]);
  expect(linesOf(run).slice(0, 2)).toEqual([
    'image: public.ecr.aws/example/web:2 → public.ecr.aws/example/web:3',
    'Would update service web: 1 change',
  ]);
  expect(run.outputs).toMatchObject({ outcome: 'planned', changed: 'false' });
});

test('another infrastructure role cannot be set, and is refused with the way out', async () => {
  const run = await world.deploy(
    only({
      image: 'public.ecr.aws/example/web:3',
      'infrastructure-role-arn': 'arn:aws:iam::123456789012:role/ecsInfrastructureRole',
    }),
  );
  expect(run.exitCode).toBe(1);
  expect(run.log).toMatch(/was created with infrastructure role .*AWS cannot change it.* \[plan-refused\]/);
  expect(run.log).toContain('leave infrastructure-role-arn out');
  expect(changesOf(run.calls)).toEqual([]);
});

test('an ordinary service of that name is refused, and no Express call is made for it', async () => {
  await world.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'plain',
      containerDefinitions: [{ name: 'app', image: 'public.ecr.aws/example/plain:1' }],
    }),
  );
  await world.ecs.send(new CreateServiceCommand({ serviceName: 'plain', taskDefinition: 'plain' }));
  const run = await world.deploy({ 'service-name': 'plain' });
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('plain in cluster default is an ordinary ECS service');
  expect(operationsOf(run.calls)).toEqual(['DescribeServices']);
});

describe('while it rolls out', () => {
  /** Time passes here only when a case says so. */
  let still: Deployments;
  beforeAll(async () => {
    still = await startDeployments('--speed', '1');
    const first = still.start();
    await first.sawInLog('Created service');
    await still.emulator.advance(900);
    expect((await first.finished).exitCode).toBe(0);
  });
  beforeEach(() => still.emulator.forgetRequests());
  afterAll(() => still.stop());

  test('the stages are told as they change, each once, and not at every look', async () => {
    const update = still.start({ image: 'public.ecr.aws/example/web:2' });
    await update.sawInLog('Updated service');
    await still.emulator.advance(12);
    await update.sawInLog('Deployment: IN_PROGRESS, RECONCILE_SERVICE');
    await still.emulator.advance(160);
    await update.sawInLog('5 % of the traffic');
    await still.emulator.advance(200);
    await update.sawInLog('BAKE_TIME');
    await still.emulator.advance(400);
    const run = await update.finished;
    const told = linesOf(run).filter((line) => line.startsWith('Deployment: '));
    expect(told).toEqual([...new Set(told)]);
    expect(told.join('\n')).toMatch(
      /PRODUCTION_TRAFFIC_SHIFT, .*, 5 % of the traffic\n[\s\S]*BAKE_TIME, .*, 100 % of the traffic\n[\s\S]*SUCCESSFUL/,
    );
    const looks = callsTo(await still.emulator.requests(), 'DescribeServiceDeployments');
    expect(looks.length).toBeGreaterThan(told.length);
    expect(run.summary).toMatch(/ {2}Canary \(.*\n {2}Bake \(/);
  });

  test('a newer deployment takes its place: green for the newer, red for the one that was stopped', async () => {
    const older = still.start({ image: 'public.ecr.aws/example/web:3' });
    await older.sawInLog('Updated service');
    await still.emulator.advance(12);
    await older.sawInLog('Deployment: IN_PROGRESS');
    const newer = still.start({ image: 'public.ecr.aws/example/web:4' });
    await newer.sawInLog('Updated service');
    const stopped = await older.finished;
    expect(stopped.exitCode).toBe(1);
    expect(stopped.outputs).toMatchObject({ outcome: 'failed', 'deployment-status': 'STOPPED' });
    expect(stopped.log).toMatch(
      /the deployment was stopped: .*a new service deployment was started\. \[deployment-failed\]/,
    );
    await still.emulator.advance(900);
    const run = await newer.finished;
    expect(run.exitCode).toBe(0);
    expect(linesOf(run)).toContainEqual(expect.stringMatching(/^notice: A deployment was under way/));
  });

  test('a job that wants what another left under way waits for it, instead of calling it unchanged', async () => {
    const other = still.start({ image: 'public.ecr.aws/example/web:5', 'on-cancel': 'leave' });
    await other.sawInLog('Updated service');
    other.kill('SIGINT');
    await other.finished;
    await still.emulator.advance(12);
    await still.emulator.forgetRequests();
    const again = still.start({ image: 'public.ecr.aws/example/web:5' });
    await again.sawInLog('Deployment: IN_PROGRESS');
    await still.emulator.advance(900);
    const run = await again.finished;
    expect(changesOf(await still.emulator.requests())).toEqual([]);
    expect(linesOf(run)).toContainEqual(expect.stringMatching(/^Deployment: SUCCESSFUL/));
    expect(run.outputs).toMatchObject({ outcome: 'unchanged', 'deployment-status': 'SUCCESSFUL' });
  });

  test('when a newer one takes the place of what it waits for, that is red, and says where to look', async () => {
    const other = still.start({ image: 'public.ecr.aws/example/web:6', 'on-cancel': 'leave' });
    await other.sawInLog('Updated service');
    other.kill('SIGINT');
    await other.finished;
    await still.emulator.advance(12);
    const again = still.start({ image: 'public.ecr.aws/example/web:6' });
    await again.sawInLog('Deployment: IN_PROGRESS');
    const held = await still.emulator.hold({ service: 'ecs', operation: 'DescribeServiceDeployments' });
    await held.arrived();
    await updateWeb(still.ecs, 'web:7');
    await still.emulator.advance(12);
    await held.release();
    const run = await again.finished;
    expect(run.exitCode).toBe(1);
    expect(run.outputs).toMatchObject({
      outcome: 'failed',
      changed: 'false',
      'deployment-status': 'STOPPED',
    });
    expect(run.log).toMatch(
      /a newer deployment of web replaced this one \[deployment-failed\]%0ALook at the run that started the newer deployment, [\w-]+: it decides what serves\./,
    );
    await still.emulator.advance(900);
  });
});

test.each(['deploy', 'delete'])(
  'that ECS could not show the service is no word of its absence: %s',
  async (operation) => {
    const proxy = await startTamperingProxy(world.emulator.url, (asked, answer) =>
      asked === 'DescribeServices'
        ? { services: [], failures: [{ arn: serviceArn, reason: 'UNAVAILABLE', detail: 'come again' }] }
        : answer,
    );
    const run = await world.deploy(only({ operation }), { env: { AWS_ENDPOINT_URL: proxy.url } });
    proxy.stop();
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('could not describe service web in cluster default: UNAVAILABLE, come again');
    expect(changesOf(run.calls)).toEqual([]);
  },
);

test.each(['deploy', 'delete'])(
  'an answer with neither the service nor a word of it is none of its absence: %s',
  async (operation) => {
    const proxy = await startTamperingProxy(world.emulator.url, (asked, answer) =>
      asked === 'DescribeServices' ? { services: [], failures: [] } : answer,
    );
    const run = await world.deploy(only({ operation }), { env: { AWS_ENDPOINT_URL: proxy.url } });
    proxy.stop();
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('could not describe service web in cluster default: ECS says nothing of it');
    expect(changesOf(run.calls)).toEqual([]);
  },
);
