import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeRepositoriesCommand,
  GetAuthorizationTokenCommand,
  GetLifecyclePolicyCommand,
  ListTagsForResourceCommand,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
  TagResourceCommand,
} from '@aws-sdk/client-ecr';
import { pushImage } from '../helpers/push-image.ts';
import { ACCOUNT, type RegistryWorld, startRegistryWorld } from '../helpers/registry-world.ts';

let world: RegistryWorld;
beforeEach(async () => {
  world = await startRegistryWorld();
});
afterEach(() => world.close());

const create = (repositoryName: string, more: object = {}) =>
  world.ecr.send(new CreateRepositoryCommand({ repositoryName, ...more }));

test('a new repository has the documented defaults and an address in the local registry', async () => {
  const { repository } = await create('team/web');
  expect(repository).toEqual({
    repositoryArn: `arn:aws:ecr:eu-west-1:${ACCOUNT}:repository/team/web`,
    registryId: ACCOUNT,
    repositoryName: 'team/web',
    repositoryUri: `${world.registryHost}/team/web`,
    createdAt: expect.any(Date),
    imageTagMutability: 'MUTABLE',
    imageScanningConfiguration: { scanOnPush: false },
    encryptionConfiguration: { encryptionType: 'AES256' },
  });
});

test('all settings of creation are described again', async () => {
  const settings = {
    imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'latest*' }],
    imageScanningConfiguration: { scanOnPush: true },
    encryptionConfiguration: { encryptionType: 'KMS', kmsKey: 'alias/mine' },
  };
  await create('web', settings);
  const { repositories } = await world.ecr.send(
    new DescribeRepositoriesCommand({ repositoryNames: ['web'] }),
  );
  expect(repositories?.[0]).toMatchObject(settings);
});

test('a name that is taken is refused with AWS’s words', async () => {
  await create('web');
  await expect(create('web')).rejects.toMatchObject({
    name: 'RepositoryAlreadyExistsException',
    message: `The repository with name 'web' already exists in the registry with id '${ACCOUNT}'`,
  });
});

test.each(['W', 'Web', 'a', '-web', 'web-', 'web//api', 'a'.repeat(257)])(
  'the name %p is refused',
  async (name) => {
    await expect(create(name)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  },
);

test.each(['web', 'team/web', 'a.b', 'a__b', 'a--b', '0/1/2'])('the name %p is taken', async (name) => {
  await expect(create(name)).resolves.toBeDefined();
});

test.each([
  [{ imageTagMutability: 'SOMETIMES' }],
  [{ imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' }],
  [{ imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'a*' }] }],
  [
    {
      imageTagMutability: 'MUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'a*b*c*' }],
    },
  ],
  [{ encryptionConfiguration: { encryptionType: 'ROT13' } }],
])('the settings %j are refused', async (settings) => {
  await expect(create('web', settings)).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

test('repositories are listed in pages, and a missing one is named', async () => {
  for (const name of ['aa', 'bb', 'cc']) await create(name);
  const first = await world.ecr.send(new DescribeRepositoriesCommand({ maxResults: 2 }));
  expect(first.repositories?.map((repository) => repository.repositoryName)).toEqual(['aa', 'bb']);
  const { nextToken } = first;
  const second = await world.ecr.send(new DescribeRepositoriesCommand({ maxResults: 2, nextToken }));
  expect(second.repositories?.map((repository) => repository.repositoryName)).toEqual(['cc']);
  expect(second.nextToken).toBeUndefined();

  await expect(
    world.ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['aa', 'zz'] })),
  ).rejects.toMatchObject({
    name: 'RepositoryNotFoundException',
    message: `The repository with name 'zz' does not exist in the registry with id '${ACCOUNT}'`,
  });
});

test('a repository with images is deleted only by force', async () => {
  await create('web');
  await pushImage(world.call, 'web', { reference: '1' });
  await expect(world.ecr.send(new DeleteRepositoryCommand({ repositoryName: 'web' }))).rejects.toMatchObject({
    name: 'RepositoryNotEmptyException',
  });
  await world.ecr.send(new DeleteRepositoryCommand({ repositoryName: 'web', force: true }));
  expect((await world.call('GET', '/v2/web/tags/list')).status).toBe(404);
});

