/** What a registry asks for before it answers: a token, from the realm that it names. */
export type TokenChallenge = { readonly realm: URL; readonly service: string | undefined };

/**
 * Reads `WWW-Authenticate: Bearer realm="https://…",service="…",scope="…"` (OCI Distribution Specification 1.1,
 * "Token authentication"; RFC 9110, 11.6.1). `undefined` when no token is asked for, or when the realm is not an https
 * address: a login must not travel in the clear.
 */
export function parseChallenge(header: string | undefined): TokenChallenge | undefined {
  const [, parameters] = /(?:^|,)\s*Bearer\s+(.*)$/i.exec(header ?? '') ?? [];
  if (parameters === undefined) return undefined;
  const values = new Map(
    [...parameters.matchAll(/([a-z]+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))/gi)].map(
      ([, name = '', quoted, bare]) => [name.toLowerCase(), quoted ?? bare ?? ''] as const,
    ),
  );
  const realm = URL.parse(values.get('realm') ?? '');
  if (realm?.protocol !== 'https:') return undefined;
  return { realm, service: values.get('service') };
}

/** Where to get the token that allows pulling `repository`, and nothing else. */
export function tokenUrl({ realm, service }: TokenChallenge, repository: string): URL {
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  url.searchParams.set('scope', `repository:${repository}:pull`);
  return url;
}
