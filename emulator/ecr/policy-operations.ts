import { AwsError, type Operation } from '../world.ts';
import { invalid, requiredString } from './input.ts';
import { checkLifecyclePolicy } from './lifecycle-policy.ts';
import { identity, namedRepository, type RegistryAccount } from './registry-account.ts';
import type { Repository } from './repositories.ts';

/** Lifecycle and repository policies: kept and given back, never acted on (README, "Deliberate differences"). */
export function policyOperations(account: RegistryAccount): Record<string, Operation> {
  const lifecycle = (repository: Repository, lifecyclePolicyText: string) => ({
    ...identity(account, repository),
    lifecyclePolicyText,
  });
  const access = (repository: Repository, policyText: string) => ({
    ...identity(account, repository),
    policyText,
  });
  const absent = (code: string, what: string, repository: Repository) =>
    new AwsError(
      code,
      `${what} does not exist for the repository with name '${repository.name}' in the registry with id ` +
        `'${account.accountId}'`,
    );
  const storedLifecycle = (repository: Repository) => {
    if (repository.lifecyclePolicy !== undefined) return lifecycle(repository, repository.lifecyclePolicy);
    throw absent('LifecyclePolicyNotFoundException', 'Lifecycle policy', repository);
  };
  const storedAccess = (repository: Repository) => {
    if (repository.policy !== undefined) return access(repository, repository.policy);
    throw absent('RepositoryPolicyNotFoundException', 'Repository policy', repository);
  };

  return {
    PutLifecyclePolicy: (input) => {
      const repository = namedRepository(account, input);
      const text = requiredString(input, 'lifecyclePolicyText');
      checkLifecyclePolicy(text);
      repository.lifecyclePolicy = text;
      return lifecycle(repository, text);
    },
    GetLifecyclePolicy: (input) => storedLifecycle(namedRepository(account, input)),
    DeleteLifecyclePolicy: (input) => {
      const repository = namedRepository(account, input);
      const answer = storedLifecycle(repository);
      repository.lifecyclePolicy = undefined;
      return answer;
    },
    SetRepositoryPolicy: (input) => {
      const repository = namedRepository(account, input);
      const text = requiredString(input, 'policyText');
      requireJson(text);
      repository.policy = text;
      return access(repository, text);
    },
    GetRepositoryPolicy: (input) => storedAccess(namedRepository(account, input)),
    DeleteRepositoryPolicy: (input) => {
      const repository = namedRepository(account, input);
      const answer = storedAccess(repository);
      repository.policy = undefined;
      return answer;
    },
  };
}

function requireJson(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw invalid('PolicyText', 'Invalid repository policy provided');
  }
}
