import {
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  type ImageTagMutabilityExclusionFilter,
  PutLifecyclePolicyCommand,
  type Repository,
} from '@aws-sdk/client-ecr';
import { clientOf } from './clients.ts';
import { ask, isRepositoryMissing, isRepositoryThere, toActionError } from './failures.ts';

const ecr = () => clientOf(ECRClient);

export type EcrRepository = {
  readonly name: string;
  /** `REGISTRY/NAME`, as images of it are called. */
  readonly uri: string;
  readonly mutability: TagMutability;
};

export type TagMutability = {
  readonly immutable: boolean;
  /** Tags for which the opposite holds; `*` stands for any characters. */
  readonly exceptions: readonly string[];
};

/** `undefined`: there is no such repository. */
export async function findRepository(name: string): Promise<EcrRepository | undefined> {
  try {
    const answer = await ecr().send(new DescribeRepositoriesCommand({ repositoryNames: [name] }));
    const repository = answer.repositories?.[0];
    return repository && readRepository(repository);
  } catch (cause) {
    if (isRepositoryMissing(cause)) return undefined;
    throw toActionError(cause, `describe ECR repository ${name}`, 'ecr:DescribeRepositories');
  }
}

/** `undefined`: another job was faster, and the repository is now there with that job's settings. */
export async function createRepository(options: {
  readonly name: string;
  readonly scanOnPush: boolean;
  readonly mutability: TagMutability;
}): Promise<EcrRepository | undefined> {
  const { name, scanOnPush, mutability } = options;
  try {
    const answer = await ecr().send(
      new CreateRepositoryCommand({
        repositoryName: name,
        imageScanningConfiguration: { scanOnPush },
        ...toMutabilityMembers(mutability),
      }),
    );
    return answer.repository && readRepository(answer.repository);
  } catch (cause) {
    if (isRepositoryThere(cause)) return undefined;
    throw toActionError(cause, `create ECR repository ${name}`, 'ecr:CreateRepository');
  }
}

/**
 * Deletes untagged images only. ECR does not know which images run, and neither age nor number tells: a service that
 * was not deployed for a year still starts tasks from its old image. An image deployed by digest keeps its commit tag
 * (see `planImage`), so what becomes untagged are replaced caches and images pushed by hand.
 */
export async function expireUntagged(name: string, days: number): Promise<void> {
  const rule = {
    rulePriority: 1,
    description: `Delete untagged images ${days} days after their push; deployed images keep their commit tag`,
    selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: days },
    action: { type: 'expire' },
  };
  await ask('ecr:PutLifecyclePolicy', `set the lifecycle policy of ECR repository ${name}`, () =>
    ecr().send(
      new PutLifecyclePolicyCommand({
        repositoryName: name,
        lifecyclePolicyText: JSON.stringify({ rules: [rule] }),
      }),
    ),
  );
}

function readRepository(repository: Repository): EcrRepository {
  return {
    name: repository.repositoryName ?? '',
    uri: repository.repositoryUri ?? '',
    mutability: {
      immutable: repository.imageTagMutability?.startsWith('IMMUTABLE') === true,
      exceptions: (repository.imageTagMutabilityExclusionFilters ?? []).map(({ filter }) => filter ?? ''),
    },
  };
}

function toMutabilityMembers({ immutable, exceptions }: TagMutability) {
  const mode = immutable ? 'IMMUTABLE' : 'MUTABLE';
  if (exceptions.length === 0) return { imageTagMutability: mode } as const;
  return {
    imageTagMutability: `${mode}_WITH_EXCLUSION`,
    imageTagMutabilityExclusionFilters: exceptions.map(toExclusion),
  } as const;
}

function toExclusion(filter: string): ImageTagMutabilityExclusionFilter {
  return { filterType: 'WILDCARD', filter };
}
