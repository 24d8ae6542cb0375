import {
  type Form,
  parseBoolean,
  parseForm,
  parseInteger,
  parseList,
  parseOneOf,
  quote,
  splitLines,
} from '../../parse.ts';
import { parsePairs } from '../../parse-pairs.ts';
import { parseCommandInput, parseRuntimeInput, runtimeBuild } from '../../source/apprunner/runtime-inputs.ts';
import { buildFromKinds } from '../../source/choose-source.ts';
import type {
  BuildFromInputs,
  BuildInputs,
  ImageSource,
  Platform,
  RepositoryInputs,
} from '../model/inputs.ts';
import { fileForm, folderForm, parseImageReference, pathPattern, tagPattern } from './forms.ts';
import type { DeployInputName, InputReader } from './names.ts';

export type BuildDefaults = {
  readonly serviceName: string;
  /** What the repository is called, in lower case, when no input says it. */
  readonly defaultRepository: string;
  readonly platform: Platform | undefined;
};

export function parseImageSource(reader: InputReader, known: BuildDefaults): ImageSource {
  const arn = reader.text('task-definition-arn');
  if (arn !== undefined) return { kind: 'task-definition', arn };
  if (reader.text('image') === undefined) return { kind: 'build', build: parseBuild(reader, known) };
  return { kind: 'image', reference: reader.take('image', parseImageReference) ?? '' };
}

function parseBuild(reader: InputReader, known: BuildDefaults): BuildInputs {
  return {
    source: reader.take('source', (raw) => parseForm(raw, folderForm)) ?? '.',
    dockerfile: reader.take('dockerfile', (raw) => parseForm(raw, fileForm)) ?? 'Dockerfile',
    from: parseBuildFrom(reader),
    generated: undefined,
    target: reader.take('build-target', (raw) => parseForm(raw, targetForm)),
    buildArgs: parseBuildArgs(reader),
    buildSecrets: parseBuildSecrets(reader),
    platform: known.platform,
    cacheFrom: parseCache(reader, 'cache-from'),
    cacheTo: parseCache(reader, 'cache-to'),
    attestations: reader.take('attestations', parseBoolean) ?? false,
    repository: parseRepository(reader, known),
    imageTags: reader.take('image-tags', (raw) => parseList(raw, tagForm)) ?? [],
  };
}

const targetForm: Form = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9_.-]*$/,
  wanted: 'the name of a stage of the Dockerfile',
};
const tagForm: Form = {
  pattern: new RegExp(`^${tagPattern}$`),
  wanted: 'image tags (letters, digits, _ . and -, at most 128 characters) separated by commas',
};

function parseBuildArgs(reader: InputReader): readonly string[] {
  const args = reader.take('build-args', (raw) => parsePairs(raw, { name: 'name', value: 'value' }));
  return (args ?? []).map(({ name, value }) => `${name}=${value}`);
}

/** Members of docker's cache options that hold a secret (BuildKit, "Cache"). */
const secretMember = /(?:^|,)\s*(secret_access_key|session_token|token|password)\s*=/i;

/** Each value becomes an argument of docker, which every process of the machine can read. */
function parseCache(reader: InputReader, input: 'cache-from' | 'cache-to'): readonly string[] {
  const values = splitLines(reader.text(input) ?? '');
  for (const value of values) {
    const [, member] = secretMember.exec(value) ?? [];
    if (member === undefined) continue;
    reader.report({
      input,
      seen: `${member.toLowerCase()}, which would be in the arguments of docker`,
      wanted:
        'options without a secret: docker reads AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN and ACTIONS_RUNTIME_TOKEN from the environment',
    });
  }
  return values;
}

