import { DeleteServiceCommand, PauseServiceCommand } from '@aws-sdk/client-apprunner';
import { appRunner } from './app-runner.ts';
import { ask } from './failures.ts';

/** Can be resumed; costs nothing meanwhile. */
export async function pauseAppRunnerService(serviceArn: string): Promise<void> {
  await ask('apprunner:PauseService', `pause App Runner service ${serviceArn}`, () =>
    appRunner().send(new PauseServiceCommand({ ServiceArn: serviceArn })),
  );
}

export async function deleteAppRunnerService(serviceArn: string): Promise<void> {
  await ask('apprunner:DeleteService', `delete App Runner service ${serviceArn}`, () =>
    appRunner().send(new DeleteServiceCommand({ ServiceArn: serviceArn })),
  );
}
