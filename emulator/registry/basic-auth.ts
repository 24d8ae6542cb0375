import type { IncomingMessage } from 'node:http';
import { type Passwords, REGISTRY_USER } from '../ecr/authorization.ts';
import type { CallContext } from '../world.ts';
import { RegistryError } from './registry-error.ts';

/**
 * ECR takes the password of GetAuthorizationToken as Basic auth on every request, without a token exchange. Returns whose
 * password it is.
 */
export function requireAuthorized(request: IncomingMessage, passwords: Passwords): CallContext | undefined {
  const signature = new URL(request.url ?? '/', 'http://registry').searchParams.get('X-Amz-Signature');
  if (signature !== null) return requireSigned(request, passwords, signature);
  const challenge = {
    'www-authenticate': `Basic realm="http://${request.headers.host ?? ''}/",service="ecr.amazonaws.com"`,
  };
  const encoded = /^Basic\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (encoded === undefined) throw new RegistryError(401, 'UNAUTHORIZED', 'Not Authorized', challenge);
  const [user, password = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':', 2);
  const verdict = user === REGISTRY_USER ? passwords.judge(password) : 'unknown';
  if (verdict === 'expired') {
    throw new RegistryError(
      403,
      'DENIED',
      'Your authorization token has expired. Reauthenticate and try again.',
    );
  }
  if (verdict === 'unknown') throw new RegistryError(401, 'UNAUTHORIZED', 'Not Authorized', challenge);
  return passwords.holderOf(password);
}

/** A URL of GetDownloadUrlForLayer is all the credentials there are: S3 refuses a request that brings others, too. */
function requireSigned(
  request: IncomingMessage,
  passwords: Passwords,
  signature: string,
): CallContext | undefined {
  if (request.headers.authorization !== undefined)
    throw new RegistryError(400, 'InvalidArgument', 'Only one auth mechanism allowed');
  if (request.method !== 'GET' || passwords.judge(signature) !== 'valid')
    throw new RegistryError(403, 'AccessDenied', 'Request has expired');
  return passwords.holderOf(signature);
}
