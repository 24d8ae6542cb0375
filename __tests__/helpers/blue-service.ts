import {
  AppRunnerClient,
  CreateServiceCommand,
  DescribeServiceCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-apprunner';
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
  await untilDone(emulator, ServiceArn);
  return { ServiceArn, ServiceUrl, ServiceId };
}

/** Gives App Runner, the emulated one, both kinds of time for its operation: virtual, and real for the container. */
async function untilDone(emulator: EmulatorHandle, ServiceArn: string): Promise<void> {
  const runner = new AppRunnerClient(emulator.client);
  await emulator.advance(130);
  await until(
    async () => (await runner.send(new DescribeServiceCommand({ ServiceArn }))).Service?.Status,
    (status) => status !== 'OPERATION_IN_PROGRESS',
  );
}

export async function makeDualStack(emulator: EmulatorHandle, ServiceArn: string): Promise<void> {
  const NetworkConfiguration = { IpAddressType: 'DUAL_STACK' } as const;
  await new AppRunnerClient(emulator.client).send(
    new UpdateServiceCommand({ ServiceArn, NetworkConfiguration }),
  );
  await untilDone(emulator, ServiceArn);
}
