import { AwsError } from '../world.ts';
import { checkFargateSize } from './fargate-sizes.ts';
import {
  type Input,
  invalid,
  isRecord,
  optionalRecords,
  optionalText,
  optionalTexts,
  requiredText,
} from './members.ts';
import { refuseSharedNames } from './read-container.ts';
import { dateOf, type Ecs, type TaskDefinition } from './state.ts';
import { readTags, setTags, tagsOf } from './tags.ts';

export function registerTaskDefinition(ecs: Ecs, input: Input): unknown {
  const family = requiredText(input, 'family');
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(family)) {
    throw new AwsError('ClientException', 'Family contains invalid characters.');
  }
  checkContainers(input);
  if (optionalTexts(input, 'requiresCompatibilities')?.includes('FARGATE')) checkFargate(input);
  const tags = readTags(input);
  const { tags: _, ...content } = input;
  const definition = addTaskDefinition(ecs, family, content);
  setTags(ecs, definition.arn, tags);
  return { taskDefinition: taskDefinitionView(definition), tags };
}

export function describeTaskDefinition(ecs: Ecs, input: Input): unknown {
  const definition = findTaskDefinition(ecs, requiredText(input, 'taskDefinition'));
  if (!definition) throw new AwsError('ClientException', 'Unable to describe task definition.');
  const withTags = optionalTexts(input, 'include')?.includes('TAGS') ?? false;
  return {
    taskDefinition: taskDefinitionView(definition),
    ...(withTags ? { tags: tagsOf(ecs, definition.arn) } : {}),
  };
}

export function addTaskDefinition(ecs: Ecs, family: string, content: Input): TaskDefinition {
  const revisions = ecs.taskDefinitions.get(family) ?? [];
  const revision = revisions.length + 1;
  const arn = ecs.arn('ecs', `task-definition/${family}:${revision}`);
  const definition = { arn, family, revision, registeredAt: dateOf(ecs), content: { ...content, family } };
  ecs.taskDefinitions.set(family, [...revisions, definition]);
  return definition;
}

/** By ARN, `family:revision`, or `family` alone for the newest. */
export function findTaskDefinition(ecs: Ecs, reference: string): TaskDefinition | undefined {
  const [family, revision] = reference.replace(/^arn:[^/]*\//, '').split(':');
  const revisions = ecs.taskDefinitions.get(family ?? '') ?? [];
  return revision === undefined ? revisions.at(-1) : revisions[Number(revision) - 1];
}

export const containersOf = (definition: TaskDefinition): Input[] =>
  optionalRecords(definition.content, 'containerDefinitions') ?? [];

function checkContainers(input: Input): void {
  const containers = optionalRecords(input, 'containerDefinitions') ?? [];
  if (containers.length === 0) throw new AwsError('ClientException', 'Container list cannot be empty.');
  for (const container of containers) {
    if (!optionalText(container, 'name')) throw clientError('Container.name should not be null or empty.');
    if (!optionalText(container, 'image')) throw clientError('Container.image should not be null or empty.');
    refuseSharedNames(container);
  }
}

function checkFargate(input: Input): void {
  if (optionalText(input, 'networkMode') !== 'awsvpc') {
    throw clientError("Fargate only supports network mode 'awsvpc'.");
  }
  const cpu = optionalText(input, 'cpu');
  const memory = optionalText(input, 'memory');
  if (!cpu) throw clientError("Fargate requires that 'cpu' be defined at the task level.");
  if (!memory) throw clientError("Fargate requires that 'memory' be defined at the task level.");
  checkFargateSize(cpu, memory);
}

/** What ECS fills in, as the output of `aws ecs register-task-definition` in the CLI's reference has it. */
function containerView(container: Input, networkMode: unknown): object {
  return {
    cpu: 0,
    essential: true,
    environment: [],
    mountPoints: [],
    volumesFrom: [],
    ...container,
    portMappings: (optionalRecords(container, 'portMappings') ?? []).map((mapping) => ({
      // With awsvpc the task has an address of its own: its ports are the container's.
      hostPort: networkMode === 'awsvpc' ? mapping['containerPort'] : 0,
      protocol: 'tcp',
      ...mapping,
    })),
  };
}

function taskDefinitionView(definition: TaskDefinition): unknown {
  const compatibilities = optionalTexts(definition.content, 'requiresCompatibilities') ?? [];
  return {
    placementConstraints: [],
    volumes: [],
    ...definition.content,
    containerDefinitions: containersOf(definition).map((container) =>
      containerView(container, definition.content['networkMode']),
    ),
    taskDefinitionArn: definition.arn,
    revision: definition.revision,
    status: 'ACTIVE',
    compatibilities: [...new Set(['EC2', ...compatibilities])],
    requiresAttributes: [],
    registeredAt: definition.registeredAt,
  };
}

const clientError = (message: string): AwsError => new AwsError('ClientException', message);

/** The container named `Main` with its one port, or the refusal of a definition that Express cannot run. */
export function expressContainer(definition: TaskDefinition): {
  readonly container: Input;
  readonly port: number;
} {
  const container = containersOf(definition).find(({ name }) => name === 'Main');
  const mappings = container ? (optionalRecords(container, 'portMappings') ?? []) : [];
  const mapping = mappings[0];
  const port = mapping?.['containerPort'];
  const tcp = mapping?.['protocol'] === undefined || mapping['protocol'] === 'tcp';
  // Developer guide: "a single TCP port mapping", with container port and port name.
  if (
    !isRecord(container) ||
    mappings.length !== 1 ||
    typeof port !== 'number' ||
    !tcp ||
    !mapping?.['name']
  ) {
    throw invalid("Task definition must contain a container named 'Main' with a single TCP port mapping.");
  }
  if (!optionalTexts(definition.content, 'requiresCompatibilities')?.includes('FARGATE')) {
    throw new AwsError(
      'PlatformTaskDefinitionIncompatibilityException',
      'The task definition does not support FARGATE.',
    );
  }
  return { container, port };
}
