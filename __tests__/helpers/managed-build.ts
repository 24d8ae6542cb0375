import type { ManagedBuild } from '../../src/source/apprunner/config.ts';
import { resolveRuntime } from '../../src/source/apprunner/resolve-runtime.ts';

type Parts = Partial<Omit<ManagedBuild, 'phases' | 'runtime'>> &
  Partial<ManagedBuild['phases']> & { readonly runtime?: string };

export function managedBuild({
  runtime: name = 'nodejs22',
  preBuild,
  build,
  postBuild,
  ...rest
}: Parts): ManagedBuild {
  const resolved = resolveRuntime(name, undefined);
  if (!resolved.ok || resolved.value.runtime.kind !== 'managed') throw new Error(`no runtime: ${name}`);
  return {
    kind: 'managed',
    runtime: resolved.value.runtime,
    phases: { preBuild: preBuild ?? [], build: build ?? [], postBuild: postBuild ?? [] },
    preRun: [],
    buildEnvironment: [],
    startCommand: 'node server.js',
    ...rest,
  };
}
