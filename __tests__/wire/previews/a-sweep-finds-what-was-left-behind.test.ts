import {
  CreateRepositoryCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  ListImagesCommand,
} from '@aws-sdk/client-ecr';
import {
  CreateExpressGatewayServiceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ecs';
import { callsTo, changesOf, type DeploymentRun, linesOf } from '../../helpers/deployments.ts';
import { EXECUTION_ROLE, INFRASTRUCTURE_ROLE } from '../../helpers/express-service.ts';
import { type Previews, REPOSITORY_ID, startPreviews } from '../../helpers/previews.ts';
import { pushImage } from '../../helpers/push-image.ts';
import { runAction } from '../../helpers/run-action.ts';
import { startTamperingProxy } from '../../helpers/tampering-proxy.ts';

let world: Previews;
let ecr: ECRClient;
beforeEach(async () => {
  world = await startPreviews();
  ecr = new ECRClient(world.emulator.client);
});
afterEach(async () => {
  ecr.destroy();
  await world.stop();
});

const awsChangesOf = ({ calls }: DeploymentRun) =>
  changesOf(calls).filter(({ service }) => service !== 'github');

const hoursAgo = (hours: number) =>
  new Date(Date.now() - hours * 3_600_000).toISOString().replace(/\.\d+Z$/, 'Z');

/** As one of our deployments would have left it. */
async function leave(name: string, tags: Readonly<Record<string, string | undefined>> = {}): Promise<void> {
  const all: Readonly<Record<string, string | undefined>> = {
    'managed-by': 'deploy-express',
    'deploy-express:repository-id': REPOSITORY_ID,
    'deploy-express:pull-request': /\d+$/.exec(name)?.[0],
    'deploy-express:preview-of': name.replace(/-pr-\d+$/, ''),
    'deploy-express:created-at': hoursAgo(400),
    'deploy-express:last-deployed-at': hoursAgo(1),
    ...tags,
  };
  const given = Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value }]));
  await world.ecs.send(
    new CreateExpressGatewayServiceCommand({
      serviceName: name,
      executionRoleArn: EXECUTION_ROLE,
      infrastructureRoleArn: INFRASTRUCTURE_ROLE,
      primaryContainer: { image: 'public.ecr.aws/example/web:1' },
      ...(given.length > 0 && { tags: given }),
    }),
  );
}

async function activeOf(names: readonly string[]): Promise<readonly string[]> {
  const statuses = await Promise.all(names.map((name) => world.statusOf(name)));
  return names.filter((_name, index) => statuses[index] === 'ACTIVE');
}

test('a lost close event: the sweep deletes the preview, says so in its comment, and leaves no deployment running', async () => {
  await world.set(30, { labels: ['preview'] });
  await world.on({ action: 'opened', number: 30, inputs: { 'github-deployment': 'always' } });
  await world.set(30, { state: 'closed' });
  const run = await world.sweep();
  expect(run.exitCode).toBe(0);
  expect(linesOf(run)).toEqual(
    expect.arrayContaining([
      'Will delete web-pr-30: pull request 30 is closed',
      'Deleted web-pr-30: pull request 30 is closed',
    ]),
  );
  expect(run.outputs).toMatchObject({ outcome: 'swept', changed: 'true', 'deleted-services': 'web-pr-30' });
  expect(await world.statusOf('web-pr-30')).not.toBe('ACTIVE');
  expect((await world.comments(30)).map(({ body }) => body)).toEqual([
    expect.stringContaining('It was deleted: pull request 30 is closed.'),
  ]);
  expect((await world.deployments('preview')).map(({ states }) => states.at(-1))).toEqual(['inactive']);
  expect(run.summary).toContain('| <code>web-pr-30</code> | pull request 30 is closed |');

  const again = await world.sweep();
  expect(again.outputs).toMatchObject({ changed: 'false', 'deleted-services': '' });
  expect(awsChangesOf(again)).toEqual([]);
});

test('idle ones go; those in use, of others, or with a tag missing stay, whatever they are called', async () => {
  const idle = { 'deploy-express:last-deployed-at': hoursAgo(100) };
  for (const number of [40, 41, 42, 43, 44, 45]) await world.set(number);
  await leave('web-pr-40', idle);
  await leave('web-pr-41');
  await leave('web-pr-42', { ...idle, 'deploy-express:repository-id': '9999' });
  await leave('web-pr-43', { ...idle, 'managed-by': 'terraform' });
  await leave('web-pr-44', { ...idle, 'deploy-express:last-deployed-at': 'yesterday' });
  await leave('api-pr-45', idle);
  await leave('web', {
    'deploy-express:repository-id': undefined,
    'deploy-express:pull-request': undefined,
    'deploy-express:preview-of': undefined,
  });
  const run = await world.sweep();
  expect(run.outputs['deleted-services']).toBe('web-pr-40');
  const others = ['web-pr-41', 'web-pr-42', 'web-pr-43', 'web-pr-44', 'api-pr-45', 'web'];
  expect(await activeOf(others)).toEqual(others);

  const all = await world.sweep({ 'service-name': '' });
  expect(all.outputs['deleted-services']).toBe('api-pr-45');
  const patient = await world.sweep({ 'service-name': '', 'preview-max-idle-hours': '1' });
  expect(patient.outputs['deleted-services']).toBe('web-pr-41');
});

