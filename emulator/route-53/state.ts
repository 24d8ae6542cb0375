import type { Ids } from '../ids.ts';
import { AwsError, type Clock } from '../world.ts';
import type { RecordSet, RecordType } from './record-set.ts';
import type { RecordTable } from './record-table.ts';

export type Vpc = { readonly VPCRegion: string; readonly VPCId: string };

/** Keeps all records of a name and type as they are. */
export type Protection = {
  readonly name: string;
  readonly type: RecordType;
  readonly comment: string | undefined;
};

export type HostedZone = {
  readonly id: string;
  /** Other accounts do not see it. */
  readonly accountId: string;
  /** Canonical. */
  readonly name: string;
  readonly callerReference: string;
  readonly comment: string | undefined;
  /** Of a private zone, at least one; a public one has name servers instead. */
  readonly vpcs: readonly Vpc[];
  readonly nameServers: readonly string[] | undefined;
  /** What the API lists: every accepted change, PENDING ones too. */
  readonly written: RecordTable;
  /** What the name servers answer: changes that are INSYNC. */
  readonly published: RecordTable;
  readonly tags: Map<string, string>;
  /** By name and type. */
  readonly protections: Map<string, Protection>;
  /** Virtual time until which a further change is answered with PriorRequestNotComplete. */
  busyUntil: number;
};

export type Change = {
  readonly id: string;
  readonly submittedAt: number;
  readonly comment: string | undefined;
  status: 'PENDING' | 'INSYNC';
};

export type HealthCheck = {
  readonly id: string;
  readonly callerReference: string;
  readonly config: object;
  /** How many of its checkers say that it fails, as a test has set it; of a new one none. */
  failing: number | 'no report yet';
};

/** What a test may set (`POST /_emulator/route-53`); the values of `AWS_SETTINGS` are AWS's. */
export type Settings = {
  inSyncSeconds: number;
  /** In real time, as clients live in it; 0 = no limit. */
  requestsPerSecond: number;
  /** How long after a change the same zone refuses the next one; 0 = never. */
  priorRequestSeconds: number;
  /** The body of InvalidChangeBatch: as AWS sends it today, or as its documentation shows it. */
  invalidChangeBatchForm: 'error-response' | 'documented';
};

/**
 * A change is usually everywhere within a minute; 5 requests a second an account.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html
 */
export const AWS_SETTINGS: Settings = {
  inSyncSeconds: 30,
  requestsPerSecond: 5,
  priorRequestSeconds: 0,
  invalidChangeBatchForm: 'error-response',
};

/** What a name in one of AWS's own zones is to an alias record: `outside` when it cannot stand in that zone at all. */
export type AliasTargetFinder = (
  hostedZoneId: string,
  dnsName: string,
) =>
  | { readonly kind: 'outside' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'found'; readonly types: readonly string[] };

/** All that the emulated Route 53 remembers. Passed as the first argument to whatever needs it. */
export type Hosting = {
  readonly clock: Clock;
  readonly ids: Ids;
  /** Whose zones are those that a test sets up without saying. */
  readonly accountId: string;
  readonly settings: Settings;
  readonly findAliasTarget: AliasTargetFinder;
  readonly zones: Map<string, HostedZone>;
  /** Name servers by name, as the registry above has them; a name that is not in here is led to its first zone. */
  readonly registrations: Map<string, readonly string[]>;
  readonly changes: Map<string, Change>;
  readonly healthChecks: Map<string, HealthCheck>;
  /** Names a test says exist in AWS's zones, though nothing in the emulator has them. */
  readonly assumedTargets: Set<string>;
};

export const isPrivate = (zone: HostedZone): boolean => zone.nameServers === undefined;

/** Whoever calls, as far as zones are concerned. */
export type Caller = { readonly accountId: string };

export function findZone(hosting: Hosting, id: string, { accountId }: Caller): HostedZone {
  const zone = hosting.zones.get(id);
  if (!zone) throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${id}`, 404);
  if (zone.accountId !== accountId) {
    throw new AwsError(
      'AccessDenied',
      `User: arn:aws:iam::${accountId}:root is not authorized to access this resource`,
      403,
    );
  }
  return zone;
}

export const zonesOf = (hosting: Hosting, { accountId }: Caller): HostedZone[] =>
  [...hosting.zones.values()].filter((zone) => zone.accountId === accountId);

/** What a change does to the tables: the record sets a name has afterwards. */
export type TableEdits = ReadonlyMap<string, readonly RecordSet[]>;

/** Ids as AWS makes them: a letter for the kind, then capitals and digits. */
export const newId = (hosting: Pick<Hosting, 'ids'>, letter: string): string =>
  `${letter}${hosting.ids.hex(20).toUpperCase()}`;
