import {
  CreateClusterCommand,
  type CreateExpressGatewayServiceCommandInput,
  CreateServiceCommand,
  DeleteExpressGatewayServiceCommand,
  DescribeExpressGatewayServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateExpressGatewayServiceCommand,
} from '@aws-sdk/client-ecs';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';
import { createWeb, EXECUTION_ROLE, image, WEB_ARN } from '../helpers/express-service.ts';

let emulator: EmulatorHandle;
let ecs: ECSClient;
beforeAll(async () => {
  emulator = await startEmulator();
  ecs = new ECSClient(emulator.client);
});
afterAll(() => emulator.stop());

const tags = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: 'v' }));

type Case = readonly [what: string, input: object, error: string, message: RegExp];
const CASES: readonly Case[] = [
  [
    'no infrastructure role',
    { infrastructureRoleArn: '' },
    'InvalidParameterException',
    /infrastructureRoleArn/,
  ],
  [
    'a role of another partition',
    { infrastructureRoleArn: 'arn:aws-cn:iam::123456789012:role/x' },
    'InvalidParameterException',
    /infrastructureRoleArn/,
  ],
  ['no execution role', { executionRoleArn: undefined }, 'InvalidParameterException', /executionRoleArn/],
  [
    'neither container nor task definition',
    { primaryContainer: undefined },
    'InvalidParameterException',
    /primaryContainer/,
  ],
  ['no image', { primaryContainer: { containerPort: 80 } }, 'InvalidParameterException', /image/],
  [
    'port 70000',
    { primaryContainer: { image: 'a', containerPort: 70_000 } },
    'InvalidParameterException',
    /containerPort/,
  ],
  [
    'half a log configuration',
    { primaryContainer: { image: 'a', awsLogsConfiguration: { logGroup: 'g' } } },
    'InvalidParameterException',
    /logStreamPrefix/,
  ],
  [
    'a pair Fargate does not have',
    { cpu: '300', memory: '512' },
    'ClientException',
    /No Fargate configuration exists for given values: 300 CPU, 512 memory/,
  ],
  [
    'an unknown architecture',
    { cpuArchitecture: 'SPARC' },
    'InvalidParameterException',
    /enum value set: \[X86_64, ARM64\]/,
  ],
  [
    'an unknown metric',
    { scalingTarget: { autoScalingMetric: 'CPU' } },
    'InvalidParameterException',
    /autoScalingMetric/,
  ],
  [
    'less at most than at least',
    { scalingTarget: { minTaskCount: 5, maxTaskCount: 2 } },
    'InvalidParameterException',
    /maxTaskCount/,
  ],
  [
    'a relative health check path',
    { healthCheckPath: 'ping' },
    'InvalidParameterException',
    /must begin with a '\/'/,
  ],
  ['a name with a blank', { serviceName: 'my web' }, 'InvalidParameterException', /service name/],
  [
    'a subnet that is none',
    { networkConfiguration: { subnets: ['vpc-1'] } },
    'InvalidParameterException',
    /subnet ID 'vpc-1'/,
  ],
  ['51 tags', { tags: tags(51) }, 'InvalidParameterException', /at most 50/],
  ['a reserved tag', { tags: [{ key: 'aws:x', value: '' }] }, 'InvalidParameterException', /aws:/],
  ['a cluster that is missing', { cluster: 'other' }, 'ClusterNotFoundException', /Cluster not found/],
  [
    'a task definition beside a container',
    { taskDefinitionArn: 'web:1' },
    'InvalidParameterException',
    /cannot be provided with primaryContainer/,
  ],
];

test.each(CASES)('a create with %s', async (_what, input, error, message) => {
  const more = input as Partial<CreateExpressGatewayServiceCommandInput>;
  await expect(createWeb(ecs, more)).rejects.toMatchObject({
    name: error,
    message: expect.stringMatching(message),
    $metadata: { httpStatusCode: 400, requestId: expect.any(String) },
  });
});

test('nothing was made by what was refused, not even the default cluster', async () => {
  await expect(ecs.send(new DescribeServicesCommand({ services: ['web'] }))).rejects.toMatchObject({
    name: 'ClusterNotFoundException',
  });
});

