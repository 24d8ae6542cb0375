import { CreateRepositoryCommand, type CreateRepositoryCommandInput } from '@aws-sdk/client-ecr';
import {
  imageManifest,
  OCI_INDEX,
  OCI_MANIFEST,
  pushBlob,
  pushImage,
  pushManifest,
} from '../helpers/push-image.ts';
import { ACCOUNT, digestOf, type RegistryWorld, startRegistryWorld } from '../helpers/registry-world.ts';

let world: RegistryWorld;
beforeEach(async () => {
  world = await startRegistryWorld();
});
afterEach(() => world.close());

const create = (settings: Partial<CreateRepositoryCommandInput> = {}) =>
  world.ecr.send(new CreateRepositoryCommand({ repositoryName: 'web', ...settings }));

async function refusalOf(answer: Response) {
  const { errors } = (await answer.json()) as { errors: { code: string; message: string }[] };
  return { status: answer.status, ...errors[0] };
}

test('a push into a repository that was not created', async () => {
  expect(await refusalOf(await world.call('POST', '/v2/web/blobs/uploads/'))).toEqual({
    status: 404,
    code: 'NAME_UNKNOWN',
    message: `The repository with name 'web' does not exist in the registry with id '${ACCOUNT}'`,
  });
});

test('an immutable tag for another image, but not for the same one', async () => {
  await create({ imageTagMutability: 'IMMUTABLE' });
  await pushImage(world.call, 'web', { reference: '1', layer: 'old' });
  expect((await pushImage(world.call, 'web', { reference: '1', layer: 'old' })).answer.status).toBe(201);
  const { answer } = await pushImage(world.call, 'web', { reference: '1', layer: 'new' });
  expect(await refusalOf(answer)).toEqual({
    status: 400,
    code: 'TAG_INVALID',
    message:
      "The image tag '1' already exists in the 'web' repository and cannot be overwritten because the tag is immutable.",
  });
});

test.each([
  ['IMMUTABLE_WITH_EXCLUSION', 'latest-1', 201],
  ['IMMUTABLE_WITH_EXCLUSION', '1.0', 400],
  ['MUTABLE_WITH_EXCLUSION', 'latest-1', 400],
  ['MUTABLE_WITH_EXCLUSION', '1.0', 201],
] as const)(
  '%s with the filter latest*: pushing %s again gives %i',
  async (imageTagMutability, reference, status) => {
    const imageTagMutabilityExclusionFilters = [{ filterType: 'WILDCARD' as const, filter: 'latest*' }];
    await create({ imageTagMutability, imageTagMutabilityExclusionFilters });
    await pushImage(world.call, 'web', { reference, layer: 'old' });
    expect((await pushImage(world.call, 'web', { reference, layer: 'new' })).answer.status).toBe(status);
  },
);

test('a manifest whose layers were not pushed', async () => {
  await create();
  const config = await pushBlob(world.call, 'web', '{}');
  const manifest = imageManifest('{}', 'absent');
  const answer = await pushManifest(world.call, 'web', { reference: '1', mediaType: OCI_MANIFEST, manifest });
  const refusal = await refusalOf(answer);
  expect(refusal).toMatchObject({ status: 400, code: 'MANIFEST_BLOB_UNKNOWN' });
  expect(refusal.message).toContain(
    `Layers with digests '[${digestOf('absent')}]' required for pushing image`,
  );
  expect(refusal.message).not.toContain(config);
});

test('an index whose images were not pushed', async () => {
  await create();
  const manifests = [{ mediaType: OCI_MANIFEST, digest: digestOf('absent'), size: 1 }];
  const manifest = JSON.stringify({ schemaVersion: 2, manifests });
  const answer = await pushManifest(world.call, 'web', { reference: '1', mediaType: OCI_INDEX, manifest });
  expect(await refusalOf(answer)).toMatchObject({ status: 400, code: 'MANIFEST_BLOB_UNKNOWN' });
});

test('a BuildKit cache that was pushed as an index of layers', async () => {
  await create();
  const digest = await pushBlob(world.call, 'web', 'cached layer');
  const manifests = [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest, size: 12 }];
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests });
  const answer = await pushManifest(world.call, 'web', {
    reference: 'cache',
    mediaType: OCI_INDEX,
    manifest,
  });
  expect(await refusalOf(answer)).toMatchObject({ status: 400, code: 'MANIFEST_INVALID' });
});

test('but not a cache that was pushed as an image manifest', async () => {
  await create();
  const config = {
    mediaType: 'application/vnd.buildkit.cacheconfig.v0',
    digest: await pushBlob(world.call, 'web', '{}'),
    size: 2,
  };
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [] });
  const answer = await pushManifest(world.call, 'web', {
    reference: 'cache',
    mediaType: OCI_MANIFEST,
    manifest,
  });
  expect(answer.status).toBe(201);
  expect(world.images.resolve(`${world.registryHost}/web:cache`)).toMatchObject({ architectures: [] });
});

test.each([
  ['application/vnd.docker.distribution.manifest.v1+json', '{"schemaVersion":1}'],
  [OCI_MANIFEST, '{"schemaVersion":2'],
  [OCI_MANIFEST, '{"schemaVersion":2}'],
  [OCI_MANIFEST, `{"schemaVersion":2,"mediaType":"${OCI_INDEX}"}`],
])('a manifest of type %s that reads %s', async (mediaType, manifest) => {
  await create();
  const answer = await pushManifest(world.call, 'web', { reference: '1', mediaType, manifest });
  expect(await refusalOf(answer)).toMatchObject({ status: 400, code: 'MANIFEST_INVALID' });
});
