import { get } from 'node:http';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
} from '@aws-sdk/client-ecr';
import {
  DescribeExpressGatewayServiceCommand,
  DescribeServiceRevisionsCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  UpdateExpressGatewayServiceCommand,
} from '@aws-sdk/client-ecs';
import { createDocker, type Docker, describeWithDocker } from '../helpers/docker.ts';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';
import { createWeb, newestDeployment, WEB_ARN } from '../helpers/express-service.ts';
import { until } from '../helpers/until.ts';

describeWithDocker('with a docker engine', () => {
  let emulator: EmulatorHandle;
  let docker: Docker;
  let ecs: ECSClient;
  let image: string;
  beforeAll(async () => {
    emulator = await startEmulator('--engine', 'docker', '--speed', '200');
    ecs = new ECSClient(emulator.client);
    const ecr = new ECRClient(emulator.client);
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'web' }));
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
    const token = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString();
    docker = createDocker();
    image = `${emulator.registry}/web:1`;
    await docker.buildTinyServer(image);
    await docker.login(emulator.registry, token.slice('AWS:'.length));
    await docker.run('push', '--quiet', image);
    await docker.run('image', 'rm', image);
  });
  afterAll(async () => {
    docker.close();
    await emulator.stop();
  });

  const containerOf = (more: object) => ({
    image,
    containerPort: 8080,
    environment: [{ name: 'GREETING', value: 'hello' }],
    ...more,
  });
  const finished = async () => {
    // A deployment that has just been started is not listed yet.
    await emulator.advance(5);
    return until(
      () => newestDeployment(ecs),
      ({ finishedAt }) => finishedAt !== undefined,
    );
  };
  const configuration = async () =>
    (await ecs.send(new DescribeExpressGatewayServiceCommand({ serviceArn: WEB_ARN }))).service
      ?.activeConfigurations?.[0];

  test('the image that was pushed runs, by its digest, and answers through the load balancer', async () => {
    await createWeb(ecs, { primaryContainer: containerOf({}) });
    const deployment = await finished();
    expect(deployment).toMatchObject({ status: 'SUCCESSFUL' });
    const host = (await configuration())?.ingressPaths?.[0]?.endpoint?.replace('https://', '');
    const text = await new Promise((resolve) =>
      get(`http://${emulator.http}/`, { headers: { host } }, (answer) =>
        answer.on('data', (chunk) => resolve(String(chunk))),
      ),
    );
    expect(text).toBe('hello');
    const { imageDetails } = await new ECRClient(emulator.client).send(
      new DescribeImagesCommand({ repositoryName: 'web' }),
    );
    const { serviceRevisions } = await ecs.send(
      new DescribeServiceRevisionsCommand({
        serviceRevisionArns: [deployment.targetServiceRevision?.arn ?? ''],
      }),
    );
    expect(serviceRevisions?.[0]?.containerImages).toEqual([
      { containerName: 'Main', image, imageDigest: imageDetails?.[0]?.imageDigest },
    ]);
  });

  test('a program that ends is rolled back from, with its exit code and its last words', async () => {
    await ecs.send(
      new UpdateExpressGatewayServiceCommand({
        serviceArn: WEB_ARN,
        primaryContainer: containerOf({ command: ['exit', '3'] }),
      }),
    );
    expect(await finished()).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' });
    const { taskArns } = await ecs.send(
      new ListTasksCommand({ serviceName: 'web', desiredStatus: 'STOPPED' }),
    );
    const { tasks } = await ecs.send(new DescribeTasksCommand({ tasks: taskArns }));
    expect(tasks?.[0]).toMatchObject({
      stopCode: 'EssentialContainerExited',
      containers: [{ name: 'Main', exitCode: 3 }],
    });
    const logGroupName = (await configuration())?.primaryContainer?.awsLogsConfiguration?.logGroup;
    const { events } = await new CloudWatchLogsClient(emulator.client).send(
      new FilterLogEventsCommand({ logGroupName, filterPattern: 'fatal' }),
    );
    expect(events?.[0]?.message).toBe('fatal: told to exit');
  });
});
