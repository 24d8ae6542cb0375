import type { AppRunnerConfiguration } from '../../aws/app-runner-configuration.ts';
import { defaultPort } from '../../source/apprunner/config.ts';
import type { Remark } from '../model/inputs.ts';
import { carriedTags, mapSettings, runOf } from './map-settings.ts';
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
};

export type MigratedInput = { readonly name: string; readonly value: string; readonly from: string };

export function migrateService(service: AppRunnerConfiguration, seen: Surroundings): MigratedService {
  const { name, arn, status, source } = service;
  const settings = mapSettings(service, seen);
  const run = runOf(service);
  return {
    name,
    arn,
    status,
    source: source.kind,
    repository: source.kind === 'code' ? { url: source.repositoryUrl, branch: source.branch } : undefined,
    inputs: [...sourceInputs(service), ...settingInputs(settings, run !== undefined), ...tagInputs(service)],
    environment:
      run === undefined ? [] : [...new Set(['PORT', ...run.environment.map(({ name: key }) => key)])],
    secrets: settings.secrets ?? [],
    remarks: listRemarks(service, seen),
  };
}

function input(
  name: string,
  value: string | number | undefined,
  from = 'App Runner',
): readonly MigratedInput[] {
  return value === undefined || value === '' ? [] : [{ name, value: String(value), from }];
}

function sourceInputs({ name, source }: AppRunnerConfiguration): readonly MigratedInput[] {
  const common = input('service-name', name);
  if (source.kind === 'image') return [...common, ...input('image', source.reference)];
  return [
    ...common,
    ...(source.directory === '.' ? [] : input('source', source.directory)),
    ...input('build-from', source.api === undefined ? 'apprunner' : 'runtime'),
    ...input('runtime', source.api?.runtime),
    ...input('build-command', source.api?.buildCommand),
    ...input('start-command', source.api?.startCommand),
  ];
}

function settingInputs(
  settings: ReturnType<typeof mapSettings>,
  isRunKnown: boolean,
): readonly MigratedInput[] {
  const { containerPort, command, taskRoleArn, cpuUnits, memoryMib, healthCheckPath } = settings;
  return [
    ...input('container-port', containerPort),
    // Where there is an apprunner.yaml, the file says the port.
    ...(containerPort === undefined && isRunKnown
      ? input('container-port', defaultPort, "App Runner's default")
      : []),
    ...input('command', command && JSON.stringify(command)),
    ...input('task-role-arn', taskRoleArn),
    ...input('cpu', cpuUnits),
    ...input('memory', memoryMib),
    ...input('health-check-path', healthCheckPath),
    ...(healthCheckPath === undefined ? input('health-check-path', '/', 'chosen, for want of one') : []),
    ...input('subnets', settings.subnets?.join(',')),
    ...input('security-groups', settings.securityGroups?.join(',')),
    ...input('min-task-count', settings.minTaskCount),
    ...input('max-task-count', settings.maxTaskCount),
  ];
}

function tagInputs(service: AppRunnerConfiguration): readonly MigratedInput[] {
  const tags = carriedTags(service);
  return tags === undefined ? [] : input('tags', JSON.stringify(tags));
}
