import { AwsError } from '../world.ts';
import { submitChange } from './changes.ts';
import { DomainNameProblem, parseDomainName } from './domain-name.ts';
import { optionalText, readObject, requireText } from './invalid-input.ts';
import { newNameServers, refuseDelegationSet } from './name-servers.ts';
import type { RecordSet } from './record-set.ts';
import { createRecordTable } from './record-table.ts';
import {
  type Caller,
  type Change,
  type HostedZone,
  type Hosting,
  isPrivate,
  newId,
  type Vpc,
  zonesOf,
} from './state.ts';

const NS_TTL = 172_800;
const SOA_TTL = 900;

type Input = Record<string, unknown>;

/**
 * A new zone, with the SOA and NS records that every zone has. Several public zones may have the same name; only one
 * of them can be delegated to.
 * https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html
 */
export function createZone(
  hosting: Hosting,
  input: Input,
  { accountId }: Caller,
): { readonly zone: HostedZone; readonly change: Change } {
  const name = readZoneName(requireText(input, 'Name'));
  const callerReference = requireText(input, 'CallerReference');
  const vpc = readVpc(input);
  const config = readObject(input, 'HostedZoneConfig') ?? {};
  if (optionalText(config, 'PrivateZone') === 'true' && !vpc) {
    throw new AwsError('InvalidInput', 'When you create a private hosted zone, you must also specify a VPC.');
  }
  if (zonesOf(hosting, { accountId }).some((zone) => zone.callerReference === callerReference)) {
    throw new AwsError(
      'HostedZoneAlreadyExists',
      `A hosted zone has already been created with the specified caller reference.`,
      409,
    );
  }
  if (vpc) refuseSecondPrivateZone(hosting, name, vpc);
  else refuseDelegationSet(optionalText(input, 'DelegationSetId'));
  const zone = newZone(hosting, {
    name,
    accountId,
    callerReference,
    comment: optionalText(config, 'Comment'),
    vpcs: vpc ? [vpc] : [],
    nameServers: vpc ? undefined : newNameServers(hosting),
  });
  hosting.zones.set(zone.id, zone);
  const edits = new Map([[zone.name, apexRecords(zone)]]);
  const change = submitChange(hosting, zone, { edits, comment: undefined });
  // Its first records are no prior request: a zone can be filled at once.
  zone.busyUntil = 0;
  return { zone, change };
}

/** Not in `hosting` yet, and without records. */
export function newZone(
  hosting: Hosting,
  given: Pick<HostedZone, 'name' | 'accountId' | 'callerReference' | 'comment' | 'vpcs' | 'nameServers'> & {
    readonly id?: string;
  },
): HostedZone {
  return {
    id: newId(hosting, 'Z'),
    ...given,
    written: createRecordTable(),
    published: createRecordTable(),
    tags: new Map(),
    protections: new Map(),
    busyUntil: 0,
  };
}

/** The SOA and NS records that every zone has. What a private zone gets is the same for all. */
export function apexRecords(zone: HostedZone): readonly RecordSet[] {
  const nameServers = zone.nameServers ?? PRIVATE_NAME_SERVERS;
  const values = nameServers.map((server) => `${server}.`);
  const soa = `${values[0] ?? ''} awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400`;
  const policy = { kind: 'simple' } as const;
  return [
    { name: zone.name, type: 'NS', policy, ttl: NS_TTL, values },
    { name: zone.name, type: 'SOA', policy, ttl: SOA_TTL, values: [soa] },
  ];
}

const PRIVATE_NAME_SERVERS = [
  'ns-0.awsdns-00.com',
  'ns-512.awsdns-00.net',
  'ns-1024.awsdns-00.org',
  'ns-1536.awsdns-00.co.uk',
];

export function readZoneName(text: string): string {
  try {
    return parseDomainName(text);
  } catch (error) {
    if (!(error instanceof DomainNameProblem)) throw error;
    throw new AwsError('InvalidDomainName', `FATAL problem: ${error.message} encountered with '${text}'`);
  }
}

function readVpc(input: Input): Vpc | undefined {
  const vpc = readObject(input, 'VPC');
  return vpc && { VPCRegion: optionalText(vpc, 'VPCRegion') ?? '', VPCId: optionalText(vpc, 'VPCId') ?? '' };
}

function refuseSecondPrivateZone(hosting: Hosting, name: string, { VPCId, VPCRegion }: Vpc): void {
  const taken = [...hosting.zones.values()].find(
    (zone) => isPrivate(zone) && zone.name === name && zone.vpcs.some((vpc) => vpc.VPCId === VPCId),
  );
  if (!taken) return;
  throw new AwsError(
    'ConflictingDomainExists',
    `The VPC ${VPCId} in region ${VPCRegion} has already been associated with the hosted zone ${taken.id} with the same domain name.`,
  );
}
