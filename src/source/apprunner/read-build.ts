import { quote } from '../../parse.ts';
import type { AppRunnerConfig, DockerfileBuild, ManagedBuild } from './config.ts';
import type { Findings } from './findings.ts';
import { listInstalls } from './installs.ts';
import type { Layout } from './layout.ts';
import { readCommand, readCommands } from './read-commands.ts';
import { readVariables } from './read-variables.ts';
import {
  isDockerfileRuntime,
  parseVersionLock,
  type Runtime,
  resolveRuntime,
  runtimeNames,
} from './resolve-runtime.ts';
import { requireText } from './yaml-fields.ts';
import type { YamlField } from './yaml-tree.ts';

export function readBuild(layout: Layout, findings: Findings): AppRunnerConfig['build'] | undefined {
  const runtime = readRuntime(layout, findings);
  const build = runtime?.kind === 'dockerfile' ? readDockerfileBuild(layout, findings) : undefined;
  if (build !== undefined) return build;
  const managed = readManagedBuild(layout, runtime, findings);
  if (managed !== undefined) warnOfLostInstalls(managed, layout, findings);
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
  // The Dockerfile says the version: whatever stands here is passed over with the rest.
  const lock = isDockerfileRuntime(name) ? undefined : readLock(runtimeVersion, findings);
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
  const asRun = 'its commands as RUN of the Dockerfile';
  const ignored: readonly (readonly [string, YamlField | undefined, string])[] = [
    ['build.commands.pre-build', layout.preBuild, asRun],
    ['build.commands.build', layout.build, asRun],
    ['build.commands.post-build', layout.postBuild, asRun],
    ['build.env', layout.buildEnvironment, 'ARG or ENV of the Dockerfile'],
    ['run.runtime-version', layout.runtimeVersion, 'a version in FROM of the Dockerfile'],
    ['run.pre-run', layout.preRun, asRun],
  ];
  for (const [name, field, wanted] of ignored) {
    if (field === undefined) continue;
    findings.warn(field.at, `${name} was ignored: the Dockerfile says how to build`, wanted);
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

/** pip installs inside of /app then. */
const pythonStaysInside = /venv|virtualenvs[.-]in-project/i;

/**
 * The commonest mistake with a revised build: it goes green, and the application does not start. Said where the phase
 * stands, since App Runner's own log is silent about it.
 */
function warnOfLostInstalls({ runtime, phases, preRun }: ManagedBuild, at: Layout, findings: Findings): void {
  if (runtime.buildKind !== 'revised') return;
  const found = new Set(preRun.flatMap(listInstalls).map(({ what }) => what));
  const hasEnvironment = [...phases.preBuild, ...phases.build].some((command) =>
    pythonStaysInside.test(command),
  );
  const warn = (commands: readonly string[], field: Layout['build']) => {
    const lost = commands.flatMap(listInstalls).filter(({ what, isPythons }) => {
      if (found.has(what) || (isPythons && hasEnvironment)) return false;
      found.add(what);
      return true;
    });
    if (lost.length === 0) return;
    const [verb, noun] = lost.length === 1 ? ['installs', 'command'] : ['install', 'commands'];
    findings.warn(
      field?.at,
      `${lost.map(({ text }) => quote(text)).join(', ')} ${verb} outside of /app, and of the build of ${runtime.name} only /app is kept`,
      `the same ${noun} under run.pre-run, too`,
    );
  };
  warn(phases.preBuild, at.preBuild);
  warn(phases.build, at.build);
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
