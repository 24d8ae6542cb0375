import { partitionOf } from '../arn.ts';
import { AwsError } from '../world.ts';
import { clusterNameOf, ensureCluster } from './clusters.ts';
import { expressServiceView } from './express-view.ts';
import { announceResources, createManagedResources } from './managed-resources.ts';
import { type Input, invalid, optionalRecord, optionalText, requiredText } from './members.ts';
import { readConfiguration, readRole } from './read-configuration.ts';
import { addRevision } from './revision.ts';
import { checkInfrastructureRole } from './roles.ts';
import { startDeployment } from './rollout.ts';
import { dateOf, type Ecs, type ExpressService } from './state.ts';
import { readTags, setTags } from './tags.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateExpressGatewayService.html */
export function createExpressGatewayService(ecs: Ecs, input: Input): unknown {
  requiredText(input, 'infrastructureRoleArn');
  const infrastructureRoleArn = readRole(ecs, input, 'infrastructureRoleArn') ?? '';
  const name = readName(ecs, input);
  const clusterName = clusterNameOf(optionalText(input, 'cluster') ?? 'default');
  const tags = readTags(input);
  const logGroup = `/aws/ecs/${clusterName}/${name}-${ecs.ids.hex(4)}`;
  const configuration = readConfiguration(ecs, input, { running: undefined, usualLogGroup: logGroup });
  checkInfrastructureRole(ecs, infrastructureRoleArn);
  // Only the cluster named `default` is made when it is missing.
  if (clusterName !== 'default' && !ecs.clusters.has(clusterName)) {
    throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
  }
  const arn = ecs.arn('ecs', `service/${clusterName}/${name}`);
  refuseTakenName(ecs, arn);
  ensureCluster(ecs, clusterName);
  const now = dateOf(ecs);
  const internal = configuration.subnets.every((subnet) => ecs.scenario.privateSubnets.has(subnet));
  const service: ExpressService = {
    kind: 'express',
    arn,
    name,
    clusterName,
    createdAt: now,
    updatedAt: now,
    status: 'ACTIVE',
    desiredCount: configuration.scalingTarget.minTaskCount,
    events: [],
    infrastructureRoleArn,
    host: makeHost(ecs, name),
    scheme: internal ? 'internal' : 'internet-facing',
    usualLogGroup: logGroup,
    managedSecurityGroup: `sg-0${ecs.ids.hex(16)}`,
    resources: createManagedResources(),
    scaledTo: undefined,
    deployments: [],
    revisions: [],
    steady: undefined,
    tasks: [],
    keepers: new Map(),
  };
  ecs.services.set(arn, service);
  ecs.tags.delete(arn);
  setTags(ecs, arn, tags);
  announceResources(ecs, service);
  startDeployment(ecs, service, addRevision(ecs, service, configuration));
  return { service: expressServiceView(ecs, service, { withTags: true }) };
}

/** Without a name Express takes the image's repository and four hex digits. */
function readName(ecs: Ecs, input: Input): string {
  const given = optionalText(input, 'serviceName');
  if (given !== undefined) {
    if (/^[A-Za-z0-9_-]{1,255}$/.test(given)) return given;
    throw invalid(
      'Invalid service name: up to 255 letters (uppercase and lowercase), numbers, underscores, and hyphens are allowed.',
    );
  }
  const image = optionalText(optionalRecord(input, 'primaryContainer') ?? {}, 'image') ?? 'service';
  const repository =
    image
      .replace(/[@:][^/]*$/, '')
      .split('/')
      .at(-1) ?? 'service';
  return `${repository.replace(/[^A-Za-z0-9_-]/g, '-')}-${ecs.ids.hex(4)}`;
}

function refuseTakenName(ecs: Ecs, arn: string): void {
  const status = ecs.services.get(arn)?.status;
  if (status === 'DRAINING') throw invalid('Unable to Start a service that is still Draining.');
  if (status === 'ACTIVE') throw invalid('Creation of service was not idempotent.');
}

/** A new host for every service, also for one that is made again under its old name. */
function makeHost(ecs: Ecs, name: string): string {
  const domain = partitionOf(ecs.region) === 'aws-cn' ? 'on.amazonwebservices.com.cn' : 'on.aws';
  const letters = `${name.toLowerCase().replace(/[^a-z]/g, '')}ex`.slice(0, 2);
  return `${letters}-${ecs.ids.hex(32)}.ecs.${ecs.region}.${domain}`;
}
