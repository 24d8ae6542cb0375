import { awsCli, describeWithAwsCli, describeWithBoto3, runPython, shell } from '../helpers/aws-cli.ts';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';
import { until } from '../helpers/until.ts';

const ARN = 'arn:aws:ecs:eu-west-1:123456789012:service/default/express-web-application';
let emulator: EmulatorHandle;

beforeAll(async () => {
  emulator = await startEmulator('--speed', '600');
});
afterAll(() => emulator.stop());

describeWithAwsCli('the AWS CLI', () => {
  test('creates an Express service as the AWS blog prints it', async () => {
    const arn = shell(
      `
export APP_NAME=express-web-application
export ACCOUNT_ID=$(aws sts get-caller-identity --query Account --output text)
aws ecs create-express-gateway-service \\
--execution-role-arn arn:aws:iam::\${ACCOUNT_ID}:role/ecsTaskExecutionRole \\
--infrastructure-role-arn arn:aws:iam::\${ACCOUNT_ID}:role/ecsInfrastructureRoleForExpressServices \\
--primary-container '{
"image": "public.ecr.aws/aws-containers/retail-store-sample-ui:1.3.0",
"containerPort": 8080,
"environment": [{
"name": "RETAIL_UI_THEME",
"value": "orange"
}]
}' \\
--service-name "\${APP_NAME}" \\
--health-check-path "/" \\
--scaling-target '{"minTaskCount":1,"maxTaskCount":4}' \\
--query service.serviceArn --output text`,
      emulator.env,
    ).trim();
    expect(arn).toBe(ARN);

    const deployments = () =>
      awsCli(['ecs', 'list-service-deployments', '--cluster', 'default', '--service', arn], emulator.env) as {
        serviceDeployments: { status: string }[];
      };
    await until(deployments, ({ serviceDeployments }) => serviceDeployments[0]?.status === 'SUCCESSFUL');

    const described = awsCli(['ecs', 'describe-express-gateway-service', '--service-arn', arn], emulator.env);
    expect(described).toMatchObject({
      service: {
        status: { statusCode: 'ACTIVE' },
        activeConfigurations: [
          { primaryContainer: { environment: [{ name: 'RETAIL_UI_THEME', value: 'orange' }] } },
        ],
      },
    });
  });

  test('finds what Express made, as the blog promises', () => {
    const { taskDefinition } = awsCli(
      ['ecs', 'describe-task-definition', '--task-definition', 'default-express-web-application'],
      emulator.env,
    ) as { taskDefinition: { containerDefinitions: unknown[] } };
    expect(taskDefinition.containerDefinitions).toMatchObject([
      { image: 'public.ecr.aws/aws-containers/retail-store-sample-ui:1.3.0' },
    ]);
    expect(awsCli(['ecs', 'describe-clusters'], emulator.env)).toMatchObject({
      clusters: [{ clusterName: 'default', activeServicesCount: 1 }],
    });
    expect(awsCli(['ecs', 'list-tags-for-resource', '--resource-arn', ARN], emulator.env)).toEqual({
      tags: [],
    });
  });

  test('deletes the service, and the load balancer that is no longer needed', async () => {
    const deleted = awsCli(['ecs', 'delete-express-gateway-service', '--service-arn', ARN], emulator.env);
    expect(deleted).toMatchObject({ service: { status: { statusCode: 'DRAINING' } } });
    const balancers = () =>
      awsCli(['elbv2', 'describe-load-balancers'], emulator.env) as {
        LoadBalancers: { LoadBalancerArn: string }[];
      };
    for (const { LoadBalancerArn } of balancers().LoadBalancers)
      awsCli(['elbv2', 'delete-load-balancer', '--load-balancer-arn', LoadBalancerArn], emulator.env);
    expect(balancers().LoadBalancers).toEqual([]);
  });
});

describeWithBoto3('boto3', () => {
  test('creates, updates and reads an Express service', () => {
    const printed = runPython(
      `
import boto3, json
ecs = boto3.client("ecs")
role = "arn:aws:iam::123456789012:role/"
made = ecs.create_express_gateway_service(
    serviceName="boto", executionRoleArn=role + "ecsTaskExecutionRole", infrastructureRoleArn=role + "ecsInfrastructureRole",
    primaryContainer={"image": "public.ecr.aws/x/y:1"}, tags=[{"key": "a", "value": "b"}])["service"]
target = ecs.update_express_gateway_service(
    serviceArn=made["serviceArn"], primaryContainer={"image": "public.ecr.aws/x/y:2"})["service"]["targetConfiguration"]
listed = ecs.list_services(cluster="default", resourceManagementType="ECS")["serviceArns"]
print(json.dumps([made["status"]["statusCode"], target["primaryContainer"]["image"], made["serviceArn"] in listed]))`,
      emulator.env,
    );
    expect(JSON.parse(printed)).toEqual(['ACTIVE', 'public.ecr.aws/x/y:2', true]);
  });
});
