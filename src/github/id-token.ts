import { unlessAborted } from '../poll.ts';

/** The toolkit asks again up to ten times, and waits for ever for the end of an answer. */
const requestTimeoutMs = 60_000;

/**
 * The claims of the job's OIDC token. The signature needs no check: the token came from GitHub itself over TLS a moment
 * ago, and not from a caller.
 *
 * @param audience our own, so that the token is of use to nobody else, should it ever leak.
 * @returns whatever JSON the token holds.
 */
export async function requestIdTokenClaims(
  audience: string,
  timeoutMs: number = requestTimeoutMs,
): Promise<unknown> {
  const { getIDToken } = await import(/* webpackChunkName: "toolkit" */ '@actions/core');
  const late = new Error(`GitHub gave no token within ${timeoutMs / 1000} seconds`);
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(late), timeoutMs);
  try {
    return parseClaims(await unlessAborted(getIDToken(audience), giveUp.signal));
  } finally {
    clearTimeout(timer);
  }
}

/** Throws when there is no JSON in the middle of it. */
function parseClaims(token: string): unknown {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
}
