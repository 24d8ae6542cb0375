import {
  CreateClusterCommand,
  DescribeClustersCommand,
  DescribeExpressGatewayServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  ListServicesCommand,
  ListTagsForResourceCommand,
  paginateListServices,
  RegisterTaskDefinitionCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ecs';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';
import { createWeb, newestDeployment, updateWeb, WEB_ARN } from '../helpers/express-service.ts';

let emulator: EmulatorHandle;
let ecs: ECSClient;
beforeAll(async () => {
  emulator = await startEmulator('--speed', '1');
  ecs = new ECSClient(emulator.client);
  await createWeb(ecs, { tags: [{ key: 'team', value: 'shop' }] });
});
afterAll(() => emulator.stop());

test('services: ten a page unless asked otherwise, filtered by who manages them', async () => {
  for (let index = 0; index < 11; index += 1) await createWeb(ecs, { serviceName: `more-${index}` });
  const first = await ecs.send(new ListServicesCommand({ resourceManagementType: 'ECS' }));
  expect(first.serviceArns).toHaveLength(10);
  expect(first.nextToken).toEqual(expect.any(String));
  const pages: number[] = [];
  for await (const page of paginateListServices({ client: ecs, pageSize: 5 }, {}))
    pages.push(page.serviceArns?.length ?? 0);
  expect(pages).toEqual([5, 5, 2]);
  expect(
    (await ecs.send(new ListServicesCommand({ resourceManagementType: 'CUSTOMER' }))).serviceArns,
  ).toEqual([]);
  await expect(ecs.send(new ListServicesCommand({ nextToken: 'x' }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
  await expect(ecs.send(new ListServicesCommand({ maxResults: 101 }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
});

test('DescribeServices takes at most ten names', async () => {
  const services = Array.from({ length: 11 }, (_, index) => `more-${index}`);
  await expect(ecs.send(new DescribeServicesCommand({ services }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
});

test('service deployments: newest first, by status and by the time they were created', async () => {
  await emulator.advance(300);
  await updateWeb(ecs, 'web:2');
  await emulator.advance(30);
  const list = async (more: object) =>
    (await ecs.send(new ListServiceDeploymentsCommand({ service: 'web', ...more }))).serviceDeployments ?? [];
  const [newest, first] = await list({});
  expect(newest?.status).toBe('IN_PROGRESS');
  expect(first?.status).toBe('SUCCESSFUL');
  expect(await list({ status: ['SUCCESSFUL'] })).toEqual([first]);
  expect(await list({ maxResults: 1 })).toEqual([newest]);
  expect(await list({ createdAt: { after: newest?.createdAt } })).toEqual([newest]);
});

test('"created after" is asked with the clock of the client, which runs slower than the emulated one', async () => {
  const after = new Date();
  await updateWeb(ecs, 'web:3');
  await emulator.advance(30);
  const { serviceDeployments } = await ecs.send(
    new ListServiceDeploymentsCommand({ service: 'web', createdAt: { after } }),
  );
  expect(serviceDeployments).toHaveLength(1);
  expect(serviceDeployments?.[0]?.serviceDeploymentArn).toBe(
    (await newestDeployment(ecs)).serviceDeploymentArn,
  );
});

test('tags are set at creation, and changed only by TagResource and UntagResource', async () => {
  await ecs.send(new TagResourceCommand({ resourceArn: WEB_ARN, tags: [{ key: 'stage', value: 'prod' }] }));
  await ecs.send(new UntagResourceCommand({ resourceArn: WEB_ARN, tagKeys: ['team'] }));
  const wanted = [{ key: 'stage', value: 'prod' }];
  expect((await ecs.send(new ListTagsForResourceCommand({ resourceArn: WEB_ARN }))).tags).toEqual(wanted);
  const describeWeb = { serviceArn: WEB_ARN };
  expect(
    (await ecs.send(new DescribeExpressGatewayServiceCommand(describeWeb))).service?.tags,
  ).toBeUndefined();
  const withTags = new DescribeExpressGatewayServiceCommand({ ...describeWeb, include: ['TAGS'] });
  expect((await ecs.send(withTags)).service?.tags).toEqual(wanted);
  await expect(
    ecs.send(new ListTagsForResourceCommand({ resourceArn: `${WEB_ARN}x` })),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('clusters are made once; those that are missing are failures', async () => {
  const { cluster } = await ecs.send(new CreateClusterCommand({ clusterName: 'shop' }));
  expect((await ecs.send(new CreateClusterCommand({ clusterName: 'shop' }))).cluster?.clusterArn).toBe(
    cluster?.clusterArn,
  );
  expect(await ecs.send(new DescribeClustersCommand({ clusters: ['shop', 'gone'] }))).toMatchObject({
    clusters: [{ clusterName: 'shop' }],
    failures: [{ reason: 'MISSING' }],
  });
});

test('task definitions count their revisions, and Fargate wants its sizes', async () => {
  const register = (more: object) =>
    ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'job',
        containerDefinitions: [{ name: 'a', image: 'b' }],
        ...more,
      }),
    );
  await register({});
  expect((await register({})).taskDefinition).toMatchObject({ revision: 2, status: 'ACTIVE' });
  const fargate = { requiresCompatibilities: ['FARGATE'], networkMode: 'awsvpc' };
  await expect(register(fargate)).rejects.toMatchObject({ name: 'ClientException' });
  await expect(register({ ...fargate, cpu: '256', memory: '4096' })).rejects.toMatchObject({
    name: 'ClientException',
  });
  await register({ ...fargate, cpu: '256', memory: '1024' });
});

test('a task definition comes back with the defaults of its containers', async () => {
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'sparse',
      networkMode: 'awsvpc',
      containerDefinitions: [{ name: 'a', image: 'b', cpu: 10, portMappings: [{ containerPort: 80 }] }],
    }),
  );
  expect(taskDefinition?.containerDefinitions).toEqual([
    {
      name: 'a',
      image: 'b',
      cpu: 10,
      essential: true,
      portMappings: [{ containerPort: 80, hostPort: 80, protocol: 'tcp' }],
      environment: [],
      mountPoints: [],
      volumesFrom: [],
    },
  ]);
});
