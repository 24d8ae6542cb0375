import {
  CreateExpressGatewayServiceCommand,
  DeleteExpressGatewayServiceCommand,
  DescribeExpressGatewayServiceCommand,
  ECSClient,
  type ExpressGatewayServiceConfiguration,
  UpdateExpressGatewayServiceCommand,
} from '@aws-sdk/client-ecs';
import { clientOf } from './clients.ts';
import { type DesiredService, readSettings, type ServiceSettings, writeDesired } from './express-settings.ts';
import { ask } from './failures.ts';
import { readTags, type Tag } from './services.ts';

const ecs = () => clientOf(ECSClient);

/** One configuration of a service, as AWS describes it. */
export type ExpressConfiguration = {
  readonly revisionArn: string | undefined;
  /** `undefined` where the service runs a task definition of the user's: that states it. */
  readonly image: string | undefined;
  /** `securityGroups` holds the group that ECS added by itself, too. */
  readonly settings: ServiceSettings;
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
  // AWS does not promise an order, so the newest is found by its date.
  const configurations = (service?.activeConfigurations ?? []).toSorted(
    (a, b) => Number(b.createdAt ?? 0) - Number(a.createdAt ?? 0),
  );
  return {
    arn: service?.serviceArn ?? serviceArn,
    status: service?.status?.statusCode ?? 'UNKNOWN',
    statusReason: service?.status?.statusReason,
    infrastructureRoleArn: service?.infrastructureRoleArn,
    currentDeploymentArn: service?.currentDeployment,
    configurations: configurations.map((seen) => readConfiguration(seen, serviceArn)),
    tags: readTags(service?.tags),
  };
}

/** Returns what a deployment can be recognised by. Throws the SDK's fault as it is, so that the caller can retry. */
export async function createExpressService(request: {
  readonly cluster: string;
  readonly serviceName: string;
  readonly infrastructureRoleArn: string;
  readonly desired: DesiredService;
  readonly tags: readonly Tag[];
}): Promise<{
  readonly serviceArn: string;
  readonly revisionArn: string | undefined;
  readonly isInternal: boolean;
}> {
  const answer = await ecs().send(
    new CreateExpressGatewayServiceCommand({
      cluster: request.cluster,
      serviceName: request.serviceName,
      infrastructureRoleArn: request.infrastructureRoleArn,
      ...writeDesired(request.desired),
      ...(request.tags.length > 0 && { tags: [...request.tags] }),
    }),
  );
  const [configuration] = answer.service?.activeConfigurations ?? [];
  return {
    serviceArn: answer.service?.serviceArn ?? '',
    revisionArn: configuration?.serviceRevisionArn,
    isInternal: isPrivate(configuration),
  };
}

/** As `createExpressService`. The answer of an update holds the target configuration, not the deployment. */
export async function updateExpressService(
  serviceArn: string,
  desired: DesiredService,
): Promise<{ readonly serviceArn: string; readonly revisionArn: string | undefined }> {
  const answer = await ecs().send(
    new UpdateExpressGatewayServiceCommand({ serviceArn, ...writeDesired(desired) }),
  );
  return { serviceArn, revisionArn: answer.service?.targetConfiguration?.serviceRevisionArn };
}

/** Throws the SDK's fault as it is: a service that is going already is a success to the caller. */
export async function deleteExpressService(serviceArn: string): Promise<void> {
  await ecs().send(new DeleteExpressGatewayServiceCommand({ serviceArn }));
}

function readConfiguration(
  seen: ExpressGatewayServiceConfiguration,
  serviceArn: string,
): ExpressConfiguration {
  const asked = ownsTaskDefinition(seen, serviceArn) ? withoutDerived(seen) : seen;
  return {
    revisionArn: seen.serviceRevisionArn,
    image: asked.primaryContainer?.image,
    settings: readSettings(asked),
    hosts: (seen.ingressPaths ?? []).flatMap(({ endpoint }) => (endpoint ? [bareHost(endpoint)] : [])),
    isInternal: isPrivate(seen),
  };
}

function isPrivate(seen: ExpressGatewayServiceConfiguration | undefined): boolean {
  return seen?.ingressPaths?.[0]?.accessType === 'PRIVATE';
}

/**
 * Each configuration names a task definition, Express's own or one of the user's (API reference,
 * ExpressGatewayServiceConfiguration). Which it is, only the family says: Express registers `CLUSTER-SERVICE`.
 */
function ownsTaskDefinition(
  { taskDefinitionArn }: ExpressGatewayServiceConfiguration,
  serviceArn: string,
): boolean {
  if (taskDefinitionArn === undefined) return false;
  const family = serviceArn.split('/').slice(1).join('-');
  return !taskDefinitionArn.includes(`:task-definition/${family}:`);
}

/**
 * What AWS derives from a task definition of the user's and shows as if it had been asked for (Terraform's provider, pull
 * request 49095). Nobody asked for it, and an image that follows must not inherit it.
 */
function withoutDerived(seen: ExpressGatewayServiceConfiguration): ExpressGatewayServiceConfiguration {
  return {
    ...seen,
    primaryContainer: undefined,
    executionRoleArn: undefined,
    taskRoleArn: undefined,
    cpu: undefined,
    memory: undefined,
    cpuArchitecture: undefined,
  };
}

function bareHost(endpoint: string): string {
  return endpoint.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}
