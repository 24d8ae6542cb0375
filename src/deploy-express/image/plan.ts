import type { EcrRepository, TagMutability } from '../../aws/ecr-repository.ts';
import {
  cacheTag,
  completeCacheFrom,
  completeCacheTo,
  isOwnCacheWord,
  writesOwnCache,
} from '../../source/docker/cache.ts';
import type { BuildInputs } from '../model/inputs.ts';

/** What has to be done so that the image of this commit is in the repository. */
export type ImagePlan =
  /** The commit's tag cannot be moved, so its image is the one to deploy. `retag`: tags that have to point at it, too. */
  | { readonly kind: 'reuse'; readonly digest: string; readonly retag: readonly string[] }
  /** `keep`: a tag for the image that the commit's tag names now, and is about to lose. */
  | { readonly kind: 'build'; readonly keep: KeptImage | undefined }
  | { readonly kind: 'refuse'; readonly because: string; readonly wayOut: string };

export type KeptImage = { readonly digest: string; readonly tag: string };

/**
 * Decides by the tags that are taken: `digests` has the digest of each.
 *
 * The commit's tag in an immutable repository: a re-run of a job, or a second service of the same commit. It is taken
 * as built. In a mutable one the image is built again, since a re-run is how people pick up a new base image; but the
 * old image may be running, and would be left untagged for the lifecycle policy to delete. So it gets another tag first.
 */
export function planImage(seen: {
  readonly repository: Pick<EcrRepository, 'name' | 'mutability'>;
  /** The commit's tag first. */
  readonly tags: readonly string[];
  readonly digests: ReadonlyMap<string, string>;
}): ImagePlan {
  const { repository, tags, digests } = seen;
  const [primary = '', ...others] = tags;
  const existing = digests.get(primary);
  const reused = isImmutable(repository.mutability, primary) ? existing : undefined;
  const isElsewhere = (tag: string) => digests.get(tag) !== reused;
  const stuck = others.find(
    (tag) => digests.has(tag) && isElsewhere(tag) && isImmutable(repository.mutability, tag),
  );
  if (stuck !== undefined) {
    return {
      kind: 'refuse',
      because: `the tag ${stuck} of ECR repository ${repository.name} names another image and is immutable`,
      wayOut: `Leave ${stuck} out of image-tags, or exclude it from tag immutability in the settings of the repository.`,
    };
  }
  if (reused !== undefined) return { kind: 'reuse', digest: reused, retag: others.filter(isElsewhere) };
  return {
    kind: 'build',
    keep: existing === undefined ? undefined : { digest: existing, tag: keptTag(primary, existing) },
  };
}

const tagLength = 128;

/** Named by the digest, so that the same image always gets the same one. */
function keptTag(tag: string, digest: string): string {
  const suffix = `-${digest.slice('sha256:'.length, 'sha256:'.length + 12)}`;
  return tag.slice(0, tagLength - suffix.length) + suffix;
}

export function isImmutable({ immutable, exceptions }: TagMutability, tag: string): boolean {
  return immutable !== exceptions.some((filter) => matchesFilter(filter, tag));
}

function matchesFilter(filter: string, tag: string): boolean {
  const pattern = filter.split('*').map((literal) => literal.replaceAll('.', '\\.'));
  return new RegExp(`^${pattern.join('.*')}$`).test(tag);
}

/** ECR takes five. */
const exceptionLimit = 5;

/**
 * The tag mutability of a new repository. Asked for immutable tags, a user still wants `latest` or `main` to move with
 * each build: tags of those names are left movable, but tags that look like versions are what immutability is for.
 */
export function planMutability(
  build: Pick<BuildInputs, 'repository' | 'imageTags' | 'cacheTo'>,
): TagMutability {
  if (!build.repository.immutableTags) return { immutable: false, exceptions: [] };
  const cache = build.cacheTo.some(isOwnCacheWord) ? [cacheTag] : [];
  const movable = build.imageTags.filter((tag) => !/^v?\d/.test(tag));
  return { immutable: true, exceptions: [...new Set([...cache, ...movable])].slice(0, exceptionLimit) };
}

export type PlannedCaches = Pick<BuildInputs, 'cacheFrom' | 'cacheTo'> & {
  readonly notices: readonly string[];
};

/** A cache tag that cannot be moved would be written once, and fail every build after that. */
export function planCaches(
  build: Pick<BuildInputs, 'cacheFrom' | 'cacheTo'>,
  { name, uri, mutability }: EcrRepository,
): PlannedCaches {
  const cacheFrom = completeCacheFrom(build.cacheFrom, uri);
  const cacheTo = completeCacheTo(build.cacheTo, uri);
  if (!isImmutable(mutability, cacheTag) || !writesOwnCache(cacheTo, uri)) {
    return { cacheFrom, cacheTo, notices: [] };
  }
  const notice = `cache-to ignored: the tags of ECR repository ${name} are immutable, so its tag ${cacheTag} cannot be written again. Exclude ${cacheTag} from tag immutability in the settings of the repository to have it.`;
  return {
    cacheFrom,
    cacheTo: cacheTo.filter((value) => !writesOwnCache([value], uri)),
    notices: [notice],
  };
}
