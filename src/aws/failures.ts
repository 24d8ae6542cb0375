import { ActionError } from '../errors.ts';
import { accessDeniedNames, deniedAction, isUnavailable, readFault, type SdkFault } from './fault.ts';

const expiredNames = ['ExpiredTokenException', 'ExpiredToken', 'RequestExpired', 'TokenRefreshRequired'];
const unknownCredentialNames = [
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'MissingAuthenticationTokenException',
  'CredentialsProviderError',
  'TokenProviderError',
];

/**
 * Turns what an SDK call threw into an ActionError.
 *
 * @param doing what was being done, to follow "could not": `describe service web`.
 * @param action the IAM action the call needs, named when AWS denies it without saying which.
 */
export function toActionError(cause: unknown, doing: string, action?: string): ActionError {
  if (cause instanceof ActionError) return cause;
  const fault = readFault(cause);
  const message = `could not ${doing}: ${describeFault(fault)}`;
  if (accessDeniedNames.includes(fault.name)) {
    const denied = deniedAction(fault.message) ?? action;
    return new ActionError('access-denied', message, {
      hint:
        denied === undefined
          ? "Extend the policy of the workflow's role."
          : `Allow ${denied} in the policy of the role that the workflow assumes.`,
      cause,
    });
  }
  if (isSignatureExpired(fault)) {
    return new ActionError('credentials-expired', message, {
      hint: 'Check the clock of the runner: AWS takes a request within five minutes of its signature.',
      cause,
    });
  }
  if (expiredNames.includes(fault.name)) {
    return new ActionError('credentials-expired', message, {
      hint: 'Raise role-duration-seconds of configure-aws-credentials above the time the deployment takes, then run the job again.',
      cause,
    });
  }
  if (unknownCredentialNames.includes(fault.name)) {
    return new ActionError('credentials-missing', message, {
      hint: 'Run aws-actions/configure-aws-credentials before this step, with permissions `id-token: write`.',
      cause,
    });
  }
  if (isUnavailable(cause)) {
    return new ActionError('aws-unavailable', message, { hint: unavailableHint(cause), cause });
  }
  return new ActionError('aws-refused', message, { cause });
}

/** Runs a request; what it throws comes out as an ActionError that names the IAM action. */
export async function ask<T>(action: string, doing: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (cause) {
    throw toActionError(cause, doing, action);
  }
}

/**
 * For what makes an answer better but is not needed for it. Roles set up for the official action may not make these
 * calls, and a workflow must not fail for changing its `uses:`.
 */
export async function unlessDenied<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ActionError && error.code === 'access-denied') return undefined;
    throw error;
  }
}

/** As `ask`, of a list that comes in pages: each is asked for when the one before was read. */
export async function* askPages<Page>(
  action: string,
  doing: string,
  pages: AsyncIterable<Page>,
): AsyncGenerator<Page> {
  try {
    yield* pages;
  } catch (cause) {
    throw toActionError(cause, doing, action);
  }
}

function describeFault(fault: SdkFault): string {
  const text = fault.message === '' || fault.message === 'UnknownError' ? 'no message' : fault.message;
  return fault.name === '' || fault.name === 'Error' ? text : `${text} (${fault.name})`;
}

/** AWS General Reference, "Troubleshooting signature version 4": `Signature expired: … is now earlier than …`. */
function isSignatureExpired({ name, message }: SdkFault): boolean {
  return name === 'InvalidSignatureException' && message.includes('Signature expired');
}

function unavailableHint(cause: unknown): string {
  const { code, hostname } = Object(cause) as { readonly code?: unknown; readonly hostname?: unknown };
  const host = code === 'ENOTFOUND' ? String(hostname) : '';
  const region = /\.([a-z]{2}(?:-[a-z]+)+-\d+)\./.exec(host)?.[1];
  return region === undefined
    ? 'Run the job again; if it stays so, look at the AWS Health Dashboard and at the network of the runner.'
    : `Check whether there is a Region ${region}: its ${host} has no address. If there is, check the DNS of the runner.`;
}
