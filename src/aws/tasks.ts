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
import { atEachAttempt, watchAttempts } from './attempts.ts';
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
  /** ECS answered that it starts nothing. */
  | { readonly kind: 'refused'; readonly reason: string; readonly inDoubt: boolean }
  /** The fault of the SDK is that of the last attempt alone. */
  | { readonly kind: 'failed'; readonly cause: unknown; readonly inDoubt: boolean };

/** Where it is `inDoubt`, an attempt without an answer may have started a task, whatever became of the last one. */
export async function startTask(request: TaskRequest): Promise<StartedTask> {
  const { command, network } = request;
  const { seen, watch } = watchAttempts();
  const send = new RunTaskCommand({
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
  });
  send.middlewareStack.add(watch, atEachAttempt);
  try {
    const answer = await ecs().send(send);
    const arn = answer.tasks?.[0]?.taskArn;
    if (arn !== undefined) return { kind: 'started', arn };
    const [failure] = answer.failures ?? [];
    const why = [failure?.reason ?? 'ECS gives no reason', failure?.detail].filter(
      (part) => part !== undefined,
    );
    return { kind: 'refused', reason: why.join(', '), inDoubt: seen.leftInDoubt };
  } catch (cause) {
    if (isTokenTaken(cause)) return { kind: 'token-taken', arns: cause.resourceIds };
    return { kind: 'failed', cause, inDoubt: seen.leftInDoubt };
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
  /** What ECS put it into: `service:NAME` is a task of a service. */
  readonly group: string;
  /** It was RUNNING. */
  readonly hasStarted: boolean;
  /** Of the container that Express calls `Main`. `undefined`: it never ran, has not ended, or is not shown. */
  readonly exitCode: number | undefined;
  readonly containerReason: string | undefined;
  /** Whether ECS shows that container. */
  readonly showsMain: boolean;
  readonly others: readonly SeenContainer[];
};

export type SeenContainer = {
  readonly name: string;
  readonly exitCode: number | undefined;
  readonly reason: string | undefined;
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
  const containers = task.containers ?? [];
  const container = containers.find(({ name }) => name === mainContainer);
  return {
    arn: task.taskArn ?? '',
    startedBy: task.startedBy ?? '',
    taskDefinitionArn: task.taskDefinitionArn ?? '',
    status: task.lastStatus ?? 'UNKNOWN',
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    exitCode: container?.exitCode,
    containerReason: container?.reason,
    group: task.group ?? '',
    hasStarted: task.startedAt !== undefined,
    showsMain: container !== undefined,
    others: containers.filter((each) => each !== container).map(readContainer),
  };
}

function readContainer({ name = '', exitCode, reason }: Container): SeenContainer {
  return { name, exitCode, reason };
}

/** What DescribeTasks takes at a time. */
const describeLimit = 100;

/** The tasks of a family that have not ended, by who or what started them: also those that are being stopped. */
export async function findUnendedTasks(
  cluster: string,
  family: string,
  isWanted: (task: SeenTask) => boolean,
): Promise<readonly string[]> {
  const { running, stopped } = await listBoth(cluster, { family });
  const described = await describeTasks(cluster, [...new Set([...running, ...stopped])]);
  const ends = described.filter((task) => task.status !== 'STOPPED' && isWanted(task));
  // One that is to run and is not shown has just been started; one that has stopped is forgotten.
  const unseen = running.filter((arn) => !described.some((task) => task.arn === arn));
  return [...unseen, ...ends.map(({ arn }) => arn)];
}

/** The ARN of a task by who started it, also of one that has ended in the last hour. */
export async function findStartedTask(cluster: string, startedBy: string): Promise<string | undefined> {
  const { running, stopped } = await listBoth(cluster, { startedBy });
  return running[0] ?? stopped[0];
}

/** One after the other: a task that is told to stop in between is in both, and never in neither. */
async function listBoth(cluster: string, filter: Pick<ListTasksCommandInput, 'family' | 'startedBy'>) {
  const running = await listTasks(cluster, { ...filter, desiredStatus: 'RUNNING' });
  const stopped = await listTasks(cluster, { ...filter, desiredStatus: 'STOPPED' });
  return { running, stopped };
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

/** SIGTERM, and SIGKILL after 30 s. One that has stopped already stays as it is; returns the task as it was then. */
export async function stopTask(
  cluster: string,
  arn: string,
  reason: string,
  signal?: AbortSignal,
): Promise<SeenTask | undefined> {
  const { task } = await ask('ecs:StopTask', `stop task ${arn}`, () =>
    ecs().send(new StopTaskCommand({ cluster, task: arn, reason }), signal && { abortSignal: signal }),
  );
  return task && readTask(task);
}
