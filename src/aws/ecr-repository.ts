import {
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  type ImageTagMutabilityExclusionFilter,
  PutLifecyclePolicyCommand,
  type Repository,
} from '@aws-sdk/client-ecr';
import { ActionError } from '../errors.ts';
import { atEachAttempt, watchAttempts } from './attempts.ts';
import { clientOf } from './clients.ts';
import { ask, toActionError } from './failures.ts';
import { isRepositoryMissing, isRepositoryThere } from './refusals.ts';

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
  const found = await describeRepository(name);
  return found && readRepository(found);
}

async function describeRepository(name: string): Promise<Repository | undefined> {
  try {
    const answer = await ecr().send(new DescribeRepositoriesCommand({ repositoryNames: [name] }));
    return answer.repositories?.[0];
  } catch (cause) {
    if (isRepositoryMissing(cause)) return undefined;
    throw toActionError(cause, `describe ECR repository ${name}`, 'ecr:DescribeRepositories');
  }
}

export type MadeRepository = {
  readonly repository: EcrRepository;
  /**
   * `unknown`: an attempt of ours was left without an answer, and the repository is not as we asked for it: it may be
   * another's, or ours with a setting that the account decides.
   */
  readonly by: 'us' | 'another' | 'unknown';
};

/**
 * Makes a repository that was missing just now. An attempt that was not answered may have made it: a later one is then
 * refused, or not answered either, and what is there tells.
 */
export async function createRepository(options: {
  readonly name: string;
  readonly scanOnPush: boolean;
  readonly mutability: TagMutability;
}): Promise<MadeRepository> {
  const { name, scanOnPush, mutability } = options;
  const command = new CreateRepositoryCommand({
    repositoryName: name,
    imageScanningConfiguration: { scanOnPush },
    ...toMutabilityMembers(mutability),
  });
  const { seen, watch } = watchAttempts();
  command.middlewareStack.add(watch, atEachAttempt);
  try {
    const { repository } = await ecr().send(command);
    if (repository !== undefined) return { repository: readRepository(repository), by: 'us' };
    throw new ActionError('aws-refused', `ECR did not describe repository ${name}, which it made`);
  } catch (cause) {
    const error = toActionError(cause, `create ECR repository ${name}`, 'ecr:CreateRepository');
    if (!seen.leftInDoubt && !isRepositoryThere(cause)) throw error;
    const found = await describeRepository(name).catch(() => undefined);
    if (found === undefined) throw error;
    const repository = readRepository(found);
    if (!seen.leftInDoubt) return { repository, by: 'another' };
    return { repository, by: isAsAsked(found, options) ? 'us' : 'unknown' };
  }
}

/** Nobody else's is so alike, and as young: a moment before the request there was none. */
function isAsAsked(
  found: Repository,
  asked: { readonly scanOnPush: boolean; readonly mutability: TagMutability },
): boolean {
  const { immutable, exceptions } = readRepository(found).mutability;
  return (
    found.imageScanningConfiguration?.scanOnPush === asked.scanOnPush &&
    immutable === asked.mutability.immutable &&
    exceptions.toSorted().join() === asked.mutability.exceptions.toSorted().join()
  );
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
