import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import { createDockerEngine } from '../../emulator/engine/docker.ts';
import type { Engine } from '../../emulator/world.ts';
import { createDocker, type Docker, describeWithDocker } from '../helpers/docker.ts';
import { getText, startContainer } from '../helpers/engine-events.ts';
import { type RegistryWorld, startRegistryWorld } from '../helpers/registry-world.ts';

describeWithDocker('the docker engine', () => {
  let world: RegistryWorld;
  let docker: Docker;
  let engine: Engine;
  let image: string;
  beforeAll(async () => {
    world = await startRegistryWorld();
    docker = createDocker();
    image = `${world.registryHost}/web:1`;
    await world.ecr.send(new CreateRepositoryCommand({ repositoryName: 'web' }));
    await docker.buildTinyServer(image);
    await docker.login(world.registryHost, world.passwords.issue().password);
    await docker.run('push', '--quiet', image);
    await docker.run('image', 'rm', image);
    engine = await createDockerEngine(world);
  });
  afterAll(async () => {
    await engine.close();
    docker.close();
    await world.close();
  });

  /** Those of this registry: other tests have theirs beside them. */
  const containers = async () => {
    const lines = await docker.run('ps', '--filter', 'status=running', '--format', '{{.Image}} {{.ID}}');
    const own = lines.split('\n').filter((line) => line.startsWith(`${world.registryHost}/`));
    return own.map((line) => line.split(' ')[1]).join('\n');
  };

  test('pulls from the registry, runs with the environment, publishes the port, and stops', async () => {
    const container = startContainer(engine, { image, environment: { GREETING: 'a "quoted"\nword' } });
    const { address, imageDigest } = await container.running;
    expect(world.images.resolve(image)).toMatchObject({ digest: imageDigest });
    expect(await getText(address)).toEqual({ status: 200, text: 'a "quoted"\nword' });
    await container.printed('listening on 8080');
    await container.stop();
    expect(await containers()).toBe('');
  });

  test('one without a port runs all the same, and publishes none', async () => {
    const container = startContainer(engine, { image, containerPort: undefined });
    const { imageDigest } = await container.running;
    expect(world.images.resolve(image)).toMatchObject({ digest: imageDigest });
    expect(await docker.run('port', await containers())).toBe('');
    await container.stop();
  });

  test('a program that ends is told with its code and its last words', async () => {
    const container = startContainer(engine, { image, command: ['exit', '3'] });
    expect(await container.stopped).toEqual({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      exitCode: 3,
    });
    expect(container.log).toEqual(['fatal: told to exit']);
  });

  test('an image that is not there, or is for another processor, cannot be pulled', async () => {
    const absent = startContainer(engine, { image: `${world.registryHost}/web:none` });
    expect((await absent.stopped).stoppedReason).toMatch(/^CannotPullContainerError: .*not found$/);
    const arm = startContainer(engine, { image, cpuArchitecture: 'ARM64' });
    expect((await arm.stopped).stoppedReason).toContain("matching platform 'linux/arm64'");
  });

  test('a port that nobody listens on drops connections', async () => {
    const container = startContainer(engine, { image, containerPort: 9999 });
    const { address } = await container.running;
    await expect(getText(address)).rejects.toThrow('fetch failed');
    await container.stop();
  });

  test('an image of this machine runs without a registry, and one without a program cannot start', async () => {
    const local = 'emulator-test/not-executable:1';
    await docker.buildTinyServer(local);
    const works = startContainer(engine, { image: local });
    await works.running;
    await works.stop();

    const id = await docker.run('create', '--entrypoint', '/absent', local);
    await docker.run('commit', id, local);
    await docker.run('rm', id);
    const fails = startContainer(engine, { image: local });
    expect(await fails.stopped).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: expect.stringMatching(/^CannotStartContainerError: .*\/absent/),
    });
    await fails.stop();
    await docker.run('image', 'rm', local);
  });
});
