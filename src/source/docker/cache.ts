import { parseEcrHost, splitReference } from '../../parse-image-reference.ts';

/** The tag that a cache in the image's own repository is kept under. */
export const cacheTag = 'buildcache';

/**
 * Completes what the user wrote for `cache-from` and `cache-to`. Beside docker's own forms, one word is enough:
 * `registry` (or `true`) is the cache tag of the repository the image goes to, `gha` and `inline` are docker's types.
 */
export function completeCacheFrom(values: readonly string[], repositoryUri: string): readonly string[] {
  return values.map((value) => expandWord(value, repositoryUri));
}

export function completeCacheTo(values: readonly string[], repositoryUri: string): readonly string[] {
  return values.map((value) => {
    const expanded = expandWord(value, repositoryUri);
    // `max` keeps the layers of all stages: without it a multi-stage build finds nearly nothing.
    const whole = isOwnCacheWord(value) || value === 'gha' ? `${expanded},mode=max` : expanded;
    // docker takes a value without "=" for a reference.
    const named = whole.includes('=') ? whole : `type=registry,ref=${whole}`;
    return neverFail(addEcrOptions(named, repositoryUri));
  });
}

/** Whether one of the completed values writes to the cache tag of the repository. */
export function writesOwnCache(completed: readonly string[], repositoryUri: string): boolean {
  return completed.some((value) => readMembers(value).get('ref') === `${repositoryUri}:${cacheTag}`);
}

/** Asks for the cache tag of the image's repository. */
export function isOwnCacheWord(value: string): boolean {
  return value === 'registry' || value === 'true';
}

function expandWord(value: string, repositoryUri: string): string {
  if (isOwnCacheWord(value)) return `type=registry,ref=${repositoryUri}:${cacheTag}`;
  if (value === 'gha' || value === 'inline') return `type=${value}`;
  return value;
}

/**
 * ECR takes a cache only as an image manifest with OCI media types; BuildKit's default is an index, which ECR refuses.
 * (AWS containers blog, "Announcing remote cache support in Amazon ECR for BuildKit clients".)
 */
function addEcrOptions(value: string, repositoryUri: string): string {
  const members = readMembers(value);
  if (members.get('type') !== 'registry' || !isInEcr(members.get('ref') ?? '', repositoryUri)) return value;
  const options = ['image-manifest', 'oci-mediatypes']
    .filter((option) => !members.has(option))
    .map((option) => `${option}=true`);
  return [value, ...options].join(',');
}

/** Of those that docker has, all but `inline`, which is part of the image. (BuildKit, "Export cache".) */
const typesThatMayFail = ['registry', 'local', 'gha', 's3', 'azblob'];

/** A cache that cannot be written is no reason to fail a deployment. */
function neverFail(value: string): string {
  const members = readMembers(value);
  const hasOption = typesThatMayFail.includes(members.get('type') ?? '');
  return hasOption && !members.has('ignore-error') ? `${value},ignore-error=true` : value;
}

function readMembers(value: string): ReadonlyMap<string, string> {
  return new Map(
    value.split(',').map((member) => {
      const [key = '', ...rest] = member.split('=');
      return [key.trim().toLowerCase(), rest.join('=').trim()];
    }),
  );
}

function isInEcr(reference: string, repositoryUri: string): boolean {
  const { host = '' } = splitReference(reference);
  return host === splitReference(repositoryUri).host || parseEcrHost(host) !== undefined;
}
