/**
 * The claims of the job's OIDC token. The signature needs no check: the token came from GitHub itself over TLS a moment
 * ago, and not from a caller.
 *
 * @param audience our own, so that the token is of use to nobody else, should it ever leak.
 * @returns whatever JSON the token holds.
 */
export async function requestIdTokenClaims(audience: string): Promise<unknown> {
  const { getIDToken } = await import(/* webpackChunkName: "toolkit" */ '@actions/core');
  return parseClaims(await getIDToken(audience));
}

/** Throws when there is no JSON in the middle of it. */
function parseClaims(token: string): unknown {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
}
