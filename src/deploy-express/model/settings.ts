import type { AllSettings, ServiceSettings, SettingName } from '../../aws/express-settings.ts';
import {
  accepted,
  type Form,
  type Parsed,
  parseForm,
  parseInteger,
  parseList,
  parseOneOf,
  refused,
} from '../../parse.ts';
import { type ArnForm, parseArnForm, roleForm } from '../../parse-arn.ts';
import { parseJson } from '../../parse-json.ts';
import { describeJson, parsePairs } from '../../parse-pairs.ts';
import { secretName } from '../../parse-secret-reference.ts';
import { parseCpuUnits, parseMemoryMib } from './fargate.ts';

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

/** What a parser has to know beside the text. */
export type Surroundings = {
  /** Where the service runs; `undefined` leaves out the checks against it. */
  readonly region: string | undefined;
  /** The text of `auto-scaling-metric`. */
  readonly metric: string | undefined;
};

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

export function parsePath(raw: string): Parsed<string> {
  const form = { pattern: /^\/[^\s#]{0,1023}$/, wanted: 'a path that begins with /, such as /health' };
  return parseForm(raw, form);
}

function parsePort(raw: string): Parsed<number> {
  return parseInteger(raw, { minimum: 1, maximum: 65535 });
}

/** What `toJSON` makes of nothing. The official action then sends nothing, so it is as if the input were not given. */
const nothing = 'null';

export function parseCommand(raw: string): Parsed<readonly string[] | undefined> {
  if (raw === nothing) return accepted(undefined);
  const wanted = 'a JSON array of strings, such as ["node", "server.js"]';
  const json = parseJson(raw);
  if (!json.ok) return refused({ seen: json.problem.seen, wanted });
  if (!Array.isArray(json.value)) return refused({ seen: `${describeJson(json.value)} in JSON`, wanted });
  const odd = json.value.findIndex((part) => typeof part !== 'string');
  if (odd < 0) return accepted(json.value);
  return refused({ seen: `item ${odd + 1} is ${describeJson(json.value[odd])}`, wanted });
}

function parseLogGroup(raw: string): Parsed<string> {
  const wanted = 'a CloudWatch log group name: letters, digits and _ . / # -';
  return parseForm(raw, { pattern: /^[A-Za-z0-9_./#-]{1,512}$/, wanted });
}

function parsePrefix(raw: string): Parsed<string> {
  const wanted = 'text without spaces, colons and asterisks';
  return parseForm(raw, { pattern: /^[^:*\s]{1,512}$/, wanted });
}

function parseRole(raw: string, { region }: Surroundings): Parsed<string> {
  return parseArnForm(raw, roleForm, region);
}

const credentialsForm: ArnForm = {
  services: ['secretsmanager'],
  resource: secretName,
  sameRegion: false,
  wanted: 'the ARN of the Secrets Manager secret with the login',
};

/** Whoever misreads the input gives the login itself, so a text that is no reference is not shown. */
function parseCredentials(raw: string, { region }: Surroundings): Parsed<string> {
  const hidden = () => 'no ARN (its text is not shown: it may be the secret itself)';
  return parseArnForm(raw, credentialsForm, region, hidden);
}

const taskDefinitionForm: ArnForm = {
  services: ['ecs'],
  resource: /^task-definition\/[A-Za-z0-9_-]{1,255}:\d+$/,
  sameRegion: true,
  wanted: 'the ARN of a task definition revision, arn:aws:ecs:REGION:ACCOUNT:task-definition/FAMILY:REVISION',
};

function parseTaskDefinition(raw: string, { region }: Surroundings): Parsed<string> {
  return parseArnForm(raw, taskDefinitionForm, region);
}

function parseArchitecture(raw: string): Parsed<'X86_64' | 'ARM64'> {
  return parseOneOf(raw, ['X86_64', 'ARM64']);
}

const subnetForm: Form = {
  pattern: /^subnet-[0-9a-z]+$/,
  wanted: 'subnet ids separated by commas, such as subnet-0a1b2c3d,subnet-4e5f6a7b',
};

function parseSubnets(raw: string) {
  return parseList(raw, subnetForm);
}

const securityGroupForm: Form = {
  pattern: /^sg-[0-9a-z]+$/,
  wanted: 'security group ids separated by commas, such as sg-0a1b2c3d',
};

function parseSecurityGroups(raw: string) {
  return parseList(raw, securityGroupForm);
}

function parseMinimum(raw: string): Parsed<number> {
  return parseInteger(raw, { minimum: 0 });
}

function parseMaximum(raw: string): Parsed<number> {
  return parseInteger(raw, { minimum: 1 });
}

function parseMetric(raw: string) {
  return parseOneOf(raw, ['AVERAGE_CPU', 'AVERAGE_MEMORY', 'REQUEST_COUNT_PER_TARGET']);
}

function parseTarget(raw: string, { metric }: Surroundings): Parsed<number> {
  const isPercentage = metric === 'AVERAGE_CPU' || metric === 'AVERAGE_MEMORY';
  return parseInteger(raw, isPercentage ? { minimum: 1, maximum: 100 } : { minimum: 1 });
}

function parseEnvironment(raw: string): Parsed<AllSettings['environment'] | undefined> {
  if (raw === nothing) return accepted(undefined);
  return parsePairs(raw, { name: 'name', value: 'value', mayLackValue: true });
}

function parseSecrets(raw: string): Parsed<AllSettings['secrets'] | undefined> {
  if (raw === nothing) return accepted(undefined);
  const pairs = parsePairs(raw, { name: 'name', value: 'valueFrom' });
  return pairs.ok ? accepted(pairs.value.map(({ name, value }) => ({ name, valueFrom: value }))) : pairs;
}
