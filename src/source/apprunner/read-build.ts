import { quote } from '../../parse.ts';
import type { AppRunnerConfig, DockerfileBuild, ManagedBuild } from './config.ts';
import type { Findings, Position } from './findings.ts';
import type { Layout } from './layout.ts';
import { readCommand, readCommands } from './read-commands.ts';
import { readVariables } from './read-variables.ts';
import { parseVersionLock, type Runtime, resolveRuntime, runtimeNames } from './resolve-runtime.ts';
import { requireText } from './yaml-fields.ts';
import type { YamlField } from './yaml-tree.ts';

export function readBuild(layout: Layout, findings: Findings): AppRunnerConfig['build'] | undefined {
  const runtime = readRuntime(layout, findings);
  const build = runtime?.kind === 'dockerfile' ? readDockerfileBuild(layout, findings) : undefined;
  if (build !== undefined) return build;
  const managed = readManagedBuild(layout, runtime, findings);
  if (managed !== undefined) warnOfLostInstalls(managed, layout.build?.at, findings);
  return managed;
}

function readRuntime(layout: Layout, findings: Findings): Runtime | undefined {
  const { runtime: field, runtimeVersion } = layout;
  if (field === undefined) {
    findings.refuse(undefined, 'has no runtime', `runtime: with one of ${runtimeNames}`);
    return undefined;
  }
  const name = requireText(field, 'runtime', { wanted: `one of ${runtimeNames}`, findings });
  if (name === undefined) return undefined;
  const lock = readLock(runtimeVersion, findings);
  const resolved = resolveRuntime(name, lock);
  if (!resolved.ok) {
    findings.refuse(field.value.at, resolved.problem.seen, resolved.problem.wanted);
    return undefined;
  }
  const { runtime, readAs, notes } = resolved.value;
  if (readAs !== undefined) {
    const wanted = runtime.kind === 'managed' ? `runtime: ${runtime.name}` : undefined;
    findings.warn(field.value.at, `runtime ${quote(name)} was read as ${readAs}`, wanted);
  }
  for (const note of notes) findings.warn(field.value.at, note);
  return runtime;
}

function readLock(field: YamlField | undefined, findings: Findings): string | undefined {
  if (field === undefined || (field.value.kind === 'text' && field.value.isEmpty)) return undefined;
  const wanted = 'a version such as 3.11';
  const raw = requireText(field, 'run.runtime-version', { wanted, findings });
  if (raw === undefined) return undefined;
  const lock = parseVersionLock(raw);
  if (!lock.ok) {
    findings.refuse(field.value.at, `run.runtime-version is ${lock.problem.seen}`, lock.problem.wanted);
    return undefined;
  }
  if (lock.value !== raw) {
    findings.warn(field.value.at, `run.runtime-version ${quote(raw)} was read as ${lock.value}`, lock.value);
  }
  return lock.value;
}

function readDockerfileBuild(layout: Layout, findings: Findings): DockerfileBuild {
  const { dockerfile, command } = layout;
  const ignored: readonly (readonly [string, YamlField | undefined])[] = [
    ['build.commands.pre-build', layout.preBuild],
    ['build.commands.build', layout.build],
    ['build.commands.post-build', layout.postBuild],
    ['build.env', layout.buildEnvironment],
    ['run.pre-run', layout.preRun],
  ];
  for (const [name, field] of ignored) {
    if (field === undefined) continue;
    findings.warn(
      field.at,
      `${name} was passed over: the Dockerfile says how to build`,
      'its commands as RUN of the Dockerfile',
    );
  }
  return {
    kind: 'dockerfile',
    dockerfile:
      dockerfile &&
      requireText(dockerfile, 'build.dockerfile', { wanted: 'a path in the source folder', findings }),
    startCommand: command && readStartCommand(command, findings),
  };
}

