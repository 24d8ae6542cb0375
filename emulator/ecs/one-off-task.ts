import type { ContainerSpec } from '../world.ts';
import {
  type Input,
  optionalRecord,
  optionalRecords,
  optionalText,
  optionalTexts,
  requiredText,
} from './members.ts';
import { dateOf, type Ecs, type OneOffTask, type TaskDefinition } from './state.ts';
import { containersOf } from './task-definitions.ts';
import { findObstacle } from './task-obstacles.ts';
import { TIMINGS } from './timings.ts';

/** The container that really runs: `Main`, as Express calls it, else the first one. The state of the others follows it. */
export const runningContainer = (definition: TaskDefinition): Input => {
  const containers = containersOf(definition);
  return containers.find(({ name }) => name === 'Main') ?? containers[0] ?? {};
};

/**
 * PROVISIONING, PENDING, RUNNING, DEPROVISIONING, STOPPED; it may stop at any of them.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
 */
export function startOneOffTask(ecs: Ecs, task: OneOffTask): void {
  ecs.oneOffTasks = [task, ...ecs.oneOffTasks];
  ecs.clock.after(TIMINGS.taskProvisioning, () => {
    if (task.desiredStatus === 'STOPPED') return;
    task.lastStatus = 'PENDING';
    const obstacle = ecs.scenario.runTask.neverStarts ?? findObstacle(ecs, needsOf(task.definition));
    if (obstacle === undefined) return run(ecs, task);
    ecs.clock.after(TIMINGS.taskFailedToStart, () => {
      const why = {
        stopCode: 'TaskFailedToStart',
        stoppedReason: obstacle,
        containerReason: obstacle,
      } as const;
      beginToStop(ecs, task, why, 0);
    });
  });
}

/** SIGTERM, and SIGKILL after 30 seconds (API reference, StopTask). */
export function stopOneOffTask(ecs: Ecs, task: OneOffTask, reason: string): void {
  const hasRun = task.lastStatus === 'RUNNING';
  beginToStop(
    ecs,
    task,
    { stopCode: 'UserInitiated', stoppedReason: reason, ...(hasRun && { exitCode: 137 }) },
    TIMINGS.taskStopping,
  );
  task.container?.stop().catch((error: unknown) => {
    process.stderr.write(`emulator: task ${task.id} did not stop: ${String(error)}\n`);
  });
}

type Stop = Pick<OneOffTask, 'stopCode' | 'stoppedReason'> &
  Partial<Pick<OneOffTask, 'exitCode' | 'containerReason'>>;

function beginToStop(ecs: Ecs, task: OneOffTask, why: Stop, seconds: number): void {
  if (task.desiredStatus === 'STOPPED') return;
  task.desiredStatus = 'STOPPED';
  task.lastStatus = 'DEPROVISIONING';
  task.stoppingAt = dateOf(ecs);
  task.stopCode = why.stopCode;
  task.stoppedReason = why.stoppedReason;
  task.exitCode = why.exitCode;
  task.containerReason = why.containerReason;
  ecs.clock.after(seconds, () => {
    task.lastStatus = 'STOPPED';
    task.stoppedAt = dateOf(ecs);
    ecs.clock.after(TIMINGS.stoppedTaskKept, () => {
      task.isForgotten = true;
    });
  });
}

function run(ecs: Ecs, task: OneOffTask): void {
  const container = runningContainer(task.definition);
  const { group, prefix } = logOf(container);
  const stream = `${prefix}/${requiredText(container, 'name')}/${task.id}`;
  task.container = ecs.engine.start(containerSpec(ecs, task, container), {
    running: ({ imageDigest }) => {
      if (task.desiredStatus === 'STOPPED') return;
      task.lastStatus = 'RUNNING';
      task.startedAt = dateOf(ecs);
      task.imageDigest ??= imageDigest;
    },
    log: (line) => {
      if (group !== undefined) ecs.logs.append(group, stream, line);
    },
    stopped: (why) => beginToStop(ecs, task, why, TIMINGS.taskDeprovisioning),
  });
}

function needsOf(definition: TaskDefinition) {
  const container = runningContainer(definition);
  return {
    executionRoleArn: optionalText(definition.content, 'executionRoleArn'),
    taskRoleArn: optionalText(definition.content, 'taskRoleArn'),
    image: requiredText(container, 'image'),
    secrets: (optionalRecords(container, 'secrets') ?? []).map((secret) => requiredText(secret, 'valueFrom')),
    cpuArchitecture: architectureOf(definition),
    logGroup: logOf(container).group,
  };
}

export const architectureOf = ({ content }: TaskDefinition): 'X86_64' | 'ARM64' =>
  optionalText(optionalRecord(content, 'runtimePlatform') ?? {}, 'cpuArchitecture') === 'ARM64'
    ? 'ARM64'
    : 'X86_64';

function logOf(container: Input): { readonly group: string | undefined; readonly prefix: string } {
  const options = optionalRecord(optionalRecord(container, 'logConfiguration') ?? {}, 'options') ?? {};
  return {
    group: optionalText(options, 'awslogs-group'),
    prefix: optionalText(options, 'awslogs-stream-prefix') ?? 'ecs',
  };
}

function containerSpec(ecs: Ecs, task: OneOffTask, container: Input): ContainerSpec {
  const overrides =
    optionalRecords(task.overrides ?? {}, 'containerOverrides')?.find(
      ({ name }) => name === container['name'],
    ) ?? {};
  const named = (from: Input, member: string, value: string) =>
    (optionalRecords(from, member) ?? []).map((each) => [
      requiredText(each, 'name'),
      optionalText(each, value) ?? '',
    ]);
  const { exitCode, seconds, logLines } = ecs.scenario.runTask;
  return {
    taskId: task.id,
    image: requiredText(container, 'image'),
    // The entry point of the image stays: ECS calls CMD `command`.
    command: optionalTexts(overrides, 'command') ?? optionalTexts(container, 'command') ?? [],
    environment: Object.fromEntries([
      ...named(container, 'environment', 'value'),
      // The emulated account has no secrets: a secret's value is its own ARN.
      ...named(container, 'secrets', 'valueFrom'),
      ...named(overrides, 'environment', 'value'),
    ]),
    containerPort: undefined,
    cpuArchitecture: architectureOf(task.definition),
    memoryMebibytes: Number(optionalText(task.definition.content, 'memory')),
    standIn: { exitCode, seconds, logLines },
  };
}
