import type { AllSettings } from '../../aws/express-settings.ts';
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

/** What a parser has to know beside the text. */
export type Surroundings = {
  /** Where the service runs; `undefined` leaves out the checks against it. */
  readonly region: string | undefined;
  /** The text of `auto-scaling-metric`. */
  readonly metric: string | undefined;
};

export function parsePath(raw: string): Parsed<string> {
  const form = { pattern: /^\/[^\s#]{0,1023}$/, wanted: 'a path that begins with /, such as /health' };
  return parseForm(raw, form);
}

export function parsePort(raw: string): Parsed<number> {
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

export function parseLogGroup(raw: string): Parsed<string> {
  const wanted = 'a CloudWatch log group name: letters, digits and _ . / # -';
  return parseForm(raw, { pattern: /^[A-Za-z0-9_./#-]{1,512}$/, wanted });
}

export function parsePrefix(raw: string): Parsed<string> {
  const wanted = 'text without spaces, colons and asterisks';
  return parseForm(raw, { pattern: /^[^:*\s]{1,512}$/, wanted });
}

export function parseRole(raw: string, { region }: Surroundings): Parsed<string> {
  return parseArnForm(raw, roleForm, region);
}

const credentialsForm: ArnForm = {
  services: ['secretsmanager'],
  resource: secretName,
  sameRegion: false,
  wanted: 'the ARN of the Secrets Manager secret with the login',
};

/** Whoever misreads the input gives the login itself, so a text that is no reference is not shown. */
export function parseCredentials(raw: string, { region }: Surroundings): Parsed<string> {
  const hidden = () => 'no ARN (its text is not shown: it may be the secret itself)';
  return parseArnForm(raw, credentialsForm, region, hidden);
}

const taskDefinitionForm: ArnForm = {
  services: ['ecs'],
  resource: /^task-definition\/[A-Za-z0-9_-]{1,255}:\d+$/,
  sameRegion: true,
  wanted: 'the ARN of a task definition revision, arn:aws:ecs:REGION:ACCOUNT:task-definition/FAMILY:REVISION',
};

export function parseTaskDefinition(raw: string, { region }: Surroundings): Parsed<string> {
  return parseArnForm(raw, taskDefinitionForm, region);
}

export function parseArchitecture(raw: string): Parsed<'X86_64' | 'ARM64'> {
  return parseOneOf(raw, ['X86_64', 'ARM64']);
}

const subnetForm: Form = {
  pattern: /^subnet-[0-9a-z]+$/,
  wanted: 'subnet ids separated by commas, such as subnet-0a1b2c3d,subnet-4e5f6a7b',
};

export function parseSubnets(raw: string) {
  return parseList(raw, subnetForm);
}

const securityGroupForm: Form = {
  pattern: /^sg-[0-9a-z]+$/,
  wanted: 'security group ids separated by commas, such as sg-0a1b2c3d',
};

export function parseSecurityGroups(raw: string) {
  return parseList(raw, securityGroupForm);
}

export function parseMinimum(raw: string): Parsed<number> {
  return parseInteger(raw, { minimum: 0 });
}

export function parseMaximum(raw: string): Parsed<number> {
  return parseInteger(raw, { minimum: 1 });
}

export function parseMetric(raw: string) {
  return parseOneOf(raw, ['AVERAGE_CPU', 'AVERAGE_MEMORY', 'REQUEST_COUNT_PER_TARGET']);
}

export function parseTarget(raw: string, { metric }: Surroundings): Parsed<number> {
  const isPercentage = metric === 'AVERAGE_CPU' || metric === 'AVERAGE_MEMORY';
  return parseInteger(raw, isPercentage ? { minimum: 1, maximum: 100 } : { minimum: 1 });
}

export function parseEnvironment(raw: string): Parsed<AllSettings['environment'] | undefined> {
  if (raw === nothing) return accepted(undefined);
  return parsePairs(raw, { name: 'name', value: 'value', mayLackValue: true });
}

export function parseSecrets(raw: string): Parsed<AllSettings['secrets'] | undefined> {
  if (raw === nothing) return accepted(undefined);
  const pairs = parsePairs(raw, { name: 'name', value: 'valueFrom' });
  return pairs.ok ? accepted(pairs.value.map(({ name, value }) => ({ name, valueFrom: value }))) : pairs;
}
