import type { DockerState } from './detect-docker.ts';
import type { SourceProblem } from './locate.ts';

/** Why nothing can be built here; empty when it can. */
export function findDockerProblems(
  docker: DockerState,
  needs: { readonly secrets: boolean },
): readonly SourceProblem[] {
  const wanted = 'an image that is already built, or a runner with Docker';
  switch (docker.kind) {
    case 'missing':
      return [{ input: 'image', seen: 'not given, and docker is not installed on this runner', wanted }];
    case 'unreachable':
      return [
        {
          input: 'image',
          seen: `not given, and the Docker engine of this runner does not answer (${docker.because})`,
          wanted,
        },
      ];
    case 'windows-containers':
      return [
        {
          input: 'image',
          seen: 'not given, and the Docker engine of this runner builds Windows images',
          wanted: 'an image that is already built, or a runner whose Docker builds Linux images',
        },
      ];
    case 'ready':
      if (!needs.secrets || docker.builder.kind === 'buildx' || docker.builder.buildKit) return [];
      return [
        {
          input: 'build-secrets',
          seen: 'given, and the Docker of this runner has no BuildKit',
          wanted: 'docker/setup-buildx-action before this step',
        },
      ];
  }
}
