import { requestIdTokenClaims } from './id-token.ts';

/** Whether the job has an `environment:`. */
export type JobEnvironment =
  | { readonly kind: 'none' }
  | { readonly kind: 'environment'; readonly name: string }
  /** The job may not have an OIDC token. */
  | { readonly kind: 'unknown' };

const audience = 'deploy-express';

/** Read from the job's OIDC token, since no variable of the runner names the environment. */
export async function readJobEnvironment(): Promise<JobEnvironment> {
  try {
    const { environment } = Object(await requestIdTokenClaims(audience)) as {
      readonly environment?: unknown;
    };
    return typeof environment === 'string' && environment !== ''
      ? { kind: 'environment', name: environment }
      : { kind: 'none' };
  } catch {
    return { kind: 'unknown' };
  }
}