test('production is no preview, even with the tags of one', async () => {
  await world.set(46, { state: 'closed' });
  await leave('web', { 'deploy-express:pull-request': '46' });
  const run = await world.sweep();
  expect(run.exitCode).toBe(0);
  expect(run.outputs['deleted-services']).toBe('');
  expect(await world.statusOf('web')).toBe('ACTIVE');
});

test('one that is deployed to at this moment is not idle', async () => {
  // Nearly real time: the deployment goes on until the sweep has looked.
  const slow = await startPreviews('--speed', '1');
  try {
    await slow.set(47, { labels: ['preview'] });
    const opening = await slow.startOn({ action: 'opened', number: 47 });
    await opening.sawInLog('Created service');
    await slow.emulator.advance(1800);
    const opened = await opening.finished;
    const tags = [{ key: 'deploy-express:last-deployed-at', value: hoursAgo(100) }];
    await slow.ecs.send(new TagResourceCommand({ resourceArn: opened.outputs['service-arn'], tags }));
    const image = 'public.ecr.aws/example/web:2';
    const job = await slow.startOn({ action: 'synchronize', number: 47, inputs: { image } });
    await job.sawInLog('Updated service');
    const swept = await slow.sweep();
    await slow.emulator.advance(1800);
    const run = await job.finished;
    expect(swept).toMatchObject({ exitCode: 0, outputs: { 'deleted-services': '' } });
    expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'updated' } });
  } finally {
    await slow.stop();
  }
});

test('one that is in use again by the time it would be deleted stays', async () => {
  for (const number of [51, 52, 53, 54]) {
    await world.set(number, { state: number === 53 ? 'open' : 'closed' });
    const idleHours = number === 53 ? 300 : 55 - number;
    await leave(`web-pr-${number}`, { 'deploy-express:last-deployed-at': hoursAgo(idleHours) });
  }
  const held = await world.emulator.hold({
    service: 'ecs',
    operation: 'DeleteExpressGatewayService',
    when: 'before',
  });
  const job = world.sweepJob();
  const running = world.start(job.inputs, { env: job.env });
  await held.arrived();
  await world.set(52, { state: 'open' });
  const tags = [{ key: 'deploy-express:last-deployed-at', value: hoursAgo(0) }];
  const resourceArn = 'arn:aws:ecs:eu-west-1:123456789012:service/default/web-pr-53';
  await world.ecs.send(new TagResourceCommand({ resourceArn, tags }));
  const kept = 'arn:aws:ecs:eu-west-1:123456789012:service/default/web-pr-54';
  const tagKeys = ['deploy-express:pull-request'];
  await world.ecs.send(new UntagResourceCommand({ resourceArn: kept, tagKeys }));
  await held.release();
  const run = await running.finished;
  expect(run.outputs['deleted-services']).toBe('web-pr-51');
  expect(linesOf(run)).toContain('Left web-pr-52 alone: it need not be deleted any more');
});

test('before each deletion that preview alone is looked at again, and not the whole cluster', async () => {
  for (const number of [55, 56, 57]) {
    await world.set(number, { state: 'closed' });
    await leave(`web-pr-${number}`);
  }
  await leave('web');
  const run = await world.sweep();
  expect(run.outputs['deleted-services']?.split(',')).toHaveLength(3);
  expect(callsTo(run.calls, 'ListServices')).toHaveLength(1);
  const looks = callsTo(run.calls, 'DescribeServices').slice(1);
  expect(looks.map(({ input }) => input['services'])).toEqual(
    callsTo(run.calls, 'DeleteExpressGatewayService').map(({ input }) => [
      String(input['serviceArn']).split('/').at(-1),
    ]),
  );
});

test('one that ECS could not show again is not deleted', async () => {
  await world.set(58, { state: 'closed' });
  await leave('web-pr-58');
  let looks = 0;
  const proxy = await startTamperingProxy(world.emulator.url, (asked, answer) => {
    if (asked === 'DescribeServices') looks += 1;
    if (asked !== 'DescribeServices' || looks === 1) return answer;
    return { services: [], failures: [{ arn: 'web-pr-58', reason: 'UNAVAILABLE' }] };
  });
  const { inputs, env } = world.sweepJob();
  const run = await runAction({ inputs, env: { ...env, AWS_ENDPOINT_URL: proxy.url } });
  proxy.stop();
  expect(run.exitCode).toBe(1);
  expect(run.outputs).toMatchObject({ outcome: 'failed', changed: 'false', 'deleted-services': '' });
  expect(await world.statusOf('web-pr-58')).toBe('ACTIVE');
});

