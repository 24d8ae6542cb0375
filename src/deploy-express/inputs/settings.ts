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
import { parseJson } from '../../parse-json.ts';
import { describeJson } from '../../parse-pairs.ts';
import {
  type ContainerLogs,
  type CpuArchitecture,
  fargatePairProblem,
  parseCpuUnits,
  parseMemoryMib,
  type ScalingSettings,
  type ServiceSettings,
  wantedFargatePair,
} from '../model/settings.ts';
import type { ArnParsers } from './forms.ts';
import type { InputReader } from './names.ts';
import { parseEnvironmentVariables, parseSecrets, reportSharedNames } from './variables.ts';

export function parseSettings(
  reader: InputReader,
  arns: ArnParsers,
  cpuArchitecture: CpuArchitecture | undefined,
): ServiceSettings {
  const environment = parseEnvironmentVariables(reader);
  const secrets = parseSecrets(reader, arns);
  reportSharedNames(reader, environment, secrets);
  return withoutUndefined({
    containerPort: parsePort(reader),
    command: reader.take('command', parseCommand),
    logs: parseLogs(reader),
    repositoryCredentials: reader.take('repository-credentials', arns.repositoryCredentials),
    environment,
    secrets,
    executionRoleArn: reader.take('execution-role-arn', arns.role),
    taskRoleArn: reader.take('task-role-arn', arns.role),
    taskDefinitionArn: reader.take('task-definition-arn', arns.taskDefinition),
    ...parseSize(reader),
    cpuArchitecture,
    healthCheckPath: reader.take('health-check-path', (raw) => parseForm(raw, pathForm)),
    subnets: reader.take('subnets', (raw) => parseList(raw, subnetForm)),
    securityGroups: reader.take('security-groups', (raw) => parseList(raw, securityGroupForm)),
    scaling: parseScaling(reader),
  });
}

/** `port` is what App Runner calls it. */
function parsePort(reader: InputReader): number | undefined {
  const parse = (raw: string) => parseInteger(raw, { minimum: 1, maximum: 65535 });
  const [containerPort, port] = [reader.take('container-port', parse), reader.take('port', parse)];
  if (containerPort !== undefined && port !== undefined && containerPort !== port) {
    reader.report({
      input: 'port',
      seen: `${port} with container-port ${containerPort}`,
      wanted: 'one of the two',
    });
  }
  return containerPort ?? port;
}

type WithoutUndefined<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

/** An absent setting has no member at all, so that merging what is given over what runs keeps the latter. */
function withoutUndefined<Fields extends object>(fields: Fields): WithoutUndefined<Fields> {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as WithoutUndefined<Fields>;
}

export const pathForm: Form = {
  pattern: /^\/[^\s#]{0,1023}$/,
  wanted: 'a path that begins with /, such as /health',
};
const subnetForm: Form = {
  pattern: /^subnet-[0-9a-z]+$/,
  wanted: 'subnet ids separated by commas, such as subnet-0a1b2c3d,subnet-4e5f6a7b',
};
const securityGroupForm: Form = {
  pattern: /^sg-[0-9a-z]+$/,
  wanted: 'security group ids separated by commas, such as sg-0a1b2c3d',
};

function parseCommand(raw: string): Parsed<readonly string[]> {
  const wanted = 'a JSON array of strings, such as ["node", "server.js"]';
  const json = parseJson(raw);
  if (!json.ok) return refused({ seen: json.problem.seen, wanted });
  if (!Array.isArray(json.value)) return refused({ seen: `${describeJson(json.value)} in JSON`, wanted });
  const odd = json.value.findIndex((part) => typeof part !== 'string');
  if (odd < 0) return accepted(json.value);
  return refused({ seen: `item ${odd + 1} is ${describeJson(json.value[odd])}`, wanted });
}

function parseLogs(reader: InputReader): ContainerLogs | undefined {
  const group = reader.take('log-group', (raw) =>
    parseForm(raw, {
      pattern: /^[A-Za-z0-9_./#-]{1,512}$/,
      wanted: 'a CloudWatch log group name: letters, digits and _ . / # -',
    }),
  );
  const streamPrefix = reader.take('log-stream-prefix', (raw) =>
    parseForm(raw, { pattern: /^[^:*\s]{1,512}$/, wanted: 'text without spaces, colons and asterisks' }),
  );
  const [groupGiven, prefixGiven] = [reader.text('log-group'), reader.text('log-stream-prefix')];
  if ((groupGiven === undefined) !== (prefixGiven === undefined)) {
    const [missing, given] =
      groupGiven === undefined
        ? (['log-group', 'log-stream-prefix'] as const)
        : (['log-stream-prefix', 'log-group'] as const);
    reader.report({
      input: missing,
      seen: 'not given',
      wanted: `a value beside ${given}: ECS takes both or neither`,
    });
  }
  return group !== undefined && streamPrefix !== undefined ? { group, streamPrefix } : undefined;
}

function parseSize(reader: InputReader) {
  const cpuUnits = reader.take('cpu', parseCpuUnits);
  const memoryMib = reader.take('memory', parseMemoryMib);
  if (fargatePairProblem(cpuUnits, memoryMib) !== undefined) {
    reader.report({
      input: 'memory',
      seen: `${memoryMib} MiB with cpu ${cpuUnits}`,
      wanted: wantedFargatePair,
    });
  }
  return { cpuUnits, memoryMib };
}

function parseScaling(reader: InputReader): ScalingSettings | undefined {
  const metric = reader.take('auto-scaling-metric', (raw) =>
    parseOneOf(raw, ['AVERAGE_CPU', 'AVERAGE_MEMORY', 'REQUEST_COUNT_PER_TARGET']),
  );
  const isPercentage = metric === 'AVERAGE_CPU' || metric === 'AVERAGE_MEMORY';
  const minTaskCount = reader.take('min-task-count', (raw) => parseInteger(raw, { minimum: 0 }));
  const maxTaskCount = reader.take('max-task-count', (raw) => parseInteger(raw, { minimum: 1 }));
  const targetValue = reader.take('auto-scaling-target-value', (raw) =>
    parseInteger(raw, isPercentage ? { minimum: 1, maximum: 100 } : { minimum: 1 }),
  );
  if (minTaskCount !== undefined && maxTaskCount !== undefined && minTaskCount > maxTaskCount) {
    reader.report({
      input: 'min-task-count',
      seen: `${minTaskCount} with max-task-count ${maxTaskCount}`,
      wanted: 'at most max-task-count',
    });
  }
  const scaling = withoutUndefined({ minTaskCount, maxTaskCount, metric, targetValue });
  return Object.keys(scaling).length > 0 ? scaling : undefined;
}
