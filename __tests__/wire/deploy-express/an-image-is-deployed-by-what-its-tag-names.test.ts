import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import {
  callsTo,
  changesOf,
  type Deployments,
  linesOf,
  startDeployments,
} from '../../helpers/deployments.ts';
import { pushImage } from '../../helpers/push-image.ts';
import type { CallOptions } from '../../helpers/registry-world.ts';
import { startTamperingProxy } from '../../helpers/tampering-proxy.ts';

let world: Deployments;
let ecr: ECRClient;
beforeAll(async () => {
  world = await startDeployments('--speed', '1500');
  ecr = new ECRClient(world.emulator.client);
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'shop' }));
});
afterAll(async () => {
  ecr.destroy();
  await world.stop();
});

const repository = () => `${world.emulator.registry}/shop`;

/** Pushes an image under the tag, over whatever has it, and returns its digest. */
async function push(tag: string, layer: string): Promise<string> {
  const answer = await ecr.send(new GetAuthorizationTokenCommand({}));
  const token = answer.authorizationData?.[0]?.authorizationToken ?? '';
  const call = (method: string, path: string, { headers, body }: CallOptions = {}) =>
    fetch(`http://${world.emulator.registry}${path}`, {
      method,
      headers: { authorization: `Basic ${token}`, ...headers },
      ...(body !== undefined && { body }),
    });
  return (await pushImage(call, 'shop', { reference: tag, layer })).digest;
}

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

  test('that was pushed anew is deployed by its digest: the same text would not roll out', async () => {
    second = await push('latest', 'two');
    const run = await world.deploy({ image: `${repository()}:latest` });
    expect(run.exitCode).toBe(0);
    expect(sentImages(run)).toEqual([`${repository()}@${second}`]);
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

test('a tag of a registry that cannot be asked is taken as it is, and that is said when nothing changes', async () => {
  await world.deploy({ 'service-name': 'elsewhere', image: 'ghcr.io/octo/shop:latest' });
  const run = await world.deploy({ 'service-name': 'elsewhere', image: 'ghcr.io/octo/shop:latest' });
  expect(run.outputs['outcome']).toBe('unchanged');
  expect(linesOf(run)).toContainEqual(
    expect.stringMatching(/^notice: Whether ghcr\.io\/octo\/shop:latest was pushed anew could not be seen/),
  );
});
