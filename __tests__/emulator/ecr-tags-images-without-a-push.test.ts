import { BatchGetImageCommand, CreateRepositoryCommand, PutImageCommand } from '@aws-sdk/client-ecr';
import { pushImage } from '../helpers/push-image.ts';
import { type RegistryWorld, startRegistryWorld } from '../helpers/registry-world.ts';

let world: RegistryWorld;
const repositoryName = 'web';
const start = async (imageTagMutability: 'MUTABLE' | 'IMMUTABLE') => {
  world = await startRegistryWorld();
  await world.ecr.send(new CreateRepositoryCommand({ repositoryName, imageTagMutability }));
  return pushImage(world.call, repositoryName, { reference: 'first', layer: 'one' });
};
afterEach(() => world.close());

const read = async (imageTag: string) =>
  (await world.ecr.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag }] }))).images?.[0];
const tag = async (imageTag: string, more: object = {}) => {
  const image = await read('first');
  const { imageManifest, imageManifestMediaType } = image ?? {};
  const input = { repositoryName, imageManifest, imageManifestMediaType, imageTag, ...more };
  return world.ecr.send(new PutImageCommand(input));
};

test('the image has both tags then', async () => {
  const { digest } = await start('IMMUTABLE');
  const { image } = await tag('second');
  expect(image?.imageId).toEqual({ imageDigest: digest, imageTag: 'second' });
  expect((await read('second'))?.imageId?.imageDigest).toBe(digest);
});

test('a movable tag is moved', async () => {
  const { digest } = await start('MUTABLE');
  await pushImage(world.call, repositoryName, { reference: 'latest', layer: 'two' });
  await tag('latest');
  expect((await read('latest'))?.imageId?.imageDigest).toBe(digest);
});

test.each([
  ['a tag the image has', 'first', {}, 'ImageAlreadyExistsException'],
  ['a tag that is taken and immutable', 'taken', {}, 'ImageTagAlreadyExistsException'],
  [
    'another digest',
    'second',
    { imageDigest: `sha256:${'0'.repeat(64)}` },
    'ImageDigestDoesNotMatchException',
  ],
  ['a new manifest', 'second', { imageManifest: '{}' }, 'UnknownOperationException'],
])('%s is refused', async (_name, imageTag, more, name) => {
  await start('IMMUTABLE');
  await pushImage(world.call, repositoryName, { reference: 'taken', layer: 'two' });
  await expect(tag(imageTag, more)).rejects.toMatchObject({ name });
});
