import type { DesiredService } from '../../aws/express-settings.ts';
import type { OneOffDefinition, TaskNetwork } from '../../aws/tasks.ts';
import { lastPartOf } from '../../parse-arn.ts';
import { withDigest } from '../../parse-image-reference.ts';
import { smallestFargateSize } from '../model/fargate.ts';
import type { DeployInputs } from '../model/inputs.ts';
import type { RunningConfiguration } from '../model/observed.ts';
import type { CommandStep, DeployPlan, PlannedImage } from '../model/plan.ts';
import type { ServiceSettings } from '../model/settings.ts';
import { renderDuration } from '../model/timeline.ts';

type Refusal = Extract<DeployPlan, { kind: 'refuse' }>;

export type PlannedCommand =
  | Refusal
  | {
      readonly kind: 'proceed';
      readonly steps: readonly CommandStep[];
      readonly notices: readonly string[];
    };

/** What the command is run for: the service as it is to be, and as it runs. */
type Subject = {
  readonly inputs: DeployInputs;
  readonly image: PlannedImage;
  readonly desired: DesiredService;
  readonly running: RunningConfiguration | undefined;
};

/** The command runs as the service will: with the new image, and with what is about to be sent or kept. */
export function planPreDeploy(subject: Subject): PlannedCommand {
  const { inputs } = subject;
  if (inputs.preDeploy === undefined) return { kind: 'proceed', steps: [], notices: [] };
  const { command, timeoutSeconds } = inputs.preDeploy;
  const network = networkOf(subject);
  if (network === undefined) return refuseWithoutSubnets(subject);
  const family = familyOf(subject);
  if (family.length > longestFamily) return refuseLongFamily(family);
  const words = JSON.stringify(command);
  return {
    kind: 'proceed',
    steps: [
      {
        kind: 'run-command',
        sentence: `run ${words} in a task with the image to deploy, for at most ${renderDuration(timeoutSeconds)}`,
        command,
        timeoutSeconds,
        family,
        task: taskOf(subject, command, family),
        network,
      },
    ],
    notices: noticesOf(subject),
  };
}

function noticesOf({ inputs, running }: Subject): string[] {
  return [
    ...(inputs.preview === undefined
      ? []
      : [
          'pre-deploy-command runs for a preview as well: give previews variables and secrets of a database of their own.',
        ]),
    ...(running === undefined && inputs.settings.securityGroups === undefined
      ? [
          'pre-deploy-command of a first deployment runs in the default security group of the VPC, since ECS has not created one for the service yet. If a database needs a certain group, set security-groups.',
        ]
      : []),
  ];
}

/**
 * Families are of the whole Region, so the cluster comes first. `CLUSTER-SERVICE` itself is Express's own. A task definition
 * that is given has its family in its ARN.
 */
function familyOf({ inputs, image }: Subject): string {
  const { cluster, serviceName, settings } = inputs;
  if (image.kind === 'in-task-definition') {
    return lastPartOf(settings.taskDefinitionArn ?? '').replace(/:\d+$/, '');
  }
  return `${lastPartOf(cluster)}-${serviceName}-pre-deploy`;
}

/** API reference, RegisterTaskDefinition. */
const longestFamily = 255;

function refuseLongFamily(family: string): Refusal {
  return {
    kind: 'refuse',
    because: `the task definition for pre-deploy-command would be called ${family}, and ECS takes ${longestFamily} characters`,
    wayOut: 'Choose a shorter service-name or cluster.',
  };
}

/** Only ECS knows where it would put a service that is not there yet. */
function refuseWithoutSubnets({ inputs, running }: Subject): Refusal {
  const { serviceName } = inputs;
  return {
    kind: 'refuse',
    because:
      running === undefined
        ? `service ${serviceName} does not exist yet, and pre-deploy-command needs to know where to run`
        : `the subnets of service ${serviceName} are not shown, and pre-deploy-command needs to know where to run`,
    wayOut: 'Set subnets to those of the service, or leave pre-deploy-command out this time.',
  };
}

function networkOf({ desired, running }: Subject): TaskNetwork | undefined {
  const subnets = desired.subnets ?? running?.settings.subnets ?? [];
  if (subnets.length === 0) return undefined;
  const seen = running?.settings.securityGroups ?? [];
  const managed = running?.managedSecurityGroups;
  // Databases let in the group that ECS made for the service. Where nobody can tell which it is, all are taken.
  const own = desired.securityGroups ?? seen;
  return {
    subnets,
    securityGroups: [...new Set([...own, ...(managed ?? seen)])],
    // In private subnets the address is not reached; in public ones no image can be pulled without.
    assignsPublicIp: running?.assignsPublicIp ?? running?.isInternal !== true,
  };
}

function taskOf(
  { inputs, image, desired, running }: Subject,
  command: readonly string[],
  family: string,
): CommandStep['task'] {
  const { taskDefinitionArn } = inputs.settings;
  if (image.kind === 'in-task-definition') return { kind: 'given', arn: taskDefinitionArn ?? '' };
  const kept: ServiceSettings = running?.image === undefined ? {} : running.settings;
  const settings = { ...kept, ...desired };
  const definition: OneOffDefinition = {
    family,
    image: imageOf(image, desired),
    command,
    environment: desired.environment,
    secrets: desired.secrets,
    repositoryCredentials: settings.repositoryCredentials,
    executionRoleArn: settings.executionRoleArn,
    taskRoleArn: settings.taskRoleArn,
    ...smallestFargateSize(settings.cpuUnits, settings.memoryMib),
    cpuArchitecture: settings.cpuArchitecture ?? 'X86_64',
    logGroup: settings.logGroup ?? ownLogGroup(inputs),
  };
  return { kind: 'own', definition, makesLogGroup: settings.logGroup === undefined };
}

/** The digest, where it is known: the tag may be moved while the command runs. */
function imageOf(image: PlannedImage, { image: reference = '' }: DesiredService): string {
  return image.kind === 'known' && image.digest !== undefined
    ? withDigest(image.reference, image.digest)
    : reference;
}

/** ECS makes the group of the service with its first deployment, which is yet to come. */
function ownLogGroup({ cluster, serviceName }: DeployInputs): string {
  return `/aws/ecs/${lastPartOf(cluster)}/${serviceName}-pre-deploy`;
}
