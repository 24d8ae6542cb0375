import { isWithin } from './domain-name.ts';
import { ChangeProblem } from './invalid-change-batch.ts';
import type { RecordSet } from './record-set.ts';
import type { HostedZone, Hosting } from './state.ts';

/** Route 53 answers one name and type with at most so many weighted record sets. */
const MOST_WEIGHTED = 100;

/** Whether a record set may stand where it wants to, beside `others` of the same name. */
export function checkPlacement(zone: HostedZone, record: RecordSet, others: readonly RecordSet[]): void {
  checkCname(zone, record, others);
  const group = others.filter(({ type }) => type === record.type);
  checkPolicy(record, group);
}

export function checkInZone(zone: HostedZone, record: RecordSet): void {
  if (isWithin(record.name, zone.name)) return;
  throw new ChangeProblem(`RRSet with DNS name ${record.name} is not permitted in zone ${zone.name}`);
}

/** external-dns#2106, #2656; presslabs/zinc#178: CNAME tolerates no other type, nor the apex. */
function checkCname(zone: HostedZone, { name, type }: RecordSet, others: readonly RecordSet[]): void {
  if (type === 'CNAME' && name === zone.name) {
    throw new ChangeProblem(
      `RRSet of type CNAME with DNS name ${name} is not permitted at apex in zone ${zone.name}`,
    );
  }
  if (type === 'CNAME' && others.some((other) => other.type !== 'CNAME')) {
    throw new ChangeProblem(
      `RRSet of type CNAME with DNS name ${name} is not permitted as it conflicts with other records with the same DNS name in zone ${zone.name}`,
    );
  }
  if (type !== 'CNAME' && others.some((other) => other.type === 'CNAME')) {
    throw new ChangeProblem(
      `RRSet of type ${type} with DNS name ${name} is not permitted because a conflicting RRSet of type CNAME with the same DNS name already exists in zone ${zone.name}`,
    );
  }
}

function checkPolicy(record: RecordSet, group: readonly RecordSet[]): void {
  const { policy } = record;
  const who = `RRSet with DNS name ${record.name}, type ${record.type}`;
  if (policy.kind === 'simple') {
    if (group.length === 0) return;
    throw new ChangeProblem(`${who} cannot be created as other RRSets exist with the same name and type.`);
  }
  const named = `${who}, SetIdentifier ${record.setIdentifier}`;
  if (group.some((other) => other.policy.kind !== policy.kind)) {
    throw new ChangeProblem(`${named} cannot be created ${mixedWith(policy.kind)}.`);
  }
  if (policy.kind === 'weighted' && group.length >= MOST_WEIGHTED) {
    throw new ChangeProblem(
      `${named} cannot be created as there are already ${MOST_WEIGHTED} weighted RRSets with the same name and type.`,
    );
  }
  const twin = group.find((other) => samePlace(other, record));
  if (twin) throw new ChangeProblem(`${named}${takenPlace(record)} already exists.`);
}

/** Both forms are AWS's: external-dns#1411, cert-manager#5388. */
const mixedWith = (kind: RecordSet['policy']['kind']): string =>
  kind === 'multivalue answer'
    ? 'because a non multivalue answer rrset exists with the same name and type'
    : `as a non-${kind} set exists with the same name and type`;

/** Two latency record sets cannot share a Region, two failover ones not a role. */
function samePlace({ policy: one }: RecordSet, { policy: other }: RecordSet): boolean {
  if (one.kind === 'latency' && other.kind === 'latency') return one.region === other.region;
  if (one.kind === 'failover' && other.kind === 'failover') return one.role === other.role;
  return false;
}

/** external-dns#3945. */
const takenPlace = ({ policy }: RecordSet): string =>
  policy.kind === 'latency'
    ? `, and Region Name=${policy.region} cannot be created because a latency RRSet with the same name, type and region`
    : ' cannot be created because a failover RRSet with the same name, type and failover role';

/**
 * What an alias points at must exist: in its own zone a record set of the same type, elsewhere a name of AWS's.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html
 */
export function checkAliasTarget(
  hosting: Hosting,
  zone: HostedZone,
  { record, at }: { readonly record: RecordSet; readonly at: (name: string) => readonly RecordSet[] },
): void {
  const { alias, type } = record;
  if (!alias) return;
  const what = `Tried to create an alias that targets ${alias.DNSName}, type ${type} in zone ${alias.HostedZoneId}`;
  const notFound = `${what}, but that target was not found`;
  const outside = `${what}, but the alias target name does not lie within the target zone`;
  if (alias.HostedZoneId === zone.id) {
    if (!isWithin(alias.DNSName, zone.name)) throw new ChangeProblem(`${outside}, ${notFound}`);
    if (!at(alias.DNSName).some((other) => other.type === type)) throw new ChangeProblem(notFound);
    return;
  }
  const target = hosting.findAliasTarget(alias.HostedZoneId, alias.DNSName);
  if (target.kind === 'outside') throw new ChangeProblem(`${outside}, ${notFound}`);
  if (target.kind === 'missing' && !hosting.assumedTargets.has(alias.DNSName))
    throw new ChangeProblem(notFound);
  if (target.kind === 'found' && !target.types.includes(type)) throw new ChangeProblem(notFound);
}
