import type { SourceProblem } from '../locate.ts';
import { type DockerExit, runDocker } from './docker.ts';

/** What builds. */
export type Builder =
  | {
      readonly kind: 'buildx';
      readonly driver: string;
      /**
       * The `docker` driver on the classic image store: it can neither write a cache that outlives the job, other than
       * inside the image, nor attach attestations.
       */
      readonly limited: boolean;
    }
  /** Plain `docker build`, then `docker push`. Without BuildKit there are no build secrets. */
  | { readonly kind: 'docker-build'; readonly buildKit: boolean };

export type DockerState =
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreachable'; readonly because: string }
  /** The engine of a Windows runner builds Windows images, which Fargate's Linux platform cannot run. */
  | { readonly kind: 'windows-containers' }
  | { readonly kind: 'ready'; readonly builder: Builder };

/** A `DOCKER_HOST` that swallows packets would hold the job until its time-out. */
const answerTimeoutMs = 20_000;

export async function observeDocker(signal: AbortSignal | undefined): Promise<DockerState> {
  const [version, buildx, inspected] = await Promise.all([
    query(['version', '--format', '{{json .}}'], signal),
    query(['buildx', 'version'], signal),
    // `--debug` makes it list the features of the driver.
    query(['--debug', 'buildx', 'inspect'], signal),
  ]);
  return judgeDocker({ version, buildx, inspected });
}

async function query(argv: readonly string[], signal: AbortSignal | undefined): Promise<DockerExit> {
  const timeout = AbortSignal.timeout(answerTimeoutMs);
  try {
    return await runDocker({ argv, signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
  } catch (cause) {
    if (!timeout.aborted || signal?.aborted) throw cause;
    const line = `no answer within ${answerTimeoutMs / 1000} s`;
    return { kind: 'exited', exitCode: 124, stdout: [], lines: [line] };
  }
}

export function judgeDocker(seen: {
  readonly version: DockerExit;
  readonly buildx: DockerExit;
  readonly inspected: DockerExit;
}): DockerState {
  const { version } = seen;
  if (version.kind === 'not-found') return { kind: 'missing' };
  if (version.exitCode !== 0) {
    return { kind: 'unreachable', because: version.lines.at(-1) ?? `exit code ${version.exitCode}` };
  }
  const { clientMajor, serverOs } = parseVersion(version.stdout.join('\n'));
  if (serverOs === 'windows') return { kind: 'windows-containers' };
  return { kind: 'ready', builder: judgeBuilder(seen, clientMajor) };
}

function judgeBuilder(
  { buildx, inspected }: { readonly buildx: DockerExit; readonly inspected: DockerExit },
  clientMajor: number,
): Builder {
  // Podman's `docker` answers `buildx version`, too, with the name of another program.
  const hasBuildx =
    buildx.kind === 'exited' &&
    buildx.exitCode === 0 &&
    buildx.stdout.some((line) => line.startsWith('github.com/docker/buildx'));
  if (hasBuildx) return { kind: 'buildx', ...parseInspected(inspected) };
  // Since 23.0 the client gets BuildKit only through buildx, and refuses DOCKER_BUILDKIT=1 without it.
  return { kind: 'docker-build', buildKit: clientMajor > 0 && clientMajor < 23 };
}

/** A builder that cannot be inspected is tried all the same: the build then says in docker's words what is wrong. */
function parseInspected(inspected: DockerExit): { readonly driver: string; readonly limited: boolean } {
  const lines = inspected.kind === 'exited' && inspected.exitCode === 0 ? inspected.stdout : [];
  const member = (label: string) =>
    lines.map((line) => new RegExp(`^\\s*${label}:\\s*(\\S+)`).exec(line)?.[1]).find(Boolean);
  const driver = member('Driver') ?? 'unknown';
  const exportsCache = member('Cache export');
  return { driver, limited: exportsCache === undefined ? driver === 'docker' : exportsCache === 'false' };
}

function parseVersion(json: string): {
  readonly clientMajor: number;
  readonly serverOs: string | undefined;
} {
  type Version = {
    readonly Client?: { readonly Version?: unknown };
    readonly Server?: { readonly Os?: string };
  };
  let version: Version;
  try {
    version = Object(JSON.parse(json));
  } catch {
    version = {};
  }
  return {
    clientMajor: Number.parseInt(String(version.Client?.Version), 10) || 0,
    serverOs: version.Server?.Os,
  };
}

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
