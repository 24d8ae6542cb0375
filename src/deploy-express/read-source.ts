import { observeDocker } from '../source/detect-docker.ts';
import { findDockerProblems } from '../source/docker-problems.ts';
import type { SourceProblem } from '../source/locate.ts';
import { type PreparedSource, prepareSource } from '../source/prepare-source.ts';
import { fillSettings } from './fill-settings.ts';
import type { BuildInputs, DeployInputs } from './inputs.ts';
import { notePort, sourceLayers } from './source-layer.ts';

/** Reads what is to be built, and finds what forbids it, without a call to AWS. */
export async function readSource(
  build: BuildInputs,
  workspace: string,
): Promise<{ readonly prepared: PreparedSource; readonly problems: readonly SourceProblem[] }> {
  const { wish, context, runtime } = build.from;
  const [prepared, docker] = await Promise.all([
    prepareSource({ workspace, source: build.source, dockerfile: build.dockerfile, context, wish, runtime }),
    observeDocker(undefined),
  ]);
  const problems = [
    ...(prepared.kind === 'unusable' ? prepared.problems : []),
    ...findDockerProblems(docker, { secrets: build.buildSecrets.length > 0 }),
  ];
  return { prepared, problems };
}

/** The inputs, completed by what the source says: how it is built, and what of the service no input gives. */
export function withSource(inputs: DeployInputs, prepared: PreparedSource): DeployInputs {
  if (inputs.image.kind !== 'build' || prepared.kind === 'unusable') return inputs;
  const { build } = inputs.image;
  const isGenerated = prepared.kind === 'generated';
  const isFromInputs = isGenerated && prepared.generated.origin === 'inputs';
  const origin = isFromInputs ? 'runtime' : 'apprunner.yaml';
  const given = inputs.settings;
  const layers =
    prepared.service === undefined ? [] : sourceLayers(prepared.service, { origin, given, isGenerated });
  const { settings, origins } = fillSettings(given, layers);
  return {
    ...inputs,
    settings,
    origins,
    notices: [
      ...inputs.notices,
      ...prepared.notices,
      ...(isFromInputs ? build.from.runtimeNotes : []),
      ...(layers.length === 0 ? [] : notePort(settings)),
    ],
    image: {
      kind: 'build',
      build: isGenerated
        ? { ...build, generated: { ...prepared.generated, port: settings.containerPort } }
        : { ...build, dockerfile: prepared.dockerfile },
    },
  };
}
