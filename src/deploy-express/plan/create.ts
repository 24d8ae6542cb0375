import { changesAgainst } from '../model/compare.ts';
import type { DeployInputs } from '../model/inputs.ts';
import type { SeenPreview } from '../model/observed.ts';
import { type DeployPlan, type PlannedImage, type PlanStep, proceed } from '../model/plan.ts';
import { labelOf, type Tag } from '../model/settings.ts';
import { hasOwnershipTag, maxTags } from '../model/tags.ts';
import { desiredService } from './desired.ts';
import { fitArchitecture, imageChange } from './image.ts';
import { planPreDeploy } from './pre-deploy.ts';
import { noticesOfTarget, refuseOverQuota, verifySteps } from './steps.ts';
import { tagChanges, tagsOnCreate } from './tags.ts';

export function planCreate(
  asked: DeployInputs,
  image: PlannedImage,
  seen: {
    readonly clusterExists: boolean;
    readonly expressServiceCount: number | undefined;
    readonly draining?: true;
    readonly previews?: readonly SeenPreview[];
  },
): DeployPlan {
  const fit = fitArchitecture(asked, image, undefined);
  if (fit.kind === 'refuse') return fit;
  const { inputs } = fit;
  const { serviceName, cluster } = inputs;
  const overQuota = refuseOverQuota(inputs, seen.previews);
  if (overQuota !== undefined) return overQuota;
  const missing = missingForCreate(inputs, image);
  if (missing.length > 0) {
    return {
      kind: 'refuse',
      because: `service ${serviceName} does not exist in cluster ${cluster} yet, and creating it needs ${missing.join(' and ')}`,
      wayOut: `Set ${missing.join(' and ')}, or correct service-name and cluster.`,
    };
  }
  if (!seen.clusterExists && cluster !== 'default') {
    return {
      kind: 'refuse',
      because: `cluster ${cluster} does not exist`,
      wayOut: `Create it (aws ecs create-cluster --cluster-name NAME), or leave the cluster input out to use "default".`,
    };
  }
  const desired = desiredService(inputs, image, undefined);
  const command = planPreDeploy({ inputs, image, desired, running: undefined });
  if (command.kind === 'refuse') return command;
  const tags = tagsOnCreate(inputs);
  const steps: PlanStep[] = [];
  if (seen.draining) {
    steps.push({
      kind: 'wait-for-draining',
      sentence: `wait until the former service ${serviceName} is gone`,
    });
  }
  if (!seen.clusterExists)
    steps.push({ kind: 'create-cluster', sentence: `create cluster ${cluster}`, cluster });
  steps.push(
    ...command.steps,
    {
      kind: 'create-service',
      sentence: `create service ${serviceName} in cluster ${cluster}`,
      infrastructureRoleArn: inputs.infrastructureRoleArn ?? '',
      desired,
      tags,
    },
    ...verifySteps(inputs, undefined),
  );
  const changes = [
    imageChange(image, undefined),
    ...changesAgainst(desired, undefined),
    ...tagChanges({ set: tags, remove: [] }, []),
  ].flat();
  const notices = [
    ...fit.notices,
    ...createNotices(inputs, seen.expressServiceCount),
    ...tagNotices(tags),
    ...command.notices,
  ];
  return proceed('create', steps, { changes, notices });
}

function missingForCreate(inputs: DeployInputs, image: PlannedImage): string[] {
  return [
    ...(inputs.infrastructureRoleArn === undefined ? ['infrastructure-role-arn'] : []),
    ...(image.kind !== 'in-task-definition' && inputs.settings.executionRoleArn === undefined
      ? ['execution-role-arn']
      : []),
  ];
}

function tagNotices(tags: readonly Tag[]): string[] {
  if (tags.length < maxTags || hasOwnershipTag(tags)) return [];
  return [
    `AWS takes at most ${maxTags} tags, so the service lacks the tag that says who created it: operation: delete will need force: true.`,
  ];
}

/** One balancer carries 25 Express services; the next one is added, and billed, by AWS without a word. */
const servicesPerBalancer = 25;

const leftToAws = ['cpuUnits', 'memoryMib', 'healthCheckPath'] as const;

function createNotices(inputs: DeployInputs, expressServiceCount: number | undefined): string[] {
  const { settings } = inputs;
  const unstated = leftToAws.filter((name) => settings[name] === undefined);
  const notices: string[] = [];
  if (unstated.length > 0 && settings.taskDefinitionArn === undefined) {
    notices.push(
      `${unstated.map((name) => labelOf(name)).join(', ')} not given: AWS chooses a default, and its pages name different ones. Set the value that you want.`,
    );
  }
  notices.push(...noticesOfTarget(settings, undefined));
  if (inputs.forceNewDeployment) {
    notices.push('force-new-deployment has no effect here: a first deployment starts new tasks by itself.');
  }
  if (
    expressServiceCount !== undefined &&
    expressServiceCount > 0 &&
    expressServiceCount % servicesPerBalancer === 0
  ) {
    notices.push(
      `Cluster ${inputs.cluster} has ${expressServiceCount} Express services. A load balancer carries ${servicesPerBalancer}: AWS adds another one for this service and bills it.`,
    );
  }
  return notices;
}
