import {
  CreateExpressGatewayServiceCommand,
  type CreateExpressGatewayServiceCommandInput,
  DeleteExpressGatewayServiceCommand,
  DescribeExpressGatewayServiceCommand,
  ECSClient,
  type ExpressGatewayServiceConfiguration,
  UpdateExpressGatewayServiceCommand,
} from '@aws-sdk/client-ecs';
import { clientOf } from './clients.ts';
import { ask } from './failures.ts';
import { readTags, type Tag } from './services.ts';

const ecs = () => clientOf(ECSClient);

/** What a create or update carries. An absent member is not sent: AWS keeps it, or takes its default on create. */
export type ExpressSettings = {
  /** Absent exactly when `taskDefinitionArn` is given. */
  readonly container?: ExpressContainer;
  readonly taskDefinitionArn?: string;
  readonly executionRoleArn?: string;
  readonly taskRoleArn?: string;
  readonly cpuUnits?: number;
  readonly memoryMib?: number;
  readonly cpuArchitecture?: 'X86_64' | 'ARM64';
  readonly healthCheckPath?: string;
  readonly subnets?: readonly string[];
  readonly securityGroups?: readonly string[];
  readonly scaling?: ExpressScaling;
};

export type ExpressContainer = {
  readonly image: string;
  readonly containerPort?: number;
  readonly command?: readonly string[];
  readonly logs?: { readonly group: string; readonly streamPrefix: string };
  readonly repositoryCredentials?: string;
  readonly environment: readonly NameValue[];
  readonly secrets: readonly NameSecret[];
};

export type NameValue = { readonly name: string; readonly value: string };

/** A variable that the container finds filled with a value of Secrets Manager or Parameter Store. */
export type NameSecret = { readonly name: string; readonly valueFrom: string };

export type ExpressScaling = {
  readonly minTaskCount?: number;
  readonly maxTaskCount?: number;
  readonly metric?: 'AVERAGE_CPU' | 'AVERAGE_MEMORY' | 'REQUEST_COUNT_PER_TARGET';
  readonly targetValue?: number;
};

/** One configuration of a service, as AWS describes it. Security groups include the one ECS manages itself. */
export type ExpressConfiguration = ExpressSettings & {
  readonly revisionArn: string | undefined;
  readonly createdAt: Date | undefined;
  /** Host names without scheme: AWS gives them sometimes bare, sometimes with `https://`. */
  readonly hosts: readonly string[];
  /** Its load balancer can be reached from its own network only. */
  readonly isInternal: boolean;
};

export type ExpressService = {
  readonly arn: string;
  readonly status: string;
  readonly statusReason: string | undefined;
  readonly infrastructureRoleArn: string | undefined;
  readonly currentDeploymentArn: string | undefined;
  /** Newest first. More than one while a rollout is under way. */
  readonly configurations: readonly ExpressConfiguration[];
  readonly tags: readonly Tag[];
};

export async function describeExpressService(serviceArn: string): Promise<ExpressService> {
  const answer = await ask(
    'ecs:DescribeExpressGatewayService',
    `describe Express service ${serviceArn}`,
    () => ecs().send(new DescribeExpressGatewayServiceCommand({ serviceArn })),
  );
  const service = answer.service;
  const configurations = (service?.activeConfigurations ?? []).map(readConfiguration);
  return {
    arn: service?.serviceArn ?? serviceArn,
    status: service?.status?.statusCode ?? 'UNKNOWN',
    statusReason: service?.status?.statusReason,
    infrastructureRoleArn: service?.infrastructureRoleArn,
    currentDeploymentArn: service?.currentDeployment,
    // AWS does not promise an order, so the newest is found by its date.
    configurations: configurations.toSorted((a, b) => Number(b.createdAt ?? 0) - Number(a.createdAt ?? 0)),
    tags: readTags(service?.tags),
  };
}

/** Returns what a deployment can be recognised by. Throws the SDK's fault as it is, so that the caller can retry. */
export async function createExpressService(request: {
  readonly cluster: string;
  readonly serviceName: string;
  readonly infrastructureRoleArn: string;
  readonly settings: ExpressSettings;
  readonly tags: readonly Tag[];
}): Promise<{ readonly serviceArn: string; readonly revisionArn: string | undefined }> {
  const answer = await ecs().send(
    new CreateExpressGatewayServiceCommand({
      cluster: request.cluster,
      serviceName: request.serviceName,
      infrastructureRoleArn: request.infrastructureRoleArn,
      ...writeSettings(request.settings),
      ...(request.tags.length > 0 && { tags: [...request.tags] }),
    }),
  );
  return {
    serviceArn: answer.service?.serviceArn ?? '',
    revisionArn: answer.service?.activeConfigurations?.[0]?.serviceRevisionArn,
  };
}

/** As `createExpressService`. The answer of an update holds the target configuration, not the deployment. */
export async function updateExpressService(
  serviceArn: string,
  settings: ExpressSettings,
): Promise<{ readonly serviceArn: string; readonly revisionArn: string | undefined }> {
  const answer = await ecs().send(
    new UpdateExpressGatewayServiceCommand({ serviceArn, ...writeSettings(settings) }),
  );
  return { serviceArn, revisionArn: answer.service?.targetConfiguration?.serviceRevisionArn };
}

