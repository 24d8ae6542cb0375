import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  GetLifecyclePolicyCommand,
} from '@aws-sdk/client-ecr';
import { applyImage, dryRunImage } from '../../src/deploy-express/image/obtain.ts';
import { type EmulatedEcr, startEmulatedEcr } from '../helpers/emulated-ecr.ts';
import { type FakeDocker, installFakeDocker } from '../helpers/fake-docker.ts';
import { COMMIT, imageOptions } from '../helpers/image-options.ts';

/** `applyImage` against the emulated ECR; a stand-in for docker, since this is about what is around the build. */
const digest = `sha256:${'d'.repeat(64)}`;
const script = `
case "$1 $2" in
  "version --format") echo '{"Client":{"Version":"28.0.0"},"Server":{"Os":"linux"}}';;
  "buildx version") echo github.com/docker/buildx v0.30.0;;
  "--debug buildx") echo 'Driver: docker-container';;
  "buildx build") echo "$@" >> "$NOTES/builds"
    while [ "$1" != --metadata-file ]; do shift; done
    echo '{"containerimage.digest":"${digest}"}' > "$2";;
esac`;

let world: EmulatedEcr;
let docker: FakeDocker;
let workspace: string;
beforeAll(async () => {
  world = await startEmulatedEcr();
  docker = installFakeDocker(script);
  workspace = mkdtempSync(join(tmpdir(), 'workspace-'));
  writeFileSync(join(workspace, 'Dockerfile'), 'FROM scratch\n');
});
afterAll(async () => {
  docker.remove();
  rmSync(workspace, { recursive: true });
  await world.stop();
});

const create = (repositoryName: string, more: object = {}) =>
  world.ecr.send(new CreateRepositoryCommand({ repositoryName, ...more }));
const describeOne = async (name: string) =>
  (await world.ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [name] }))).repositories?.[0];
const builds = () => docker.read('builds').trim().split('\n');
const calls = async () => (await world.emulator.requests()).map(({ operation }) => operation);

const digestOfTag = async (repositoryName: string, imageTag: string) =>
  (await world.ecr.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag }] }))).images?.[0]
    ?.imageId?.imageDigest;

test('a missing repository is created as asked, and the image deployed by its digest', async () => {
  const repository = { name: 'team/new', immutableTags: true, expireUntaggedDays: 30 };
  const options = imageOptions(workspace, {
    repository,
    imageTags: ['latest', 'v1.2'],
    cacheTo: ['registry'],
  });
  await world.emulator.forgetRequests();
  expect(await applyImage(options)).toEqual({
    reference: `${world.emulator.registry}/team/new@${digest}`,
    digest,
    repository: 'team/new',
  });
  expect(await calls()).toEqual([
    ...['DescribeRepositories', 'CreateRepository', 'PutLifecyclePolicy', 'GetAuthorizationToken'],
  ]);
  expect(await describeOne('team/new')).toMatchObject({
    imageScanningConfiguration: { scanOnPush: true },
    imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    imageTagMutabilityExclusionFilters: [
      { filterType: 'WILDCARD', filter: 'buildcache' },
      { filterType: 'WILDCARD', filter: 'latest' },
    ],
  });
  expect(builds().at(-1)).toContain(
    `--tag ${world.emulator.registry}/team/new:${COMMIT} --tag ${world.emulator.registry}/team/new:latest --tag ${world.emulator.registry}/team/new:v1.2 --cache-to type=registry,ref=${world.emulator.registry}/team/new:buildcache,mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true ${workspace}`,
  );
  expect(options.recorded.masked).toHaveLength(2);
  expect(options.recorded.log[0]).toBe('Created ECR repository team/new');
  expect(options.recorded.log.at(-1)).toBe(`Pushed team/new@${digest} as ${COMMIT}, latest, v1.2`);
});

test('the lifecycle policy touches untagged images only', async () => {
  const answer = await world.ecr.send(new GetLifecyclePolicyCommand({ repositoryName: 'team/new' }));
  const { rules } = JSON.parse(answer.lifecyclePolicyText ?? '');
  expect(rules).toHaveLength(1);
  expect(rules[0].selection).toEqual({
    tagStatus: 'untagged',
    countType: 'sinceImagePushed',
    countUnit: 'days',
    countNumber: 30,
  });
});

