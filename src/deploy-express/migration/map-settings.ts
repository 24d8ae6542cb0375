import type { AppRunnerConfiguration, AppRunnerRun } from '../../aws/app-runner-configuration.ts';
import { parseArn } from '../../parse-arn.ts';
import { parseSecretReference } from '../../parse-secret-reference.ts';
import { execLast } from '../../source/exec-last.ts';
import { parseCpuUnits, parseMemoryMib } from '../model/fargate.ts';
import type { DeployInputs } from '../model/inputs.ts';
import type { NameSecret, ServiceSettings } from '../model/settings.ts';

/** Translates what App Runner says of a service into settings of Express, as far as these exist. */
export function mapSettings(
  service: AppRunnerConfiguration,
  { allowInternal }: { readonly allowInternal: boolean },
): ServiceSettings {
  const run = runOf(service);
  const { connector, instanceRoleArn, healthCheck } = service;
  const port = Number(run?.port ?? Number.NaN);
  return {
    ...(port > 0 && { containerPort: port }),
    ...(service.source.kind === 'image' && mapCommand(service.source.startCommand)),
    ...(run && run.environment.length > 0 && { environment: run.environment }),
    ...(run &&
      run.secrets.length > 0 && { secrets: run.secrets.map((secret) => expandSecret(secret, service.arn)) }),
    ...(instanceRoleArn !== undefined && { taskRoleArn: instanceRoleArn }),
    ...mapSize(service),
    ...(healthCheck.protocol === 'HTTP' && { healthCheckPath: healthCheck.path }),
    ...(connector !== undefined && allowInternal && { subnets: connector.subnets }),
    ...(connector !== undefined && { securityGroups: connector.securityGroups }),
    ...mapScaling(service),
  };
}

/** `undefined` when `apprunner.yaml` says how the service runs. */
export function runOf({ source }: AppRunnerConfiguration): AppRunnerRun | undefined {
  return source.kind === 'image' ? source : source.api;
}

/** App Runner has the command as one text, and does not document how it takes it apart. A shell is sure to do it. */
function mapCommand(startCommand: string | undefined): ServiceSettings {
  return startCommand === undefined
    ? {}
    : { command: ['/bin/sh', '-c', execLast(startCommand) ?? startCommand] };
}

/**
 * App Runner takes the bare name of a parameter of its own Region; ECS documents the ARN. Account and Region are those of
 * the service.
 */
function expandSecret({ name, valueFrom }: NameSecret, serviceArn: string): NameSecret {
  const service = parseArn(serviceArn);
  if (valueFrom.startsWith('arn:') || service === undefined) return { name, valueFrom };
  const { partition, region, account } = service;
  return {
    name,
    valueFrom: `arn:${partition}:ssm:${region}:${account}:parameter/${valueFrom.replace(/^\//, '')}`,
  };
}

/** A secret that App Runner has and ECS does not take. */
export type UnfitSecret = { readonly name: string; readonly seen: string; readonly wanted: string };

/** Tasks with such a secret would not start, so it is said before there are any. */
export function findUnfitSecrets(
  secrets: readonly NameSecret[],
  { arn }: Pick<AppRunnerConfiguration, 'arn'>,
): readonly UnfitSecret[] {
  const region = parseArn(arn)?.region;
  return secrets.flatMap(({ name, valueFrom }) => {
    const reference = parseSecretReference(valueFrom, { region, takesPlainNames: false });
    return reference.ok ? [] : [{ name, ...reference.problem }];
  });
}

/** Fargate has every size that App Runner has. */
function mapSize({ cpu, memory }: AppRunnerConfiguration): ServiceSettings {
  const units = cpu === undefined ? undefined : parseCpuUnits(cpu);
  const mib = memory === undefined ? undefined : parseMemoryMib(memory);
  return {
    ...(units?.ok && { cpuUnits: units.value }),
    ...(mib?.ok && { memoryMib: mib.value }),
  };
}

function mapScaling({ scaling }: AppRunnerConfiguration): ServiceSettings {
  const { minSize, maxSize } = scaling ?? {};
  return {
    ...(minSize !== undefined && { minTaskCount: minSize }),
    ...(maxSize !== undefined && { maxTaskCount: maxSize }),
  };
}

/** The tags of the service, without those of AWS, which nobody else can set. */
export function carriedTags({ tags }: Pick<AppRunnerConfiguration, 'tags'>): DeployInputs['tags'] {
  const own = tags.filter(({ key }) => !key.toLowerCase().startsWith('aws:'));
  return own.length === 0 ? undefined : own;
}

/** With its `www.` where App Runner links that, too: it does unless it is told not to. */
export function domainsOf({ domains }: Pick<AppRunnerConfiguration, 'domains'>): readonly string[] {
  return domains.flatMap(({ name, hasWww }) => (hasWww ? [name, `www.${name}`] : [name]));
}