/** Throws the SDK's fault as it is: a service that is going already is a success to the caller. */
export async function deleteExpressService(serviceArn: string): Promise<void> {
  await ecs().send(new DeleteExpressGatewayServiceCommand({ serviceArn }));
}

type SharedMembers = Omit<
  CreateExpressGatewayServiceCommandInput,
  'cluster' | 'serviceName' | 'infrastructureRoleArn' | 'tags'
>;

function writeSettings(settings: ExpressSettings): SharedMembers {
  const { container, subnets, securityGroups, scaling } = settings;
  return {
    ...(container && { primaryContainer: writeContainer(container) }),
    taskDefinitionArn: settings.taskDefinitionArn,
    executionRoleArn: settings.executionRoleArn,
    taskRoleArn: settings.taskRoleArn,
    cpu: settings.cpuUnits?.toString(),
    memory: settings.memoryMib?.toString(),
    cpuArchitecture: settings.cpuArchitecture,
    healthCheckPath: settings.healthCheckPath,
    ...((subnets ?? securityGroups) && {
      networkConfiguration: {
        ...(subnets && { subnets: [...subnets] }),
        ...(securityGroups && { securityGroups: [...securityGroups] }),
      },
    }),
    ...(scaling && {
      scalingTarget: {
        minTaskCount: scaling.minTaskCount,
        maxTaskCount: scaling.maxTaskCount,
        autoScalingMetric: scaling.metric,
        autoScalingTargetValue: scaling.targetValue,
      },
    }),
  };
}

/**
 * Environment and secrets are always sent, also when empty: AWS replaces the whole list with what an update carries, and
 * whether it keeps an omitted one is contradicted between its documents and its users.
 */
function writeContainer(container: ExpressContainer): SharedMembers['primaryContainer'] {
  return {
    image: container.image,
    containerPort: container.containerPort,
    ...(container.command && { command: [...container.command] }),
    ...(container.logs && {
      awsLogsConfiguration: { logGroup: container.logs.group, logStreamPrefix: container.logs.streamPrefix },
    }),
    ...(container.repositoryCredentials !== undefined && {
      repositoryCredentials: { credentialsParameter: container.repositoryCredentials },
    }),
    environment: container.environment.map(({ name, value }) => ({ name, value })),
    secrets: container.secrets.map(({ name, valueFrom }) => ({ name, valueFrom })),
  };
}

function readConfiguration(seen: ExpressGatewayServiceConfiguration): ExpressConfiguration {
  const { networkConfiguration: network, scalingTarget: scaling } = seen;
  return {
    revisionArn: seen.serviceRevisionArn,
    createdAt: seen.createdAt,
    hosts: (seen.ingressPaths ?? []).flatMap(({ endpoint }) => (endpoint ? [bareHost(endpoint)] : [])),
    isInternal: seen.ingressPaths?.[0]?.accessType === 'PRIVATE',
    ...present('container', readContainer(seen.primaryContainer)),
    ...present('taskDefinitionArn', seen.taskDefinitionArn),
    ...present('executionRoleArn', seen.executionRoleArn),
    ...present('taskRoleArn', seen.taskRoleArn),
    ...present('cpuUnits', seen.cpu === undefined ? undefined : Number(seen.cpu)),
    ...present('memoryMib', seen.memory === undefined ? undefined : Number(seen.memory)),
    ...present('cpuArchitecture', seen.cpuArchitecture),
    ...present('healthCheckPath', seen.healthCheckPath),
    ...present('subnets', network?.subnets),
    ...present('securityGroups', network?.securityGroups),
    ...present(
      'scaling',
      scaling && {
        ...present('minTaskCount', scaling.minTaskCount),
        ...present('maxTaskCount', scaling.maxTaskCount),
        ...present('metric', scaling.autoScalingMetric),
        ...present('targetValue', scaling.autoScalingTargetValue),
      },
    ),
  };
}

function readContainer(
  seen: ExpressGatewayServiceConfiguration['primaryContainer'],
): ExpressContainer | undefined {
  if (seen?.image === undefined) return undefined;
  const logs = seen.awsLogsConfiguration;
  return {
    image: seen.image,
    ...present('containerPort', seen.containerPort),
    ...present('command', seen.command),
    ...present('logs', logs && { group: logs.logGroup ?? '', streamPrefix: logs.logStreamPrefix ?? '' }),
    ...present('repositoryCredentials', seen.repositoryCredentials?.credentialsParameter),
    environment: (seen.environment ?? []).map(({ name, value }) => ({
      name: name ?? '',
      value: value ?? '',
    })),
    secrets: (seen.secrets ?? []).map(({ name, valueFrom }) => ({
      name: name ?? '',
      valueFrom: valueFrom ?? '',
    })),
  };
}

/** `{key: value}`, or nothing: an absent member stays absent instead of becoming `undefined`. */
function present<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]?: Value });
}

function bareHost(endpoint: string): string {
  return endpoint.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}
