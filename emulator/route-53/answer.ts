import { isIPv6 } from 'node:net';
import type { AwsNames } from '../world.ts';
import { choose, type Turns } from './choice.ts';
import { parentOf, WILDCARD_LABEL } from './domain-name.ts';
import { isHealthy } from './health-checkers.ts';
import type { RecordSet, RecordType } from './record-set.ts';
import type { HealthCheck, HostedZone } from './state.ts';

/** One line of an answer, as `dig` prints it. */
export type ResourceRecord = {
  readonly name: string;
  readonly type: RecordType;
  readonly ttl: number;
  readonly value: string;
};

export type ZoneAnswer =
  /** A CNAME, when the name has one and another type was asked for. */
  | { readonly kind: 'records'; readonly records: readonly ResourceRecord[] }
  | { readonly kind: 'no-data' }
  | { readonly kind: 'no-name' }
  /** The name lies in a zone that is delegated to other servers. */
  | { readonly kind: 'referral'; readonly records: readonly ResourceRecord[] };

export type Answering = {
  readonly turns: Turns;
  readonly awsNames: AwsNames;
  readonly healthChecks: ReadonlyMap<string, HealthCheck>;
};

export type Question = { readonly name: string; readonly type: RecordType };

/** Fixed for aliases to load balancers; of App Runner's own names it is not documented. */
const ALIAS_TTL = 60;
/** An alias can point at an alias; Route 53 does not let them go in circles, and neither may a set-up here. */
const MOST_HOPS = 8;

/** What the name servers of a zone say: records that are INSYNC only. */
export function answer(zone: HostedZone, question: Question, by: Answering): ZoneAnswer {
  const referral = referralFor(zone, question.name);
  if (referral) return referral;
  const owner = ownerOf(zone, question.name);
  if (owner === undefined) return { kind: 'no-name' };
  const records = zone.published.at(owner);
  const group = records.filter(({ type }) => type === question.type);
  const found = group.length > 0 ? group : records.filter(({ type }) => type === 'CNAME');
  const lines = resolve(zone, found, { ...by, name: question.name, hops: 0 });
  return lines.length > 0 ? { kind: 'records', records: lines } : { kind: 'no-data' };
}

/** NS records below the apex hand the name over, and hide whatever this zone holds there and below. */
export function referralFor(
  zone: HostedZone,
  name: string,
): Extract<ZoneAnswer, { kind: 'referral' }> | undefined {
  for (let at: string | undefined = name; at !== undefined && at !== zone.name; at = parentOf(at)) {
    const delegation = zone.published.at(at).filter(({ type }) => type === 'NS');
    if (delegation.length > 0)
      return { kind: 'referral', records: delegation.flatMap((set) => linesOf(set, set.name)) };
  }
  return undefined;
}

/** The name itself, or the wildcard that stands in for it; a name with names below it exists without records. */
function ownerOf(zone: HostedZone, name: string): string | undefined {
  if (exists(zone, name)) return name;
  for (let parent = parentOf(name); parent !== undefined; parent = parentOf(parent)) {
    const wildcard = `${WILDCARD_LABEL}.${parent}`;
    if (zone.published.at(wildcard).length > 0) return wildcard;
    if (exists(zone, parent)) return undefined;
  }
  return undefined;
}

function exists(zone: HostedZone, name: string): boolean {
  const [next] = zone.published.namesFrom(name);
  return next === name || next?.endsWith(`.${name}`) === true;
}

type Resolving = Answering & { readonly name: string; readonly hops: number };

function resolve(zone: HostedZone, group: readonly RecordSet[], by: Resolving): readonly ResourceRecord[] {
  const isHealthy = (record: RecordSet): boolean => healthOf(zone, record, by);
  return choose(group, { turns: by.turns, isHealthy }).flatMap((record) => {
    const { alias, type } = record;
    if (!alias) return linesOf(record, by.name);
    if (alias.HostedZoneId === zone.id) {
      const target = zone.published.at(alias.DNSName).filter((other) => other.type === type);
      return by.hops < MOST_HOPS ? resolve(zone, target, { ...by, hops: by.hops + 1 }) : [];
    }
    return addressesOfType(by.awsNames(alias.DNSName)?.addresses ?? [], type).map((value) => ({
      name: by.name,
      type,
      ttl: ALIAS_TTL,
      value,
    }));
  });
}

export function addressesOfType(addresses: readonly string[], type: string): readonly string[] {
  if (type !== 'A' && type !== 'AAAA') return [];
  return addresses.filter((address) => isIPv6(address) === (type === 'AAAA'));
}

/**
 * A record set is healthy when its health check is, and, with EvaluateTargetHealth, when its target is.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-alias-common.html
 */
function healthOf(zone: HostedZone, { alias, type, healthCheckId }: RecordSet, by: Resolving): boolean {
  const check = healthCheckId === undefined ? undefined : by.healthChecks.get(healthCheckId);
  if (check !== undefined && !isHealthy(check)) return false;
  if (alias?.EvaluateTargetHealth !== true) return true;
  if (alias.HostedZoneId !== zone.id) return by.awsNames(alias.DNSName)?.healthy === true;
  const target = zone.published.at(alias.DNSName).filter((other) => other.type === type);
  return by.hops >= MOST_HOPS || target.some((other) => healthOf(zone, other, { ...by, hops: by.hops + 1 }));
}

const linesOf = ({ type, ttl, values }: RecordSet, name: string): ResourceRecord[] =>
  values.map((value) => ({ name, type, ttl: ttl ?? ALIAS_TTL, value }));
