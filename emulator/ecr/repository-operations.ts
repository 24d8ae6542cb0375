import { AwsError, type Operation } from '../world.ts';
import { invalid, optionalBoolean, optionalObject, optionalString, optionalStrings } from './input.ts';
import { page } from './paging.ts';
import {
  findRepository,
  identity,
  namedRepository,
  parseRepositoryName,
  type RegistryAccount,
} from './registry-account.ts';
import type { Encryption, Repository } from './repositories.ts';
import { parseResourceTags } from './resource-tags.ts';
import { parseTagMutability } from './tag-mutability.ts';

/** Making, reading, changing and deleting repositories. */
export function repositoryOperations(account: RegistryAccount): Record<string, Operation> {
  return {
    CreateRepository: (input) => ({ repository: describe(account, create(account, input)) }),
    DescribeRepositories: (input) => describeAll(account, input),
    DeleteRepository: (input) => remove(account, input),
    PutImageTagMutability: (input) => {
      const repository = namedRepository(account, input);
      repository.tagMutability = parseTagMutability(input);
      return { ...identity(account, repository), ...describeMutability(repository) };
    },
  };
}

function create(account: RegistryAccount, input: Record<string, unknown>): Repository {
  const name = parseRepositoryName(input);
  const repository: Repository = {
    name,
    createdAt: account.clock.now(),
    encryption: parseEncryption(input),
    resourceTags: parseResourceTags(input),
    tagMutability: parseTagMutability(input),
    scanOnPush: parseScanOnPush(input),
    lifecyclePolicy: undefined,
    blobs: new Map(),
    images: new Map(),
    imageTags: new Map(),
  };
  if (account.repositories.has(name)) {
    throw new AwsError(
      'RepositoryAlreadyExistsException',
      `The repository with name '${name}' already exists in the registry with id '${account.accountId}'`,
    );
  }
  account.repositories.set(name, repository);
  return repository;
}

function describeAll(account: RegistryAccount, input: Record<string, unknown>) {
  const names = optionalStrings(input, 'repositoryNames');
  const registryId = optionalString(input, 'registryId');
  if (names !== undefined) {
    if (names.length < 1 || names.length > 100) throw invalid('repositoryNames', 'must have 1 to 100 names');
    const found = names.map((name) => findRepository(account, name, registryId));
    return { repositories: found.map((repository) => describe(account, repository)) };
  }
  const { items, ...next } = page([...account.repositories.values()], input);
  return { repositories: items.map((repository) => describe(account, repository)), ...next };
}

function remove(account: RegistryAccount, input: Record<string, unknown>) {
  const repository = namedRepository(account, input);
  if (repository.images.size > 0 && optionalBoolean(input, 'force') !== true) {
    throw new AwsError(
      'RepositoryNotEmptyException',
      `The repository with name '${repository.name}' in registry with id '${account.accountId}' ` +
        'cannot be deleted because it still contains images',
    );
  }
  account.repositories.delete(repository.name);
  return { repository: describe(account, repository) };
}

function describe(account: RegistryAccount, repository: Repository) {
  return {
    repositoryArn: account.arn('ecr', `repository/${repository.name}`),
    ...identity(account, repository),
    repositoryUri: `${account.registryHost}/${repository.name}`,
    createdAt: repository.createdAt / 1000,
    ...describeMutability(repository),
    imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
    encryptionConfiguration: repository.encryption,
  };
}

function describeMutability({ tagMutability: { mode, exclusions } }: Repository) {
  return {
    imageTagMutability: mode,
    ...(exclusions.length > 0 && { imageTagMutabilityExclusionFilters: exclusions }),
  };
}

function parseScanOnPush(input: Record<string, unknown>): boolean {
  const configuration = optionalObject(input, 'imageScanningConfiguration') ?? {};
  return optionalBoolean(configuration, 'scanOnPush') ?? false;
}

function parseEncryption(input: Record<string, unknown>): Encryption {
  const configuration = optionalObject(input, 'encryptionConfiguration') ?? {};
  const encryptionType = optionalString(configuration, 'encryptionType') ?? 'AES256';
  const kmsKey = optionalString(configuration, 'kmsKey');
  if (!['AES256', 'KMS', 'KMS_DSSE'].includes(encryptionType)) {
    throw invalid('encryptionConfiguration.encryptionType', 'must be one of [AES256, KMS, KMS_DSSE]');
  }
  if (kmsKey !== undefined && encryptionType === 'AES256') {
    throw invalid('encryptionConfiguration.kmsKey', 'must not be given with AES256');
  }
  return { encryptionType, ...(kmsKey !== undefined && { kmsKey }) };
}
