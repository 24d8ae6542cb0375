import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Repositories, Repository } from '../ecr/repositories.ts';
import type { Clock } from '../world.ts';
import type { BlobStore, Upload } from './blob-store.ts';
import { RegistryError } from './registry-error.ts';

/** What the handlers work on. */
export type RegistryState = {
  readonly clock: Clock;
  readonly accountId: string;
  readonly repositories: Repositories;
  readonly blobs: BlobStore;
  /** Unfinished uploads by id. */
  readonly uploads: Map<string, { readonly upload: Upload; readonly repository: string }>;
};

/** One authorized request. */
export type RegistryCall = {
  readonly state: RegistryState;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  readonly repository: Repository;
  /** What the path names beside the repository: a digest, a tag or an upload id; empty where it names nothing. */
  readonly reference: string;
};

export type Handler = (call: RegistryCall) => Promise<void> | void;

export const DIGEST = /^sha256:[0-9a-f]{64}$/;

export function findRepository(state: RegistryState, name: string): Repository {
  const repository = state.repositories.get(name);
  if (repository !== undefined) return repository;
  throw new RegistryError(
    404,
    'NAME_UNKNOWN',
    `The repository with name '${name}' does not exist in the registry with id '${state.accountId}'`,
  );
}

/** "… required for pushing image into repository with name 'x' in the registry with id 'y' do not exist". */
export function requiredButMissing(
  call: RegistryCall,
  what: 'Layers' | 'Images',
  digests: readonly string[],
) {
  return new RegistryError(
    400,
    'MANIFEST_BLOB_UNKNOWN',
    `${what} with digests '[${digests.join(', ')}]' required for pushing image into repository with name ` +
      `'${call.repository.name}' in the registry with id '${call.state.accountId}' do not exist`,
  );
}