test('a service that is not there: either of two errors on describe, ServiceNotFoundException on delete and update', async () => {
  await ecs.send(new CreateClusterCommand({}));
  const describeWeb = new DescribeExpressGatewayServiceCommand({ serviceArn: WEB_ARN });
  await expect(ecs.send(describeWeb)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await emulator.post('ecs', { missingServiceError: 'InvalidParameterException' });
  await expect(ecs.send(describeWeb)).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'Resource not found',
  });
  const missing = { name: 'ServiceNotFoundException', message: 'Service not found.' };
  await expect(
    ecs.send(new DeleteExpressGatewayServiceCommand({ serviceArn: WEB_ARN })),
  ).rejects.toMatchObject(missing);
  await expect(
    ecs.send(new UpdateExpressGatewayServiceCommand({ serviceArn: WEB_ARN })),
  ).rejects.toMatchObject(missing);
  expect(await ecs.send(new DescribeServicesCommand({ services: ['web'] }))).toMatchObject({
    services: [],
    failures: [{ arn: WEB_ARN, reason: 'MISSING' }],
  });
});

test('a fresh role cannot be assumed: so many creates and updates are refused', async () => {
  await emulator.post('ecs', { rolePropagationFailures: 2 });
  const refusal = {
    name: 'AccessDeniedException',
    message: expect.stringMatching(/^Cannot assume role .*sts:AssumeRole/),
    $metadata: { httpStatusCode: 403 },
  };
  await expect(createWeb(ecs)).rejects.toMatchObject(refusal);
  await expect(createWeb(ecs)).rejects.toMatchObject(refusal);
  await createWeb(ecs);
  await expect(createWeb(ecs)).rejects.toMatchObject({ message: 'Creation of service was not idempotent.' });
});

test('an ordinary service is shown as such and left alone by Express', async () => {
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'plain',
      containerDefinitions: [{ name: 'app', image: 'a' }],
    }),
  );
  await ecs.send(new CreateServiceCommand({ serviceName: 'plain', taskDefinition: 'plain' }));
  const { services } = await ecs.send(new DescribeServicesCommand({ services: ['plain'] }));
  expect(services?.[0]).toMatchObject({ resourceManagementType: 'CUSTOMER', status: 'ACTIVE' });
  await expect(
    ecs.send(new DescribeExpressGatewayServiceCommand({ serviceArn: services?.[0]?.serviceArn })),
  ).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

test.each([
  ['of another name', { name: 'app', image: 'a', portMappings: [{ containerPort: 80, name: 'p' }] }],
  ['without a port', { name: 'Main', image: 'a' }],
  [
    'with two ports',
    {
      name: 'Main',
      image: 'a',
      portMappings: [
        { containerPort: 80, name: 'p' },
        { containerPort: 81, name: 'q' },
      ],
    },
  ],
  ['without a port name', { name: 'Main', image: 'a', portMappings: [{ containerPort: 80 }] }],
])('a task definition with a container %s', async (_what, container) => {
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({ family: 'odd', containerDefinitions: [container] }),
  );
  await expect(
    createWeb(ecs, {
      serviceName: 'odd',
      executionRoleArn: undefined,
      primaryContainer: undefined,
      taskDefinitionArn: taskDefinition?.taskDefinitionArn,
    }),
  ).rejects.toMatchObject({
    message: "Task definition must contain a container named 'Main' with a single TCP port mapping.",
  });
});

test('a fitting task definition is taken instead of a container', async () => {
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'sidecars',
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      executionRoleArn: EXECUTION_ROLE,
      containerDefinitions: [
        { name: 'Main', image: image('web:1').image, portMappings: [{ containerPort: 8080, name: 'web' }] },
        { name: 'sidecar', image: 'public.ecr.aws/example/agent:1' },
      ],
    }),
  );
  await createWeb(ecs, {
    serviceName: 'sidecars',
    executionRoleArn: undefined,
    primaryContainer: undefined,
    taskDefinitionArn: taskDefinition?.taskDefinitionArn,
  });
  const { service } = await ecs.send(
    new DescribeExpressGatewayServiceCommand({ serviceArn: WEB_ARN.replace(/web$/, 'sidecars') }),
  );
  // With the container that AWS derives from it.
  expect(service?.activeConfigurations).toMatchObject([
    {
      taskDefinitionArn: taskDefinition?.taskDefinitionArn,
      primaryContainer: { image: 'public.ecr.aws/example/web:1', containerPort: 8080 },
    },
  ]);
});
