import { AwsError } from '../world.ts';
import { clusterArn, requireCluster } from './clusters.ts';
import { findService } from './express-lookup.ts';
import { type Input, optionalChoice, optionalText, requiredTexts } from './members.ts';
import { page } from './paging.ts';
import type { Ecs, ExpressService, Task } from './state.ts';
import { containersOf } from './task-definitions.ts';

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
  const tasks = expressServices(ecs, cluster.name)
    .filter((candidate) => !service || candidate === service)
    .flatMap((candidate) => candidate.tasks)
    .filter(
      (task) =>
        task.desiredStatus === wanted &&
        (family === undefined || task.revision.taskDefinition.family === family) &&
        (startedBy === undefined || task.startedBy === startedBy),
    );
  const { items, nextToken } = page(input, tasks);
  return { taskArns: items.map(({ arn }) => arn), nextToken };
}

export function describeTasks(ecs: Ecs, input: Input): unknown {
  const wanted = requiredTexts(input, 'tasks', 100);
  const cluster = requireCluster(ecs, input);
  const found = wanted.map((reference) => findTask(ecs, cluster.name, reference));
  return {
    tasks: found.flatMap((hit) => (hit ? [taskView(ecs, hit.service, hit.task)] : [])),
    failures: wanted
      .filter((_, index) => !found[index])
      .map((reference) => ({
        arn: reference.startsWith('arn:') ? reference : ecs.arn('ecs', `task/${cluster.name}/${reference}`),
        reason: 'MISSING',
      })),
  };
}

const expressServices = (ecs: Ecs, clusterName: string): ExpressService[] =>
  [...ecs.services.values()].filter(
    (service): service is ExpressService => service.kind === 'express' && service.clusterName === clusterName,
  );

function findTask(
  ecs: Ecs,
  clusterName: string,
  reference: string,
): { readonly service: ExpressService; readonly task: Task } | undefined {
  for (const service of expressServices(ecs, clusterName)) {
    const task = service.tasks.find(({ arn, id }) => arn === reference || id === reference);
    if (task) return { service, task };
  }
  return undefined;
}

function taskView(ecs: Ecs, service: ExpressService, task: Task): object {
  const { configuration, taskDefinition } = task.revision;
  return {
    taskArn: task.arn,
    clusterArn: clusterArn(ecs, service.clusterName),
    taskDefinitionArn: taskDefinition.arn,
    group: `service:${service.name}`,
    startedBy: task.startedBy,
    launchType: 'FARGATE',
    platformVersion: '1.4.0',
    platformFamily: 'Linux',
    availabilityZone: `${ecs.region}a`,
    cpu: configuration.cpu,
    memory: configuration.memory,
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    healthStatus: 'UNKNOWN',
    connectivity: 'CONNECTED',
    attributes: [
      { name: 'ecs.cpu-architecture', value: configuration.cpuArchitecture === 'ARM64' ? 'arm64' : 'x86_64' },
    ],
    attachments: [
      {
        id: task.containerRuntimeId,
        type: 'ElasticNetworkInterface',
        status: task.lastStatus === 'STOPPED' ? 'DELETED' : 'ATTACHED',
        details: [
          { name: 'subnetId', value: configuration.subnets[0] },
          { name: 'privateIPv4Address', value: task.privateIp },
        ],
      },
    ],
    overrides: { containerOverrides: [], inferenceAcceleratorOverrides: [] },
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
    containers: containersOf(taskDefinition).map((definition) =>
      containerView(ecs, service, task, definition),
    ),
  };
}

/** Only `Main` really runs; the state of the others follows it. */
function containerView(ecs: Ecs, service: ExpressService, task: Task, definition: Input): object {
  const isMain = definition['name'] === 'Main';
  return {
    containerArn: ecs.arn('ecs', `container/${service.clusterName}/${task.id}/${task.containerRuntimeId}`),
    taskArn: task.arn,
    name: definition['name'],
    image: definition['image'],
    runtimeId: task.containerRuntimeId,
    lastStatus:
      task.lastStatus === 'PROVISIONING' || task.lastStatus === 'DEPROVISIONING'
        ? 'PENDING'
        : task.lastStatus,
    networkBindings: [],
    networkInterfaces: [{ attachmentId: task.containerRuntimeId, privateIpv4Address: task.privateIp }],
    healthStatus: 'UNKNOWN',
    cpu: '0',
    ...(isMain
      ? { imageDigest: task.imageDigest, exitCode: task.exitCode, reason: task.containerReason }
      : {}),
  };
}
