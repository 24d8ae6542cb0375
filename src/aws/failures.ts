import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import { ActionError } from '../errors.ts';

/**
 * The one place where faults of the SDK are recognised: by `name` and HTTP status, since bundlers rename classes. Where
 * AWS tells two cases apart by text alone, the text is matched here and its source named.
 */

type SdkFault = {
  readonly name: string;
  readonly message: string;
  readonly code: string | undefined;
  readonly status: number | undefined;
};

function readFault(cause: unknown): SdkFault {
  if (!(cause instanceof Error))
    return { name: '', message: String(cause), code: undefined, status: undefined };
  const fault = cause as Error & { code?: unknown; $metadata?: { httpStatusCode?: number } };
  return {
    name: fault.name,
    message: fault.message,
    code: typeof fault.code === 'string' ? fault.code : undefined,
    status: fault.$metadata?.httpStatusCode,
  };
}

const accessDeniedNames = [
  'AccessDeniedException',
  'AccessDenied',
  'UnauthorizedOperation',
  'AuthorizationError',
];
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
/** Faults of the network that the SDK does not take for passing. */
const networkCodes = ['ECONNABORTED', 'ENETDOWN'];
/** The SDK takes it for throttling; at ACM, ECR and ECS it is a quota that is used up. */
const quotaName = 'LimitExceededException';

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
      hint: 'Check the clock of the runner: AWS accepts a request only within five minutes of its signature.',
      cause,
    });
  }
  if (expiredNames.includes(fault.name)) {
    return new ActionError('credentials-expired', message, {
      hint: 'Set role-duration-seconds of configure-aws-credentials to more than the deployment takes, then run the job again.',
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

/** What may pass by itself. The SDK has tried again meanwhile, by the same measure. */
function isUnavailable(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  const { name, code } = readFault(cause);
  if (name === quotaName) return false;
  const isOurs = code !== undefined && networkCodes.includes(code);
  const fault = cause as Parameters<typeof isTransientError>[0];
  return isOurs || isThrottlingError(fault) || isTransientError(fault) || isServerError(fault);
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
    ? 'Run the job again. If the error stays, look at the AWS Health Dashboard and at the network of the runner.'
    : `Check whether there is a Region ${region}: its ${host} has no address. If there is, check the DNS of the runner.`;
}

/** "… is not authorized to perform: ecs:UpdateExpressGatewayService on resource: …" */
function deniedAction(message: string): string | undefined {
  return /not authorized to perform: ([a-z0-9-]+:[A-Za-z]+)/.exec(message)?.[1];
}

/** A request with tags in it was denied for the tags: it needs the right to tag as well. */
export function isTaggingDenied(cause: unknown): boolean {
  const { name, message } = readFault(cause);
  return accessDeniedNames.includes(name) && deniedAction(message) === 'ecs:TagResource';
}

/**
 * A role made seconds ago is not known everywhere yet. Terraform's provider retries these two for about two minutes;
 * the third is the first use of ECS in an account.
 */
export function isRoleNotReady(cause: unknown): boolean {
  const { name, message } = readFault(cause);
  if (name === 'AccessDeniedException') return /Cannot assume role|perform: sts:AssumeRole/i.test(message);
  if (name === 'ClientException')
    return message.includes('AWS was not able to validate the provided access credentials');
  return message.includes('Unable to assume the service linked role');
}

/** The name is still taken by a service that is being deleted. */
export function isStillDraining(cause: unknown): boolean {
  const { name, message } = readFault(cause);
  if (name === 'ServiceNotActiveException') return message.includes('DRAINING');
  return name === 'InvalidParameterException' && message.includes('still Draining');
}

/** A create whose first reply was lost is answered so when the SDK repeats it. */
export function isNotIdempotent(cause: unknown): boolean {
  const { name, message } = readFault(cause);
  return name === 'InvalidParameterException' && message.includes('not idempotent');
}

export function isClusterMissing(cause: unknown): boolean {
  return readFault(cause).name === 'ClusterNotFoundException';
}

/** Terraform's provider meets both forms for a missing Express service. */
export function isServiceMissing(cause: unknown): boolean {
  const { name, message } = readFault(cause);
  if (name === 'ResourceNotFoundException' || name === 'ServiceNotFoundException') return true;
  return name === 'InvalidParameterException' && message.includes('Resource not found');
}

export function isRepositoryMissing(cause: unknown): boolean {
  return readFault(cause).name === 'RepositoryNotFoundException';
}

export function isRepositoryThere(cause: unknown): boolean {
  return readFault(cause).name === 'RepositoryAlreadyExistsException';
}

/** The image has the tag already that it was to get. */
export function isImageThere(cause: unknown): boolean {
  return readFault(cause).name === 'ImageAlreadyExistsException';
}

/** Also of an ARN of another account. */
export function isCertificateMissing(cause: unknown): boolean {
  return readFault(cause).name === 'ResourceNotFoundException';
}

/** One that is named by its id, or that a record names. */
export function isHealthCheckMissing(cause: unknown): boolean {
  return readFault(cause).name === 'NoSuchHealthCheck';
}

/** The port has a listener already, with other settings. */
export function isListenerThere(cause: unknown): boolean {
  return readFault(cause).name === 'DuplicateListenerException';
}

/** App Runner is doing something else with the service, or has done it. */
export function isWrongState(cause: unknown): boolean {
  return readFault(cause).name === 'InvalidStateException';
}

/** Update or delete of a service that is going or gone. */
export function isServiceNotActive(cause: unknown): boolean {
  return readFault(cause).name === 'ServiceNotActiveException';
}

export function isLogGroupThere(cause: unknown): boolean {
  return readFault(cause).name === 'ResourceAlreadyExistsException';
}

/** An earlier request had this client token, and other parameters; its tasks are named (ECS API reference, RunTask). */
export function isTokenTaken(cause: unknown): cause is { readonly resourceIds: readonly [string] } {
  const { resourceIds } = Object(cause) as { readonly resourceIds?: unknown };
  const [first] = Array.isArray(resourceIds) ? resourceIds : [];
  return readFault(cause).name === 'ConflictException' && typeof first === 'string';
}

/** Fargate has no room for the task in the zones it was asked for; in the answer, or as an error (AWS re:Post). */
export function namesCapacity(reason: string): boolean {
  return /capacity is unavailable/i.test(reason);
}

/**
 * Whether a request may have been carried out although this attempt of it failed: it got no answer, or one that says
 * only that the other side is broken.
 */
export function leavesInDoubt(cause: unknown): boolean {
  const { status } = readFault(cause);
  return status === undefined || status >= 500;
}

/**
 * Whether a record set protection is the reason (Route 53 developer guide, "Record set protections"; how it is worded
 * is not documented). Names are no words: one may hold "protect" itself.
 */
export function namesProtection(why: string): boolean {
  return /\bprotect(?:ed|ions?)\b/i.test(why.replace(/[\w-]+(?:\.[\w-]+)+/g, ''));
}

/**
 * Why Route 53 refused a whole batch, `undefined` when it was something else. In the older of its two forms the SDK finds
 * neither name nor message, and only the list of messages is there.
 */
export function explainInvalidChangeBatch(cause: unknown): string | undefined {
  const { name, message } = readFault(cause);
  if (name === 'InvalidChangeBatch' && message !== '' && message !== 'UnknownError') return message;
  const listed = (cause as { Messages?: { Message?: string | readonly string[] } | readonly string[] })
    .Messages;
  const messages = listed === undefined || Array.isArray(listed) ? listed : Object(listed).Message;
  if (messages === undefined) return name === 'InvalidChangeBatch' ? 'no message' : undefined;
  return [messages].flat().join('; ');
}
