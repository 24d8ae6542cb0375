import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callsTo, changesOf, type Deployments, startDeployments } from '../../helpers/deployments.ts';
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

const sentImages = (run: Awaited<ReturnType<Deployments['deploy']>>) =>
  changesOf(run.calls)
    .filter(({ operation }) => operation.endsWith('ExpressGatewayService'))
    .map(({ input }) => (input['primaryContainer'] as { image?: string }).image);

test('an image tag that ECR does not have is refused before anything is changed', async () => {
  const run = await world.deploy({ image: `${repository()}:nowhere` });
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain(`image ${repository()}:nowhere is not in its ECR repository [plan-refused]`);
  expect(run.log).toContain('push the image before this step');
  expect(changesOf(run.calls)).toEqual([]);
});

describe('a tag', () => {
  let [first, second] = ['', ''];

  test('is looked up once, and what runs afterwards is reported by its digest', async () => {
    first = await push('latest', 'one');
    const run = await world.deploy({ image: `${repository()}:latest` });
    expect(run.exitCode).toBe(0);
    expect(callsTo(run.calls, 'BatchGetImage')).toHaveLength(1);
    expect(run.outputs).toMatchObject({ image: `${repository()}:latest`, 'image-digest': first });
    expect(run.summary).toContain(`| Digest | <code>${first}</code> |`);
  });

  test('that still names what runs is no change', async () => {
    const run = await world.deploy({ image: `${repository()}:latest` });
    expect(changesOf(run.calls)).toEqual([]);
    expect(run.outputs).toMatchObject({ outcome: 'unchanged', 'image-digest': first });
    expect(run.log).not.toContain('Whether');
  });

  test('that was pushed again is deployed by its digest: the same text would not roll out', async () => {
    second = await push('latest', 'two');
    const run = await world.deploy({ image: `${repository()}:latest` });
    expect(run.exitCode).toBe(0);
    expect(sentImages(run)).toEqual([`${repository()}@${second}`]);
    expect(run.log).toMatch(/notice.*\/shop:latest was pushed again, so it is deployed again/);
    expect(run.outputs).toMatchObject({ outcome: 'updated', 'image-digest': second });
  });

  test('is the same image as its digest, and the other way round', async () => {
    for (const image of [`${repository()}:latest`, `${repository()}@${second}`]) {
      const run = await world.deploy({ image });
      expect({ image, changes: changesOf(run.calls) }).toEqual({ image, changes: [] });
    }
  });

  test('that is moved while it is deployed is found out: another image runs than was looked up', async () => {
    await push('moving', 'three');
    const other = `sha256:${'e'.repeat(64)}`;
    const proxy = await startTamperingProxy(world.emulator.url, (operation, answer) => {
      if (operation !== 'DescribeServiceRevisions') return answer;
      for (const revision of answer['serviceRevisions'] as Record<string, unknown>[])
        revision['containerImages'] = [{ containerName: 'Main', imageDigest: other }];
      return answer;
    });
    const run = await world.deploy(
      { image: `${repository()}:moving` },
      { env: { AWS_ENDPOINT_URL: proxy.url } },
    );
    proxy.stop();
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain(
      `the service runs image ${other}, but ${await push('moving', 'three')} was to be`,
    );
    expect(run.log).toContain('[deployment-failed]');
    expect(run.outputs).toMatchObject({ outcome: 'failed', 'image-digest': other });
  });
});

/** A job has an hour, and the retries of the SDK are over in seconds. */
const always = 1_000;
const batchGetImage = { service: 'ecr', operation: 'BatchGetImage', times: always };

