import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeImagesCommand,
  GetDownloadUrlForLayerCommand,
  type ImageIdentifier,
  ListImagesCommand,
} from '@aws-sdk/client-ecr';
import { OCI_INDEX, OCI_MANIFEST, pushImage, pushManifest } from '../helpers/push-image.ts';
import { basic, type RegistryWorld, startRegistryWorld } from '../helpers/registry-world.ts';

let world: RegistryWorld;
const repositoryName = 'web';
beforeEach(async () => {
  world = await startRegistryWorld();
  await world.ecr.send(new CreateRepositoryCommand({ repositoryName }));
});
afterEach(() => world.close());

const describeImages = (imageIds?: ImageIdentifier[]) =>
  world.ecr.send(new DescribeImagesCommand({ repositoryName, imageIds }));

async function pushIndex(reference: string) {
  const amd64 = await pushImage(world.call, 'web', { architecture: 'amd64', layer: 'short' });
  const arm64 = await pushImage(world.call, 'web', { architecture: 'arm64', layer: 'a longer layer' });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: [amd64, arm64].map(({ digest, size }) => ({ mediaType: OCI_MANIFEST, digest, size })),
  });
  await pushManifest(world.call, 'web', { reference, mediaType: OCI_INDEX, manifest });
  return { amd64, arm64, manifest };
}

test('a pushed image is described with its digest, tags, size and media type', async () => {
  const { digest } = await pushImage(world.call, 'web', { reference: '1', layer: 'twelve bytes' });
  await pushImage(world.call, 'web', { reference: 'latest', layer: 'twelve bytes' });
  const { imageDetails } = await describeImages([{ imageTag: '1' }]);
  expect(imageDetails).toEqual([
    expect.objectContaining({
      imageDigest: digest,
      imageTags: ['1', 'latest'],
      imageSizeInBytes: 12,
      imagePushedAt: expect.any(Date),
      imageManifestMediaType: OCI_MANIFEST,
      imageStatus: 'ACTIVE',
    }),
  ]);
});

test('a tag that is moved leaves the old image untagged', async () => {
  const old = await pushImage(world.call, 'web', { reference: 'latest', layer: 'old' });
  const young = await pushImage(world.call, 'web', { reference: 'latest', layer: 'young' });
  const { imageIds } = await world.ecr.send(new ListImagesCommand({ repositoryName }));
  expect(imageIds).toEqual([{ imageDigest: old.digest }, { imageDigest: young.digest, imageTag: 'latest' }]);
  const untagged = await world.ecr.send(
    new ListImagesCommand({ repositoryName, filter: { tagStatus: 'UNTAGGED' } }),
  );
  expect(untagged.imageIds).toEqual([{ imageDigest: old.digest }]);
});

test('a missing image is an error to DescribeImages and a failure with 200 to BatchGetImage', async () => {
  const { digest } = await pushImage(world.call, 'web', { reference: '1' });
  await expect(describeImages([{ imageTag: 'none' }])).rejects.toMatchObject({
    name: 'ImageNotFoundException',
    message: expect.stringContaining("{imageDigest:'null', imageTag:'none'}"),
  });
  const { images, failures } = await world.ecr.send(
    new BatchGetImageCommand({
      repositoryName,
      imageIds: [
        { imageTag: '1' },
        { imageTag: 'none' },
        {},
        { imageDigest: 'sha256:short' },
        { imageTag: '1', imageDigest: `sha256:${'0'.repeat(64)}` },
      ],
    }),
  );
  expect(images).toMatchObject([{ imageId: { imageTag: '1', imageDigest: digest } }]);
  expect(failures?.map((failure) => failure.failureCode)).toEqual([
    'ImageNotFound',
    'MissingDigestAndTag',
    'InvalidImageDigest',
    'ImageTagDoesNotMatchDigest',
  ]);
});

test('an index is as large as its largest member and runs where its members do', async () => {
  const { manifest } = await pushIndex('both');
  const { imageDetails } = await describeImages([{ imageTag: 'both' }]);
  expect(imageDetails?.[0]).toMatchObject({ imageSizeInBytes: 14, imageManifestMediaType: OCI_INDEX });
  expect(world.images.resolve(`${world.registryHost}/web:both`)).toMatchObject({
    found: true,
    tags: ['both'],
    architectures: ['amd64', 'arm64'],
  });
  const { images } = await world.ecr.send(
    new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: 'both' }] }),
  );
  expect(images?.[0]?.imageManifest).toBe(manifest);
});

