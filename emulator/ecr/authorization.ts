import { randomBytes } from 'node:crypto';
import type { CallContext, Clock } from '../world.ts';

/** Passwords handed out by GetAuthorizationToken and asked for by the registry. */
export type Passwords = {
  /** `to`: who asked for it; nobody when the emulator itself needs one. */
  readonly issue: (to?: CallContext) => { readonly password: string; readonly expiresAt: number };
  readonly judge: (password: string) => 'valid' | 'expired' | 'unknown';
  /** Whose requests those with this password are. */
  readonly holderOf: (password: string) => CallContext | undefined;
};

/** The only user name the registry takes. */
export const REGISTRY_USER = 'AWS';

const LIFETIME_MS = 12 * 60 * 60 * 1000;

/**
 * Virtual time speeds AWS up, not docker: at speed 1000 twelve hours are over while a large layer is still on its way.
 * So a password is taken for this long in real time, whatever the clock says.
 */
const REAL_GRACE_MS = 30 * 60 * 1000;

export function createPasswords({
  clock,
  realGraceMs = REAL_GRACE_MS,
}: {
  readonly clock: Clock;
  readonly realGraceMs?: number;
}): Passwords {
  type Issued = {
    readonly expiresAt: number;
    readonly graceUntil: number;
    readonly to: CallContext | undefined;
  };
  const issued = new Map<string, Issued>();
  return {
    issue: (to) => {
      const password = randomBytes(48).toString('base64url');
      const expiresAt = clock.now() + LIFETIME_MS;
      issued.set(password, { expiresAt, graceUntil: performance.now() + realGraceMs, to });
      return { password, expiresAt };
    },
    holderOf: (password) => issued.get(password)?.to,
    judge: (password) => {
      const known = issued.get(password);
      if (known === undefined) return 'unknown';
      const isOver = clock.now() >= known.expiresAt && performance.now() >= known.graceUntil;
      return isOver ? 'expired' : 'valid';
    },
  };
}
