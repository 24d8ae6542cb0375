import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';

/**
 * What an SDK call threw. Here, in failures.ts and in refusals.ts alone faults of the SDK are recognised: by `name` and
 * HTTP status, since bundlers rename classes. Where AWS tells two cases apart by text alone, the text is matched there
 * and its source named.
 */
export type SdkFault = {
  readonly name: string;
  readonly message: string;
  readonly code: string | undefined;
  readonly status: number | undefined;
};

export function readFault(cause: unknown): SdkFault {
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

export const accessDeniedNames = [
  'AccessDeniedException',
  'AccessDenied',
  'UnauthorizedOperation',
  'AuthorizationError',
];

/** Faults of the network that the SDK does not take for passing. */
const networkCodes = ['ECONNABORTED', 'ENETDOWN'];
/** The SDK takes it for throttling; at ACM, ECR and ECS it is a quota that is used up. */
const quotaName = 'LimitExceededException';

/** What may pass by itself. The SDK has tried again meanwhile, by the same measure. */
export function isUnavailable(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  const { name, code } = readFault(cause);
  if (name === quotaName) return false;
  const isOurs = code !== undefined && networkCodes.includes(code);
  const fault = cause as Parameters<typeof isTransientError>[0];
  return isOurs || isThrottlingError(fault) || isTransientError(fault) || isServerError(fault);
}

/**
 * Whether a request may have been carried out although this attempt of it failed: it got no answer, or one that says
 * only that the other side is broken.
 */
export function leavesInDoubt(cause: unknown): boolean {
  const { status } = readFault(cause);
  return status === undefined || status >= 500;
}

/** "… is not authorized to perform: ecs:UpdateExpressGatewayService on resource: …" */
export function deniedAction(message: string): string | undefined {
  return /not authorized to perform: ([a-z0-9-]+:[A-Za-z]+)/.exec(message)?.[1];
}
