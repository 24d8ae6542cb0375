import type { AppRunnerConfiguration } from '../../aws/app-runner-configuration.ts';
import { defaultPort } from '../../source/apprunner/config.ts';
import type { Remark, WantedService } from '../model/inputs.ts';
import { labelOf, type ServiceSettings, type SettingName, settingNames } from '../model/settings.ts';
import { carriedTags, domainsOf, findUnfitSecrets, mapSettings, runOf } from './map-settings.ts';
import { listRemarks, type Surroundings } from './remarks.ts';

/** One service of App Runner, and how it would be deployed to Express. */
export type MigratedService = {
  readonly name: string;
  readonly arn: string;
  readonly status: string;
  readonly source: AppRunnerConfiguration['source']['kind'];
  /** What App Runner builds from; `undefined` when it runs an image. */
  readonly repository: { readonly url: string; readonly branch: string | undefined } | undefined;
  /** Inputs of deploy-express, with the values they would get. */
  readonly inputs: readonly MigratedInput[];
  /** Names only: the values may be secrets that nobody declared as such. */
  readonly environment: readonly string[];
  readonly secrets: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly remarks: readonly Remark[];
  /** The names that lead, or are to lead, to it. */
  readonly domains: readonly string[];
};

/** ECS's own, which no input needs to name. */
const defaultCluster = 'default';

export type MigratedInput = { readonly name: string; readonly value: string; readonly from: string };

export function migrateService(
  service: AppRunnerConfiguration,
  seen: Surroundings,
  wanted?: WantedService,
): MigratedService {
  const { name, arn, status, source } = service;
  // The workflow has a variable for it, whatever the value was here.
  const { executionRoleArn: _variable, ...given } = wanted?.settings ?? {};
  const settings = mapSettings(service, seen);
  const run = runOf(service);
  return {
    name,
    arn,
    status,
    source: source.kind,
    repository: source.kind === 'code' ? { url: source.repositoryUrl, branch: source.branch } : undefined,
    inputs: [
      ...placeInputs(name, wanted),
      ...sourceInputs(service),
      ...settingInputs({ ...settings, ...given }, { isRunKnown: run !== undefined, given }),
      ...tagInputs(service),
      ...input('custom-domains', wanted?.customDomains?.join(', '), 'input'),
    ],
    environment:
      run === undefined ? [] : [...new Set(['PORT', ...run.environment.map(({ name: key }) => key)])],
    secrets: settings.secrets ?? [],
    remarks: listRemarks(service, {
      ...seen,
      unfitSecrets: findUnfitSecrets(settings.secrets ?? [], service),
    }),
    domains: wanted?.customDomains ?? domainsOf(service),
  };
}

function input(name: string, value: string | undefined, from = 'App Runner'): readonly MigratedInput[] {
  return value === undefined || value === '' ? [] : [{ name, value, from }];
}

function placeInputs(name: string, wanted: WantedService | undefined): readonly MigratedInput[] {
  const { serviceName, cluster } = wanted ?? {};
  return [
    ...(serviceName === undefined
      ? input('service-name', name)
      : input('service-name', serviceName, 'input')),
    ...(cluster === defaultCluster ? [] : input('cluster', cluster, 'input')),
  ];
}

function sourceInputs({ source }: AppRunnerConfiguration): readonly MigratedInput[] {
  if (source.kind === 'image') return input('image', source.reference);
  return [
    ...(source.directory === '.' ? [] : input('source', source.directory)),
    ...input('build-from', source.api === undefined ? 'apprunner' : 'runtime'),
    ...input('runtime', source.api?.runtime),
    ...input('build-command', source.api?.buildCommand),
    ...input('start-command', source.api?.startCommand),
  ];
}

/** Without variables and secrets, which deploy-express reads from App Runner. */
function settingInputs(
  { environment: _environment, secrets: _secrets, command, ...settings }: ServiceSettings,
  { isRunKnown, given }: { readonly isRunKnown: boolean; readonly given: ServiceSettings },
): readonly MigratedInput[] {
  const stated: { readonly [Name in SettingName]?: string | number | readonly string[] } = {
    ...settings,
    ...(command && { command: JSON.stringify(command) }),
  };
  const standIns: { readonly [Name in SettingName]?: readonly [value: string, from: string] } = {
    // Where there is an apprunner.yaml, the file says the port.
    ...(isRunKnown && { containerPort: [String(defaultPort), "App Runner's default"] as const }),
    healthCheckPath: ['/', 'a default, since App Runner has none'],
  };
  return settingNames.flatMap((name) => {
    const [value, standIn] = [stated[name], standIns[name]];
    if (value !== undefined) {
      return input(labelOf(name), String(value), given[name] === undefined ? undefined : 'input');
    }
    return standIn === undefined ? [] : input(labelOf(name), ...standIn);
  });
}

function tagInputs(service: AppRunnerConfiguration): readonly MigratedInput[] {
  const tags = carriedTags(service);
  return tags === undefined ? [] : input('tags', JSON.stringify(tags));
}
