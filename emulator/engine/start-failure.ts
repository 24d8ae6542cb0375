import type { ContainerSpec } from '../world.ts';

/** Why a container never ran, in the words that ECS puts into `stoppedReason`. */
export class StartFailure extends Error {}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html */
export function imageNotFound(reference: string): StartFailure {
  return new StartFailure(
    'CannotPullContainerError: pull image manifest has been retried 1 time(s): ' +
      `failed to resolve ref ${reference}: ${reference}: not found`,
  );
}

export function cannotPull(message: string): StartFailure {
  return new StartFailure(`CannotPullContainerError: ${message}`);
}

export function cannotCreate(message: string): StartFailure {
  return new StartFailure(`CannotCreateContainerError: ${message}`);
}

export function cannotStart(message: string): StartFailure {
  return new StartFailure(`CannotStartContainerError: ${message}`);
}

export function goArchitecture(spec: ContainerSpec): 'amd64' | 'arm64' {
  return spec.cpuArchitecture === 'ARM64' ? 'arm64' : 'amd64';
}

/** Fargate looks for its own platform in the manifest before it pulls anything. */
export function requireArchitecture(spec: ContainerSpec, architectures: readonly string[]): void {
  const wanted = goArchitecture(spec);
  if (architectures.includes(wanted)) return;
  throw cannotPull(
    'pull image manifest has been retried 1 time(s): image Manifest does not contain descriptor matching ' +
      `platform 'linux/${wanted}'`,
  );
}
