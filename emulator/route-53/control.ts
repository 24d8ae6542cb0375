import type { Control } from '../control/control-plane.ts';
import { apexRecords, newZone, readZoneName } from './create-zone.ts';
import { parseDomainName } from './domain-name.ts';
import { checkersOf } from './health-checkers.ts';
import { readList, readObject } from './invalid-input.ts';
import { newNameServers } from './name-servers.ts';
import { completeRecordSet, readRecordSet } from './read-record-set.ts';
import { describeRecordSet, type RecordSet } from './record-set.ts';
import type { HealthCheck, HostedZone, Hosting, Settings } from './state.ts';
import { describeZone } from './zone-operations.ts';

type Input = Record<string, unknown>;

/**
 * Setting the stage for a test: zones as they are found, however they came to be. Records are taken as given, INSYNC at
 * once, and what their aliases point at is taken to exist; so a zone of ten thousand is one call, and a record that no
 * API call could make (a traffic policy's) can be there.
 */
export function route53Control(hosting: Hosting): Control {
  return {
    GET: () => ({ settings: hosting.settings, zones: [...hosting.zones.values()].map(showZone) }),
    POST: (body) => {
      const input: Input = { ...Object(body) };
      changeSettings(hosting.settings, readObject(input, 'settings') ?? {});
      for (const name of readList(input, 'aliasTargets'))
        hosting.assumedTargets.add(parseDomainName(String(name)));
      register(hosting, readObject(input, 'registrations') ?? {});
      setHealth(hosting, readObject(input, 'healthChecks') ?? {});
      const zones = readList(input, 'zones').map((zone) => setUpZone(hosting, { ...Object(zone) }));
      for (const name of readList(input, 'missingTargets'))
        hosting.assumedTargets.delete(parseDomainName(String(name)));
      return { zones: zones.map(({ id, name }) => ({ id, name })) };
    },
  };
}

function showZone(zone: HostedZone) {
  const records = (table: HostedZone['written']) =>
    table
      .namesFrom(undefined)
      .flatMap((name) => table.at(name))
      .map(describeRecordSet);
  return { ...describeZone(zone), written: records(zone.written), published: records(zone.published) };
}

function changeSettings(settings: Settings, wanted: Input): void {
  for (const name of ['inSyncSeconds', 'requestsPerSecond', 'priorRequestSeconds'] as const) {
    const value = wanted[name] ?? settings[name];
    if (typeof value !== 'number' || value < 0)
      throw new TypeError(`"${name}" must be a number of at least 0`);
    settings[name] = value;
  }
  const form = wanted['invalidChangeBatchForm'] ?? settings.invalidChangeBatchForm;
  if (form !== 'error-response' && form !== 'documented') {
    throw new TypeError('"invalidChangeBatchForm" must be "error-response" or "documented"');
  }
  settings.invalidChangeBatchForm = form;
}

/** `null` leads the name to its first zone again. */
function register(hosting: Hosting, registrations: Input): void {
  for (const [name, servers] of Object.entries(registrations)) {
    if (servers === null) hosting.registrations.delete(readZoneName(name));
    else if (Array.isArray(servers) && servers.length > 0)
      hosting.registrations.set(readZoneName(name), servers.map(String));
    else throw new TypeError('"registrations" must lead from names to lists of name servers');
  }
}

/** `healthy`, `unhealthy`, `no report yet`, or how many checkers say that it fails. */
function setHealth(hosting: Hosting, verdicts: Input): void {
  for (const [id, verdict] of Object.entries(verdicts)) {
    const known = hosting.healthChecks.get(id);
    const check: HealthCheck = known ?? { id, callerReference: id, config: {}, failing: 0 };
    check.failing = readFailing(verdict, check);
    hosting.healthChecks.set(id, check);
  }
}

function readFailing(verdict: unknown, check: HealthCheck): HealthCheck['failing'] {
  if (verdict === 'healthy') return 0;
  if (verdict === 'unhealthy') return checkersOf(check).length;
  if (verdict === 'no report yet' || typeof verdict === 'number') return verdict;
  throw new TypeError('"healthChecks" are "healthy", "unhealthy", "no report yet", or a number of checkers');
}

/** `{ id?, name, account?, private?, nameServers?, records: […] }`, records in the shape of ListResourceRecordSets. */
function setUpZone(hosting: Hosting, given: Input): HostedZone {
  if (typeof given['name'] !== 'string') throw new TypeError('a zone needs a "name"');
  const isPrivate = given['private'] === true;
  const nameServers = readList(given, 'nameServers').map(String);
  const zone = newZone(hosting, {
    name: readZoneName(given['name']),
    accountId: typeof given['account'] === 'string' ? given['account'] : hosting.accountId,
    callerReference: `set-up ${hosting.ids.hex(8)}`,
    comment: undefined,
    vpcs: isPrivate ? [{ VPCRegion: 'us-east-1', VPCId: 'vpc-00000000' }] : [],
    nameServers: isPrivate ? undefined : nameServers.length > 0 ? nameServers : newNameServers(hosting),
    ...(typeof given['id'] === 'string' && { id: given['id'] }),
  });
  const own = readList(given, 'records').map(readGiven);
  // A listing that was copied from somewhere brings its own SOA and NS.
  const apex = apexRecords(zone).filter(
    ({ name, type }) => !own.some((record) => record.name === name && record.type === type),
  );
  const records = [...apex, ...own];
  for (const [name, group] of Map.groupBy(records, (record) => record.name)) {
    zone.written.put(name, group);
    zone.published.put(name, group);
  }
  for (const { alias } of records) if (alias) hosting.assumedTargets.add(alias.DNSName);
  hosting.zones.set(zone.id, zone);
  return zone;
}

function readGiven(record: unknown): RecordSet {
  const violations: string[] = [];
  const given = readRecordSet(asText({ ...Object(record) }), 'records', violations);
  if (violations.length > 0) throw new TypeError(violations.join('; '));
  return completeRecordSet(given, 'set-up');
}

/** Numbers and booleans of JSON as the strings they are in XML. */
function asText(input: Input): Input {
  const members = Object.entries(input).map(([name, value]): [string, unknown] => {
    if (typeof value === 'number' || typeof value === 'boolean') return [name, String(value)];
    return [
      name,
      typeof value === 'object' && value !== null && !Array.isArray(value) ? asText({ ...value }) : value,
    ];
  });
  return Object.fromEntries(members);
}