test('deleting takes tags first, whole images by digest, and members only after their index', async () => {
  const remove = (imageIds: ImageIdentifier[]) =>
    world.ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds }));
  const { digest } = await pushImage(world.call, 'web', { reference: '1', layer: 'mine' });
  await pushImage(world.call, 'web', { reference: '2', layer: 'mine' });

  expect((await remove([{ imageTag: '1' }])).imageIds).toEqual([{ imageDigest: digest, imageTag: '1' }]);
  expect((await describeImages([{ imageDigest: digest }])).imageDetails?.[0]?.imageTags).toEqual(['2']);
  await remove([{ imageTag: '2' }]);
  expect((await describeImages()).imageDetails).toEqual([]);

  const { amd64 } = await pushIndex('both');
  const { failures } = await remove([{ imageDigest: amd64.digest }]);
  expect(failures).toMatchObject([{ failureCode: 'ImageReferencedByManifestList' }]);
  await remove([{ imageTag: 'both' }]);
  expect((await remove([{ imageDigest: amd64.digest }])).failures).toEqual([]);
});

test('a reference is resolved by tag, by digest and by latest, and those of others are not this registry’s', async () => {
  const { digest } = await pushImage(world.call, 'web', { reference: 'latest' });
  const resolve = (rest: string) => world.images.resolve(`${world.registryHost}/${rest}`);
  for (const rest of ['web', 'web:latest', `web@${digest}`, `web:other@${digest}`]) {
    expect(resolve(rest)).toMatchObject({ found: true, digest });
  }
  for (const rest of ['web:none', 'none', `none@${digest}`]) expect(resolve(rest)).toEqual({ found: false });
  expect(world.images.resolve('nginx:latest')).toBeUndefined();
});

test('the config of an image can be had by a URL without credentials, and with no others', async () => {
  await pushImage(world.call, repositoryName, { reference: 'arm', architecture: 'arm64' });
  const { images } = await world.ecr.send(
    new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: 'arm' }] }),
  );
  const layerDigest = JSON.parse(images?.[0]?.imageManifest ?? '').config.digest;
  const { downloadUrl = '' } = await world.ecr.send(
    new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest }),
  );
  const answer = await fetch(downloadUrl);
  expect(await answer.json()).toEqual({ os: 'linux', architecture: 'arm64' });
  const authorization = basic('AWS', world.passwords.issue().password);
  expect((await fetch(downloadUrl, { headers: { authorization } })).status).toBe(400);
  expect((await fetch(downloadUrl.replace(/Signature=.*/, 'Signature=other'))).status).toBe(403);
  await expect(
    world.ecr.send(
      new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: `sha256:${'0'.repeat(64)}` }),
    ),
  ).rejects.toMatchObject({ name: 'LayersNotFoundException' });
});

test.each(['KmsError', 'UpstreamUnavailable', 'UpstreamAccessDenied', 'UpstreamTooManyRequests'])(
  'an image can be out of reach for %s, and is there all the same',
  async (failureCode) => {
    await pushImage(world.call, repositoryName, { reference: '1' });
    world.control({
      failures: [{ repository: repositoryName, tag: '1', failureCode, failureReason: 'why' }],
    });
    const get = () =>
      world.ecr.send(
        new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: '1' }, { imageTag: '2' }] }),
      );
    expect(await get()).toMatchObject({
      images: [],
      failures: [
        { imageId: { imageTag: '1' }, failureCode, failureReason: 'why' },
        { imageId: { imageTag: '2' }, failureCode: 'ImageNotFound' },
      ],
    });
    world.control({ failures: [] });
    expect((await get()).images).toHaveLength(1);
  },
);

test.each([
  [{}, '"failures" must be a list'],
  [
    { failures: [{ repository: 'web', failureCode: 'ImageNotFound' }] },
    '"failureCode" must be one of KmsError',
  ],
])('the set-up %j is refused', (body, message) => {
  expect(() => world.control(body)).toThrow(message);
});

test('an index tells the platforms of its members, attestations among them', async () => {
  const real = await pushImage(world.call, 'web', { architecture: 'arm64' });
  const attestation = await pushImage(world.call, 'web', { architecture: 'unknown', layer: 'in-toto' });
  const members = [
    { ...real, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
    {
      ...attestation,
      platform: { os: 'unknown', architecture: 'unknown' },
      annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
    },
  ].map(({ answer: _, ...member }) => ({ mediaType: OCI_MANIFEST, ...member }));
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: members });
  await pushManifest(world.call, 'web', { reference: 'attested', mediaType: OCI_INDEX, manifest });
  const { images } = await world.ecr.send(
    new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: 'attested' }] }),
  );
  expect(JSON.parse(images?.[0]?.imageManifest ?? '').manifests).toMatchObject(members);
});
