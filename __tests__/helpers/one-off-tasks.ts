import { type ECSClient, RegisterTaskDefinitionCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import type { Deployments } from './deployments.ts';
import type { EmulatorHandle } from './emulator.ts';
import { EXECUTION_ROLE, INFRASTRUCTURE_ROLE } from './express-service.ts';

/** A task that RunTask started, as the emulator keeps it. */
export type OneOffTask = {
  readonly arn: string;
  readonly startedBy: string;
  readonly lastStatus: string;
  readonly stoppedReason?: string;
};

/** Newest first. */
export async function oneOffTasks(emulator: EmulatorHandle): Promise<readonly OneOffTask[]> {
  const { ecs } = (await emulator.get('state')) as { ecs: { oneOffTasks: readonly OneOffTask[] } };
  return ecs.oneOffTasks;
}

/** The weather clears, and what a case left running ends: the command of the next one would wait for it. */
export async function endTasks({ emulator, ecs, clearFaults }: Deployments): Promise<void> {
  await clearFaults();
  const running = (await oneOffTasks(emulator)).filter(({ lastStatus }) => lastStatus !== 'STOPPED');
  await Promise.all(running.map(({ arn: task }) => ecs.send(new StopTaskCommand({ task }))));
}

/** Registers a task definition as a team has one of its own, and returns its ARN. */
export async function registerOwn(ecs: ECSClient, family: string): Promise<string> {
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family,
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      executionRoleArn: EXECUTION_ROLE,
      containerDefinitions: [
        {
          name: 'Main',
          image: 'public.ecr.aws/example/web:1',
          portMappings: [{ containerPort: 8080, name: 'main' }],
        },
      ],
    }),
  );
  return taskDefinition?.taskDefinitionArn ?? '';
}

/** The inputs of a service that is deployed by a task definition of the team. */
export const inputsOfOwn = (serviceName: string, taskDefinitionArn: string) => ({
  image: '',
  cpu: '',
  memory: '',
  'execution-role-arn': '',
  'infrastructure-role-arn': INFRASTRUCTURE_ROLE,
  'service-name': serviceName,
  'task-definition-arn': taskDefinitionArn,
  'smoke-test': 'false',
});
