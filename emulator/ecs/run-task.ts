import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../world.ts';
import { requireCluster } from './clusters.ts';
import {
  type Input,
  invalid,
  optionalChoice,
  optionalInteger,
  optionalRecord,
  optionalRecords,
  optionalText,
  optionalTexts,
  requiredText,
} from './members.ts';
import { startOneOffTask, stopOneOffTask } from './one-off-task.ts';
import type { Ecs, OneOffTask, TaskDefinition } from './state.ts';
import { stopTask as stopServiceTask } from './task.ts';
import { containersOf, usableTaskDefinition } from './task-definitions.ts';
import { newTaskLife } from './task-life.ts';
import { findTask, taskView } from './tasks.ts';

const mostTasks = 10;
const longestOverrides = 8192;

/**
 * Starts tasks of no service, on Fargate. What cannot be placed is in `failures` of an answer with 200.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
 */
export function runTask(ecs: Ecs, input: Input): unknown {
  const cluster = requireCluster(ecs, input);
  const token = readToken(input);
  const known = token === undefined ? undefined : ecs.runTaskTokens.get(`${cluster.name} ${token}`);
  if (known !== undefined) {
    if (isDeepStrictEqual(known.request, input)) return answerOf(ecs, known.tasks);
    throw new AwsError('ConflictException', 'The request with this client token had other parameters.', 400, {
      resourceIds: known.tasks.map(({ arn }) => arn),
    });
  }
  const definition = usableTaskDefinition(ecs, requiredText(input, 'taskDefinition'));
  const subnets = readNetwork(input);
  checkPlacement(input, definition);
  checkOverrides(input, definition);
  const [failure, ...later] = ecs.scenario.runTaskFailures;
  if (failure !== undefined) {
    ecs.scenario.runTaskFailures = later;
    return { tasks: [], failures: [failure] };
  }
  const tasks = Array.from(
    { length: optionalInteger(input, 'count') ?? 1 },
    (): OneOffTask => ({
      ...newTaskLife(ecs, cluster.name, optionalText(input, 'startedBy')),
      clusterName: cluster.name,
      group: optionalText(input, 'group') ?? `family:${definition.family}`,
      definition,
      subnets,
      overrides: optionalRecord(input, 'overrides'),
      isUnseen: true,
      isForgotten: false,
    }),
  );
  for (const task of tasks) startOneOffTask(ecs, task);
  if (token !== undefined) {
    ecs.runTaskTokens.set(`${cluster.name} ${token}`, { request: input, tasks });
  }
  return answerOf(ecs, tasks);
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopTask.html */
export function stopTask(ecs: Ecs, input: Input): unknown {
  const cluster = requireCluster(ecs, input);
  const found = findTask(ecs, cluster.name, requiredText(input, 'task'));
  if (!found) throw invalid('The referenced task was not found.');
  const reason = optionalText(input, 'reason') ?? 'Task stopped by user';
  if (found.kind === 'one-off') stopOneOffTask(ecs, found.task, reason);
  else {
    const why = { stopCode: 'UserInitiated', stoppedReason: reason } as const;
    stopServiceTask(ecs, found.service, found.task, why);
    found.service.keepers.get(found.task.revision)?.lookSoon();
  }
  return { task: taskView(ecs, found) };
}

const answerOf = (ecs: Ecs, tasks: readonly OneOffTask[]): unknown => ({
  tasks: tasks.map((task) => taskView(ecs, { kind: 'one-off', task })),
  failures: [],
});

function readToken(input: Input): string | undefined {
  const token = optionalText(input, 'clientToken');
  if (token !== undefined && !/^[!-~]{1,64}$/.test(token)) {
    throw invalid('clientToken must be up to 64 ASCII characters in the range of 33-126.');
  }
  return token;
}

function readNetwork(input: Input): readonly string[] {
  const network = optionalRecord(optionalRecord(input, 'networkConfiguration') ?? {}, 'awsvpcConfiguration');
  if (!network) {
    throw invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  }
  const subnets = optionalTexts(network, 'subnets') ?? [];
  if (subnets.length === 0) throw invalid('subnets can not be empty.');
  optionalChoice(network, 'assignPublicIp', ['ENABLED', 'DISABLED']);
  for (const group of optionalTexts(network, 'securityGroups') ?? []) {
    if (!group.startsWith('sg-')) throw invalid(`The security group '${group}' does not exist`);
  }
  return subnets;
}

function checkPlacement(input: Input, { content }: TaskDefinition): void {
  const launchType = optionalChoice(input, 'launchType', ['EC2', 'FARGATE', 'EXTERNAL']);
  if (launchType !== undefined && input['capacityProviderStrategy'] !== undefined) {
    throw invalid('Specifying both a launch type and capacity provider strategy is not supported.');
  }
  // The emulated clusters have no instances, and no default strategy.
  if (launchType !== 'FARGATE') throw invalid('No Container Instances were found in your cluster.');
  if (!optionalTexts(content, 'requiresCompatibilities')?.includes('FARGATE')) {
    throw invalid('Task definition does not support launch_type FARGATE.');
  }
  const count = optionalInteger(input, 'count') ?? 1;
  if (count < 1 || count > mostTasks) throw invalid(`count must be between 1 and ${mostTasks}.`);
  const startedBy = optionalText(input, 'startedBy');
  if (startedBy !== undefined && !/^[A-Za-z0-9_/-]{1,128}$/.test(startedBy)) {
    throw invalid('startedBy can have up to 128 letters, digits, hyphens, slashes and underscores.');
  }
  if (input['propagateTags'] === 'SERVICE') {
    throw invalid('propagateTags SERVICE is not supported for tasks that are run by RunTask.');
  }
}

function checkOverrides(input: Input, definition: TaskDefinition): void {
  const overrides = optionalRecord(input, 'overrides');
  if (overrides === undefined) return;
  if (JSON.stringify(overrides).length > longestOverrides) {
    throw invalid(`Container Overrides length must be at most ${longestOverrides}`);
  }
  const names = containersOf(definition).map(({ name }) => name);
  for (const override of optionalRecords(overrides, 'containerOverrides') ?? []) {
    const name = requiredText(override, 'name');
    if (!names.includes(name)) {
      throw invalid(`Override for container named ${name} is not a container in the TaskDefinition.`);
    }
  }
}
