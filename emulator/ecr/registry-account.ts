import type { ArnMaker } from '../arn.ts';
import { AwsError, type Clock } from '../world.ts';
import type { Passwords } from './authorization.ts';
import { invalid, optionalString, requiredString } from './input.ts';
import type { Repositories, Repository } from './repositories.ts';

/** One account's private registry in one region: what every ECR operation works on. */
export type RegistryAccount = {
  readonly clock: Clock;
  readonly arn: ArnMaker;
  readonly accountId: string;
  /** `127.0.0.1:PORT`, where the registry behind the API listens. */
  readonly registryHost: string;
  readonly repositories: Repositories;
  readonly passwords: Passwords;
  /** Images that cannot be had for another reason than that they are not there. */
  troubles: readonly Trouble[];
};

export type Trouble = {
  readonly repository: string;
  /** Without one all images of the repository are meant. */
  readonly tag: string | undefined;
  readonly failureCode: string;
  readonly failureReason: string;
};

// [M] `RepositoryName`.
const NAME_PATTERN = '[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(\\/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*';
const NAME = new RegExp(`^${NAME_PATTERN}$`);

export function parseRepositoryName(input: Record<string, unknown>): string {
  const name = requiredString(input, 'repositoryName');
  if (name.length < 2 || name.length > 256 || !NAME.test(name)) {
    throw invalid('repositoryName', `must satisfy regular expression '${NAME_PATTERN}'`);
  }
  return name;
}

/** The repository an operation names by `repositoryName` and, if given, `registryId`. */
export function namedRepository(account: RegistryAccount, input: Record<string, unknown>): Repository {
  return findRepository(account, parseRepositoryName(input), optionalString(input, 'registryId'));
}

export function findRepository(
  account: RegistryAccount,
  name: string,
  registryId: string = account.accountId,
): Repository {
  const repository = registryId === account.accountId ? account.repositories.get(name) : undefined;
  if (repository !== undefined) return repository;
  throw new AwsError(
    'RepositoryNotFoundException',
    `The repository with name '${name}' does not exist in the registry with id '${registryId}'`,
  );
}

/** The two members that most answers start with. */
export function identity(account: RegistryAccount, repository: Repository) {
  return { registryId: account.accountId, repositoryName: repository.name };
}
