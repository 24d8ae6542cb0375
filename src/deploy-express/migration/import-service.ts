import { type AppRunnerConfiguration, describeAppRunnerService } from '../../aws/app-runner-configuration.ts';
import { resolveImage } from '../../aws/ecr-image.ts';
import { findDenied, isTrusting } from '../../aws/roles.ts';
import { ActionError } from '../../errors.ts';
import { parseArn } from '../../parse-arn.ts';
import { splitReference, withDigest } from '../../parse-image-reference.ts';
import { parseRuntimeInput, runtimeBuild } from '../../source/apprunner/runtime-inputs.ts';
import type { BuildInputs, DeployInputs, Remark } from '../model/inputs.ts';
import type { NameSecret, SettingsLayer } from '../model/settings.ts';
import type { DeniedSecrets } from './access-remarks.ts';
import { carriedTags, findUnfitSecrets, mapSettings } from './map-settings.ts';
import { listRemarks } from './remarks.ts';

const appRunnerOrigin = 'App Runner';

export type ImportedService = {
  /** Image, build and tags are filled. The settings are not: the source goes before App Runner, and is read later. */
  readonly inputs: DeployInputs;
  readonly layer: SettingsLayer;
  readonly service: AppRunnerConfiguration;
  /** Whether tasks of ECS may use the instance role; `undefined` when there is none, or AWS does not say. */
  readonly isRoleTrusting: boolean | undefined;
};

/** Reads the service of `apprunner-service`, and completes the inputs by it. Changes nothing. */
export async function importService(inputs: DeployInputs, nameOrArn: string): Promise<ImportedService> {
  const service = await describeAppRunnerService(nameOrArn);
  if (service === undefined) {
    throw new ActionError(
      'plan-refused',
      `there is no App Runner service ${nameOrArn} in this account and Region`,
      {
        hint: 'Correct apprunner-service, or the Region; its ARN names both.',
      },
    );
  }
  const { allowInternal } = inputs;
  requireReach(service, inputs);
  const settings = mapSettings(service, { allowInternal });
  requireFitSecrets(settings.secrets ?? [], service, inputs);
  const [isRoleTrusting, image] = await Promise.all([
    observeRoleTrust(service.instanceRoleArn),
    importImage(inputs, service),
  ]);
  return {
    inputs: { ...inputs, image, tags: inputs.tags ?? carriedTags(service) },
    layer: { origin: appRunnerOrigin, settings },
    service,
    isRoleTrusting,
  };
}

/** What cannot be carried over. A secret of the source goes before one of the same name in App Runner. */
export async function observeRemarks(
  { inputs, layer, service, isRoleTrusting }: ImportedService,
  sourceSecrets: readonly NameSecret[],
): Promise<readonly Remark[]> {
  const { settings, allowInternal } = inputs;
  const offered = [...(layer.settings.secrets ?? []), ...sourceSecrets, ...(settings.secrets ?? [])];
  const secrets = [...new Map(offered.map((secret) => [secret.name, secret])).values()];
  const deniedSecrets = await observeSecretAccess(secrets, settings.executionRoleArn);
  const secretNames = secrets.map(({ name }) => name);
  return listRemarks(service, { isRoleTrusting, allowInternal, secretNames, deniedSecrets });
}

/** Whether a private service is opened to everybody, or a public one hidden, the user has to decide. */
function requireReach({ name, connector, isPublic }: AppRunnerConfiguration, inputs: DeployInputs): void {
  const isDecided =
    inputs.settings.subnets !== undefined || (inputs.allowInternal && connector !== undefined);
  if (isDecided) return;
  if (!isPublic) {
    throw new ActionError(
      'plan-refused',
      `App Runner service ${name} is private, and Express would make it public`,
      {
        hint: 'Give subnets with private ones.',
      },
    );
  }
  if (connector === undefined) return;
  throw new ActionError(
    'plan-refused',
    `App Runner service ${name} reaches its VPC through subnets ${connector.subnets.join(', ')}, which are usually private: Express would put an internal load balancer there`,
    {
      hint: 'Give subnets with public ones of that VPC, or allow-internal: true to take these all the same.',
    },
  );
}

