import {
  type Container,
  DescribeTasksCommand,
  ECSClient,
  type ListTasksCommandInput,
  paginateListTasks,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import { clientOf } from './clients.ts';
import { mainContainer } from './deployments.ts';
import type { CpuArchitecture, NameSecret, NameValue } from './express-settings.ts';
import { ask, askPages } from './failures.ts';
import { isTokenTaken } from './refusals.ts';

const ecs = () => clientOf(ECSClient);

/** A task definition with one container, as Express registers them for its services, but for the port. */
export type OneOffDefinition = {
  readonly family: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly environment: readonly NameValue[];
  readonly secrets: readonly NameSecret[];
  readonly repositoryCredentials: string | undefined;
  readonly executionRoleArn: string | undefined;
  readonly taskRoleArn: string | undefined;
  readonly cpuUnits: number;
  readonly memoryMib: number;
  readonly cpuArchitecture: CpuArchitecture;
  /** Its output is in the stream `pre-deploy/Main/TASK-ID` of it; `undefined`: nowhere. */
  readonly logGroup: string | undefined;
};

/** The log group may be that of a service, whose own streams begin otherwise. */
export const oneOffStreamPrefix = 'pre-deploy';

/** Returns the ARN of the revision. */
export async function registerOneOff(definition: OneOffDefinition): Promise<string> {
  const { family, image, command, environment, secrets, repositoryCredentials, logGroup } = definition;
  const region = await ecs().config.region();
  const answer = await ask('ecs:RegisterTaskDefinition', `register task definition ${family}`, () =>
    ecs().send(
      new RegisterTaskDefinitionCommand({
        family,
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: String(definition.cpuUnits),
        memory: String(definition.memoryMib),
        runtimePlatform: { cpuArchitecture: definition.cpuArchitecture, operatingSystemFamily: 'LINUX' },
        executionRoleArn: definition.executionRoleArn,
        taskRoleArn: definition.taskRoleArn,
        containerDefinitions: [
          {
            name: mainContainer,
            image,
            essential: true,
            command: [...command],
            environment: [...environment],
            secrets: [...secrets],
            linuxParameters: { initProcessEnabled: true },
            ...(repositoryCredentials !== undefined && {
              repositoryCredentials: { credentialsParameter: repositoryCredentials },
            }),
            ...(logGroup !== undefined && {
              logConfiguration: {
                logDriver: 'awslogs' as const,
                options: {
                  'awslogs-group': logGroup,
                  'awslogs-region': region,
                  'awslogs-stream-prefix': oneOffStreamPrefix,
                  mode: 'non-blocking',
                  'max-buffer-size': '25m',
                },
              },
            }),
          },
        ],
      }),
    ),
  );
  return answer.taskDefinition?.taskDefinitionArn ?? family;
}

export type TaskNetwork = {
  readonly subnets: readonly string[];
  /** Empty: the default one of the VPC. */
  readonly securityGroups: readonly string[];
  readonly assignsPublicIp: boolean;
};

export type TaskRequest = {
  readonly cluster: string;
  readonly taskDefinitionArn: string;
  /** In place of the one that the task definition has. The entry point of the image stays. */
  readonly command: readonly string[] | undefined;
  readonly network: TaskNetwork;
  /** Up to 128 letters, digits, `-`, `/` and `_`. */
  readonly startedBy: string;
  /** Up to 64 characters. For a day the same request with the same token is the same task. */
  readonly clientToken: string;
};

export type StartedTask =
  | { readonly kind: 'started'; readonly arn: string }
  /** Nothing was started: an earlier request, which started these tasks, had this token and other parameters. */
  | { readonly kind: 'token-taken'; readonly arns: readonly string[] }
  /** Nothing was started. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Throws the SDK's fault as it is: one that leaves it open whether a task was started has to be looked into. */
export async function startTask(request: TaskRequest): Promise<StartedTask> {
  const { command, network } = request;
  try {
    const answer = await ecs().send(
      new RunTaskCommand({
        cluster: request.cluster,
        taskDefinition: request.taskDefinitionArn,
        // Works in any cluster, whatever its capacity providers.
        launchType: 'FARGATE',
        count: 1,
        startedBy: request.startedBy,
        clientToken: request.clientToken,
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: [...network.subnets],
            ...(network.securityGroups.length > 0 && { securityGroups: [...network.securityGroups] }),
            assignPublicIp: network.assignsPublicIp ? 'ENABLED' : 'DISABLED',
          },
        },
        ...(command && { overrides: commandOverrides(command) }),
      }),
    );
    const arn = answer.tasks?.[0]?.taskArn;
    if (arn !== undefined) return { kind: 'started', arn };
    const [failure] = answer.failures ?? [];
    const why = [failure?.reason ?? 'ECS gives no reason', failure?.detail].filter(
      (part) => part !== undefined,
    );
    return { kind: 'refused', reason: why.join(', ') };
  } catch (cause) {
    if (isTokenTaken(cause)) return { kind: 'token-taken', arns: cause.resourceIds };
    throw cause;
  }
}

