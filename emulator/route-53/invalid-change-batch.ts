import { AwsError } from '../world.ts';

/** One reason why a batch is refused. All of a batch's are told together, in brackets. */
export class ChangeProblem extends Error {}

/** As `FATAL problem: ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with 'x'` (gomodules/dns#7). */
export const invalidRecord = (problem: string, value: string): ChangeProblem =>
  new ChangeProblem(`Invalid Resource Record: 'FATAL problem: ${problem} encountered with '${value}''`);

export const invalidChangeBatch = (problems: readonly string[]): AwsError =>
  new AwsError('InvalidChangeBatch', `[${problems.join(', ')}]`);

/**
 * The form that the API reference shows, which some SDKs read as an error without a name. Sent when a test asks for it;
 * what AWS's own command line prints is the usual form.
 * https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html#API_ChangeResourceRecordSets_Errors
 */
export function documentedInvalidChangeBatch(error: AwsError, requestId: string): object | undefined {
  if (error.code !== 'InvalidChangeBatch') return undefined;
  const messages = error.message.replace(/^\[|\]$/g, '');
  return { InvalidChangeBatch: { Messages: { Message: messages }, RequestId: requestId } };
}
