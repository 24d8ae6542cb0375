import { parsePairs } from '../../parse-pairs.ts';
import type { DeployInputs } from '../model/inputs.ts';
import type { ServiceSettings } from '../model/settings.ts';
import { buildInputs, runtimeInputs } from './exclusions.ts';
import type { DeployInputName, InputReader } from './names.ts';

/** What can be meant, but mostly is not. No value is shown: it may be a secret that nobody declared as one. */
export function noticesOfInputs(reader: InputReader, settings: ServiceSettings): readonly string[] {
  return [...noticesOfImage(reader), ...noticesOfReferences(settings), ...noticesOfQuotes(reader)];
}

/** An expression that comes to nothing, such as a misspelt output, looks like an input that is not given. */
function noticesOfImage(reader: InputReader): readonly string[] {
  const passedOver = runtimeInputs.filter((name) => reader.text(name) !== undefined);
  if (reader.text('image') !== undefined && passedOver.length > 0) {
    return [`Ignored: ${passedOver.join(', ')}. When image is given, nothing is built.`];
  }
  const saysWhat: readonly DeployInputName[] = [
    'image',
    'task-definition-arn',
    'apprunner-service',
    ...buildInputs,
  ];
  const isSaid = saysWhat.some((name) => reader.text(name) !== undefined);
  if (isSaid || reader.text('operation') !== 'deploy' || reader.text('build-from') !== 'auto') return [];
  return ['No image is given: building what is in the workspace. `source: .` says that it is meant.'];
}

const secretArn = /^arn:aws[a-z-]*:(?:secretsmanager|ssm):/;

function noticesOfReferences({ environment = [] }: ServiceSettings): readonly string[] {
  const names = environment.filter(({ value }) => secretArn.test(value)).map(({ name }) => name);
  if (names.length === 0) return [];
  return [
    `${about(names, 'environment-variables')} the ARN of a secret as ${names.length > 1 ? 'their' : 'its'} value, and the container gets the ARN. In the input secrets it gets what the ARN names.`,
  ];
}

const inputsOfLines = ['environment-variables', 'build-args', 'build-secrets', 'tags'] as const;

/** A shell and many an .env reader would take them off. In JSON they are there on purpose. */
function noticesOfQuotes(reader: InputReader): readonly string[] {
  return inputsOfLines.flatMap((input) => {
    const raw = reader.text(input);
    if (raw === undefined || /^[[{]/.test(raw)) return [];
    const pairs = parsePairs(raw, { name: 'name', value: 'value' });
    const quoted = pairs.ok ? pairs.value.filter(({ value }) => /^(?:".*"|'.*')$/.test(value)) : [];
    if (quoted.length === 0) return [];
    const names = quoted.map(({ name }) => name);
    return [
      `${about(names, input)} a value in quotes, which are part of it: in lines, nothing needs quotes. As JSON, quotes that are meant bring no notice.`,
    ];
  });
}

function about(names: readonly string[], input: DeployInputName): string {
  return `${names.join(', ')} in ${input} ${names.length > 1 ? 'have' : 'has'}`;
}

/** For the log alone: the job summary has the table. */
export function announceRemarks({
  appRunnerService,
  remarks,
}: Pick<DeployInputs, 'appRunnerService' | 'remarks'>): readonly string[] {
  const urgent = remarks.filter(({ isUrgent }) => isUrgent);
  if (urgent.length === 0) return [];
  const lines = urgent.map(({ topic, seen, todo }) => `- ${topic}: ${seen}. ${todo}`);
  const title = `Not everything of App Runner service ${appRunnerService} can be carried over. The job summary has the whole table.`;
  return [[title, ...lines].join('\n')];
}
