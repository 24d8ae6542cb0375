import { partitionOf } from '../arn.ts';
import type { Ids } from '../ids.ts';
import { optionalInteger, requiredText } from '../query-parameters.ts';
import { queryRefusal } from '../shapes/refusals.ts';
import { AwsError, type AwsService, type CallContext, type Clock } from '../world.ts';
import { readToken } from './web-identity.ts';

type Identity = { readonly accountId: string; readonly arn: string; readonly userId: string };

/** Who a caller without a session is: whatever access key the emulator's own environment names. */
export const defaultPrincipalArn = (region: string, accountId: string): string =>
  `arn:${partitionOf(region)}:iam::${accountId}:user/emulator`;

/** STS. Any role may be assumed and no signature is checked: what is refused is refused by a fault. */
export function createSts(options: {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly region: string;
  readonly accountId: string;
}): { readonly api: AwsService; readonly accountOf: (accessKeyId: string) => string } {
  const { clock, ids, region } = options;
  const sessions = new Map<string, Identity>();

  const startSession = (identity: Identity, durationSeconds: number) => {
    const accessKeyId = `ASIA${ids.hex(16).toUpperCase()}`;
    sessions.set(accessKeyId, identity);
    return {
      AccessKeyId: accessKeyId,
      SecretAccessKey: ids.hex(40),
      SessionToken: ids.mixed(40),
      Expiration: new Date(clock.now() + durationSeconds * 1000),
    };
  };

  const assume = (input: Record<string, unknown>) => {
    const { accountId, roleName } = readRoleArn(requiredText(input, 'RoleArn'));
    const sessionName = readSessionName(input);
    const userId = `AROA${ids.hex(17).toUpperCase()}:${sessionName}`;
    const arn = `arn:${partitionOf(region)}:sts::${accountId}:assumed-role/${roleName}/${sessionName}`;
    return {
      Credentials: startSession({ accountId, arn, userId }, durationOf(input, ROLE_SESSION)),
      AssumedRoleUser: { AssumedRoleId: userId, Arn: arn },
    };
  };

  const identityOf = ({ accessKeyId, accountId }: CallContext): Identity =>
    sessions.get(accessKeyId) ?? {
      accountId,
      arn: defaultPrincipalArn(region, accountId),
      userId: 'AIDAEMULATEDPRINCIPAL',
    };

  const api: AwsService = {
    name: 'sts',
    protocol: {
      kind: 'query',
      apiVersion: '2011-06-15',
      xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    },
    refuse: queryRefusal,
    operations: {
      GetCallerIdentity: (_input, context) => {
        const { accountId, arn, userId } = identityOf(context);
        return { Account: accountId, Arn: arn, UserId: userId };
      },
      AssumeRole: assume,
      AssumeRoleWithWebIdentity: (input) => {
        const { subject, audience, issuer } = readToken(requiredText(input, 'WebIdentityToken'));
        return {
          ...assume(input),
          SubjectFromWebIdentityToken: subject,
          Audience: audience,
          Provider: issuer,
        };
      },
      GetSessionToken: (input, context) => ({
        Credentials: startSession(identityOf(context), durationOf(input, OWN_SESSION)),
      }),
    },
  };

  /** The account of a session is its role's. A key of twelve digits names its account itself, as with LocalStack. */
  const accountOf = (accessKeyId: string): string =>
    sessions.get(accessKeyId)?.accountId ?? (/^\d{12}$/.test(accessKeyId) ? accessKeyId : options.accountId);

  return { api, accountOf };
}

function readRoleArn(arn: string): { readonly accountId: string; readonly roleName: string } {
  const match = /^arn:aws[\w-]*:iam::(\d{12}):role\/(?:[^\s]*\/)?([\w+=,.@-]{1,64})$/.exec(arn);
  const [, accountId, roleName] = match ?? [];
  if (accountId === undefined || roleName === undefined) {
    throw new AwsError('ValidationError', `${arn} is invalid`);
  }
  return { accountId, roleName };
}

function readSessionName(input: Record<string, unknown>): string {
  const name = requiredText(input, 'RoleSessionName');
  if (/^[\w+=,.@-]{2,64}$/.test(name)) return name;
  throw new AwsError(
    'ValidationError',
    `1 validation error detected: Value '${name}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
  );
}

/** Shortest, longest and usual life of a session, in seconds. */
type Life = { readonly least: number; readonly most: number; readonly usual: number };
const ROLE_SESSION: Life = { least: 900, most: 43_200, usual: 3600 };
const OWN_SESSION: Life = { least: 900, most: 129_600, usual: 43_200 };

const durationOf = (input: Record<string, unknown>, life: Life): number =>
  optionalInteger(input, 'DurationSeconds', life) ?? life.usual;
