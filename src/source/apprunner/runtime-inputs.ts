import { accepted, type Parsed, quote, refused } from '../../parse.ts';
import type { ManagedBuild } from './config.ts';
import { judgeCommand } from './read-commands.ts';
import { type ResolvedRuntime, resolveRuntime } from './resolve-runtime.ts';

/** `PYTHON_311`, `python311`, `nodejs 22`: what the API of App Runner calls Runtime. */
export function parseRuntimeInput(raw: string): Parsed<ResolvedRuntime> {
  const resolved = resolveRuntime(raw, undefined);
  if (!resolved.ok || resolved.value.runtime.kind === 'managed') return resolved;
  return refused({
    seen: quote(raw),
    wanted: 'a language such as nodejs22; for a Dockerfile, build-from: dockerfile',
  });
}

/** `build-command` and `start-command`: one text each, which may have several lines. */
export function parseCommandInput(raw: string): Parsed<string> {
  const wrong = judgeCommand(raw);
  if (wrong === undefined) return accepted(raw);
  return refused({
    seen: `a command that ${wrong}`,
    wanted: 'a script of the source folder, and its name here',
  });
}

/** As App Runner builds a service that is configured in its API instead of in a file. */
export function runtimeBuild(
  { runtime }: ResolvedRuntime,
  commands: { readonly build: string | undefined; readonly start: string },
): ManagedBuild | undefined {
  if (runtime.kind !== 'managed') return undefined;
  // There is no pre-run among the inputs: only a second build has what the first put outside of /app.
  const buildKind = runtime.family === 'python' ? 'original' : runtime.buildKind;
  return {
    kind: 'managed',
    runtime: { ...runtime, buildKind },
    phases: { preBuild: [], build: commands.build === undefined ? [] : [commands.build], postBuild: [] },
    preRun: [],
    buildEnvironment: [],
    startCommand: commands.start,
  };
}
