import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { clientOf } from './clients.ts';

export type TemporaryCredentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration?: Date;
};

/** Shows in CloudTrail of the account that owns the role. */
const sessionName = 'shift-traffic';

const sts = () => clientOf(STSClient);

/**
 * Credentials of a role. An SDK client that has them from a function asks again when they are about to expire: a role
 * assumed by a role lasts an hour at most (IAM user guide, "role chaining").
 */
export async function assumeRole(roleArn: string): Promise<TemporaryCredentials> {
  const { Credentials: given } = await sts().send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: sessionName }),
  );
  return {
    accessKeyId: given?.AccessKeyId ?? '',
    secretAccessKey: given?.SecretAccessKey ?? '',
    sessionToken: given?.SessionToken ?? '',
    ...(given?.Expiration && { expiration: given.Expiration }),
  };
}

/**
 * When the job's own credentials end: `unknown` for a session that does not say, as one in environment variables, and
 * `undefined` for keys that do not end.
 */
export async function readCredentialsExpiry(): Promise<Date | 'unknown' | undefined> {
  const { expiration, sessionToken } = await sts().config.credentials();
  return expiration ?? (sessionToken === undefined ? undefined : 'unknown');
}
