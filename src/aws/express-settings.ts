import type {
  CreateExpressGatewayServiceCommandInput,
  ExpressGatewayContainer,
  ExpressGatewayRepositoryCredentials,
  ExpressGatewayScalingTarget,
  ExpressGatewayServiceAwsLogsConfiguration,
  ExpressGatewayServiceConfiguration,
  ExpressGatewayServiceNetworkConfiguration,
  KeyValuePair,
  Secret,
} from '@aws-sdk/client-ecs';

export type NameValue = { readonly name: string; readonly value: string };

/** A variable that the container finds filled with a value of Secrets Manager or Parameter Store. */
export type NameSecret = { readonly name: string; readonly valueFrom: string };

export type CpuArchitecture = 'X86_64' | 'ARM64';

/** Everything that an Express service is configured by. Flat, although AWS nests some of it. */
export type AllSettings = {
  readonly containerPort: number;
  readonly command: readonly string[];
  /** ECS takes log group and prefix together only. */
  readonly logGroup: string;
  readonly logStreamPrefix: string;
  readonly repositoryCredentials: string;
  readonly executionRoleArn: string;
  readonly taskRoleArn: string;
  readonly taskDefinitionArn: string;
  /** CPU units, 1024 = 1 vCPU. */
  readonly cpuUnits: number;
  readonly memoryMib: number;
  readonly cpuArchitecture: CpuArchitecture;
  readonly healthCheckPath: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly minTaskCount: number;
  readonly maxTaskCount: number;
  readonly scalingMetric: 'AVERAGE_CPU' | 'AVERAGE_MEMORY' | 'REQUEST_COUNT_PER_TARGET';
  readonly scalingTarget: number;
  readonly environment: readonly NameValue[];
  readonly secrets: readonly NameSecret[];
};

/** An absent member is one that nobody gave, or that AWS does not show. */
export type ServiceSettings = Partial<AllSettings>;

export type SettingName = keyof AllSettings;

/** What a create or update carries. An absent member is not sent: AWS keeps it, or takes its default on create. */
export type DesiredService = ServiceSettings & {
  /** undefined exactly when `taskDefinitionArn` is set: no container is sent then. */
  readonly image: string | undefined;
  /**
   * Sent with every container, also when empty: AWS replaces the whole list with what an update carries, and whether it
   * keeps an omitted one is contradicted between its documents and its users.
   */
  readonly environment: readonly NameValue[];
  readonly secrets: readonly NameSecret[];
};

type Sent = Omit<
  CreateExpressGatewayServiceCommandInput,
  'cluster' | 'serviceName' | 'infrastructureRoleArn' | 'tags'
>;

/** The structures that AWS nests settings in, opened. */
type Parts = {
  readonly service: Omit<Sent, 'primaryContainer' | 'networkConfiguration' | 'scalingTarget'>;
  readonly container: ExpressGatewayContainer;
  readonly logs: ExpressGatewayServiceAwsLogsConfiguration;
  readonly registry: ExpressGatewayRepositoryCredentials;
  readonly network: ExpressGatewayServiceNetworkConfiguration;
  readonly scaling: ExpressGatewayScalingTarget;
};

type Place<Value> = {
  readonly read: (parts: Parts) => Value | undefined;
  readonly write: (parts: Parts, value: Value) => void;
};

/** Where AWS has each setting. */
const places: { readonly [Name in SettingName]: Place<AllSettings[Name]> } = {
  containerPort: place('container', 'containerPort'),
  command: placeAs('container', 'command', list, copy),
  logGroup: place('logs', 'logGroup'),
  logStreamPrefix: place('logs', 'logStreamPrefix'),
  repositoryCredentials: place('registry', 'credentialsParameter'),
  executionRoleArn: place('service', 'executionRoleArn'),
  taskRoleArn: place('service', 'taskRoleArn'),
  taskDefinitionArn: place('service', 'taskDefinitionArn'),
  cpuUnits: placeAs('service', 'cpu', Number, String),
  memoryMib: placeAs('service', 'memory', Number, String),
  cpuArchitecture: place('service', 'cpuArchitecture'),
  healthCheckPath: place('service', 'healthCheckPath'),
  subnets: placeAs('network', 'subnets', list, copy),
  securityGroups: placeAs('network', 'securityGroups', list, copy),
  minTaskCount: place('scaling', 'minTaskCount'),
  maxTaskCount: place('scaling', 'maxTaskCount'),
  scalingMetric: place('scaling', 'autoScalingMetric'),
  scalingTarget: place('scaling', 'autoScalingTargetValue'),
  environment: placeAs('container', 'environment', readVariables, copy),
  secrets: placeAs('container', 'secrets', readSecrets, copy),
};

