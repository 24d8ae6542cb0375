import { quote } from '../../parse.ts';
import type { Findings } from './findings.ts';
import { describeValue, type FieldNames, isSameWord, readFields } from './yaml-fields.ts';
import type { YamlField, YamlMap, YamlValue } from './yaml-tree.ts';

/** The fields of `apprunner.yaml` in one place each, wherever they were written. */
export type Layout = {
  readonly version: YamlField | undefined;
  readonly runtime: YamlField | undefined;
  readonly dockerfile: YamlField | undefined;
  readonly preBuild: YamlField | undefined;
  readonly build: YamlField | undefined;
  readonly postBuild: YamlField | undefined;
  readonly buildEnvironment: YamlField | undefined;
  readonly runtimeVersion: YamlField | undefined;
  readonly preRun: YamlField | undefined;
  readonly command: YamlField | undefined;
  readonly port: YamlField | undefined;
  readonly portVariable: YamlField | undefined;
  readonly environment: YamlField | undefined;
  readonly secrets: YamlField | undefined;
};

type Section = FieldNames & {
  /** Key in this section, to where it belongs. */
  readonly displaced: Readonly<Record<string, string>>;
  /** What stands for the section when it is no map, but a list or one text: where that belongs. */
  readonly shorthand: string | undefined;
};

/** Each key by the path it belongs to; that it stands elsewhere is a matter of indentation, and the meaning is plain. */
const sections: readonly Section[] = [
  {
    name: '',
    known: ['version', 'runtime', 'build', 'run'],
    displaced: {
      commands: 'build.commands',
      'pre-build': 'build.commands.pre-build',
      'post-build': 'build.commands.post-build',
      'runtime-version': 'run.runtime-version',
      'pre-run': 'run.pre-run',
      'build-command': 'build.commands.build',
      command: 'run.command',
      'start-command': 'run.command',
      network: 'run.network',
      port: 'run.network.port',
      env: 'run.env',
      secrets: 'run.secrets',
      dockerfile: 'build.dockerfile',
    },
    shorthand: undefined,
  },
  {
    name: 'build',
    known: ['commands', 'env'],
    displaced: {
      'pre-build': 'build.commands.pre-build',
      build: 'build.commands.build',
      'build-command': 'build.commands.build',
      'post-build': 'build.commands.post-build',
      run: 'run',
      runtime: 'runtime',
      'runtime-version': 'run.runtime-version',
      'pre-run': 'run.pre-run',
    },
    shorthand: 'build.commands.build',
  },
  {
    name: 'build.commands',
    known: ['pre-build', 'build', 'post-build'],
    displaced: { env: 'build.env', 'pre-run': 'run.pre-run' },
    shorthand: 'build.commands.build',
  },
  {
    name: 'run',
    known: ['runtime-version', 'pre-run', 'command', 'network', 'env', 'secrets'],
    displaced: {
      'start-command': 'run.command',
      start: 'run.command',
      port: 'run.network.port',
      runtime: 'runtime',
      environment: 'run.env',
    },
    shorthand: 'run.command',
  },
  {
    name: 'run.network',
    known: ['port', 'env'],
    displaced: { secrets: 'run.secrets', command: 'run.command' },
    shorthand: 'run.network.port',
  },
];

/** Not App Runner's, but of use with `runtime: docker`. */
const extraKeys: Readonly<Record<string, string>> = { build: 'dockerfile' };

/** Keys of other tools, or of the API of App Runner, for what an input says here. By `plainWord`. */
const inputs: ReadonlyMap<string, string> = new Map(
  Object.entries({
    architecture: 'input cpu-architecture',
    autoscaling: 'inputs min-task-count and max-task-count',
    cpu: 'input cpu',
    healthcheck: 'input health-check-path',
    healthcheckpath: 'input health-check-path',
    instancerole: 'input task-role-arn',
    instancerolearn: 'input task-role-arn',
    maxsize: 'input max-task-count',
    memory: 'input memory',
    minsize: 'input min-task-count',
    name: 'input service-name',
    platform: 'input platform',
    servicename: 'input service-name',
    source: 'input source',
    sourcedirectory: 'input source',
    tags: 'input tags',
    taskrolearn: 'input task-role-arn',
  }),
);

