import { AwsError } from '../world.ts';
import { clusterArn, requireCluster } from './clusters.ts';
import { findService } from './express-lookup.ts';
import { type Input, invalid, optionalChoice, optionalText, requiredTexts } from './members.ts';
import { architectureOf, runningContainer } from './one-off-task.ts';
import { page } from './paging.ts';
import type { Ecs, ExpressService, OneOffTask, Task, TaskDefinition } from './state.ts';
import { containersOf } from './task-definitions.ts';

/** A task, and what it belongs to. */
export type FoundTask =
  | { readonly kind: 'service'; readonly service: ExpressService; readonly task: Task }
  | { readonly kind: 'one-off'; readonly task: OneOffTask };

/** By wanted status, RUNNING unless told otherwise; a stopped task is listed for an hour. */
export function listTasks(ecs: Ecs, input: Input): unknown {
  const cluster = requireCluster(ecs, input);
  const wanted = optionalChoice(input, 'desiredStatus', ['RUNNING', 'PENDING', 'STOPPED']) ?? 'RUNNING';
  const serviceName = optionalText(input, 'serviceName');
  const service = serviceName === undefined ? undefined : findService(ecs, cluster.name, serviceName);
  if (serviceName !== undefined && !service)
    throw new AwsError('ServiceNotFoundException', 'Service not found.');
  const family = optionalText(input, 'family');
  const startedBy = optionalText(input, 'startedBy');
  if (startedBy !== undefined && (family !== undefined || serviceName !== undefined)) {
    throw invalid('startedBy cannot be combined with another filter.');
  }
  const tasks = tasksOf(ecs, cluster.name).filter(
    (found) =>
      (service === undefined || (found.kind === 'service' && found.service === service)) &&
      found.task.desiredStatus === wanted &&
      (family === undefined || definitionOf(found).family === family) &&
      (startedBy === undefined || found.task.startedBy === startedBy),
  );
  const { items, nextToken } = page(input, tasks);
  return { taskArns: items.map(({ task }) => task.arn), nextToken };
}

/** The first look at a task of RunTask finds it MISSING: reads are eventually consistent. */
export function describeTasks(ecs: Ecs, input: Input): unknown {
  const wanted = requiredTexts(input, 'tasks', 100);
  const cluster = requireCluster(ecs, input);
  const found = wanted.map((reference) => visible(findTask(ecs, cluster.name, reference)));
  return {
    tasks: found.flatMap((hit) => (hit ? [taskView(ecs, hit)] : [])),
    failures: wanted
      .filter((_, index) => !found[index])
      .map((reference) => ({
        arn: reference.startsWith('arn:') ? reference : ecs.arn('ecs', `task/${cluster.name}/${reference}`),
        reason: 'MISSING',
      })),
  };
}

function visible(found: FoundTask | undefined): FoundTask | undefined {
  if (found?.kind !== 'one-off' || !found.task.isUnseen) return found;
  found.task.isUnseen = false;
  return undefined;
}

function tasksOf(ecs: Ecs, clusterName: string): readonly FoundTask[] {
  const ofServices = [...ecs.services.values()].flatMap((service) =>
    service.kind === 'express' && service.clusterName === clusterName
      ? service.tasks.map((task): FoundTask => ({ kind: 'service', service, task }))
      : [],
  );
  const oneOffs = ecs.oneOffTasks.filter((task) => task.clusterName === clusterName && !task.isForgotten);
  return [...ofServices, ...oneOffs.map((task): FoundTask => ({ kind: 'one-off', task }))];
}

export function findTask(ecs: Ecs, clusterName: string, reference: string): FoundTask | undefined {
  return tasksOf(ecs, clusterName).find(({ task }) => task.arn === reference || task.id === reference);
}

const definitionOf = (found: FoundTask): TaskDefinition =>
  found.kind === 'service' ? found.task.revision.taskDefinition : found.task.definition;

/** What differs between a task of a service and one of RunTask. */
function placeOf(found: FoundTask) {
  const definition = definitionOf(found);
  if (found.kind === 'service') {
    const { cpu, memory, cpuArchitecture, subnets } = found.task.revision.configuration;
    const { clusterName, name } = found.service;
    return { definition, clusterName, group: `service:${name}`, cpu, memory, cpuArchitecture, subnets };
  }
  const { clusterName, group, subnets } = found.task;
  const { cpu, memory } = definition.content;
  return {
    definition,
    clusterName,
    group,
    cpu,
    memory,
    cpuArchitecture: architectureOf(definition),
    subnets,
  };
}

export function taskView(ecs: Ecs, found: FoundTask): object {
  const { task } = found;
  const { definition, clusterName, group, cpu, memory, cpuArchitecture, subnets } = placeOf(found);
  const overrides = found.kind === 'one-off' ? found.task.overrides : undefined;
  return {
    taskArn: task.arn,
    clusterArn: clusterArn(ecs, clusterName),
    taskDefinitionArn: definition.arn,
    group,
    startedBy: task.startedBy,
    launchType: 'FARGATE',
    platformVersion: '1.4.0',
    platformFamily: 'Linux',
    availabilityZone: `${ecs.region}a`,
    cpu,
    memory,
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    healthStatus: 'UNKNOWN',
    connectivity: 'CONNECTED',
    attributes: [{ name: 'ecs.cpu-architecture', value: cpuArchitecture === 'ARM64' ? 'arm64' : 'x86_64' }],
    attachments: [
      {
        id: task.containerRuntimeId,
        type: 'ElasticNetworkInterface',
        status: task.lastStatus === 'STOPPED' ? 'DELETED' : 'ATTACHED',
        details: [
          { name: 'subnetId', value: subnets[0] },
          { name: 'privateIPv4Address', value: task.privateIp },
        ],
      },
    ],
    overrides: { containerOverrides: [], inferenceAcceleratorOverrides: [], ...overrides },
    ephemeralStorage: { sizeInGiB: 20 },
    enableExecuteCommand: false,
    tags: [],
    version: 1,
    createdAt: task.createdAt,
    startedAt: task.startedAt,
    stoppingAt: task.stoppingAt,
    stoppedAt: task.stoppedAt,
    executionStoppedAt: task.stoppedAt,
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    containers: containersOf(definition).map((container) =>
      containerView(ecs, found, { clusterName, container, runs: runningContainer(definition) }),
    ),
  };
}

/** Only one of them really runs; the state of the others follows it. */
function containerView(
  ecs: Ecs,
  { task }: FoundTask,
  at: { readonly clusterName: string; readonly container: Input; readonly runs: Input },
): object {
  const { clusterName, container, runs } = at;
  return {
    containerArn: ecs.arn('ecs', `container/${clusterName}/${task.id}/${task.containerRuntimeId}`),
    taskArn: task.arn,
    name: container['name'],
    image: container['image'],
    runtimeId: task.containerRuntimeId,
    lastStatus:
      task.lastStatus === 'PROVISIONING' || task.lastStatus === 'DEPROVISIONING'
        ? 'PENDING'
        : task.lastStatus,
    networkBindings: [],
    networkInterfaces: [{ attachmentId: task.containerRuntimeId, privateIpv4Address: task.privateIp }],
    healthStatus: 'UNKNOWN',
    cpu: '0',
    ...(container === runs
      ? { imageDigest: task.imageDigest, exitCode: task.exitCode, reason: task.containerReason }
      : {}),
  };
}
