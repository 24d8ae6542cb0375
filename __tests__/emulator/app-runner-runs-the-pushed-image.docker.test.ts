import { AppRunnerClient, CreateServiceCommand, DescribeServiceCommand } from '@aws-sdk/client-apprunner';
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { createDocker, type Docker, describeWithDocker } from '../helpers/docker.ts';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';
import { getHttps } from '../helpers/https.ts';
import { until } from '../helpers/until.ts';

describeWithDocker('with a docker engine', () => {
  let emulator: EmulatorHandle;
  let docker: Docker;
  beforeAll(async () => {
    emulator = await startEmulator('--engine', 'docker', '--speed', '200');
    docker = createDocker();
  });
  afterAll(async () => {
    docker.close();
    await emulator.stop();
  });

  test('a private image runs as a container and answers under the name of its service', async () => {
    const ecr = new ECRClient(emulator.client);
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'blue' }));
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
    const token = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString();
    const image = `${emulator.registry}/blue:1`;
    await docker.buildTinyServer(image);
    await docker.login(emulator.registry, token.slice('AWS:'.length));
    await docker.run('push', '--quiet', image);

    const runner = new AppRunnerClient(emulator.client);
    const { Service } = await runner.send(
      new CreateServiceCommand({
        ServiceName: 'blue',
        SourceConfiguration: {
          AuthenticationConfiguration: {
            AccessRoleArn: 'arn:aws:iam::123456789012:role/AppRunnerECRAccessRole',
          },
          ImageRepository: {
            ImageIdentifier: image,
            ImageRepositoryType: 'ECR',
            ImageConfiguration: { RuntimeEnvironmentVariables: { GREETING: 'I am blue' } },
          },
        },
        HealthCheckConfiguration: { Protocol: 'HTTP', Path: '/' },
      }),
    );
    const status = async () =>
      (await runner.send(new DescribeServiceCommand({ ServiceArn: Service?.ServiceArn }))).Service?.Status;
    expect(await until(status, (seen) => seen !== 'OPERATION_IN_PROGRESS')).toBe('RUNNING');
    expect(await getHttps(emulator, Service?.ServiceUrl ?? '')).toEqual({ status: 200, body: 'I am blue' });
  });
});
