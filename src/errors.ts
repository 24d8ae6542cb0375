/**
 * The one error both actions throw on purpose. Whatever else is thrown is a bug of ours and is printed as one.
 *
 * `code` is stable: workflows and `docs/troubleshooting.md` refer to it.
 */
export type ErrorCode =
  /** An input is missing, malformed, or contradicts another. Nothing was called. */
  | 'input-invalid'
  /** What AWS shows forbids the plan, e.g. an ordinary ECS service of that name. Nothing was changed. */
  | 'plan-refused'
  /** `docker` is missing, or the build failed. The service was not touched. */
  | 'build-failed'
  /** The registry refused the image. The service was not touched. */
  | 'push-failed'
  /** The command before the deployment failed, never ran, or took too long. The service was not touched. */
  | 'pre-deploy-failed'
  /** AWS says the caller may not do this. */
  | 'access-denied'
  | 'credentials-expired'
  | 'credentials-missing'
  /** AWS kept throttling or failing after all retries. */
  | 'aws-unavailable'
  /** AWS refused a request for a reason that has no code of its own here. */
  | 'aws-refused'
  /** The runner's own files (outputs, summary, notes for the post step) could not be written: its disk may be full. */
  | 'runner-refused'
  /** GitHub refused, or could not be reached, for something the job cannot do without. Nothing was changed. */
  | 'github-refused'
  /** The deployment was rolled back, stopped, or never began. */
  | 'deployment-failed'
  /** No verdict within `wait-for-minutes`. */
  | 'deployment-timed-out'
  /** ECS is content, but the URL does not answer as it should. */
  | 'smoke-test-failed'
  /** A new service got a load balancer that the internet does not reach, and no input says that this is meant. */
  | 'not-public'
  /** The certificate that was asked for is not issued yet. The service was not touched, and the next run goes on. */
  | 'certificate-pending'
  /** ACM will not issue the certificate that was asked for. The service was not touched. */
  | 'certificate-failed'
  /** The deployment succeeded, but its listener rule could not be given a custom domain. */
  | 'domain-not-attached'
  /** The records are no longer what the plan was made, or approved, for. Nothing was overwritten. */
  | 'state-changed'
  /** Route 53 refused the change for a reason of its own. The records are as they were. */
  | 'change-refused'
  /** A record set protection forbids the change to everybody. Nothing was changed. */
  | 'record-protected'
  /** A record names a Route 53 health check that is not there, and Route 53 refuses to write it. Nothing was changed. */
  | 'health-check-missing'
  /** The approval that the shift needs is not there, or cannot be proved. Nothing was changed. */
  | 'gate-refused'
  /** Route 53 did not bring the change to its servers within `wait-for-minutes`. */
  | 'change-timed-out'
  /** Too little data to judge a step by. The weights stay, and no further step is made. */
  | 'inconclusive'
  /** Green did badly, and blue has its traffic again. */
  | 'rolled-back'
  /** Green did badly, or the job was cancelled, but blue does not answer: nobody was sent back to it. */
  | 'no-way-back'
  /** Somebody who is sent to a side by the records gets no good answer there. */
  | 'verification-failed'
  /** The job was cancelled. */
  | 'cancelled';

export class ActionError extends Error {
  readonly code: ErrorCode;
  /** One imperative sentence: what to do next. */
  readonly hint: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ActionError';
    this.code = code;
    this.hint = options.hint;
  }
}

/** Makes a `switch` over a union exhaustive: a new member is then a compile error. */
export function assertNever(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}`);
}
