import { AwsError } from '../world.ts';
import { DEFAULTS } from './configuration.ts';
import {
  type Input,
  invalid,
  optionalInteger,
  optionalRecord,
  optionalRecords,
  optionalText,
  optionalTexts,
  requiredText,
} from './members.ts';
import type { PrimaryContainer } from './state.ts';

/** `primaryContainer` of a create or update: what it leaves out gets the default, not what ran before. */
export function readContainer(given: Input, usualLogGroup: string): PrimaryContainer {
  const image = requiredText(given, 'image');
  if (/\s/.test(image)) throw invalid(`Invalid image reference: ${image}`);
  const containerPort = optionalInteger(given, 'containerPort') ?? DEFAULTS.containerPort;
  if (containerPort < 1 || containerPort > 65_535)
    throw invalid('containerPort must be between 1 and 65535.');
  refuseSharedNames(given);
  const logs = optionalRecord(given, 'awsLogsConfiguration');
  const credentials = optionalRecord(given, 'repositoryCredentials');
  return {
    image,
    containerPort,
    logGroup: logs ? requiredText(logs, 'logGroup') : usualLogGroup,
    logStreamPrefix: logs ? requiredText(logs, 'logStreamPrefix') : DEFAULTS.logStreamPrefix,
    logGroupGiven: logs !== undefined && logs['logGroup'] !== usualLogGroup,
    credentialsParameter: credentials && requiredText(credentials, 'credentialsParameter'),
    command: optionalTexts(given, 'command') ?? [],
    environment: readEnvironment(given),
    secrets: readSecrets(given),
  };
}

/** Sentence of RegisterTaskDefinition, which Express calls in the caller's name. */
export function refuseSharedNames(container: Input): void {
  const names = readEnvironment(container).map(({ name }) => name);
  const shared = readSecrets(container).find(({ name }) => names.includes(name));
  if (!shared) return;
  throw new AwsError(
    'ClientException',
    `The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${shared.name}'.`,
  );
}

/** The same reading of a task definition's container `Main`. */
export function containerOfDefinition(
  container: Input,
  containerPort: number,
  usualLogGroup: string,
): PrimaryContainer {
  const logs = optionalRecord(container, 'logConfiguration') ?? {};
  const options = optionalRecord(logs, 'options') ?? {};
  return {
    image: requiredText(container, 'image'),
    containerPort,
    logGroup: optionalText(options, 'awslogs-group') ?? usualLogGroup,
    logStreamPrefix: optionalText(options, 'awslogs-stream-prefix') ?? DEFAULTS.logStreamPrefix,
    logGroupGiven: optionalText(options, 'awslogs-group') !== undefined,
    credentialsParameter: undefined,
    command: optionalTexts(container, 'command') ?? [],
    environment: readEnvironment(container),
    secrets: readSecrets(container),
  };
}

function readEnvironment(given: Input): PrimaryContainer['environment'] {
  const list = optionalRecords(given, 'environment') ?? [];
  return list.map((entry) => ({
    name: requiredText(entry, 'name'),
    value: optionalText(entry, 'value') ?? '',
  }));
}

function readSecrets(given: Input): PrimaryContainer['secrets'] {
  const list = optionalRecords(given, 'secrets') ?? [];
  return list.map((entry) => ({
    name: requiredText(entry, 'name'),
    valueFrom: requiredText(entry, 'valueFrom'),
  }));
}
