import type { AllSettings, ServiceSettings, SettingName } from '../../aws/express-settings.ts';
import type { Parsed } from '../../parse.ts';
import { parseCpuUnits, parseMemoryMib } from './fargate.ts';
import {
  parseArchitecture,
  parseCommand,
  parseCredentials,
  parseEnvironment,
  parseLogGroup,
  parseMaximum,
  parseMetric,
  parseMinimum,
  parsePath,
  parsePort,
  parsePrefix,
  parseRole,
  parseSecrets,
  parseSecurityGroups,
  parseSubnets,
  parseTarget,
  parseTaskDefinition,
  type Surroundings,
} from './setting-forms.ts';

// The words that describe both what the inputs ask for and what runs.
export type {
  CpuArchitecture,
  NameSecret,
  NameValue,
  ServiceSettings,
  SettingName,
} from '../../aws/express-settings.ts';
export type { Tag } from '../../aws/services.ts';

/** Where each setting comes from that no input gave. The keys are the names that the plan gives to settings. */
export type Origins = ReadonlyMap<string, string>;

/** What one source says of the service, e.g. `apprunner.yaml`. */
export type SettingsLayer = { readonly origin: string; readonly settings: ServiceSettings };

/**
 * A task definition of the user's states what is of `task` and `container`, so that is refused beside one. AWS takes
 * `container`, `scaling` and `network` whole: when a part of one is sent, the rest of it is sent as it runs.
 */
export type Group = 'service' | 'task' | 'container' | 'scaling' | 'network';

export const statedByTaskDefinition: readonly Group[] = ['task', 'container'];
export const sentWhole: readonly Group[] = ['container', 'scaling', 'network'];

type Row<Value> = {
  /** The input that gives it. */
  readonly input: string;
  readonly parse: (raw: string, known: Surroundings) => Parsed<Value | undefined>;
  readonly group: Group;
  /**
   * Equal texts are equal settings, and an empty map is a setting that is not there. A list of names has one text for
   * each name, which is never printed: it may be a secret that nobody declared as such.
   */
  readonly show: (value: Value) => Shown;
};

/** The key is `undefined` where the setting is one value. */
export type Shown = ReadonlyMap<string | undefined, string>;

/** In the order in which the plan shows them. */
const table = {
  containerPort: { input: 'container-port', parse: parsePort, group: 'container', show: showOne },
  command: { input: 'command', parse: parseCommand, group: 'container', show: showCommand },
  logGroup: { input: 'log-group', parse: parseLogGroup, group: 'container', show: showOne },
  logStreamPrefix: { input: 'log-stream-prefix', parse: parsePrefix, group: 'container', show: showOne },
  repositoryCredentials: {
    input: 'repository-credentials',
    parse: parseCredentials,
    group: 'container',
    show: showOne,
  },
  executionRoleArn: { input: 'execution-role-arn', parse: parseRole, group: 'task', show: showOne },
  taskRoleArn: { input: 'task-role-arn', parse: parseRole, group: 'task', show: showOne },
  taskDefinitionArn: {
    input: 'task-definition-arn',
    parse: parseTaskDefinition,
    group: 'service',
    show: showOne,
  },
  cpuUnits: { input: 'cpu', parse: parseCpuUnits, group: 'task', show: showOne },
  memoryMib: { input: 'memory', parse: parseMemoryMib, group: 'task', show: showOne },
  cpuArchitecture: { input: 'cpu-architecture', parse: parseArchitecture, group: 'task', show: showOne },
  healthCheckPath: { input: 'health-check-path', parse: parsePath, group: 'service', show: showOne },
  subnets: { input: 'subnets', parse: parseSubnets, group: 'network', show: showSet },
  securityGroups: { input: 'security-groups', parse: parseSecurityGroups, group: 'network', show: showSet },
  minTaskCount: { input: 'min-task-count', parse: parseMinimum, group: 'scaling', show: showOne },
  maxTaskCount: { input: 'max-task-count', parse: parseMaximum, group: 'scaling', show: showOne },
  scalingMetric: { input: 'auto-scaling-metric', parse: parseMetric, group: 'scaling', show: showOne },
  scalingTarget: { input: 'auto-scaling-target-value', parse: parseTarget, group: 'scaling', show: showOne },
  environment: {
    input: 'environment-variables',
    parse: parseEnvironment,
    group: 'container',
    show: (variables) => new Map(variables.map(({ name, value }) => [name, value])),
  },
  secrets: {
    input: 'secrets',
    parse: parseSecrets,
    group: 'container',
    show: (secrets) => new Map(secrets.map(({ name, valueFrom }) => [name, valueFrom])),
  },
} as const satisfies { readonly [Name in SettingName]: Row<AllSettings[Name]> };

export type SettingInput = (typeof table)[SettingName]['input'];

/** The settings, each with all that is said of it alone. What two of them are together is where it matters. */
export const rows: {
  readonly [Name in SettingName]: Row<AllSettings[Name]> & { readonly input: SettingInput };
} = table;

export const settingNames = Object.keys(rows) as readonly SettingName[];

export function showSetting<Name extends SettingName>(name: Name, settings: ServiceSettings): Shown {
  const value = settings[name];
  return value === undefined ? new Map() : rows[name].show(value);
}

/** What plan, origins and summary call a setting, or one name of a list. */
export function labelOf(setting: SettingName, name?: string): string {
  const { input } = rows[setting];
  return name === undefined ? input : `${input}: ${name}`;
}

export function inputsOf(group: Group): readonly SettingInput[] {
  return settingNames.filter((name) => rows[name].group === group).map((name) => rows[name].input);
}

/** Makes settings one by one. What is `undefined` becomes no member, as it would hide what it is merged over. */
export function collectSettings(
  choose: <Name extends SettingName>(name: Name) => AllSettings[Name] | undefined,
): ServiceSettings {
  const settings: { -readonly [Name in SettingName]?: AllSettings[Name] } = {};
  const add = <Name extends SettingName>(name: Name) => {
    const value = choose(name);
    if (value !== undefined) settings[name] = value;
  };
  for (const name of settingNames) add(name);
  return settings;
}

function showOne(value: string | number): Shown {
  return new Map([[undefined, String(value)]]);
}

function showSet(values: readonly string[]): Shown {
  return new Map(values.length === 0 ? [] : [[undefined, values.toSorted().join(', ')]]);
}

/** With no command of its own, a service runs that of the image; AWS shows that as absent or as `[]`. */
function showCommand(command: readonly string[]): Shown {
  return new Map(command.length === 0 ? [] : [[undefined, JSON.stringify(command)]]);
}
