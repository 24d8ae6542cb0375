import type { AwsError, QueryCode } from '../world.ts';

/**
 * A service that once spoke awsQuery tells its old error codes in a header, so that clients keep their names for them.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait
 */
export function queryErrorHeader(error: AwsError, queryCode: QueryCode): Readonly<Record<string, string>> {
  return { 'x-amzn-query-error': `${queryCode(error.code)};${error.status >= 500 ? 'Receiver' : 'Sender'}` };
}
