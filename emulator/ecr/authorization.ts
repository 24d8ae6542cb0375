import { randomBytes } from 'node:crypto';
import type { Clock } from '../world.ts';

/** Passwords handed out by GetAuthorizationToken and asked for by the registry. */
export type Passwords = {
  readonly issue: () => { readonly password: string; readonly expiresAt: number };
  readonly judge: (password: string) => 'valid' | 'expired' | 'unknown';
};

/** The only user name the registry takes. */
export const REGISTRY_USER = 'AWS';

const LIFETIME_MS = 12 * 60 * 60 * 1000;

export function createPasswords(options: { readonly clock: Clock }): Passwords {
  const expiries = new Map<string, number>();
  return {
    issue: () => {
      const password = randomBytes(48).toString('base64url');
      const expiresAt = options.clock.now() + LIFETIME_MS;
      expiries.set(password, expiresAt);
      return { password, expiresAt };
    },
    judge: (password) => {
      const expiresAt = expiries.get(password);
      if (expiresAt === undefined) return 'unknown';
      return options.clock.now() < expiresAt ? 'valid' : 'expired';
    },
  };
}
