import type { AppRunnerConfiguration } from '../../aws/app-runner-configuration.ts';
import { ActionError } from '../../errors.ts';
import { parseRuntimeInput, runtimeBuild } from '../../source/apprunner/runtime-inputs.ts';
import type { SettingsLayer } from '../fill-settings.ts';
import type { BuildInputs, DeployInputs } from '../inputs.ts';
import type { NameSecret } from '../settings.ts';
import { mapSettings } from './map-settings.ts';
import { observeRoleTrust } from './observe-role-trust.ts';
import { observeSecretAccess } from './observe-secret-access.ts';
import type { Remark } from './remark.ts';
import { listRemarks } from './remarks.ts';

const appRunnerOrigin = 'App Runner';

export type ImportedService = {
  /** Image, build and tags are filled; the settings only once the source is read, which goes before them. */
  readonly inputs: DeployInputs;
  readonly layer: SettingsLayer;
  readonly service: AppRunnerConfiguration;
  /** `undefined`: nobody could say. */
  readonly isRoleTrusting: boolean | undefined;
};

/** Reads the service of `apprunner-service`, and completes the inputs by it. Changes nothing. */
export async function importService(inputs: DeployInputs, nameOrArn: string): Promise<ImportedService> {
  const { describeAppRunnerService } = await import('../../aws/app-runner-configuration.ts');
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
  const [isRoleTrusting, image] = await Promise.all([
    observeRoleTrust(service.instanceRoleArn),
    importImage(inputs, service),
  ]);
  return {
    inputs: { ...inputs, image, tags: inputs.tags ?? carriedTags(service) },
    layer: { origin: appRunnerOrigin, settings: mapSettings(service, { allowInternal }) },
    service,
    isRoleTrusting,
  };
}

/** What cannot be carried over. Of the secrets, those of the source go before those of the service, as their values do. */
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

/** What would open a private service to everybody, or hide a public one, is for the user to decide. */
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

/** By digest: a tag may be moved between now and the next task that starts. */
async function pinImage(reference: string): Promise<string> {
  const { resolveImage } = await import('../../aws/ecr.ts');
  const found = await resolveImage(reference);
  if (found.kind !== 'resolved' || reference.includes('@')) return reference;
  return `${reference.replace(/:[^:/]+$/, '')}@${found.digest}`;
}

/** Those of AWS itself cannot be set. */
export function carriedTags({ tags }: Pick<AppRunnerConfiguration, 'tags'>): DeployInputs['tags'] {
  const own = tags.filter(({ key }) => !key.toLowerCase().startsWith('aws:'));
  return own.length === 0 ? undefined : own;
}
