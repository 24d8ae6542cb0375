import { createHash } from 'node:crypto';

/** What the registries of others hold, as a test sets it up. */
export type ForeignRepository = {
  readonly host: string;
  /** `library/nginx`, `octo/shop`. */
  readonly name: string;
  /** Tag to the digest it names now. */
  readonly tags: Readonly<Record<string, string>>;
  /** True for what is an image of one platform; an index of several otherwise. */
  readonly isSinglePlatform: boolean;
  /** Present when nobody else gets in: what `docker login` was given. */
  readonly login: string | undefined;
  /** Answers every manifest with this status: 429 for a limit, 503 for bad weather. */
  readonly status: number | undefined;
};

const DIGEST = /^sha256:[0-9a-f]{64}$/;
const MEMBERS = ['host', 'repository', 'tags', 'singlePlatform', 'login', 'status'];

/** Throws `TypeError`, naming the member, when the list is not one of repositories. */
export function parseForeignRepositories(body: unknown): readonly ForeignRepository[] {
  if (!Array.isArray(body)) throw new TypeError('the body must be a list of repositories');
  return body.map((given: unknown) => parse(typeof given === 'object' && given !== null ? { ...given } : {}));
}

function parse(given: Record<string, unknown>): ForeignRepository {
  const unknown = Object.keys(given).find((name) => !MEMBERS.includes(name));
  if (unknown !== undefined) throw new TypeError(`"${unknown}" is not one of ${MEMBERS.join(', ')}`);
  const { host, repository, tags = {}, singlePlatform = false, login, status } = given;
  if (typeof host !== 'string' || typeof repository !== 'string')
    throw new TypeError('"host" and "repository" must be strings');
  if (!isTags(tags)) throw new TypeError('"tags" must lead from tags to digests (sha256:…)');
  if (typeof singlePlatform !== 'boolean') throw new TypeError('"singlePlatform" must be true or false');
  if (login !== undefined && (typeof login !== 'string' || !login.includes(':')))
    throw new TypeError('"login" must be USER:PASSWORD');
  if (status !== undefined && typeof status !== 'number') throw new TypeError('"status" must be a number');
  return { host, name: repository, tags, isSinglePlatform: singlePlatform, login, status };
}

const isTags = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every((digest) => typeof digest === 'string' && DIGEST.test(digest));

/** The public ones hold every image, until something is set up of it: who deploys `nginx` need not set up Docker Hub first. */
export const PUBLIC_HOSTS = ['registry-1.docker.io', 'ghcr.io', 'public.ecr.aws', 'quay.io'];

/** What a registry has of a name, `undefined` when it has nothing. */
export function findRepository(
  repositories: readonly ForeignRepository[],
  host: string,
  name: string,
): ForeignRepository | undefined {
  const setUp = repositories.find((each) => each.host === host && each.name === name);
  if (setUp !== undefined || !PUBLIC_HOSTS.includes(host)) return setUp;
  return { host, name, tags: {}, isSinglePlatform: false, login: undefined, status: undefined };
}

/** The digest that a tag names; a digest names itself. */
export function digestOf(repository: ForeignRepository, reference: string): string | undefined {
  const { host, name, tags } = repository;
  const isSetUp = Object.keys(tags).length > 0;
  if (isSetUp)
    return Object.values(tags).includes(reference)
      ? reference
      : Object.hasOwn(tags, reference)
        ? tags[reference]
        : undefined;
  if (!PUBLIC_HOSTS.includes(host)) return undefined;
  if (DIGEST.test(reference)) return reference;
  return `sha256:${createHash('sha256').update(`${host}/${name}:${reference}`).digest('hex')}`;
}

/** What a task's image reference names: `nginx` is `library/nginx:latest` of Docker Hub. */
export function resolveForeign(
  repositories: readonly ForeignRepository[],
  image: string,
): string | undefined {
  const [path = '', digest] = image.split('@');
  if (digest !== undefined) return digest;
  const [first = ''] = path.split('/');
  const isHub = !path.includes('/') || !/[.:]|^localhost$/.test(first);
  const host = isHub ? 'registry-1.docker.io' : first;
  const rest = isHub ? path : path.slice(first.length + 1);
  const [name = '', tag = 'latest'] = rest.split(':');
  const repository = findRepository(
    repositories,
    host,
    isHub && !name.includes('/') ? `library/${name}` : name,
  );
  return repository && digestOf(repository, tag);
}
