import { AppRunnerClient, CreateServiceCommand, DescribeServiceCommand } from '@aws-sdk/client-apprunner';
import type { EmulatorHandle } from './emulator.ts';
import { until } from './until.ts';

export type BlueService = {
  readonly ServiceArn: string;
  readonly ServiceUrl: string;
  readonly ServiceId: string;
};

/** An App Runner service from a public image, as the walkthrough of AWS makes it, RUNNING. */
export async function createBlue(
  emulator: EmulatorHandle,
  name: string,
  image = 'public.ecr.aws/aws-containers/retail-store-sample-ui:1.3.0',
): Promise<BlueService> {
  const runner = new AppRunnerClient(emulator.client);
  const { Service } = await runner.send(
    new CreateServiceCommand({
      ServiceName: name,
      SourceConfiguration: { ImageRepository: { ImageIdentifier: image, ImageRepositoryType: 'ECR_PUBLIC' } },
    }),
  );
  const { ServiceArn = '', ServiceUrl = '', ServiceId = '' } = Service ?? {};
  await emulator.advance(130);
  await until(
    async () => (await runner.send(new DescribeServiceCommand({ ServiceArn }))).Service?.Status,
    (status) => status !== 'OPERATION_IN_PROGRESS',
  );
  return { ServiceArn, ServiceUrl, ServiceId };
}