/** One that an input replaces is not looked at. */
function requireFitSecrets(
  secrets: readonly NameSecret[],
  service: AppRunnerConfiguration,
  { settings }: DeployInputs,
): void {
  const given = [...(settings.environment ?? []), ...(settings.secrets ?? [])].map(({ name }) => name);
  const unfit = findUnfitSecrets(
    secrets.filter(({ name }) => !given.includes(name)),
    service,
  );
  const [first] = unfit;
  if (first === undefined) return;
  const seen = unfit.map((secret) => `${secret.name} refers to ${secret.seen}`);
  throw new ActionError(
    'plan-refused',
    `ECS does not take every secret of App Runner service ${service.name}: ${seen.join('; ')}`,
    { hint: `Give ${unfit.map(({ name }) => name).join(', ')} in secrets: ${first.wanted}.` },
  );
}

async function importImage(
  inputs: DeployInputs,
  service: AppRunnerConfiguration,
): Promise<DeployInputs['image']> {
  const { image } = inputs;
  if (image.kind !== 'build') return image;
  const { source } = service;
  if (source.kind === 'code') return { kind: 'build', build: importBuild(image.build, source) };
  // Whoever says how to build wants to build; otherwise what runs is what is meant to run.
  if (image.build.from.isAsked) return image;
  return { kind: 'image', reference: await pinImage(source.reference) };
}

function importBuild(
  build: BuildInputs,
  { directory, api }: Extract<AppRunnerConfiguration['source'], { kind: 'code' }>,
): BuildInputs {
  const folder = build.from.isSourceGiven ? build.source : directory;
  if (api === undefined || build.from.wish.isRuntimeGiven) return { ...build, source: folder };
  const runtime = parseRuntimeInput(api.runtime);
  if (!runtime.ok || api.startCommand === undefined) return { ...build, source: folder };
  const { buildCommand, startCommand } = api;
  return {
    ...build,
    source: folder,
    from: {
      ...build.from,
      wish: { ...build.from.wish, isRuntimeGiven: true },
      runtime: runtimeBuild(runtime.value, { build: buildCommand, start: startCommand }),
      runtimeNotes: runtime.value.notes,
    },
  };
}

/** Names the image by its digest, since a tag may be moved before the next task starts. */
async function pinImage(reference: string): Promise<string> {
  const found = await resolveImage(reference);
  const isPinned = splitReference(reference).digest !== undefined;
  return found.kind === 'resolved' && !isPinned ? withDigest(reference, found.digest) : reference;
}

/**
 * What of the secrets the role may not read. App Runner read them by the instance role, ECS reads them by the execution
 * role: if that is forgotten, the first task does not start. `undefined`: nobody can say.
 */
export async function observeSecretAccess(
  secrets: readonly NameSecret[],
  roleArn: string | undefined,
): Promise<readonly DeniedSecrets[] | undefined> {
  const questions = planQuestions(secrets);
  if (roleArn === undefined || questions === undefined) return undefined;
  const answers = await Promise.all(
    questions.map(async ({ action, resources }) => {
      const denied = await findDenied(roleArn, action, [...new Set(resources.values())]);
      if (denied === undefined) return undefined;
      const names = [...resources].filter(([, resource]) => denied.includes(resource)).map(([name]) => name);
      return { action, names };
    }),
  );
  return answers.every((answer) => answer !== undefined)
    ? answers.filter(({ names }) => names.length > 0)
    : undefined;
}

type Question = {
  readonly action: string;
  /** The ARN of each secret, by the name of the variable that gets it. */
  readonly resources: ReadonlyMap<string, string>;
};

const actions: Readonly<Record<string, string>> = {
  secretsmanager: 'secretsmanager:GetSecretValue',
  ssm: 'ssm:GetParameters',
};

/** `undefined` when there are no secrets, or one is given without an ARN, which IAM cannot be asked about. */
export function planQuestions(secrets: readonly NameSecret[]): readonly Question[] | undefined {
  const questions = new Map<string, Map<string, string>>();
  for (const { name, valueFrom } of secrets) {
    const action = actions[parseArn(valueFrom)?.service ?? ''];
    if (action === undefined) return undefined;
    const resources = questions.get(action) ?? new Map<string, string>();
    questions.set(action, resources.set(name, resourceOf(valueFrom)));
  }
  if (questions.size === 0) return undefined;
  return [...questions].map(([action, resources]) => ({ action, resources }));
}

/** Cuts off key, stage and version, which ECS takes after the ARN of a secret: `…:secret:name-AbCdEf:key::`. */
function resourceOf(valueFrom: string): string {
  return valueFrom.split(':').slice(0, 7).join(':');
}

/** Whether tasks of ECS may use the instance role; `undefined` when there is none, or AWS does not say. */
export async function observeRoleTrust(roleArn: string | undefined): Promise<boolean | undefined> {
  if (roleArn === undefined) return undefined;
  return isTrusting(roleArn, 'ecs-tasks.amazonaws.com');
}
