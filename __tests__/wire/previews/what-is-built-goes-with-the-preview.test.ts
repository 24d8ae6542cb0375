import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteRepositoryCommand, ECRClient, ListImagesCommand } from '@aws-sdk/client-ecr';
import { linesOf } from '../../helpers/deployments.ts';
import type { FakeDocker } from '../../helpers/fake-docker.ts';
import { type Previews, startPreviews } from '../../helpers/previews.ts';
import { installPushingDocker } from '../../helpers/pushing-docker.ts';
import { startTamperingProxy } from '../../helpers/tampering-proxy.ts';

let world: Previews;
let docker: FakeDocker;
let workspace: string;
let ecr: ECRClient;
beforeAll(async () => {
  world = await startPreviews();
  docker = installPushingDocker();
  ecr = new ECRClient(world.emulator.client);
  workspace = mkdtempSync(join(tmpdir(), 'workspace-'));
  writeFileSync(join(workspace, 'Dockerfile'), 'FROM scratch\n');
});
afterAll(async () => {
  ecr.destroy();
  docker.remove();
  rmSync(workspace, { recursive: true });
  await world.stop();
});

const commit = (digit: string) => digit.repeat(40);
const build = (action: string, number: number, digit: string, env: Readonly<Record<string, string>> = {}) =>
  world.on({
    action,
    number,
    // `latest` is what a workflow tags production with.
    inputs: { image: '', 'image-tags': 'latest' },
    env: { GITHUB_SHA: commit(digit), GITHUB_WORKSPACE: workspace, ...env },
  });
const tags = async () => {
  const { imageIds = [] } = await ecr.send(new ListImagesCommand({ repositoryName: 'web-previews' }));
  return imageIds.map(({ imageTag }) => imageTag).sort();
};

test('it is built into a repository of its own, tagged with the preview and the commit alone', async () => {
  for (const number of [1, 2]) await world.set(number, { labels: ['preview'] });
  const run = await build('opened', 1, 'a');
  expect(run.exitCode).toBe(0);
  expect(run.outputs).toMatchObject({ outcome: 'created', repository: 'web-previews' });
  await build('opened', 2, 'a');
  expect(await tags()).toEqual([`web-pr-1-${commit('a')}`, `web-pr-2-${commit('a')}`]);
  expect(await world.tagsOf('web-pr-1')).toMatchObject({ 'deploy-express:image-repository': 'web-previews' });
  expect((await world.comments(1))[0]?.body).toContain(run.outputs['image-digest'] ?? 'no digest');
  const [deployment] = await world.deployments('preview');
  expect(deployment?.payload).toMatchObject({ image_digest: run.outputs['image-digest'] });
});

test('when it is closed its tags go, and the image stays for whom it is tagged as well', async () => {
  await world.set(1, { state: 'closed' });
  const run = await build('closed', 1, 'b');
  expect(run.exitCode).toBe(0);
  expect(linesOf(run)).toContain('Deleted 1 image tags of web-pr-1 from ECR repository web-previews');
  expect(await tags()).toEqual([`web-pr-2-${commit('a')}`]);
});

test('a role that may not delete images: a notice, and the preview is gone all the same', async () => {
  await world.addFault('ecr', 'BatchDeleteImage', 'denied');
  await world.set(2, { state: 'closed' });
  const run = await build('closed', 2, 'b');
  expect(run.exitCode).toBe(0);
  expect(run.outputs).toMatchObject({ outcome: 'deleted' });
  expect(run.log).toMatch(
    /::notice::could not delete images.*Allow ecr:BatchDeleteImage.*The images of web-pr-2 stay/,
  );
});

test.each([
  [
    'ImageReferencedByManifestList',
    /::notice::could not delete web-pr-3-c+ of .*ImageReferencedByManifestList/,
  ],
  ['ImageNotFound', /Deleted 1 image tags of web-pr-3/],
])('an image that ECR does not delete is said to stay, unless it is gone: %s', async (failureCode, said) => {
  await world.set(3, { state: 'open', labels: ['preview'] });
  await build('opened', 3, 'c');
  await world.set(3, { state: 'closed' });
  const proxy = await startTamperingProxy(world.emulator.url, (asked, answer) =>
    asked === 'BatchDeleteImage'
      ? { imageIds: [], failures: [{ imageId: { imageTag: `web-pr-3-${commit('c')}` }, failureCode }] }
      : answer,
  );
  const run = await build('closed', 3, 'c', { AWS_ENDPOINT_URL: proxy.url });
  proxy.stop();
  expect(run.exitCode).toBe(0);
  expect(run.log).toMatch(said);
});

test('a repository that is gone has no images to delete', async () => {
  await world.set(4, { labels: ['preview'] });
  await build('opened', 4, 'd');
  await world.set(4, { state: 'closed' });
  await ecr.send(new DeleteRepositoryCommand({ repositoryName: 'web-previews', force: true }));
  const run = await build('closed', 4, 'd');
  expect(run.exitCode).toBe(0);
  expect(run.log).toContain('Deleted 0 image tags of web-pr-4');
});
