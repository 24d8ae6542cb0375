import { AwsError } from '../world.ts';
import { findExpressService } from './express-lookup.ts';
import { type Input, invalid, optionalRecord, optionalTexts } from './members.ts';
import { type Deployment, type Ecs, type ExpressService, isOver, type Revision } from './state.ts';
import { tagsOf } from './tags.ts';
import { TIMINGS } from './timings.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeExpressGatewayService.html */
export function describeExpressGatewayService(ecs: Ecs, input: Input): unknown {
  const service = findExpressService(ecs, input);
  if (!service) {
    const code = ecs.scenario.missingServiceError;
    throw code === 'InvalidParameterException'
      ? invalid('Resource not found')
      : new AwsError(code, 'Resource not found');
  }
  const withTags = optionalTexts(input, 'include')?.includes('TAGS') ?? false;
  const current = currentDeployment(ecs, service);
  const view = expressServiceView(ecs, service, { withTags });
  return { service: { ...view, ...(current ? { currentDeployment: current.arn } : {}) } };
}

/** The deployment that runs, if one does. At least one look still misses it, at any speed of the clock. */
function currentDeployment(ecs: Ecs, service: ExpressService): Deployment | undefined {
  const [newest] = service.deployments;
  if (!newest || isOver(newest)) return undefined;
  const ageSeconds = (ecs.clock.now() - newest.createdAt.getTime()) / 1000;
  const isShown = newest.missed.has('current') && ageSeconds >= TIMINGS.currentDeploymentShown;
  newest.missed.add('current');
  return isShown ? newest : undefined;
}

/** What Create, Describe and Delete answer with; only Describe knows a `currentDeployment`. */
export function expressServiceView(
  ecs: Ecs,
  service: ExpressService,
  options: { readonly withTags: boolean },
): object {
  return {
    cluster: service.clusterName,
    serviceName: service.name,
    serviceArn: service.arn,
    infrastructureRoleArn: service.infrastructureRoleArn,
    status: { statusCode: service.status },
    activeConfigurations: activeRevisions(ecs, service).map((revision) =>
      configurationView(ecs, service, revision),
    ),
    ...(options.withTags ? { tags: tagsOf(ecs, service.arn) } : {}),
    createdAt: service.createdAt,
    updatedAt: service.updatedAt,
  };
}

/** During a rollout, and for a while after it, the source revision and after it the target; else the one that serves. */
function activeRevisions(ecs: Ecs, service: ExpressService): Revision[] {
  const newest = service.deployments[0];
  const sinceEnd = ecs.clock.now() - (newest?.finishedAt?.getTime() ?? Number.POSITIVE_INFINITY);
  const isFresh = newest?.status === 'SUCCESSFUL' && sinceEnd < TIMINGS.formerConfigurationShown * 1000;
  const list = [
    isFresh ? newest.source : undefined,
    service.steady,
    newest && !isOver(newest) ? newest.target : undefined,
  ].filter((revision) => revision !== undefined);
  return list.length > 0 ? [...new Set(list)] : service.revisions.slice(0, 1);
}

/** Of a task definition of the caller's own, too, with the container that is derived from its `Main`. */
export function configurationView(ecs: Ecs, service: ExpressService, revision: Revision): object {
  const { configuration } = revision;
  const { container, ownTaskDefinition } = configuration;
  const platform = optionalRecord(ownTaskDefinition?.content ?? {}, 'runtimePlatform');
  const statesArchitecture = ownTaskDefinition === undefined || platform?.['cpuArchitecture'] !== undefined;
  return {
    serviceRevisionArn: revision.arn,
    taskDefinitionArn: revision.taskDefinition.arn,
    executionRoleArn: configuration.executionRoleArn,
    taskRoleArn: configuration.taskRoleArn,
    cpu: configuration.cpu,
    memory: configuration.memory,
    ...(statesArchitecture ? { cpuArchitecture: configuration.cpuArchitecture } : {}),
    primaryContainer: {
      image: container.image,
      containerPort: container.containerPort,
      awsLogsConfiguration: { logGroup: container.logGroup, logStreamPrefix: container.logStreamPrefix },
      ...(container.credentialsParameter
        ? { repositoryCredentials: { credentialsParameter: container.credentialsParameter } }
        : {}),
      command: container.command,
      // Environment comes back sorted by name, whatever the order it was sent in.
      environment: [...container.environment].sort((a, b) => a.name.localeCompare(b.name, 'en')),
      secrets: container.secrets,
    },
    networkConfiguration: {
      // Express adds a security group of its own to those that were asked for.
      securityGroups: withManaged(service, configuration.securityGroups),
      subnets: configuration.subnets,
    },
    healthCheckPath: configuration.healthCheckPath,
    scalingTarget: configuration.scalingTarget,
    ingressPaths: [{ accessType: accessType(service), endpoint: endpointOf(ecs, service) }],
    createdAt: revision.createdAt,
  };
}

export const withManaged = (service: ExpressService, given: readonly string[]): string[] => [
  ...given.filter((id) => id !== service.managedSecurityGroup),
  service.managedSecurityGroup,
];

export const accessType = (service: ExpressService): 'PUBLIC' | 'PRIVATE' =>
  service.scheme === 'internal' ? 'PRIVATE' : 'PUBLIC';

/** Both forms have been seen on AWS. Which one a service gets is decided by its name, so that it stays. */
export function endpointOf(ecs: Ecs, service: ExpressService): string {
  const letters = [...service.name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  const withScheme = ecs.scenario.endpointScheme ?? letters % 2 === 1;
  return withScheme ? `https://${service.host}` : service.host;
}
