import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Passwords, REGISTRY_USER } from '../ecr/authorization.ts';
import type { ContainerSpec, ImageStore } from '../world.ts';
import { docker } from './docker-cli.ts';
import { cannotPull, goArchitecture, imageNotFound, requireArchitecture } from './start-failure.ts';

export type PulledImage = { readonly reference: string; readonly digest: string | undefined };

/** Brings images to the docker engine: from the emulated registry by a real pull, else from what it has. */
export type ImagePuller = {
  /** Throws a `StartFailure` that says why ECS could not pull the image. */
  readonly pull: (spec: ContainerSpec, signal: AbortSignal) => Promise<PulledImage>;
  /** Takes the pulled images off the engine again. */
  readonly close: () => Promise<void>;
};

export async function createImagePuller(options: {
  readonly images: ImageStore;
  readonly registryHost: string;
  readonly passwords: Passwords;
}): Promise<ImagePuller> {
  const configFolder = await mkdtemp(join(tmpdir(), 'emulator-docker-config-'));
  const ownConfig = { DOCKER_CONFIG: configFolder, ...(await currentHost()) };
  const pulled = new Set<string>();

  const pullFromRegistry = async (spec: ContainerSpec, digest: string, signal: AbortSignal) => {
    const { registryHost } = options;
    const name = spec.image.replace(/@.*$/, '').replace(/:[^:/]*$/, '');
    const reference = `${name}@${digest}`;
    const { password } = options.passwords.issue();
    const login = await docker(['login', '--username', REGISTRY_USER, '--password-stdin', registryHost], {
      stdin: password,
      env: ownConfig,
      signal,
    });
    if (!login.ok) throw cannotPull(login.message);
    const platform = `linux/${goArchitecture(spec)}`;
    const pull = await docker(['pull', '--quiet', '--platform', platform, reference], {
      env: ownConfig,
      signal,
    });
    if (!pull.ok) throw cannotPull(pull.message);
    pulled.add(reference);
    return { reference, digest };
  };

  return {
    pull: async (spec, signal) => {
      const stored = options.images.resolve(spec.image);
      if (stored === undefined) return useForeign(spec, signal);
      if (!stored.found) throw imageNotFound(spec.image);
      requireArchitecture(spec, stored.architectures);
      return pullFromRegistry(spec, stored.digest, signal);
    },
    close: async () => {
      if (pulled.size > 0) await docker(['image', 'rm', '--force', ...pulled]);
      await rm(configFolder, { recursive: true, force: true });
    },
  };
}

/** An image of another registry, or one that was only built here: taken as it lies, fetched when it is absent. */
async function useForeign(spec: ContainerSpec, signal: AbortSignal): Promise<PulledImage> {
  let image = await inspect(spec.image, signal);
  if (image === undefined) {
    const platform = `linux/${goArchitecture(spec)}`;
    const pull = await docker(['pull', '--quiet', '--platform', platform, spec.image], { signal });
    if (!pull.ok) throw cannotPull(pull.message);
    image = await inspect(spec.image, signal);
  }
  if (image === undefined) throw imageNotFound(spec.image);
  requireArchitecture(spec, [image.Architecture]);
  return { reference: spec.image, digest: image.RepoDigests?.[0]?.replace(/^.*@/, '') };
}

async function inspect(
  reference: string,
  signal: AbortSignal,
): Promise<{ readonly Architecture: string; readonly RepoDigests?: readonly string[] } | undefined> {
  const result = await docker(['image', 'inspect', '--format', '{{json .}}', reference], { signal });
  return result.ok ? JSON.parse(result.stdout) : undefined;
}

/** A private DOCKER_CONFIG hides the user's docker contexts: name the engine that the current one points to. */
async function currentHost(): Promise<{ readonly DOCKER_HOST?: string }> {
  if (process.env['DOCKER_HOST'] !== undefined) return {};
  const context = await docker(['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']);
  return context.ok && context.stdout !== '' ? { DOCKER_HOST: context.stdout } : {};
}
