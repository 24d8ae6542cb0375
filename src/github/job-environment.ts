/** Whether the job has an `environment:`. */
export type JobEnvironment =
  | { readonly kind: 'none' }
  | { readonly kind: 'environment'; readonly name: string }
  /** The job may not have an OIDC token. */
  | { readonly kind: 'unknown' };

/** Our own audience: the token must not be of use to anybody else, should it ever leak. */
const audience = 'deploy-express';

/**
 * Read from the job's OIDC token, since no variable of the runner names the environment. The token's signature needs no
 * check: it came from GitHub itself a moment ago, and decides on nothing but an entry in a list.
 */
export async function readJobEnvironment(): Promise<JobEnvironment> {
  try {
    const { getIDToken } = await import('@actions/core');
    const payload = (await getIDToken(audience)).split('.')[1] ?? '';
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    const { environment } = Object(claims) as { readonly environment?: unknown };
    return typeof environment === 'string' && environment !== ''
      ? { kind: 'environment', name: environment }
      : { kind: 'none' };
  } catch {
    return { kind: 'unknown' };
  }
}
