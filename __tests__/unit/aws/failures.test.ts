import { toActionError } from '../../../src/aws/failures.ts';
import {
  isNotIdempotent,
  isRoleNotReady,
  isServiceMissing,
  isStillDraining,
} from '../../../src/aws/refusals.ts';

/** As the SDK throws them: the class is renamed by the bundler, the name stays. */
function fault(name: string, message: string, more: object = {}): Error {
  return Object.assign(new Error(message), { name }, more);
}

const denied =
  'User: arn:aws:sts::123456789012:assumed-role/deploy/x is not authorized to perform: ecs:TagResource on resource: arn:aws:ecs:eu-west-1:123456789012:service/default/web because no identity-based policy allows the ecs:TagResource action';

test.each<[string, Error, string]>([
  ['AccessDeniedException', fault('AccessDeniedException', denied), 'access-denied'],
  ['the query protocol says AccessDenied', fault('AccessDenied', denied), 'access-denied'],
  [
    'ExpiredTokenException',
    fault('ExpiredTokenException', 'The security token is expired'),
    'credentials-expired',
  ],
  ['ExpiredToken', fault('ExpiredToken', 'The security token is expired'), 'credentials-expired'],
  [
    'UnrecognizedClientException',
    fault('UnrecognizedClientException', 'invalid token'),
    'credentials-missing',
  ],
  [
    'no credentials anywhere',
    fault('CredentialsProviderError', 'Could not load credentials'),
    'credentials-missing',
  ],
  [
    'throttled to the end',
    fault('ThrottlingException', 'Rate exceeded', { $metadata: { httpStatusCode: 400 } }),
    'aws-unavailable',
  ],
  ['5xx', fault('ServerException', 'oops', { $metadata: { httpStatusCode: 500 } }), 'aws-unavailable'],
  ['no network', fault('Error', 'connect ECONNREFUSED', { code: 'ECONNREFUSED' }), 'aws-unavailable'],
  ['no way to the network', fault('AggregateError', '', { code: 'ENETUNREACH' }), 'aws-unavailable'],
  [
    'too many requests, by the status alone',
    fault('LimitExceeded', 'slow down', { $metadata: { httpStatusCode: 429 } }),
    'aws-unavailable',
  ],
  [
    'a request that came too slowly',
    fault('RequestTimeout', 'idle', { $metadata: { httpStatusCode: 400 } }),
    'aws-unavailable',
  ],
  ['no answer', fault('TimeoutError', 'timed out'), 'aws-unavailable'],
  ['throttled by a name of EC2 alone', fault('EC2ThrottledException', 'slow down'), 'aws-unavailable'],
  ['what the model calls retryable', fault('Odd', 'again', { $retryable: {} }), 'aws-unavailable'],
  [
    'a broken connection behind another error',
    fault('Error', 'failed', { cause: fault('Error', 'reset', { code: 'ECONNRESET' }) }),
    'aws-unavailable',
  ],
  [
    'a status above the usual ones',
    fault('Odd', 'no', { $metadata: { httpStatusCode: 529 } }),
    'aws-unavailable',
  ],
  ['a connection given up on', fault('Error', 'x', { code: 'ECONNABORTED' }), 'aws-unavailable'],
  ['a network that is down', fault('Error', 'x', { code: 'ENETDOWN' }), 'aws-unavailable'],
  ['a quota, which the SDK takes for throttling', fault('LimitExceededException', 'too many'), 'aws-refused'],
  [
    'a signature that expired, which the SDK repeats',
    fault('InvalidSignatureException', 'Signature expired: 20260101T000000Z is now earlier than …'),
    'credentials-expired',
  ],
  ['a signature that is wrong', fault('InvalidSignatureException', 'does not match'), 'credentials-missing'],
  ['anything else', fault('InvalidParameterException', 'No such thing'), 'aws-refused'],
])('%s', (_name, cause, code) => {
  const error = toActionError(cause, 'tag service web');
  expect(error.code).toBe(code);
  expect(error.message).toMatch(/^could not tag service web: /);
  expect(error.cause).toBe(cause);
});

test('a denial names the action to allow: the one AWS names, else the one that was called', () => {
  expect(
    toActionError(fault('AccessDeniedException', denied), 'x', 'ecs:UpdateExpressGatewayService').hint,
  ).toContain('ecs:TagResource');
  expect(toActionError(fault('AccessDeniedException', 'no'), 'x', 'ecs:ListTasks').hint).toContain(
    'ecs:ListTasks',
  );
});

test('a Region that does not exist is told by its name', () => {
  const hostname = 'ecs.eu-wset-1.amazonaws.com';
  const unknown = fault('Error', `getaddrinfo ENOTFOUND ${hostname}`, { code: 'ENOTFOUND', hostname });
  expect(toActionError(unknown, 'x').hint).toBe(
    'Check whether there is a Region eu-wset-1: its ecs.eu-wset-1.amazonaws.com has no address. If there is, check the DNS of the runner.',
  );
  const global = fault('Error', 'x', { code: 'ENOTFOUND', hostname: 'route53.amazonaws.com' });
  expect(toActionError(global, 'x').hint).toMatch(/^Run the job again/);
});

test('an error of ours passes through as it is', () => {
  const error = toActionError(fault('TimeoutError', 'timed out'), 'x');
  expect(toActionError(error, 'y')).toBe(error);
});

test.each<[string, (cause: unknown) => boolean, Error, boolean]>([
  [
    'a role ECS cannot assume yet',
    isRoleNotReady,
    fault('AccessDeniedException', 'Cannot assume role arn:aws:iam::1:role/x'),
    true,
  ],
  [
    'a role STS does not know yet',
    isRoleNotReady,
    fault('AccessDeniedException', 'is not authorized to perform: sts:AssumeRole on x'),
    true,
  ],
  [
    'credentials of a fresh role',
    isRoleNotReady,
    fault('ClientException', 'AWS was not able to validate the provided access credentials'),
    true,
  ],
  ['a real denial', isRoleNotReady, fault('AccessDeniedException', denied), false],
  [
    'a create while draining',
    isStillDraining,
    fault('InvalidParameterException', 'Unable to Start a service that is still Draining.'),
    true,
  ],
  [
    'an update while draining',
    isStillDraining,
    fault('ServiceNotActiveException', 'Service is in DRAINING status'),
    true,
  ],
  [
    'an update of a tombstone',
    isStillDraining,
    fault('ServiceNotActiveException', 'Cannot perform this operation on a service in INACTIVE status'),
    false,
  ],
  [
    'a create that was repeated',
    isNotIdempotent,
    fault('InvalidParameterException', 'Creation of service was not idempotent.'),
    true,
  ],
  ['a missing service, said by name', isServiceMissing, fault('ResourceNotFoundException', ''), true],
  [
    'a missing service, said by text',
    isServiceMissing,
    fault('InvalidParameterException', 'Resource not found'),
    true,
  ],
  ['another invalid parameter', isServiceMissing, fault('InvalidParameterException', 'cpu'), false],
])('%s is told from others', (_name, predicate, cause, verdict) => {
  expect(predicate(cause)).toBe(verdict);
});
