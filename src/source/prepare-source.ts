import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { quote } from '../parse.ts';
import type { ManagedBuild, RunSettings } from './apprunner/config.ts';
import { renderFinding, renderPlace } from './apprunner/findings.ts';
import { chooseSource, type SourceWish } from './choose-source.ts';
import {
  describeUnusable,
  dockerfileProblem,
  type Folders,
  isUsableFile,
  type Location,
  locate,
  locateFolders,
  type SourceProblem,
  showFolder,
} from './locate.ts';

export type PrepareOptions = Folders & {
  readonly dockerfile: string;
  readonly wish: SourceWish;
  /** What the inputs `runtime`, `build-command` and `start-command` ask for. */
  readonly runtime: ManagedBuild | undefined;
};

/** What is to be built, once the files of the source are read. Paths are checked again when it is built. */
export type PreparedSource =
  | { readonly kind: 'unusable'; readonly problems: readonly SourceProblem[] }
  | {
      readonly kind: 'dockerfile';
      /** Relative to the source folder. */
      readonly dockerfile: string;
      /** With `runtime: docker` in an `apprunner.yaml`: what it says of the service. */
      readonly service: ServiceOfSource | undefined;
      readonly notices: readonly string[];
    }
  | {
      readonly kind: 'generated';
      readonly generated: GeneratedBuild;
      readonly service: ServiceOfSource;
      readonly notices: readonly string[];
    };

export type GeneratedBuild = {
  readonly origin: 'apprunner.yaml' | 'inputs';
  readonly build: ManagedBuild;
  readonly port: number | undefined;
  /** Of the source in the build context, with `/`; `''`: they are the same. */
  readonly folder: string;
};

export type ServiceOfSource = {
  readonly run: RunSettings;
  /** Instead of the command of the image. */
  readonly startCommand: string | undefined;
};

export async function prepareSource(options: PrepareOptions): Promise<PreparedSource> {
  const { workspace, source, wish } = options;
  const found = await locateFolders(options);
  if (found.kind === 'unusable') return unusable([found.problem]);
  const { folder, names, context } = found;
  const yamlName = names.find((name) => /^apprunner\.ya?ml$/i.test(name)) ?? 'apprunner.yaml';
  const [dockerfile, yaml] = await Promise.all([
    locate(workspace, folder, options.dockerfile),
    locate(workspace, folder, yamlName),
  ]);
  const seen = { dockerfile: isUsableFile(dockerfile), appRunnerYaml: yaml.kind !== 'missing' };
  const choice = chooseSource(wish, seen, showFolder(source));
  if (choice.kind === 'nothing') return unusable([choice.problem]);
  const prepared = await prepare(choice.kind, { options, dockerfile, yaml, yamlName });
  if (prepared.kind === 'unusable') return prepared;
  const notices = [...choice.notices, ...prepared.notices];
  if (prepared.kind === 'dockerfile') return { ...prepared, notices };
  const inside = path.relative(context, folder).split(path.sep).join('/');
  // It becomes part of an instruction, in which `$` and quotes have a meaning.
  if (!/^[\w./@+ -]*$/.test(inside)) {
    const wanted = 'a path of letters, digits and _ . / @ + - when build-context is given';
    return unusable([{ input: 'source', seen: quote(inside), wanted }]);
  }
  return { ...prepared, notices, generated: { ...prepared.generated, folder: inside } };
}

type Seen = {
  readonly options: PrepareOptions;
  readonly dockerfile: Location;
  readonly yaml: Location;
  readonly yamlName: string;
};

async function prepare(kind: 'dockerfile' | 'apprunner' | 'runtime', seen: Seen): Promise<PreparedSource> {
  switch (kind) {
    case 'dockerfile':
      return prepareDockerfile(seen.options.dockerfile, seen);
    case 'apprunner':
      return prepareAppRunner(seen);
    case 'runtime':
      return prepareRuntime(seen.options);
  }
}

function prepareDockerfile(name: string, { options, dockerfile }: Seen, because = ''): PreparedSource {
  if (isUsableFile(dockerfile))
    return { kind: 'dockerfile', dockerfile: name, service: undefined, notices: [] };
  return unusable([dockerfileProblem(`${quote(name)}${because}`, dockerfile, options.source)]);
}

function prepareRuntime({ runtime }: PrepareOptions): PreparedSource {
  if (runtime === undefined) {
    return unusable([
      {
        input: 'build-from',
        seen: 'runtime, and the input runtime is not given',
        wanted: 'runtime and start-command as well',
      },
    ]);
  }
  const run: RunSettings = { port: undefined, portVariable: undefined, environment: [], secrets: [] };
  return {
    kind: 'generated',
    generated: { origin: 'inputs', build: runtime, port: undefined, folder: '' },
    service: { run, startCommand: undefined },
    notices: [],
  };
}

async function prepareAppRunner(seen: Seen): Promise<PreparedSource> {
  const { yaml, yamlName, options } = seen;
  if (!isUsableFile(yaml)) {
    const wanted = `an apprunner.yaml in ${showFolder(options.source)}, or another build-from`;
    return unusable([{ input: 'source', seen: describeUnusable(quote(yamlName), yaml), wanted }]);
  }
  // The YAML library takes its time to load, and few builds need it.
  const { largestFileBytes, parseAppRunnerYaml } = await import('./apprunner/parse-apprunner-yaml.ts');
  if (yaml.stats.size > largestFileBytes) {
    const problem = `${yamlName} has ${yaml.stats.size} bytes`;
    return unusable([{ input: 'source', seen: problem, wanted: `at most ${largestFileBytes} bytes` }]);
  }
  const parsed = parseAppRunnerYaml(await readFile(yaml.path));
  if (!parsed.ok) {
    return unusable(
      parsed.problems.map(({ at, seen: problem, wanted }) => ({
        input: 'source',
        seen: `${renderPlace(yamlName, at)}: ${problem}`,
        wanted,
      })),
    );
  }
  const { build, run } = parsed.config;
  const remarks = parsed.warnings.map((warning) => renderFinding(yamlName, warning));
  const named =
    yamlName === 'apprunner.yaml' ? [] : [`${yamlName}: App Runner takes no other name than apprunner.yaml`];
  const notices = [[...named, ...remarks].join('\n')].filter((notice) => notice !== '');
  if (build.kind === 'managed') {
    const generated = { origin: 'apprunner.yaml', build, port: run.port, folder: '' } as const;
    return { kind: 'generated', generated, service: { run, startCommand: undefined }, notices };
  }
  const name = build.dockerfile ?? options.dockerfile;
  const file = await locate(options.workspace, path.dirname(yaml.path), name);
  const prepared = prepareDockerfile(
    name,
    { ...seen, dockerfile: file },
    ` (for runtime docker of ${yamlName})`,
  );
  return prepared.kind === 'dockerfile'
    ? { ...prepared, service: { run, startCommand: build.startCommand }, notices }
    : prepared;
}

function unusable(problems: readonly SourceProblem[]): PreparedSource {
  return { kind: 'unusable', problems };
}