test('tags have upper-case members and can be added', async () => {
  const { repository } = await create('web', { tags: [{ Key: 'team', Value: 'shop' }] });
  const resourceArn = repository?.repositoryArn;
  await world.ecr.send(new TagResourceCommand({ resourceArn, tags: [{ Key: 'stage', Value: 'test' }] }));
  const { tags } = await world.ecr.send(new ListTagsForResourceCommand({ resourceArn }));
  expect(tags).toEqual([
    { Key: 'team', Value: 'shop' },
    { Key: 'stage', Value: 'test' },
  ]);

  const fiftyOne = Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: '' }));
  await expect(create('many', { tags: fiftyOne })).rejects.toMatchObject({ name: 'TooManyTagsException' });
  await expect(create('aws', { tags: [{ Key: 'aws:x', Value: '' }] })).rejects.toMatchObject({
    name: 'InvalidTagParameterException',
  });
});

test('mutability can be changed later', async () => {
  await create('web');
  const repositoryName = 'web';
  await world.ecr.send(new PutImageTagMutabilityCommand({ repositoryName, imageTagMutability: 'IMMUTABLE' }));
  const { repositories } = await world.ecr.send(new DescribeRepositoriesCommand({}));
  expect(repositories?.[0]).toMatchObject({ imageTagMutability: 'IMMUTABLE' });
});

describe('lifecycle policies', () => {
  const rule = {
    rulePriority: 1,
    description: 'untagged images go after two weeks',
    selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 },
    action: { type: 'expire' },
  };
  const put = (rules: unknown) =>
    world.ecr.send(
      new PutLifecyclePolicyCommand({
        repositoryName: 'web',
        lifecyclePolicyText: JSON.stringify({ rules }),
      }),
    );
  beforeEach(() => create('web'));

  test('a policy is kept as it was written', async () => {
    await expect(
      world.ecr.send(new GetLifecyclePolicyCommand({ repositoryName: 'web' })),
    ).rejects.toMatchObject({ name: 'LifecyclePolicyNotFoundException' });
    await put([rule]);
    const { lifecyclePolicyText } = await world.ecr.send(
      new GetLifecyclePolicyCommand({ repositoryName: 'web' }),
    );
    expect(lifecyclePolicyText).toBe(JSON.stringify({ rules: [rule] }));
  });

  test.each([
    ['no rules', []],
    ['an unknown member', [{ ...rule, note: 'x' }]],
    ['a missing action', [{ ...rule, action: undefined }]],
    ['an unknown action', [{ ...rule, action: { type: 'archive' } }]],
    ['days without a unit', [{ ...rule, selection: { ...rule.selection, countUnit: undefined } }]],
    ['a count of zero', [{ ...rule, selection: { ...rule.selection, countNumber: 0 } }]],
    ['tagged without a pattern', [{ ...rule, selection: { ...rule.selection, tagStatus: 'tagged' } }]],
    ['the same priority twice', [rule, rule]],
    [
      'any before others',
      [
        { ...rule, selection: { ...rule.selection, tagStatus: 'any' } },
        { ...rule, rulePriority: 2 },
      ],
    ],
  ])('%s is refused', async (_what, rules) => {
    await expect(put(rules)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining('Invalid parameter at'),
    });
  });
});

test('the authorization token is for the local registry and lives twelve hours', async () => {
  const { authorizationData } = await world.ecr.send(new GetAuthorizationTokenCommand({}));
  const [data] = authorizationData ?? [];
  expect(data?.proxyEndpoint).toBe(`http://${world.registryHost}`);
  expect(Number(data?.expiresAt) - world.clock.now()).toBeGreaterThan(11.9 * 3_600_000);
  expect(Buffer.from(data?.authorizationToken ?? '', 'base64').toString()).toMatch(/^AWS:.{40,}$/);
});