function readManagedBuild(
  layout: Layout,
  runtime: Runtime | undefined,
  findings: Findings,
): ManagedBuild | undefined {
  const { buildEnvironment, command } = layout;
  if (layout.build === undefined) {
    findings.refuse(
      undefined,
      'has no build.commands.build',
      'build:, below it commands:, below that build: with a list of commands',
    );
  }
  if (command === undefined) {
    findings.refuse(
      undefined,
      'has no run.command',
      'run: and below it command: with what starts the application',
    );
  }
  const phases = {
    preBuild: readCommands(layout.preBuild, 'build.commands.pre-build', findings),
    build: readCommands(layout.build, 'build.commands.build', findings),
    postBuild: readCommands(layout.postBuild, 'build.commands.post-build', findings),
  };
  const preRun = readCommands(layout.preRun, 'run.pre-run', findings);
  const list = { kind: 'env', name: 'build.env', isExported: true } as const;
  const { environment, secrets } = readVariables(buildEnvironment, list, findings);
  for (const { name, at } of secrets) {
    findings.refuse(
      at,
      `${quote(name)} in build.env is a secret`,
      'value, or the input build-secrets and a Dockerfile',
    );
  }
  const startCommand = command && readStartCommand(command, findings);
  if (runtime?.kind !== 'managed' || startCommand === undefined) return undefined;
  // Of one that App Runner never had, the file itself says which kind its author had in mind.
  const buildKind = !runtime.isAppRunners && preRun.length > 0 ? 'revised' : runtime.buildKind;
  if (preRun.length > 0 && buildKind !== 'revised') {
    const seen = `run.pre-run was kept, which App Runner has for revised builds only; ${runtime.name} runs its build again before it`;
    findings.warn(layout.preRun?.at, seen, 'no pre-run');
  }
  return {
    kind: 'managed',
    runtime: { ...runtime, buildKind },
    phases,
    preRun,
    buildEnvironment: environment.map(({ name, value }) => ({ name, value })),
    startCommand,
  };
}

function readStartCommand({ value }: YamlField, findings: Findings): string | undefined {
  const wanted = 'one text, such as command: node server.js';
  if (value.kind === 'list') {
    const [only, ...others] = value.items;
    if (only === undefined || others.length > 0) {
      findings.refuse(
        value.at,
        `run.command is a list of ${value.items.length}`,
        `${wanted}; several are joined by &&`,
      );
      return undefined;
    }
    findings.warn(value.at, 'run.command is a list of one; it was read as that', wanted);
    return readCommand(only, 'run', findings);
  }
  if (value.kind === 'text' && (value.isEmpty || value.text.trim() === '')) {
    findings.refuse(value.at, 'run.command is empty', wanted);
    return undefined;
  }
  return readCommand(value, 'run', findings)?.trim();
}

/** Puts something outside of /app. */
const installs =
  /(?:^|[\s;&|])(?:pip3?|pipenv|poetry|uv)\s+(?:install|sync|pip)\b|\bnpm\s+(?:i|install)\s+(?:-g|--global)\b|(?:^|[\s;&|])(?:yum|dnf|microdnf|apt-get|apt)\s+(?:-\S+\s+)*install\b/;
/** Puts it inside after all. */
const staysInside = /(?:\s-t\b|--target|--prefix|--root|venv|virtualenvs\.in-project|virtualenvs-in-project)/;

/**
 * The commonest mistake with a revised build: it goes green, and the application does not start. Said where the command
 * stands, since App Runner's own log is silent about it.
 */
function warnOfLostInstalls(build: ManagedBuild, at: Position | undefined, findings: Findings): void {
  const { runtime, phases, preRun } = build;
  if (runtime.buildKind !== 'revised') return;
  const commands = [...phases.preBuild, ...phases.build];
  const lost = commands.find((command) => installs.test(command) && !staysInside.test(command));
  if (lost === undefined || preRun.length > 0 || commands.some((command) => staysInside.test(command)))
    return;
  findings.warn(
    at,
    `${quote(lost)} installs outside of /app, and of the build of ${runtime.name} only /app is kept`,
    'the same command under run.pre-run, too',
  );
}
