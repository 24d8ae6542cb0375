import { AwsError } from '../world.ts';
import { checkFargateSize } from './fargate-sizes.ts';
import {
  type Input,
  invalid,
  isRecord,
  optionalChoice,
  optionalRecords,
  optionalText,
  optionalTexts,
  requiredText,
} from './members.ts';
import { page } from './paging.ts';
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

/** By family and revision, oldest first. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitions.html */
export function listTaskDefinitions(ecs: Ecs, input: Input): unknown {
  const family = optionalText(input, 'familyPrefix');
  const status = optionalChoice(input, 'status', STATUSES) ?? 'ACTIVE';
  const isDescending = optionalChoice(input, 'sort', ['ASC', 'DESC']) === 'DESC';
  const found = [...ecs.taskDefinitions.keys()]
    .filter((name) => family === undefined || name === family)
    .sort()
    .flatMap((name) => ecs.taskDefinitions.get(name) ?? [])
    .filter((definition) => statusOf(definition) === status);
  const { items, nextToken } = page(input, isDescending ? found.reverse() : found, 100);
  return { taskDefinitionArns: items.map(({ arn }) => arn), nextToken };
}

const STATUSES = ['ACTIVE', 'INACTIVE'] as const;
const statusOf = ({ deregisteredAt }: TaskDefinition): (typeof STATUSES)[number] =>
  deregisteredAt === undefined ? 'ACTIVE' : 'INACTIVE';

/** It can still be read, and what runs by it runs on; nothing new is started by it. */
export function deregisterTaskDefinition(ecs: Ecs, input: Input): unknown {
  const reference = requiredText(input, 'taskDefinition');
  if (!/:\d+$/.test(reference)) throw new AwsError('InvalidParameterException', 'Revision is missing.');
  const definition = findTaskDefinition(ecs, reference);
  if (!definition) throw new AwsError('ClientException', 'The specified task definition does not exist.');
  definition.deregisteredAt ??= dateOf(ecs);
  return { taskDefinition: taskDefinitionView(definition) };
}

export function addTaskDefinition(ecs: Ecs, family: string, content: Input): TaskDefinition {
  const revisions = ecs.taskDefinitions.get(family) ?? [];
  const revision = revisions.length + 1;
  const arn = ecs.arn('ecs', `task-definition/${family}:${revision}`);
  const definition = { arn, family, revision, registeredAt: dateOf(ecs), content: { ...content, family } };
  ecs.taskDefinitions.set(family, [...revisions, definition]);
  return definition;
}

/** By ARN, `family:revision`, or `family` alone for the newest that is not deregistered. */
export function findTaskDefinition(ecs: Ecs, reference: string): TaskDefinition | undefined {
  const [family, revision] = reference.replace(/^arn:[^/]*\//, '').split(':');
  const revisions = ecs.taskDefinitions.get(family ?? '') ?? [];
  return revision === undefined
    ? revisions.findLast((definition) => statusOf(definition) === 'ACTIVE')
    : revisions[Number(revision) - 1];
}

/** For something new: one that is deregistered does for nothing. */
export function usableTaskDefinition(ecs: Ecs, reference: string): TaskDefinition {
  const definition = findTaskDefinition(ecs, reference);
  if (!definition) throw new AwsError('ClientException', 'TaskDefinition not found.');
  if (statusOf(definition) === 'INACTIVE')
    throw new AwsError('ClientException', 'TaskDefinition is inactive');
  return definition;
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
    status: statusOf(definition),
    compatibilities: [...new Set(['EC2', ...compatibilities])],
    requiresAttributes: [],
    registeredAt: definition.registeredAt,
    deregisteredAt: definition.deregisteredAt,
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