test('at most max-deletions, and of a dry run none', async () => {
  for (const number of [50, 51, 52]) await world.set(number, { state: 'closed' });
  await leave('web-pr-50', { 'deploy-express:last-deployed-at': hoursAgo(10) });
  await leave('web-pr-51', { 'deploy-express:last-deployed-at': hoursAgo(30) });
  await leave('web-pr-52', { 'deploy-express:last-deployed-at': hoursAgo(20) });

  const dry = await world.sweep({ 'dry-run': 'true', 'max-deletions': '2' });
  expect(dry.exitCode).toBe(0);
  expect(linesOf(dry).filter((line) => line.startsWith('Would'))).toEqual([
    'Would delete web-pr-51: pull request 51 is closed',
    'Would delete web-pr-52: pull request 52 is closed',
  ]);
  expect(dry.outputs).toMatchObject({ outcome: 'planned', changed: 'false', 'deleted-services': '' });
  expect(awsChangesOf(dry)).toEqual([]);

  const run = await world.sweep({ 'max-deletions': '2' });
  expect(run.outputs['deleted-services']).toBe('web-pr-51,web-pr-52');
  expect(linesOf(run)).toContain(
    'notice: 3 previews are to be deleted, and max-deletions is 2: the next run deletes the others.',
  );
  expect(await activeOf(['web-pr-50'])).toEqual(['web-pr-50']);
});

test('without leave to read pull requests nothing is deleted, and the job is red', async () => {
  await world.set(60, { state: 'closed' });
  await leave('web-pr-60');
  await world.emulator.post('github', { token: { permissions: { contents: 'read' } } });
  const run = await world.sweep();
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('[github-refused]%0AGive the job "permissions: pull-requests: read".');
  expect(awsChangesOf(run)).toEqual([]);
});

test('one that cannot be deleted does not keep the others from it, and the job is red', async () => {
  for (const number of [61, 62]) await world.set(number, { state: 'closed' });
  await leave('web-pr-61', { 'deploy-express:last-deployed-at': hoursAgo(9) });
  await leave('web-pr-62', { 'deploy-express:last-deployed-at': hoursAgo(8) });
  await world.addFault('ecs', 'DeleteExpressGatewayService', 'denied');
  const run = await world.sweep();
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('Allow ecs:DeleteExpressGatewayService');
  expect(run.outputs['deleted-services']).toBe('web-pr-62');
});

test('each one that cannot be deleted is in the log; what GitHub refuses is said once', async () => {
  for (const number of [63, 64, 65, 66]) {
    await world.set(number, { state: 'closed' });
    await leave(`web-pr-${number}`);
  }
  await world.emulator.post('github', {
    token: { permissions: { contents: 'read', 'pull-requests': 'read' } },
  });
  await world.addFault('ecs', 'DeleteExpressGatewayService', 'denied', { times: 2 });
  const run = await world.sweep();
  expect(run.exitCode).toBe(1);
  const notDeleted = [63, 64, 65, 66]
    .map((number) => `web-pr-${number}`)
    .filter((name) => !run.outputs['deleted-services']?.split(',').includes(name));
  expect(notDeleted).toHaveLength(2);
  for (const name of notDeleted) expect(run.log).toContain(`could not delete ${name}:`);
  expect(linesOf(run).filter((line) => line.startsWith('notice: '))).toEqual([
    expect.stringContaining('Give the job "permissions: deployments: write"'),
  ]);
});

test('the images of a preview go with it: its own tags, and no image that has another name as well', async () => {
  const commit = (digit: string) => digit.repeat(40);
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'web-previews' }));
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const authorization = authorizationData?.[0]?.authorizationToken ?? '';
  const push = (reference: string, layer: string) =>
    pushImage(
      (method, path, { headers, body } = {}) =>
        fetch(`http://${world.emulator.registry}${path}`, {
          method,
          headers: { authorization: `Basic ${authorization}`, ...headers },
          ...(body !== undefined && { body }),
        }),
      'web-previews',
      { reference, layer },
    );
  await push(`web-pr-70-${commit('a')}`, 'one');
  await push(`web-pr-70-${commit('b')}`, 'two');
  await push('released', 'two');
  await push(`web-pr-7-${commit('c')}`, 'three');
  await world.set(70, { state: 'closed' });
  await leave('web-pr-70', { 'deploy-express:image-repository': 'web-previews' });

  const run = await world.sweep();
  expect(linesOf(run)).toContain('Deleted 2 image tags of web-pr-70 from ECR repository web-previews');
  const { imageIds = [] } = await ecr.send(new ListImagesCommand({ repositoryName: 'web-previews' }));
  expect(imageIds.map(({ imageTag }) => imageTag).sort()).toEqual(['released', `web-pr-7-${commit('c')}`]);
});

test('a preview that ECS could not show is not taken for none: the sweep is red', async () => {
  await leave('web-pr-7');
  const proxy = await startTamperingProxy(world.emulator.url, (asked, answer) =>
    asked === 'DescribeServices'
      ? { services: [], failures: [{ arn: 'web-pr-7', reason: 'UNAVAILABLE' }] }
      : answer,
  );
  const { inputs, env } = world.sweepJob();
  const run = await runAction({ inputs, env: { ...env, AWS_ENDPOINT_URL: proxy.url } });
  proxy.stop();
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('could not describe the services of cluster default: UNAVAILABLE');
});
