import { CreateRepositoryCommand, DescribeImagesCommand } from '@aws-sdk/client-ecr';
import { createDocker, type Docker, describeWithDocker } from '../helpers/docker.ts';
import { type RegistryWorld, startRegistryWorld } from '../helpers/registry-world.ts';

describeWithDocker('an unmodified docker', () => {
  let world: RegistryWorld;
  let docker: Docker;
  let image: string;
  beforeEach(async () => {
    world = await startRegistryWorld();
    docker = createDocker();
    image = `${world.registryHost}/web:1`;
    await docker.buildTinyServer(image);
  });
  afterEach(async () => {
    await docker.run('image', 'rm', '--force', image).catch(() => {});
    docker.close();
    await world.close();
  });

  const create = (imageTagMutability: 'MUTABLE' | 'IMMUTABLE') =>
    world.ecr.send(new CreateRepositoryCommand({ repositoryName: 'web', imageTagMutability }));
  const login = () => docker.login(world.registryHost, world.passwords.issue().password);

  test('pushes an image and pulls the same one again', async () => {
    await create('MUTABLE');
    await login();
    await docker.run('push', '--quiet', image);
    const { imageDetails } = await world.ecr.send(new DescribeImagesCommand({ repositoryName: 'web' }));
    const [detail] = imageDetails ?? [];
    expect(detail?.imageTags).toEqual(['1']);
    expect(world.images.resolve(image)).toMatchObject({ architectures: ['amd64'] });

    await docker.run('image', 'rm', image);
    expect(await docker.run('pull', image)).toContain(detail?.imageDigest);
  });

  test('is turned away without a login, without a repository, and from an immutable tag', async () => {
    await expect(docker.run('push', image)).rejects.toThrow('no basic auth credentials');
    await expect(docker.login(world.registryHost, 'guess')).rejects.toThrow('401');
    await login();
    await expect(docker.run('push', image)).rejects.toThrow("repository with name 'web' does not exist");
    await create('IMMUTABLE');
    await docker.run('push', '--quiet', image);
    await docker.buildTinyServer(image, 'second');
    await expect(docker.run('push', image)).rejects.toThrow(
      "tag invalid: The image tag '1' already exists in the 'web' repository and cannot be overwritten",
    );
  });
});