test('a policy that may not be set is a notice', async () => {
  await world.emulator.addFaults([
    { service: 'ecr', operation: 'PutLifecyclePolicy', times: 1, fault: 'denied' },
  ]);
  const options = imageOptions(workspace, { repository: { name: 'no-policy', expireUntaggedDays: 7 } });
  expect((await applyImage(options)).digest).toBe(digest);
  expect(options.recorded.notices).toEqual([
    expect.stringContaining('lifecycle policy of ECR repository no-policy'),
  ]);
});

test('a repository that is there keeps its settings', async () => {
  await create('settled', { imageScanningConfiguration: { scanOnPush: false } });
  const settled = await describeOne('settled');
  await world.emulator.forgetRequests();
  await applyImage(
    imageOptions(workspace, { repository: { name: 'settled', immutableTags: true, expireUntaggedDays: 1 } }),
  );
  expect(await calls()).toEqual(['DescribeRepositories', 'BatchGetImage', 'GetAuthorizationToken']);
  expect(await describeOne('settled')).toEqual(settled);
});

const expiryOf = async (repositoryName: string) => {
  const answer = await world.ecr
    .send(new GetLifecyclePolicyCommand({ repositoryName }))
    .catch(({ name }: Error) => name);
  return typeof answer === 'string'
    ? answer
    : JSON.parse(answer.lifecyclePolicyText ?? '').rules[0].selection.countNumber;
};

test.each([
  ['once, and the SDK asks again', 1],
  ['each time, so that no answer ever comes', 5],
])(
  'a repository whose making was answered to nobody is finished: the reply is lost %s',
  async (_how, times) => {
    const name = `lost-${times}`;
    const lost = { service: 'ecr', operation: 'CreateRepository', fault: 'lost-reply' };
    await world.emulator.addFaults([
      { ...lost, times: 1 },
      ...(times > 1 ? [{ ...lost, fault: 'reset', times: times - 1 }] : []),
    ]);
    const options = imageOptions(workspace, {
      repository: { name, immutableTags: true, expireUntaggedDays: 7 },
    });
    expect(await applyImage(options)).toMatchObject({ repository: name });
    expect(await expiryOf(name)).toBe(7);
    expect(await describeOne(name)).toMatchObject({ imageScanningConfiguration: { scanOnPush: true } });
    expect(options.recorded.log).toContain(`Created ECR repository ${name}`);
  },
);

/** Keeps the request until somebody has made the repository in another way. */
async function whileAnotherMakes(name: string, faults: readonly object[]) {
  const held = await world.emulator.hold({ service: 'ecr', operation: 'CreateRepository' });
  const options = imageOptions(workspace, { repository: { name, expireUntaggedDays: 7 } });
  const applying = applyImage(options);
  await held.arrived();
  await create(name, { imageScanningConfiguration: { scanOnPush: false } });
  await world.emulator.addFaults(faults);
  await held.release();
  await applying;
  return options.recorded;
}

test('a repository that another job makes meanwhile is taken as found', async () => {
  const { log, notices } = await whileAnotherMakes('raced', []);
  expect(log).not.toContain('Created ECR repository raced');
  expect(notices).toEqual([]);
  expect(await expiryOf('raced')).toBe('LifecyclePolicyNotFoundException');
  expect(await describeOne('raced')).toMatchObject({ imageScanningConfiguration: { scanOnPush: false } });
});

test('a repository of which nobody knows who made it is left as it is, and that is said', async () => {
  const reset = { service: 'ecr', operation: 'CreateRepository', fault: 'reset', times: 1 };
  const { log, notices } = await whileAnotherMakes('doubtful', [reset]);
  expect(log).not.toContain('Created ECR repository doubtful');
  expect(notices).toEqual([expect.stringContaining('no lifecycle policy was set')]);
  expect(await expiryOf('doubtful')).toBe('LifecyclePolicyNotFoundException');
});

test('a repository that was not made, by requests that nobody answered, is missing still', async () => {
  const reset = { service: 'ecr', operation: 'CreateRepository', fault: 'reset', times: 5 };
  await world.emulator.addFaults([reset]);
  const options = imageOptions(workspace, { repository: { name: 'never', expireUntaggedDays: 7 } });
  await expect(applyImage(options)).rejects.toThrow('could not create ECR repository never');
  await expect(describeOne('never')).rejects.toThrow(/does not exist/);
});

