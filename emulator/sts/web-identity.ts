import { AwsError } from '../world.ts';

/** The token's claims, unverified: the emulator has no keys of the issuer. */
export function readToken(token: string): {
  readonly subject: string;
  readonly audience: string;
  readonly issuer: string;
} {
  const claims = parseClaims(token);
  if (!claims) {
    throw new AwsError(
      'InvalidIdentityToken',
      'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
    );
  }
  const expires = Number(claims['exp'] ?? Number.POSITIVE_INFINITY);
  // Real time: whoever signed the token knows nothing of the virtual clock.
  const now = Math.floor(Date.now() / 1000);
  if (expires <= now) {
    throw new AwsError(
      'ExpiredTokenException',
      `Token expired: current date/time ${now} must be before the expiration date/time ${expires}`,
    );
  }
  return {
    subject: String(claims['sub'] ?? ''),
    audience: String(claims['aud'] ?? ''),
    issuer: String(claims['iss'] ?? ''),
  };
}

function parseClaims(token: string): Record<string, unknown> | undefined {
  const [, payload, signature] = token.split('.');
  if (payload === undefined || signature === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? { ...claims } : undefined;
  } catch {
    return undefined;
  }
}
