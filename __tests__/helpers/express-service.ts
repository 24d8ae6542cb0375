import {
  CreateExpressGatewayServiceCommand,
  type CreateExpressGatewayServiceCommandInput,
  DescribeServiceDeploymentsCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  type ServiceDeployment,
  UpdateExpressGatewayServiceCommand,
} from '@aws-sdk/client-ecs';
import type { EmulatorHandle } from './emulator.ts';

export const EXECUTION_ROLE = 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole';
export const INFRASTRUCTURE_ROLE = 'arn:aws:iam::123456789012:role/ecsInfrastructureRoleForExpressServices';
export const WEB_ARN = 'arn:aws:ecs:eu-west-1:123456789012:service/default/web';

/** Creates the service `web`; a case names only what it is about. */
export async function createWeb(
  ecs: ECSClient,
  more: Partial<CreateExpressGatewayServiceCommandInput> = {},
): Promise<void> {
  await ecs.send(
    new CreateExpressGatewayServiceCommand({
      serviceName: 'web',
      infrastructureRoleArn: INFRASTRUCTURE_ROLE,
      executionRoleArn: EXECUTION_ROLE,
      healthCheckPath: '/',
      primaryContainer: image('web:1'),
      ...more,
    }),
  );
}

export async function updateWeb(ecs: ECSClient, imageName: string): Promise<void> {
  await ecs.send(
    new UpdateExpressGatewayServiceCommand({ serviceArn: WEB_ARN, primaryContainer: image(imageName) }),
  );
}

export const image = (name: string) => ({ image: `public.ecr.aws/example/${name}`, containerPort: 8080 });

/** The newest deployment of `web`, past the first look that misses it; nothing before it is listed. */
export async function newestDeployment(ecs: ECSClient): Promise<ServiceDeployment> {
  const { serviceDeployments: listed } = await ecs.send(
    new ListServiceDeploymentsCommand({ service: WEB_ARN }),
  );
  const arn = listed?.[0]?.serviceDeploymentArn;
  if (arn === undefined) return {};
  const command = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] });
  await ecs.send(command);
  const { serviceDeployments = [] } = await ecs.send(command);
  return serviceDeployments[0] ?? {};
}

/** Lets time pass until the newest deployment of `web` is in that stage. */
export async function untilStage(
  emulator: EmulatorHandle,
  ecs: ECSClient,
  stage: ServiceDeployment['lifecycleStage'],
): Promise<ServiceDeployment> {
  for (;;) {
    // First of all: a deployment that has just been started is not listed yet.
    await emulator.advance(3);
    const deployment = await newestDeployment(ecs);
    if (deployment.lifecycleStage === stage) return deployment;
    if (deployment.finishedAt) throw new Error(`it ended ${deployment.status} before ${stage}`);
  }
}