export function readLayout(root: YamlMap, findings: Findings): Layout {
  const placed = new Map<string, YamlField>();
  const place = (path: string, field: YamlField, from: string | undefined) => {
    if (placed.has(path)) {
      findings.refuse(field.at, `${path} is given here as well`, `${path} in one place`);
      return;
    }
    if (from !== undefined) findings.warn(field.at, `${from} was read as ${path}`, path);
    placed.set(path, field);
  };
  for (const section of sections) {
    const field = section.name === '' ? undefined : placed.get(section.name);
    const value = section.name === '' ? root : field?.value;
    if (value === undefined) continue;
    if (value.kind === 'map') readSection(section, value, { place, findings });
    else if (field !== undefined) readShorthand(section, field, { place, findings });
  }
  return toLayout(moveEnvironment(placed, place));
}

type Reading = {
  readonly place: (path: string, field: YamlField, from: string | undefined) => void;
  readonly findings: Findings;
};

function readSection(section: Section, map: YamlMap, { place, findings }: Reading): void {
  const extra = extraKeys[section.name];
  const tolerated = [...Object.keys(section.displaced), ...(extra === undefined ? [] : [extra])];
  const fields = readFields(map, { ...section, tolerated, inputs }, findings);
  const pathOf = (key: string) => (section.name === '' ? key : `${section.name}.${key}`);
  for (const [key, field] of fields) {
    const path = section.displaced[key];
    if (path === undefined || section.known.includes(key)) place(pathOf(key), field, undefined);
    else place(path, field, section.name === '' ? `${key} at the top` : pathOf(key));
  }
}

function readShorthand(
  { name, known, shorthand }: Section,
  field: YamlField,
  { place, findings }: Reading,
): void {
  const { value } = field;
  const isMissing = value.kind === 'text' && value.isEmpty;
  if (shorthand === undefined || isMissing) {
    findings.refuse(value.at, `${name} is ${describeValue(value)}`, `a map with ${known.join(', ')}`);
    return;
  }
  const key = findMistakenKey(value, known);
  if (key !== undefined) {
    const wanted = `${key}: with a space after the colon, below ${name}, and no - before it`;
    findings.refuse(value.at, `${name} is ${describeValue(value)} with ${quote(key)} in it`, wanted);
    return;
  }
  place(shorthand, field, `${name} without ${shorthand.slice(name.length + 1)}`);
}

/** The key of the section that a list has in its items (`- port: 3000`), or a text begins with (`port:3000`). */
function findMistakenKey(value: YamlValue, known: readonly string[]): string | undefined {
  const items = value.kind === 'list' ? value.items : [];
  const names = items.flatMap((item) => (item.kind === 'map' ? item.fields.map(({ name }) => name) : []));
  return known.find((key) =>
    value.kind === 'text' ? value.text.startsWith(`${key}:`) : names.some((name) => isSameWord(key, name)),
  );
}

/** `network.env` is one name. A list there is the environment, a level too deep. */
function moveEnvironment(
  placed: ReadonlyMap<string, YamlField>,
  place: Reading['place'],
): ReadonlyMap<string, YamlField> {
  const field = placed.get('run.network.env');
  if (field === undefined || !holdsVariables(field.value)) return placed;
  place('run.env', field, 'run.network.env with several variables');
  return new Map(
    [...placed]
      .filter(([path]) => path !== 'run.network.env')
      .concat([['run.env', placed.get('run.env') ?? field]]),
  );
}

function holdsVariables(value: YamlValue): boolean {
  if (value.kind !== 'list') return value.kind === 'map';
  return value.items.some((item) => item.kind === 'map' || (item.kind === 'text' && item.text.includes('=')));
}

function toLayout(placed: ReadonlyMap<string, YamlField>): Layout {
  return {
    version: placed.get('version'),
    runtime: placed.get('runtime'),
    dockerfile: placed.get('build.dockerfile'),
    preBuild: placed.get('build.commands.pre-build'),
    build: placed.get('build.commands.build'),
    postBuild: placed.get('build.commands.post-build'),
    buildEnvironment: placed.get('build.env'),
    runtimeVersion: placed.get('run.runtime-version'),
    preRun: placed.get('run.pre-run'),
    command: placed.get('run.command'),
    port: placed.get('run.network.port'),
    portVariable: placed.get('run.network.env'),
    environment: placed.get('run.env'),
    secrets: placed.get('run.secrets'),
  };
}
