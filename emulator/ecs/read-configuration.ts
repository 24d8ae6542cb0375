import { partitionOf } from '../arn.ts';
import { DEFAULT_VPC, DEFAULTS } from './configuration.ts';
import { checkFargateSize } from './fargate-sizes.ts';
import {
  type Input,
  invalid,
  optionalChoice,
  optionalInteger,
  optionalRecord,
  optionalText,
  optionalTexts,
} from './members.ts';
import { containerOfDefinition, readContainer } from './read-container.ts';
import type { Configuration, Ecs, ScalingTarget, TaskDefinition } from './state.ts';
import { expressContainer, usableTaskDefinition } from './task-definitions.ts';

/** Members that make no sense beside a task definition of the caller's own (API reference). */
const NOT_WITH_TASK_DEFINITION = [
  'primaryContainer',
  'executionRoleArn',
  'taskRoleArn',
  'cpu',
  'memory',
  'cpuArchitecture',
];

/**
 * What a create (`running` undefined) or an update asks for. A top-level member left out of an update keeps what runs;
 * a `primaryContainer` that is sent replaces the whole container, its lists included.
 */
export function readConfiguration(
  ecs: Ecs,
  input: Input,
  options: { readonly running: Configuration | undefined; readonly usualLogGroup: string },
): Configuration {
  const { running } = options;
  const reference = optionalText(input, 'taskDefinitionArn');
  if (reference !== undefined) {
    if (NOT_WITH_TASK_DEFINITION.some((name) => input[name] !== undefined && input[name] !== null)) {
      throw invalid(
        'taskDefinitionArn cannot be provided with primaryContainer, executionRoleArn, taskRoleArn, cpu, or memory.',
      );
    }
    const definition = usableTaskDefinition(ecs, reference);
    return { ...readSurroundings(input, running), ...fromTaskDefinition(definition, options.usualLogGroup) };
  }
  const keptDefinition = running?.ownTaskDefinition;
  if (running && keptDefinition && NOT_WITH_TASK_DEFINITION.every((name) => input[name] === undefined)) {
    return { ...running, ...readSurroundings(input, running) };
  }
  return { ...readSurroundings(input, running), ...readTask(ecs, input, options) };
}

type Surroundings = Pick<Configuration, 'healthCheckPath' | 'subnets' | 'securityGroups' | 'scalingTarget'>;

function readSurroundings(input: Input, running: Configuration | undefined): Surroundings {
  const healthCheckPath =
    optionalText(input, 'healthCheckPath') ?? running?.healthCheckPath ?? DEFAULTS.healthCheckPath;
  if (!/^\/[^\s]{0,1023}$/.test(healthCheckPath)) {
    throw invalid(
      `Health check path '${healthCheckPath}' is invalid. The path must begin with a '/' character.`,
    );
  }
  const network = optionalRecord(input, 'networkConfiguration') ?? {};
  const subnets = optionalTexts(network, 'subnets') ?? running?.subnets ?? DEFAULT_VPC.subnets;
  const securityGroups = optionalTexts(network, 'securityGroups') ?? running?.securityGroups ?? [];
  for (const id of subnets)
    if (!/^subnet-[0-9a-z-]+$/.test(id)) throw invalid(`The subnet ID '${id}' does not exist`);
  for (const id of securityGroups) {
    if (!/^sg-[0-9a-z-]+$/.test(id)) throw invalid(`The security group ID '${id}' does not exist`);
  }
  if (subnets.length === 0) throw invalid('subnets can not be empty.');
  return {
    healthCheckPath,
    subnets,
    securityGroups,
    scalingTarget: readScaling(input, running?.scalingTarget),
  };
}

function readScaling(input: Input, running: ScalingTarget | undefined): ScalingTarget {
  const given = optionalRecord(input, 'scalingTarget') ?? {};
  const base = running ?? DEFAULTS.scalingTarget;
  const metrics = ['AVERAGE_CPU', 'AVERAGE_MEMORY', 'REQUEST_COUNT_PER_TARGET'] as const;
  const target: ScalingTarget = {
    minTaskCount: optionalInteger(given, 'minTaskCount') ?? base.minTaskCount,
    maxTaskCount: optionalInteger(given, 'maxTaskCount') ?? base.maxTaskCount,
    autoScalingMetric: optionalChoice(given, 'autoScalingMetric', metrics) ?? base.autoScalingMetric,
    autoScalingTargetValue: optionalInteger(given, 'autoScalingTargetValue') ?? base.autoScalingTargetValue,
  };
  if (target.minTaskCount < 0) throw invalid('minTaskCount must be at least 0.');
  if (target.maxTaskCount < Math.max(1, target.minTaskCount)) {
    throw invalid('maxTaskCount must be at least 1 and not less than minTaskCount.');
  }
  if (target.autoScalingTargetValue < 1) throw invalid('autoScalingTargetValue must be at least 1.');
  return target;
}

type Task = Omit<Configuration, keyof Surroundings>;

function readTask(
  ecs: Ecs,
  input: Input,
  options: { readonly running: Configuration | undefined; readonly usualLogGroup: string },
): Task {
  const running = options.running?.ownTaskDefinition ? undefined : options.running;
  const given = optionalRecord(input, 'primaryContainer');
  const container = given ? readContainer(given, options.usualLogGroup) : running?.container;
  if (!container) throw invalid('primaryContainer or taskDefinitionArn is required.');
  const executionRoleArn = readRole(ecs, input, 'executionRoleArn') ?? running?.executionRoleArn;
  if (!executionRoleArn) throw invalid('executionRoleArn is required when primaryContainer is provided.');
  const architectures = ['X86_64', 'ARM64'] as const;
  const cpu = optionalText(input, 'cpu') ?? running?.cpu ?? DEFAULTS.cpu;
  const memory = optionalText(input, 'memory') ?? running?.memory ?? DEFAULTS.memory;
  checkFargateSize(cpu, memory);
  return {
    executionRoleArn,
    taskRoleArn: readRole(ecs, input, 'taskRoleArn') ?? running?.taskRoleArn,
    cpu,
    memory,
    cpuArchitecture:
      optionalChoice(input, 'cpuArchitecture', architectures) ??
      running?.cpuArchitecture ??
      DEFAULTS.cpuArchitecture,
    container,
    ownTaskDefinition: undefined,
  };
}

function fromTaskDefinition(definition: TaskDefinition, usualLogGroup: string): Task {
  const { content } = definition;
  const { container, port } = expressContainer(definition);
  const platform = optionalRecord(content, 'runtimePlatform') ?? {};
  return {
    executionRoleArn: optionalText(content, 'executionRoleArn'),
    taskRoleArn: optionalText(content, 'taskRoleArn'),
    cpu: optionalText(content, 'cpu') ?? DEFAULTS.cpu,
    memory: optionalText(content, 'memory') ?? DEFAULTS.memory,
    cpuArchitecture: platform['cpuArchitecture'] === 'ARM64' ? 'ARM64' : 'X86_64',
    container: containerOfDefinition(container, port, usualLogGroup),
    ownTaskDefinition: definition,
  };
}

/** A role's ARN in the emulated partition; whether ECS may assume it is asked when it tries to. */
export function readRole(ecs: Ecs, input: Input, name: string): string | undefined {
  const arn = optionalText(input, name);
  if (arn === undefined) return undefined;
  const partition = partitionOf(ecs.region);
  if (new RegExp(`^arn:${partition}:iam::\\d{12}:role/[\\w+=,.@/-]+$`).test(arn)) return arn;
  throw invalid(`${name} is not a valid IAM role ARN: ${arn}`);
}
