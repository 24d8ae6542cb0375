import { AwsError, type Operation } from '../world.ts';
import { requiredString } from './input.ts';
import { checkLifecyclePolicy } from './lifecycle-policy.ts';
import { identity, namedRepository, type RegistryAccount } from './registry-account.ts';
import type { Repository } from './repositories.ts';

/** Lifecycle policies are kept and given back, never acted on; repositories have no policies (README, "Deliberate differences"). */
export function policyOperations(account: RegistryAccount): Record<string, Operation> {
  const described = (repository: Repository, lifecyclePolicyText: string) => ({
    ...identity(account, repository),
    lifecyclePolicyText,
  });
  const absent = (code: string, what: string, repository: Repository) =>
    new AwsError(
      code,
      `${what} does not exist for the repository with name '${repository.name}' in the registry with id ` +
        `'${account.accountId}'`,
    );

  return {
    PutLifecyclePolicy: (input) => {
      const repository = namedRepository(account, input);
      const text = requiredString(input, 'lifecyclePolicyText');
      checkLifecyclePolicy(text);
      repository.lifecyclePolicy = text;
      return described(repository, text);
    },
    GetLifecyclePolicy: (input) => {
      const repository = namedRepository(account, input);
      if (repository.lifecyclePolicy !== undefined) return described(repository, repository.lifecyclePolicy);
      throw absent('LifecyclePolicyNotFoundException', 'Lifecycle policy', repository);
    },
    GetRepositoryPolicy: (input) => {
      throw absent('RepositoryPolicyNotFoundException', 'Repository policy', namedRepository(account, input));
    },
  };
}
