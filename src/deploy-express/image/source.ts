import { findDockerProblems, observeDocker } from '../../source/docker/detect.ts';
import type { SourceProblem } from '../../source/locate.ts';
import { type PreparedSource, prepareSource } from '../../source/prepare-source.ts';
import type { BuildInputs } from '../model/inputs.ts';

/**
 * Reads what is to be built, and finds what forbids it, without a call to AWS. A file of its own, as it is loaded before
 * the first request, and only by jobs that build.
 */
export async function readSource(
  build: BuildInputs,
  { workspace, dryRun }: { readonly workspace: string; readonly dryRun: boolean },
): Promise<{ readonly prepared: PreparedSource; readonly problems: readonly SourceProblem[] }> {
  const { wish, context, runtime } = build.from;
  const [prepared, docker] = await Promise.all([
    prepareSource({ workspace, source: build.source, dockerfile: build.dockerfile, context, wish, runtime }),
    // A dry run builds nothing, and may run where there is no engine.
    dryRun ? undefined : observeDocker(undefined),
  ]);
  const problems = [
    ...(prepared.kind === 'unusable' ? prepared.problems : []),
    ...(docker === undefined ? [] : findDockerProblems(docker, { secrets: build.buildSecrets.length > 0 })),
  ];
  return { prepared, problems };
}
