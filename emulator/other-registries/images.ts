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