describe('a tag whose digest could not be compared is deployed again, as it may name new code', () => {
  const name = { 'service-name': 'unseen' };
  beforeAll(async () => {
    await push('unseen', 'four');
    const run = await world.deploy({ ...name, image: `${repository()}:unseen` });
    expect(run.exitCode).toBe(0);
  });
  afterEach(() => world.emulator.clearFaults());

  test.each([
    ['ECR denies it', { ...batchGetImage, fault: 'denied' }, 'not authorized to perform: ecr:BatchGetImage'],
    ['ECR throttles for ever', { ...batchGetImage, fault: 'throttle' }, 'Rate exceeded'],
    ['ECR answers 500 for ever', { ...batchGetImage, fault: 'error' }, 'could not look up'],
  ])('%s', async (_why, fault, words) => {
    await world.emulator.addFaults([fault]);
    const run = await world.deploy({ ...name, image: `${repository()}:unseen` });
    expect(run.exitCode).toBe(0);
    expect(sentImages(run)).toEqual([`${repository()}:unseen`]);
    expect(run.outputs['outcome']).toBe('updated');
    expect(run.log).toMatch(/notice.*It is not known whether \S+:unseen was pushed again/);
    expect(run.log).toContain(words);
  });

  test('the revision that runs may not be read', async () => {
    await world.emulator.addFaults([
      { service: 'ecs', operation: 'DescribeServiceRevisions', times: always, fault: 'denied' },
    ]);
    const run = await world.deploy({ ...name, image: `${repository()}:unseen` });
    expect(run.outputs['outcome']).toBe('updated');
    expect(run.log).toContain('which image runs could not be read (ecs:DescribeServiceRevisions)');
  });

  test('the revision that runs is not shown', async () => {
    const proxy = await startTamperingProxy(world.emulator.url, (asked, answer) =>
      asked === 'DescribeServiceRevisions'
        ? { serviceRevisions: [], failures: [{ arn: 'revision', reason: 'UNAVAILABLE' }] }
        : answer,
    );
    const env = { AWS_ENDPOINT_URL: proxy.url };
    const run = await world.deploy({ ...name, image: `${repository()}:unseen` }, { env });
    proxy.stop();
    expect(run.outputs['outcome']).toBe('updated');
  });

  test('but not a digest: it can only name what it names', async () => {
    const digest = await push('unseen', 'four');
    const image = `${repository()}@${digest}`;
    await world.deploy({ ...name, image });
    await world.emulator.addFaults([{ ...batchGetImage, fault: 'denied' }]);
    const run = await world.deploy({ ...name, image });
    expect({ outcome: run.outputs['outcome'], changes: changesOf(run.calls) }).toEqual({
      outcome: 'unchanged',
      changes: [],
    });
  });

  test('a failure of ECR that is not "no such image" is no refusal', async () => {
    const failures = [
      {
        repository: 'shop',
        tag: 'unseen',
        failureCode: 'UpstreamUnavailable',
        failureReason: 'the upstream registry is not available',
      },
    ];
    await world.emulator.post('ecr', { failures });
    const run = await world.deploy({ ...name, image: `${repository()}:unseen` });
    await world.emulator.post('ecr', { failures: [] });
    expect(run.exitCode).toBe(0);
    expect(run.outputs['outcome']).toBe('updated');
    expect(run.log).toContain('ECR says UpstreamUnavailable: the upstream registry is not available');
  });
});

describe('a tag of another registry', () => {
  const given = { 'service-name': 'elsewhere', image: 'ghcr.io/octo/shop:latest' };
  const shop = { host: 'ghcr.io', repository: 'octo/shop' };
  const latest = `sha256:${'1'.repeat(64)}`;
  const holding = (tag: string, more = {}) =>
    world.emulator.post('registries', [{ ...shop, tags: { latest: tag }, ...more }]);

  beforeAll(async () => {
    await holding(latest);
    expect((await world.deploy(given)).outputs['outcome']).toBe('created');
  });
  afterAll(() => world.emulator.post('registries', []));

  test('is no change when the registry says that it names what runs', async () => {
    const run = await world.deploy(given);
    expect(changesOf(run.calls)).toEqual([]);
    expect(run.outputs).toMatchObject({ outcome: 'unchanged', 'image-digest': latest });
  });

  test('is asked for with the runner’s own login', async () => {
    await holding(latest, { login: 'octo:secret' });
    const config = mkdtempSync(join(tmpdir(), 'docker-'));
    const auth = btoa('octo:secret');
    writeFileSync(join(config, 'config.json'), JSON.stringify({ auths: { 'ghcr.io': { auth } } }));
    const run = await world.deploy(given, { env: { DOCKER_CONFIG: config } });
    rmSync(config, { recursive: true });
    expect(run.outputs['outcome']).toBe('unchanged');
    expect(run.log).not.toContain(auth);
  });

  test.each([
    [
      'names another image now',
      () => holding(`sha256:${'2'.repeat(64)}`),
      'was pushed again, so it is deployed',
    ],
    ['may not be asked', () => holding(latest, { login: 'octo:secret' }), 'the registry answered 401'],
    ['is over its limit', () => holding(latest, { status: 429 }), 'the registry answered 429'],
    [
      'does not answer',
      async () => {
        await holding(latest);
        await world.emulator.addFaults([{ service: 'edge', operation: 'ghcr.io', times: 9, fault: 'hang' }]);
      },
      'no answer within 5 s',
    ],
    [
      'breaks off',
      async () => {
        await holding(latest);
        await world.emulator.addFaults([{ service: 'edge', operation: 'ghcr.io', times: 9, fault: 'reset' }]);
      },
      'was pushed again, so it is deployed again',
    ],
  ])('that %s is sent as it was given', async (_why, arrange, words) => {
    await arrange();
    const run = await world.deploy(given);
    await world.emulator.clearFaults();
    expect(run.exitCode).toBe(0);
    expect(sentImages(run)).toEqual([given.image]);
    expect(run.outputs['outcome']).toBe('updated');
    expect(run.log).toContain(words);
  });
});