function place<Part extends keyof Parts, Key extends keyof Parts[Part]>(
  part: Part,
  key: Key,
): Place<NonNullable<Parts[Part][Key]>> {
  return placeAs(
    part,
    key,
    (seen) => seen,
    (value) => value,
  );
}

function placeAs<Part extends keyof Parts, Key extends keyof Parts[Part], Value>(
  part: Part,
  key: Key,
  read: (seen: NonNullable<Parts[Part][Key]>) => Value,
  write: (value: Value) => Parts[Part][Key],
): Place<Value> {
  return {
    read: (parts) => {
      const seen = parts[part][key];
      return seen === undefined || seen === null ? undefined : read(seen);
    },
    write: (parts, value) => {
      parts[part][key] = write(value);
    },
  };
}

function list<Item>(items: readonly Item[]): readonly Item[] {
  return items;
}

function copy<Item>(items: readonly Item[]): Item[] {
  return [...items];
}

function readVariables(seen: readonly KeyValuePair[]): readonly NameValue[] {
  return seen.map(({ name = '', value = '' }) => ({ name, value }));
}

function readSecrets(seen: readonly Secret[]): readonly NameSecret[] {
  return seen.map(({ name = '', valueFrom = '' }) => ({ name, valueFrom }));
}

const settingNames = Object.keys(places) as readonly SettingName[];

export function writeDesired({ image, ...settings }: DesiredService): Sent {
  const parts = openParts({});
  for (const name of settingNames) writeSetting(parts, name, settings[name]);
  const { service, container, logs, registry, network, scaling } = parts;
  const primaryContainer = {
    ...container,
    image,
    awsLogsConfiguration: unlessEmpty(logs),
    repositoryCredentials: unlessEmpty(registry),
  };
  return {
    ...service,
    primaryContainer: image === undefined ? undefined : primaryContainer,
    networkConfiguration: unlessEmpty(network),
    scalingTarget: unlessEmpty(scaling),
  };
}

function writeSetting<Name extends SettingName>(
  parts: Parts,
  name: Name,
  value: ServiceSettings[Name],
): void {
  if (value !== undefined) places[name].write(parts, value);
}

function unlessEmpty<Part extends object>(part: Part): Part | undefined {
  return Object.values(part).some((value) => value !== undefined) ? part : undefined;
}

function openParts(configuration: ExpressGatewayServiceConfiguration): Parts {
  const { primaryContainer, networkConfiguration, scalingTarget, ...service } = configuration;
  const container = primaryContainer ?? { image: undefined };
  return {
    service,
    container,
    logs: container.awsLogsConfiguration ?? { logGroup: undefined, logStreamPrefix: undefined },
    registry: container.repositoryCredentials ?? {},
    network: networkConfiguration ?? {},
    scaling: scalingTarget ?? {},
  };
}

export function readSettings(seen: ExpressGatewayServiceConfiguration): ServiceSettings {
  const parts = openParts(seen);
  const settings: ServiceSettings = {};
  for (const name of settingNames) readSetting(parts, name, settings);
  return settings;
}

function readSetting<Name extends SettingName>(
  parts: Parts,
  name: Name,
  settings: { -readonly [Each in SettingName]?: AllSettings[Each] },
): void {
  const value = places[name].read(parts);
  if (value !== undefined) settings[name] = value;
}
