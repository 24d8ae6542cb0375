import type { ContainerSpec } from '../world.ts';
import { addEvent } from './events.ts';
import { dateOf, type Ecs, type ExpressService, type Revision, type Task } from './state.ts';
import { newTaskLife } from './task-life.ts';
import { findObstacle } from './task-obstacles.ts';
import { TIMINGS } from './timings.ts';

type Stop = Pick<Task, 'stopCode' | 'stoppedReason'> & Partial<Pick<Task, 'exitCode' | 'containerReason'>>;

/** Starts a task of the revision; `onFailure` is called when it stops without having been asked to. */
export function startTask(
  ecs: Ecs,
  service: ExpressService,
  wanted: {
    readonly revision: Revision;
    readonly startedBy: string;
    readonly onFailure: (task: Task) => void;
  },
): void {
  const { revision, startedBy } = wanted;
  const task: Task = {
    ...newTaskLife(ecs, service.clusterName, startedBy),
    revision,
    imageDigest: revision.imageDigest,
  };
  const { id } = task;
  service.tasks = [task, ...service.tasks];
  addEvent(ecs, service, `has started 1 tasks: (task ${id}).`);
  ecs.clock.after(TIMINGS.taskProvisioning, () => {
    if (task.desiredStatus === 'STOPPED') return;
    task.lastStatus = 'PENDING';
    const { configuration } = revision;
    const { container } = configuration;
    const obstacle = findObstacle(ecs, {
      ...configuration,
      image: container.image,
      secrets: container.secrets.map(({ valueFrom }) => valueFrom),
      // Express makes the log group it names itself; one that the caller named must be there.
      logGroup: container.logGroupGiven ? container.logGroup : undefined,
    });
    if (!obstacle) {
      run(ecs, service, task, wanted.onFailure);
      return;
    }
    ecs.clock.after(TIMINGS.taskFailedToStart, () => {
      // A container that was never started has no exit code; the reason is told twice, as ECS does.
      const why = {
        stopCode: 'TaskFailedToStart',
        stoppedReason: obstacle,
        containerReason: obstacle,
      } as const;
      if (markStopped(ecs, service, task, why)) wanted.onFailure(task);
    });
  });
}

function run(ecs: Ecs, service: ExpressService, task: Task, onFailure: (task: Task) => void): void {
  const { container } = task.revision.configuration;
  const stream = `${container.logStreamPrefix}/Main/${task.id}`;
  task.container = ecs.engine.start(containerSpec(ecs, task), {
    running: ({ address, imageDigest }) => {
      if (task.desiredStatus === 'STOPPED') return;
      task.lastStatus = 'RUNNING';
      task.startedAt = dateOf(ecs);
      task.address = address;
      task.imageDigest ??= imageDigest;
      task.revision.imageDigest ??= imageDigest;
      const targetGroup = service.resources.targetGroupArns?.[task.revision.side];
      if (!targetGroup) return;
      ecs.loadBalancing.registerTarget(targetGroup, { id: task.privateIp, address });
      addEvent(ecs, service, `registered 1 targets in (target-group ${targetGroup})`);
    },
    log: (line) => ecs.logs.append(container.logGroup, stream, line),
    stopped: (why) => {
      task.exitCode ??= why.exitCode;
      task.containerReason ??= why.containerReason;
      if (task.desiredStatus === 'STOPPED') return;
      if (markStopped(ecs, service, task, why)) onFailure(task);
    },
  });
}

function containerSpec({ images }: Ecs, task: Task): ContainerSpec {
  const { configuration, imageDigest } = task.revision;
  const { container } = configuration;
  // Of other registries the engine is asked by the tag: their digests are the emulator's invention, and no docker has them.
  const isPinned = imageDigest !== undefined && images.resolve(container.image) !== undefined;
  return {
    taskId: task.id,
    image: isPinned ? `${container.image.replace(/@.*$|:[^:/]*$/, '')}@${imageDigest}` : container.image,
    command: container.command,
    // The emulated account has no secrets: a secret's value is its own ARN.
    environment: Object.fromEntries([
      ...container.environment.map(({ name, value }) => [name, value]),
      ...container.secrets.map(({ name, valueFrom }) => [name, valueFrom]),
    ]),
    containerPort: container.containerPort,
    cpuArchitecture: configuration.cpuArchitecture,
    memoryMebibytes: Number(configuration.memory),
  };
}

/** Takes a task out of the load balancer and stops it, in the scheduler's name. */
export function stopTask(ecs: Ecs, service: ExpressService, task: Task, why: Stop): void {
  if (task.desiredStatus === 'STOPPED') return;
  task.desiredStatus = 'STOPPED';
  task.stopCode = why.stopCode;
  task.stoppedReason = why.stoppedReason;
  task.stoppingAt = dateOf(ecs);
  task.lastStatus = 'DEPROVISIONING';
  deregister(ecs, service, task);
  addEvent(ecs, service, `has stopped 1 running tasks: (task ${task.id}).`);
  task.container?.stop().catch((error: unknown) => {
    process.stderr.write(`emulator: task ${task.id} did not stop: ${String(error)}\n`);
  });
  ecs.clock.after(TIMINGS.taskStopping, () => markStopped(ecs, service, task, why));
}

function markStopped(ecs: Ecs, service: ExpressService, task: Task, why: Stop): boolean {
  if (task.lastStatus === 'STOPPED') return false;
  const asked = task.desiredStatus === 'STOPPED';
  task.desiredStatus = 'STOPPED';
  task.lastStatus = 'STOPPED';
  task.stoppingAt ??= dateOf(ecs);
  task.stoppedAt = dateOf(ecs);
  task.stopCode ??= why.stopCode;
  task.stoppedReason ??= why.stoppedReason;
  task.exitCode ??= why.exitCode;
  task.containerReason ??= why.containerReason;
  deregister(ecs, service, task);
  ecs.clock.after(TIMINGS.stoppedTaskKept, () => {
    service.tasks = service.tasks.filter((other) => other !== task);
  });
  return !asked;
}

function deregister(ecs: Ecs, service: ExpressService, task: Task): void {
  const targetGroup = service.resources.targetGroupArns?.[task.revision.side];
  if (!targetGroup || !task.address) return;
  task.address = undefined;
  ecs.loadBalancing.deregisterTarget(targetGroup, task.privateIp);
  addEvent(ecs, service, `deregistered 1 targets in (target-group ${targetGroup})`);
}