function parseBuildSecrets(reader: InputReader): BuildInputs['buildSecrets'] {
  const secrets =
    reader.take('build-secrets', (raw) => parsePairs(raw, { name: 'id', value: 'value' })) ?? [];
  for (const { name } of secrets) {
    // Ids become part of an argument in which commas separate, and of a file name.
    if (/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name)) continue;
    reader.report({
      input: 'build-secrets',
      seen: `the id ${quote(name)}`,
      wanted: 'ids of letters, digits, _ . and -',
    });
  }
  return secrets.map(({ name, value }) => ({ id: name, value }));
}

const repositoryForm: Form = {
  pattern: new RegExp(`^(?=.{2,256}$)${pathPattern}$`),
  wanted: 'the name of an ECR repository without the registry: lower-case letters, digits and . _ - /',
};

function parseRepository(
  reader: InputReader,
  { serviceName, defaultRepository }: BuildDefaults,
): RepositoryInputs {
  const derived = defaultRepository.toLowerCase();
  const given = reader.take('repository', (raw) => parseForm(raw, repositoryForm));
  const nameless = reader.text('repository') === undefined && serviceName !== '';
  if (nameless && !repositoryForm.pattern.test(derived)) {
    reader.report({
      input: 'repository',
      seen: `not given, and service-name ${quote(serviceName)} cannot be one`,
      wanted: repositoryForm.wanted,
    });
  }
  return {
    name: given ?? derived,
    scanOnPush: reader.take('repository-scan-on-push', parseBoolean) ?? true,
    immutableTags: reader.take('repository-immutable-tags', parseBoolean) ?? false,
    expireUntaggedDays: reader.take('repository-expire-untagged-days', (raw) =>
      parseInteger(raw, { minimum: 1, maximum: 3650 }),
    ),
  };
}

function parseBuildFrom(reader: InputReader): BuildFromInputs {
  const buildFrom = reader.take('build-from', (raw) => parseOneOf(raw, buildFromKinds)) ?? 'auto';
  const runtime = reader.take('runtime', parseRuntimeInput);
  const build = reader.take('build-command', parseCommandInput);
  const start = reader.take('start-command', parseCommandInput);
  const isRuntimeGiven = reader.text('runtime') !== undefined;
  reportHalfRuntime(reader, isRuntimeGiven);
  if (buildFrom === 'runtime' && !isRuntimeGiven) {
    reader.report({
      input: 'runtime',
      seen: 'not given, with build-from: runtime',
      wanted: 'a runtime such as nodejs22',
    });
  }
  return {
    wish: { buildFrom, isDockerfileGiven: reader.text('dockerfile') !== undefined, isRuntimeGiven },
    isSourceGiven: reader.text('source') !== undefined,
    isAsked: isBuildAsked(reader),
    context: reader.take('build-context', (raw) => parseForm(raw, folderForm)),
    runtime: runtime && runtimeBuild(runtime, { build, start: start ?? '' }),
    runtimeNotes: runtime?.notes ?? [],
    runtimeImage: reader.take('runtime-image', parseImageReference),
    buildImage: reader.take('build-image', parseImageReference),
  };
}

/** Whoever gives none of these may not have meant to build the workspace. */
const asking: readonly DeployInputName[] = [
  'source',
  'dockerfile',
  'build-context',
  'build-target',
  'runtime',
];

function isBuildAsked(reader: InputReader): boolean {
  return reader.text('build-from') !== 'auto' || asking.some((name) => reader.text(name) !== undefined);
}

/** A runtime without a start command does not start; commands without a runtime have nothing to run in. */
function reportHalfRuntime(reader: InputReader, isRuntimeGiven: boolean): void {
  if (isRuntimeGiven && reader.text('start-command') === undefined) {
    reader.report({
      input: 'start-command',
      seen: 'not given together with runtime',
      wanted: 'the command that starts the application, such as node server.js',
    });
  }
  for (const name of ['build-command', 'start-command'] as const) {
    if (isRuntimeGiven || reader.text(name) === undefined) continue;
    reader.report({
      input: name,
      seen: 'given without runtime',
      wanted: 'runtime as well, such as nodejs22',
    });
  }
}
