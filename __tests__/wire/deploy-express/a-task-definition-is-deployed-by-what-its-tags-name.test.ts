import { RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { callsTo, changesOf, type Deployments, startDeployments } from '../../helpers/deployments.ts';
import { EXECUTION_ROLE } from '../../helpers/express-service.ts';
import { createPusher } from '../../helpers/push-to-ecr.ts';
import { startTamperingProxy } from '../../helpers/tampering-proxy.ts';

let world: Deployments;
let push: Awaited<ReturnType<typeof createPusher>>;
beforeAll(async () => {
  world = await startDeployments('--speed', '1500');
  push = await createPusher(world.emulator, 'shop');
});
afterAll(() => world.stop());

const repository = () => `${world.emulator.registry}/shop`;

/** A revision never changes, but what the tags in it name does. */
async function define(family: string, main: string, sidecar?: string) {
  const { taskDefinition } = await world.ecs.send(
    new RegisterTaskDefinitionCommand({
      family,
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      executionRoleArn: EXECUTION_ROLE,
      containerDefinitions: [
        { name: 'Main', image: main, portMappings: [{ containerPort: 8080, name: 'web', protocol: 'tcp' }] },
        ...(sidecar === undefined ? [] : [{ name: 'sidecar', image: sidecar }]),
      ],
    }),
  );
  const arn = taskDefinition?.taskDefinitionArn ?? '';
  const nothing = { image: '', 'execution-role-arn': '', cpu: '', memory: '' };
  return { 'service-name': family, 'task-definition-arn': arn, ...nothing };
}

const updatesOf = (run: Awaited<ReturnType<Deployments['deploy']>>) =>
  changesOf(run.calls).map(({ operation, input }) => [operation, input['taskDefinitionArn']]);

const sentOnce = (given: { readonly 'task-definition-arn': string }) => [
  ['UpdateExpressGatewayService', given['task-definition-arn']],
];

/** A job has an hour, and the retries of the SDK are over in seconds. */
const always = 1_000;

describe('a tag in the task definition that runs', () => {
  let given: Awaited<ReturnType<typeof define>>;
  beforeAll(async () => {
    await push('latest', 'one');
    given = await define('moves', `${repository()}:latest`);
    expect((await world.deploy(given)).outputs['outcome']).toBe('created');
  });

  test('that still names what runs is no change, and is looked up once', async () => {
    const run = await world.deploy(given);
    expect(run.outputs['outcome']).toBe('unchanged');
    expect(changesOf(run.calls)).toEqual([]);
    expect(callsTo(run.calls, 'BatchGetImage')).toHaveLength(1);
    expect(callsTo(run.calls, 'GetDownloadUrlForLayer')).toEqual([]);
  });

  test('that was pushed again has the same revision deployed again', async () => {
    const anew = await push('latest', 'two');
    const run = await world.deploy(given);
    expect(run.exitCode).toBe(0);
    expect(updatesOf(run)).toEqual(sentOnce(given));
    expect(run.outputs).toMatchObject({ outcome: 'updated', 'image-digest': anew });
    expect(run.log).toMatch(/notice.*\/shop:latest was pushed again, so it is deployed again/);
    expect(run.summary).toContain('moves:1, resolved anew');
  });

  test.each([
    ['ECR denies it', { service: 'ecr', operation: 'BatchGetImage' }, 'ecr:BatchGetImage'],
    [
      'the revision that runs may not be read',
      { service: 'ecs', operation: 'DescribeServiceRevisions' },
      'could not be read (ecs:DescribeServiceRevisions)',
    ],
  ])('is deployed again where %s', async (_why, call, words) => {
    await world.emulator.addFaults([{ ...call, times: always, fault: 'denied' }]);
    const run = await world.deploy(given);
    await world.emulator.clearFaults();
    expect(run.exitCode).toBe(0);
    expect(updatesOf(run)).toEqual(sentOnce(given));
    expect(run.log).toMatch(/notice.*It is not known whether .* pushed again, so it is deployed again/);
    expect(run.log).toContain(words);
  });

  test('is deployed again where ECS does not show which images run', async () => {
    const proxy = await startTamperingProxy(world.emulator.url, (operation, answer) => {
      if (operation !== 'DescribeServiceRevisions') return answer;
      for (const revision of answer['serviceRevisions'] as Record<string, unknown>[])
        delete revision['containerImages'];
      return answer;
    });
    const run = await world.deploy(given, { env: { AWS_ENDPOINT_URL: proxy.url } });
    proxy.stop();
    expect(updatesOf(run)).toEqual(sentOnce(given));
  });

  test('is not called deployed when ECS goes on with the image of before', async () => {
    const runs = await push('latest', 'three');
    expect((await world.deploy(given)).outputs['image-digest']).toBe(runs);
    const anew = await push('latest', 'four');
    const proxy = await startTamperingProxy(world.emulator.url, (operation, answer) => {
      if (operation !== 'DescribeServiceRevisions') return answer;
      for (const revision of answer['serviceRevisions'] as Record<string, unknown>[])
        revision['containerImages'] = [
          { containerName: 'Main', image: `${repository()}:latest`, imageDigest: runs },
        ];
      return answer;
    });
    const run = await world.deploy(given, { env: { AWS_ENDPOINT_URL: proxy.url } });
    proxy.stop();
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(`the service runs image ${runs}, but ${anew} was to be deployed`);
  });
});

test('a digest in the task definition that runs is no change, and nobody is asked', async () => {
  const given = await define('fixed', `${repository()}@${await push('fixed', 'five')}`);
  await world.deploy(given);
  const run = await world.deploy(given);
  expect(run.outputs['outcome']).toBe('unchanged');
  expect(callsTo(run.calls, 'BatchGetImage')).toEqual([]);
});

test('a sidecar whose tag was pushed again has the same revision deployed again, once', async () => {
  const main = await push('main', 'six');
  await push('beside', 'seven');
  const given = await define('beside', `${repository()}@${main}`, `${repository()}:beside`);
  await world.deploy(given);
  await push('beside', 'eight');
  const run = await world.deploy(given);
  expect(run.exitCode).toBe(0);
  expect(updatesOf(run)).toEqual(sentOnce(given));
  expect(run.log).toMatch(/notice.*\/shop:beside was pushed again/);
  expect((await world.deploy(given)).outputs['outcome']).toBe('unchanged');
});

describe('a tag of another registry in the task definition that runs', () => {
  const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
  const holding = (latest: string, more = {}) =>
    world.emulator.post('registries', [
      { host: 'ghcr.io', repository: 'octo/shop', tags: { latest }, ...more },
    ]);
  let given: Awaited<ReturnType<typeof define>>;
  beforeAll(async () => {
    await holding(digest('1'));
    given = await define('elsewhere', 'ghcr.io/octo/shop:latest');
    await world.deploy(given);
  });
  afterAll(() => world.emulator.post('registries', []));

  test('is no change when the registry says that it names what runs', async () => {
    const run = await world.deploy(given);
    expect(run.outputs['outcome']).toBe('unchanged');
    expect(changesOf(run.calls)).toEqual([]);
  });

  test.each([
    ['names another image now', digest('2'), {}, 'was pushed again, so it is deployed'],
    ['may not be asked', digest('2'), { status: 429 }, 'the registry answered 429'],
  ])('that %s has the same revision deployed again', async (_why, latest, more, words) => {
    await holding(latest, more);
    const run = await world.deploy(given);
    expect(run.exitCode).toBe(0);
    expect(updatesOf(run)).toEqual(sentOnce(given));
    expect(run.log).toContain(words);
  });
});
