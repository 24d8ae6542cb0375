import type { Fault } from '../control/faults.ts';
import { GitHubError } from './api.ts';
import type { GitHubReply } from './reply.ts';

/** `status` in the body is a string; the permissions that would have done are in a header, for apps to read. */
export function errorReply(error: GitHubError, needs: readonly string[]): GitHubReply {
  const headers = error.status === 403 ? { 'x-accepted-github-permissions': needs.join('; ') } : {};
  return {
    status: error.status,
    headers,
    body: JSON.stringify({
      message: error.message,
      ...error.details,
      documentation_url: 'https://docs.github.com/rest',
      status: String(error.status),
    }),
    error: error.message,
  };
}

/** Undefined for weather that is not an answer. */
export function faultReply(fault: Fault, needs: readonly string[]): GitHubReply | undefined {
  const refuse = (status: number, message: string): GitHubReply =>
    errorReply(new GitHubError(fault.status ?? status, fault.message ?? message), needs);
  switch (fault.fault) {
    case 'denied':
      return refuse(403, 'Resource not accessible by integration');
    case 'expired':
      return refuse(401, 'Bad credentials');
    case 'error':
      return refuse(500, 'Server Error');
    case 'throttle': {
      const reply = refuse(
        429,
        'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
      );
      return { ...reply, headers: { 'retry-after': '1' } };
    }
    case 'malformed':
      return malformed(fault.body);
    case 'hang':
    case 'reset':
    case 'lost-reply':
      return undefined;
    default:
      return fault.fault satisfies never;
  }
}

/** A proxy's page instead of JSON, unless the test says what. */
function malformed(body: unknown): GitHubReply {
  if (body === undefined) {
    return {
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<html><body>Please sign in to the network.</body></html>',
      error: 'malformed',
    };
  }
  return { status: 200, headers: {}, body: JSON.stringify(body), error: 'malformed' };
}
