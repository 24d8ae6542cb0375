import type { DesiredService } from '../../aws/express.ts';
import type { DeployInputs } from '../model/inputs.ts';
import type { RunningConfiguration } from '../model/observed.ts';
import type { PlannedImage } from '../model/plan.ts';
import type { ServiceSettings } from '../model/settings.ts';

export const unbuiltImage = '(the image to be built)';

export function desiredService(
  inputs: DeployInputs,
  image: PlannedImage,
  running: RunningConfiguration | undefined,
): DesiredService {
  const { settings } = inputs;
  const common = { ...desiredScaling(settings, running), ...desiredNetwork(settings, running) };
  if (image.kind === 'in-task-definition') {
    const { taskDefinitionArn, healthCheckPath } = settings;
    return {
      ...common,
      ...(taskDefinitionArn !== undefined && { taskDefinitionArn }),
      ...(healthCheckPath !== undefined && { healthCheckPath }),
      image: undefined,
      environment: [],
      secrets: [],
    };
  }
  const from = running?.settings ?? {};
  const { containerPort, command, logGroup, logStreamPrefix, repositoryCredentials } = from;
  const kept = {
    ...(containerPort !== undefined && { containerPort }),
    ...(command !== undefined && command.length > 0 && { command }),
    ...(logGroup !== undefined && { logGroup }),
    ...(logStreamPrefix !== undefined && { logStreamPrefix }),
    ...(repositoryCredentials !== undefined && { repositoryCredentials }),
  };
  return {
    ...kept,
    ...settings,
    ...common,
    image: image.kind === 'known' ? image.reference : unbuiltImage,
    environment: desiredNamed(inputs.environmentMode, settings.environment, from.environment),
    secrets: desiredNamed(inputs.environmentMode, settings.secrets, from.secrets),
  };
}

function desiredNamed<Item extends { readonly name: string }>(
  mode: 'replace' | 'merge',
  given: readonly Item[] | undefined,
  running: readonly Item[] | undefined,
): readonly Item[] {
  if (given === undefined) return running ?? [];
  if (mode === 'replace') return given;
  const names = new Set(given.map(({ name }) => name));
  return [...(running ?? []).filter(({ name }) => !names.has(name)), ...given];
}

const scalingNames = ['minTaskCount', 'maxTaskCount', 'scalingMetric', 'scalingTarget'] as const;

/** Scaling is one structure to AWS: half of it would leave the other half to chance. */
function desiredScaling(given: ServiceSettings, running: RunningConfiguration | undefined): ServiceSettings {
  const pick = (settings: ServiceSettings | undefined): ServiceSettings =>
    Object.fromEntries(
      scalingNames.flatMap((name) => (settings?.[name] === undefined ? [] : [[name, settings[name]]])),
    );
  const isGiven = scalingNames.some((name) => given[name] !== undefined);
  return isGiven ? { ...pick(running?.settings), ...pick(given) } : {};
}

/** The network is one structure, too. If ECS's own security group were sent back, it would become one of the user's. */
function desiredNetwork(
  given: ServiceSettings,
  running: RunningConfiguration | undefined,
): Pick<ServiceSettings, 'subnets' | 'securityGroups'> {
  if (given.subnets === undefined && given.securityGroups === undefined) return {};
  const managed = running?.managedSecurityGroups;
  const ownGroups = managed && running?.settings.securityGroups?.filter((group) => !managed.includes(group));
  const subnets = given.subnets ?? running?.settings.subnets;
  const securityGroups = given.securityGroups ?? (ownGroups && ownGroups.length > 0 ? ownGroups : undefined);
  return { ...(subnets && { subnets }), ...(securityGroups && { securityGroups }) };
}