test('with immutable tags the image of the commit is taken as it is, and movable tags follow', async () => {
  await create('fixed', {
    imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'latest' }],
  });
  const built = await world.push('fixed', COMMIT, 'one');
  expect(await world.push('fixed', 'latest', 'two')).not.toBe(built);
  const count = builds().length;
  const options = imageOptions(workspace, { repository: { name: 'fixed' }, imageTags: ['latest', 'v1'] });
  expect(await dryRunImage(options)).toEqual([
    `Would deploy the image that tag ${COMMIT} of ECR repository fixed names, without building it again`,
  ]);
  expect(await applyImage(options)).toMatchObject({ digest: built });
  expect(builds()).toHaveLength(count);
  expect(await digestOfTag('fixed', 'latest')).toBe(built);
  expect(await digestOfTag('fixed', 'v1')).toBe(built);
  expect(options.recorded.notices).toEqual([expect.stringContaining('nothing was built')]);
});

test('a tag that cannot be moved is refused before the build', async () => {
  await create('stuck', { imageTagMutability: 'IMMUTABLE' });
  await world.push('stuck', 'v1', 'one');
  const count = builds().length;
  const options = imageOptions(workspace, { repository: { name: 'stuck' }, imageTags: ['v1'] });
  await expect(applyImage(options)).rejects.toMatchObject({
    code: 'push-failed',
    hint: expect.stringContaining('v1'),
  });
  await expect(dryRunImage(options)).rejects.toMatchObject({ code: 'push-failed' });
  expect(builds()).toHaveLength(count);
});

test('with mutable tags the image of before keeps a tag, so that it is never expired', async () => {
  await create('moving');
  const running = await world.push('moving', COMMIT, 'one');
  await applyImage(imageOptions(workspace, { repository: { name: 'moving' } }));
  expect(await digestOfTag('moving', `${COMMIT}-${running.slice(7, 19)}`)).toBe(running);
  // Once more: the tag is there already, and that is fine.
  await applyImage(imageOptions(workspace, { repository: { name: 'moving' } }));
});

test('a dry run says what would be done, and does none of it', async () => {
  const options = imageOptions(workspace, {
    repository: { name: 'dry' },
    imageTags: ['latest'],
    target: 'runtime',
  });
  await world.emulator.forgetRequests();
  expect(await dryRunImage(options)).toEqual([
    'Would create ECR repository dry',
    'Would build the workspace with Dockerfile, stage runtime for linux/amd64',
    `Would push it to ECR repository dry as ${COMMIT}, latest`,
  ]);
  expect(await calls()).toEqual(['DescribeRepositories']);
});

test.each([
  ['DescribeRepositories', 'ecr:DescribeRepositories'],
  ['CreateRepository', 'ecr:CreateRepository'],
  ['GetAuthorizationToken', 'ecr:GetAuthorizationToken'],
])('a denied %s names the action to allow', async (operation, action) => {
  await world.emulator.addFaults([{ service: 'ecr', operation, times: 1, fault: 'denied' }]);
  const options = imageOptions(workspace, { repository: { name: `denied-${operation.toLowerCase()}` } });
  await expect(applyImage(options)).rejects.toMatchObject({
    code: 'access-denied',
    hint: expect.stringContaining(action),
  });
});

test('without a commit and without tags there is nothing to call the image', async () => {
  const options = { ...imageOptions(workspace), commitSha: '' };
  await expect(applyImage(options)).rejects.toMatchObject({ code: 'input-invalid' });
});

test('an image that ECR has and cannot give is not taken for none', async () => {
  await create('team/archived');
  const trouble = { failureCode: 'ImageInaccessible', failureReason: 'the image is archived' };
  await world.emulator.post('ecr', { failures: [{ repository: 'team/archived', tag: COMMIT, ...trouble }] });
  const options = imageOptions(workspace, { repository: { name: 'team/archived' } });
  await expect(applyImage(options)).rejects.toThrow(
    `could not read ${COMMIT} of ECR repository team/archived: ImageInaccessible, the image is archived`,
  );
  await world.emulator.post('ecr', { failures: [] });
});
