import { accessDeniedNames, deniedAction, readFault } from './fault.ts';

/** For what AWS refuses and an action does something about: whether a fault is of that kind. */

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

/** No image of the repository has that digest. */
export function isImageMissing(cause: unknown): boolean {
  return readFault(cause).name === 'ImageNotFoundException';
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

/** Of this account; one of another account may be denied instead. */
export function isZoneMissing(cause: unknown): boolean {
  return readFault(cause).name === 'NoSuchHostedZone';
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
export function isTokenTaken(cause: unknown): cause is { readonly resourceIds: readonly string[] } {
  const { resourceIds } = Object(cause) as { readonly resourceIds?: unknown };
  const [first] = Array.isArray(resourceIds) ? resourceIds : [];
  return readFault(cause).name === 'ConflictException' && typeof first === 'string';
}

/** Fargate has no room for the task in the zones it was asked for; in the answer, or as an error (AWS re:Post). */
export function namesCapacity(reason: string): boolean {
  return /capacity is unavailable/i.test(reason);
}

/**
 * Whether a record set protection is the reason (Route 53 developer guide, "Record set protections"; how it is worded
 * is not documented). Names are no words: one may hold "protect" itself.
 */
export function namesProtection(why: string): boolean {
  return /\bprotect(?:ed|ions?)\b/i.test(why.replace(/[\w-]+(?:\.[\w-]+)+/g, ''));
}

/** Which alias targets Route 53 did not find, as its refusal of a batch lists them. */
export function missingTargetsIn(why: string): readonly { readonly host: string; readonly type: string }[] {
  const lost = /\balias that targets (\S+), type (\w+) in zone \S+, but that target was not found/g;
  return [...why.matchAll(lost)].map(([, host = '', type = '']) => ({ host, type }));
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
