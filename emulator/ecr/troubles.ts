import type { Control } from '../control/control-plane.ts';
import type { Failure, ImageId } from './image-ids.ts';
import { isObject } from './input.ts';
import type { RegistryAccount, Trouble } from './registry-account.ts';
import type { Repository } from './repositories.ts';

/** [M] `ImageFailureCode`, as far as no look at the repository gives them: KMS, and repositories of a pull-through cache. */
const CODES: readonly string[] = [
  'KmsError',
  'ImageInaccessible',
  'UpstreamAccessDenied',
  'UpstreamTooManyRequests',
  'UpstreamUnavailable',
];

/** What BatchGetImage says of this image instead of showing it. */
export function findTrouble(
  { troubles }: RegistryAccount,
  repository: Repository,
  { imageTag }: ImageId,
): Failure | undefined {
  const found = troubles.find(
    (trouble) =>
      trouble.repository === repository.name && (trouble.tag === undefined || trouble.tag === imageTag),
  );
  return found && { failureCode: found.failureCode, failureReason: found.failureReason };
}

/** `POST /_emulator/ecr`; described in the README. */
export function troubleControl(account: RegistryAccount): Control {
  return {
    GET: () => ({ failures: account.troubles }),
    POST: (body) => {
      const failures = isObject(body) ? body['failures'] : undefined;
      if (!Array.isArray(failures)) throw new TypeError('"failures" must be a list');
      account.troubles = failures.map(readTrouble);
    },
  };
}

function readTrouble(given: unknown): Trouble {
  const { repository, tag, failureCode, failureReason = failureCode } = isObject(given) ? given : {};
  if (typeof repository !== 'string') throw new TypeError('"repository" must be a string');
  if (tag !== undefined && typeof tag !== 'string') throw new TypeError('"tag" must be a string');
  const code = CODES.find((known) => known === failureCode);
  if (code === undefined) throw new TypeError(`"failureCode" must be one of ${CODES.join(', ')}`);
  return { repository, tag, failureCode: code, failureReason: String(failureReason) };
}