/** Also what a limit of its length is for (API reference, TaskOverride: 8192 characters as JSON). */
function commandOverrides(command: readonly string[]) {
  return { containerOverrides: [{ name: mainContainer, command: [...command] }] };
}

export type SeenTask = {
  readonly arn: string;
  readonly startedBy: string;
  readonly taskDefinitionArn: string;
  /** AWS's word; only STOPPED is an end. */
  readonly status: string;
  readonly stopCode: string | undefined;
  readonly stoppedReason: string | undefined;
  /** Of the container that Express calls `Main`. `undefined`: it never ran, or has not ended. */
  readonly exitCode: number | undefined;
  readonly containerReason: string | undefined;
};

/** Those that ECS shows. It may miss one that has just been started, and forgets a stopped one after an hour. */
export async function describeTasks(cluster: string, arns: readonly string[]): Promise<readonly SeenTask[]> {
  if (arns.length === 0) return [];
  const [some, rest] = [arns.slice(0, describeLimit), arns.slice(describeLimit)];
  const answer = await ask('ecs:DescribeTasks', `describe tasks ${some.join(', ')}`, () =>
    ecs().send(new DescribeTasksCommand({ cluster, tasks: some })),
  );
  return [...(answer.tasks ?? []).map(readTask), ...(await describeTasks(cluster, rest))];
}

function readTask(task: Task): SeenTask {
  const container = mainOf(task.containers ?? []);
  return {
    arn: task.taskArn ?? '',
    startedBy: task.startedBy ?? '',
    taskDefinitionArn: task.taskDefinitionArn ?? '',
    status: task.lastStatus ?? 'UNKNOWN',
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    exitCode: container?.exitCode,
    containerReason: container?.reason,
  };
}

function mainOf(containers: readonly Container[]): Container | undefined {
  return containers.find(({ name }) => name === mainContainer) ?? containers[0];
}

/** What DescribeTasks takes at a time. */
const describeLimit = 100;

/** ARNs of the tasks of a family that are to run. */
export function listRunningTasks(cluster: string, family: string): Promise<readonly string[]> {
  return listTasks(cluster, { family, desiredStatus: 'RUNNING' });
}

/** The ARN of a task by who started it, also of one that has ended in the last hour. */
export async function findStartedTask(cluster: string, startedBy: string): Promise<string | undefined> {
  const [running, stopped] = await Promise.all([
    listTasks(cluster, { startedBy, desiredStatus: 'RUNNING' }),
    listTasks(cluster, { startedBy, desiredStatus: 'STOPPED' }),
  ]);
  return running[0] ?? stopped[0];
}

async function listTasks(
  cluster: string,
  filter: Pick<ListTasksCommandInput, 'family' | 'startedBy' | 'desiredStatus'>,
): Promise<readonly string[]> {
  const arns: string[] = [];
  const pages = askPages(
    'ecs:ListTasks',
    `list the tasks of cluster ${cluster}`,
    paginateListTasks({ client: ecs() }, { cluster, ...filter, maxResults: describeLimit }),
  );
  for await (const { taskArns } of pages) arns.push(...(taskArns ?? []));
  return arns;
}

/** SIGTERM, and SIGKILL after 30 s. One that has stopped already stays as it is. */
export async function stopTask(
  cluster: string,
  arn: string,
  reason: string,
  signal?: AbortSignal,
): Promise<void> {
  await ask('ecs:StopTask', `stop task ${arn}`, () =>
    ecs().send(new StopTaskCommand({ cluster, task: arn, reason }), signal && { abortSignal: signal }),
  );
}