/** Whether ECS resolves the same text anew is documented nowhere. */
describe.each([
  ['an image', true, 1, /the service runs image sha256:1+, but sha256:2+ was to be deployed/],
  [
    'an index',
    false,
    0,
    /warning.*It is not known whether the service runs.*: the registry names sha256:2+.*ECS shows sha256:1+/,
  ],
])('a tag of another registry that moved to %s', (kind, singlePlatform, exitCode, words) => {
  const given = { 'service-name': 'stays', image: 'ghcr.io/octo/stays:latest' };
  const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
  const holding = (latest: string) =>
    world.emulator.post('registries', [
      { host: 'ghcr.io', repository: 'octo/stays', tags: { latest }, singlePlatform },
    ]);
  afterAll(() => world.emulator.post('registries', []));

  test(`is not called deployed when ECS goes on with the image of before: ${kind}`, async () => {
    await holding(digest('1'));
    expect((await world.deploy(given)).exitCode).toBe(0);
    await holding(digest('2'));
    const proxy = await startTamperingProxy(world.emulator.url, (operation, answer) => {
      if (operation !== 'DescribeServiceRevisions') return answer;
      for (const revision of answer['serviceRevisions'] as Record<string, unknown>[])
        revision['containerImages'] = [{ containerName: 'Main', imageDigest: digest('1') }];
      return answer;
    });
    const run = await world.deploy(given, { env: { AWS_ENDPOINT_URL: proxy.url } });
    proxy.stop();
    expect(sentImages(run)).toEqual([given.image]);
    expect(run.log).toMatch(words);
    expect(run.exitCode).toBe(exitCode);
    expect(run.outputs['image-digest']).toBe(digest('1'));
  });
});

describe('the architecture', () => {
  const name = { 'service-name': 'arm' };

  test('of an image for ARM64 alone is asked of ECS', async () => {
    await push('arm', 'five', 'arm64');
    const run = await world.deploy({ ...name, image: `${repository()}:arm` });
    expect(run.exitCode).toBe(0);
    expect(run.log).toContain('cpu-architecture is set to ARM64');
    expect(changesOf(run.calls).map(({ input }) => input['cpu']).length).toBeGreaterThan(0);
  });

  test('that is asked for and that the image lacks is refused before anything is changed', async () => {
    const run = await world.deploy({
      'service-name': 'arm2',
      image: `${repository()}:arm`,
      'cpu-architecture': 'X86_64',
    });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('is for linux/arm64, but cpu-architecture asks for X86_64 [plan-refused]');
    expect(changesOf(run.calls)).toEqual([]);
  });

  test.each([
    ['tag', () => `${repository()}:arm`],
    ['digest', async () => `${repository()}@${await push('arm', 'five', 'arm64')}`],
  ])('that is changed while the same image runs is refused, by %s', async (_form, image) => {
    const run = await world.deploy({ ...name, image: await image(), 'cpu-architecture': 'X86_64' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('is for linux/arm64, but cpu-architecture asks for X86_64 [plan-refused]');
    expect(changesOf(run.calls)).toEqual([]);
  });

  test('of an image that runs is not asked for again', async () => {
    const run = await world.deploy({ ...name, image: `${repository()}:arm`, 'cpu-architecture': 'ARM64' });
    expect(run.outputs['outcome']).toBe('unchanged');
    expect(callsTo(run.calls, 'GetDownloadUrlForLayer')).toEqual([]);
  });

  test('is left alone where the role may not look', async () => {
    await push('amd', 'six', 'amd64');
    await world.emulator.addFaults([
      { service: 'ecr', operation: 'GetDownloadUrlForLayer', times: always, fault: 'denied' },
    ]);
    const run = await world.deploy({ 'service-name': 'arm3', image: `${repository()}:amd` });
    await world.emulator.clearFaults();
    expect(run.exitCode).toBe(0);
    expect(run.log).not.toContain('cpu-architecture is set');
  });
});
