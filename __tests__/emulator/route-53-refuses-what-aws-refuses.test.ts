import {
  type Change,
  ChangeResourceRecordSetsCommand,
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { BLUE, type EmulatedNames, GREEN, startNames } from '../helpers/emulated-names.ts';

let names: EmulatedNames;
let zone: string;

const ZONE = 'refuse.example';
const record = (name: string, more: Partial<ResourceRecordSet> = {}): ResourceRecordSet => ({
  Name: `${name}.${ZONE}`,
  Type: 'A',
  TTL: 60,
  ResourceRecords: [{ Value: '192.0.2.1' }],
  ...more,
});
const alias = (name: string, target = BLUE, more: Partial<ResourceRecordSet> = {}): ResourceRecordSet => ({
  Name: `${name}.${ZONE}`,
  Type: 'A',
  AliasTarget: target,
  ...more,
});
const weighted = (name: string, id: string, weight = 1): ResourceRecordSet =>
  record(name, { SetIdentifier: id, Weight: weight });

const change = (Action: 'CREATE' | 'DELETE' | 'UPSERT', ResourceRecordSet: ResourceRecordSet): Change => ({
  Action,
  ResourceRecordSet,
});

beforeAll(async () => {
  names = await startNames();
  zone = await names.createZone(ZONE);
  const cname = record('cname', { Type: 'CNAME', ResourceRecords: [{ Value: 'other.example' }] });
  const present = [record('simple'), weighted('pair', 'a'), cname];
  const latency = record('latency', { SetIdentifier: 'eu', Region: 'eu-west-1' });
  await names.change(zone, ...[...present, latency].map((one) => change('CREATE', one)));
});
afterAll(() => names.close());

const send = (changes: Change[], Comment?: string) =>
  names.route53.send(
    new ChangeResourceRecordSetsCommand({ HostedZoneId: zone, ChangeBatch: { Changes: changes, Comment } }),
  );

const inZone = `zone ${ZONE}.`;

test.each<[string, Change, string]>([
  [
    'a CREATE of what exists',
    change('CREATE', record('simple')),
    `Tried to create resource record set [name='simple.${ZONE}.', type='A'] but it already exists`,
  ],
  [
    'a CREATE of a member that exists',
    change('CREATE', weighted('pair', 'a')),
    `Tried to create resource record set [name='pair.${ZONE}.', type='A', set identifier='a'] but it already exists`,
  ],
  [
    'a DELETE of what does not exist',
    change('DELETE', record('absent')),
    `Tried to delete resource record set [name='absent.${ZONE}.', type='A'] but it was not found`,
  ],
  [
    'a DELETE with another TTL',
    change('DELETE', record('simple', { TTL: 61 })),
    `Tried to delete resource record set [name='simple.${ZONE}.', type='A'] but the values provided do not match the current values`,
  ],
  [
    'a DELETE with another weight',
    change('DELETE', weighted('pair', 'a', 2)),
    `Tried to delete resource record set [name='pair.${ZONE}.', type='A', set identifier='a'] but the values provided do not match the current values`,
  ],
  [
    'a weighted record beside a simple one',
    change('UPSERT', weighted('simple', 'x')),
    `RRSet with DNS name simple.${ZONE}., type A, SetIdentifier x cannot be created as a non-weighted set exists with the same name and type.`,
  ],
  [
    'a simple record beside a weighted one',
    change('UPSERT', record('pair')),
    `RRSet with DNS name pair.${ZONE}., type A cannot be created as other RRSets exist with the same name and type.`,
  ],
  [
    'a second record for a Region',
    change('CREATE', record('latency', { SetIdentifier: 'other', Region: 'eu-west-1' })),
    `RRSet with DNS name latency.${ZONE}., type A, SetIdentifier other, and Region Name=eu-west-1 cannot be created because a latency RRSet with the same name, type and region already exists.`,
  ],
  [
    'an alias beside a CNAME',
    change('CREATE', alias('cname')),
    `RRSet of type A with DNS name cname.${ZONE}. is not permitted because a conflicting RRSet of type CNAME with the same DNS name already exists in ${inZone}`,
  ],
  [
    'a CNAME beside an A',
    change('CREATE', record('simple', { Type: 'CNAME', ResourceRecords: [{ Value: 'other.example' }] })),
    `RRSet of type CNAME with DNS name simple.${ZONE}. is not permitted as it conflicts with other records with the same DNS name in ${inZone}`,
  ],
  [
    'a CNAME at the apex',
    change('CREATE', {
      ...record('x', { Type: 'CNAME', ResourceRecords: [{ Value: 'other.example' }] }),
      Name: ZONE,
    }),
    `RRSet of type CNAME with DNS name ${ZONE}. is not permitted at apex in ${inZone}`,
  ],
  [
    'a name outside the zone',
    change('CREATE', { ...record('x'), Name: 'www.elsewhere.example' }),
    `RRSet with DNS name www.elsewhere.example. is not permitted in ${inZone}`,
  ],
  [
    'a value that is no address',
    change('CREATE', record('bad', { ResourceRecords: [{ Value: 'ns-1.example' }] })),
    "Invalid Resource Record: 'FATAL problem: ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with 'ns-1.example''",
  ],
  [
    'a text without quotation marks',
    change('CREATE', record('bad', { Type: 'TXT', ResourceRecords: [{ Value: 'v=spf1' }] })),
    "Invalid Resource Record: 'FATAL problem: InvalidCharacterString (Value should be enclosed in quotation marks) encountered with 'v=spf1''",
  ],
  [
    'an empty label',
    change('CREATE', record('a.')),
    `Invalid Resource Record: 'FATAL problem: DomainLabelEmpty (Domain label is empty) encountered with 'a..${ZONE}''`,
  ],
  [
    'an alias to a name that does not exist',
    change('CREATE', alias('bad', { ...GREEN, DNSName: 'nobody.eu-west-1.elb.amazonaws.com.' })),
    `Tried to create an alias that targets nobody.eu-west-1.elb.amazonaws.com., type A in zone ${GREEN.HostedZoneId}, but that target was not found`,
  ],
  [
    "an alias with another service's zone id",
    change('CREATE', alias('bad', { ...GREEN, HostedZoneId: BLUE.HostedZoneId })),
    `Tried to create an alias that targets ${GREEN.DNSName}, type A in zone ${BLUE.HostedZoneId}, but the alias target name does not lie within the target zone, ` +
      `Tried to create an alias that targets ${GREEN.DNSName}, type A in zone ${BLUE.HostedZoneId}, but that target was not found`,
  ],
  [
    'an AAAA alias to App Runner',
    change('CREATE', alias('bad', BLUE, { Type: 'AAAA' })),
    `Tried to create an alias that targets ${BLUE.DNSName}, type AAAA in zone ${BLUE.HostedZoneId}, but that target was not found`,
  ],
])('InvalidChangeBatch for %s', async (_, one, message) => {
  await expect(send([one])).rejects.toMatchObject({
    name: 'InvalidChangeBatch',
    message: `[${message}]`,
    $metadata: { httpStatusCode: 400 },
  });
});

const where = (action: string, set = 'null') =>
  `in Change with [Action=${action}, Name=bad.${ZONE}, Type=A, SetIdentifier=${set}]`;

test.each<[string, Change, string]>([
  [
    'an alias with a TTL',
    change('CREATE', alias('bad', BLUE, { TTL: 60 })),
    `Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found more than one ${where('CREATE')}`,
  ],
  [
    'a record without TTL',
    change('UPSERT', record('bad', { TTL: undefined })),
    `Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found none ${where('UPSERT')}`,
  ],
  [
    'a weight without identifier',
    change('CREATE', record('bad', { Weight: 1 })),
    `Invalid request: Missing field 'SetIdentifier' ${where('CREATE')}`,
  ],
  [
    'a weight of 256',
    change('CREATE', weighted('bad', 'x', 256)),
    "1 validation error detected: Value '256' at 'changeBatch.changes.1.member.resourceRecordSet.weight' failed to satisfy constraint: Member must have value less than or equal to 255",
  ],
])('InvalidInput for %s', async (_, one, message) => {
  await expect(send([one])).rejects.toMatchObject({ name: 'InvalidInput', message });
});

test('two values in a weighted record, a long identifier and a long comment are invalid input', async () => {
  const two = record('bad', {
    SetIdentifier: 'x',
    Weight: 1,
    ResourceRecords: [{ Value: '192.0.2.1' }, { Value: '192.0.2.2' }],
  });
  await expect(send([change('CREATE', two)])).rejects.toMatchObject({ name: 'InvalidInput' });
  const long = change('CREATE', weighted('bad', 'x'.repeat(129)));
  await expect(send([long], 'c'.repeat(257))).rejects.toThrow(
    /^2 validation errors detected: .*comment.*setIdentifier/,
  );
});

test('all problems of a batch are told, and nothing of it is done', async () => {
  const good = change('CREATE', record('good'));
  await expect(
    send([good, change('DELETE', record('absent')), change('CREATE', record('simple'))]),
  ).rejects.toThrow(/^\[Tried to delete .* was not found, Tried to create .* already exists\]$/);
  // Had it been created, this would be refused.
  await send([good]);
});

test('the SOA and the NS of the zone itself stay', async () => {
  const { ResourceRecordSets = [] } = await names.route53.send(
    new ListResourceRecordSetsCommand({ HostedZoneId: zone, MaxItems: 2 }),
  );
  await expect(send(ResourceRecordSets.map((own) => change('DELETE', own)))).rejects.toThrow(
    '[A HostedZone must contain exactly one SOA record., ' +
      'A HostedZone must contain at least one NS record for the zone itself.]',
  );
});

test('an UPSERT counts twice towards the limits of a batch', async () => {
  const values = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ Value: `192.0.${index >> 8}.${index & 255}` }));
  await expect(send([change('UPSERT', record('many', { ResourceRecords: values(501) }))])).rejects.toThrow(
    'Number of records limit of 1000 exceeded.',
  );
  await send([change('UPSERT', record('many', { ResourceRecords: values(500) }))]);
});

test('a zone of another account is in no list, and refused by its id', async () => {
  names.control({ zones: [{ id: 'ZTHEIRS', name: 'theirs.example', account: '210987654321' }] });
  const { HostedZones = [] } = await names.route53.send(new ListHostedZonesByNameCommand({}));
  expect(HostedZones.map(({ Name }) => Name)).not.toContain('theirs.example.');
  const asked = names.route53.send(new GetHostedZoneCommand({ Id: 'ZTHEIRS' }));
  await expect(asked).rejects.toMatchObject({
    name: 'AccessDenied',
    message: expect.stringContaining('is not authorized to access this resource'),
  });
});

test('the zone that is busy with a prior request says so, when a test asks for it', async () => {
  names.control({ settings: { priorRequestSeconds: 5 } });
  await send([change('UPSERT', record('busy'))]);
  await expect(send([change('UPSERT', record('busy'))])).rejects.toMatchObject({
    name: 'PriorRequestNotComplete',
  });
  await names.clock.advance(6);
  names.control({ settings: { priorRequestSeconds: 0 } });
  await send([change('UPSERT', record('busy'))]);
});

test('the sixth request of a second is throttled, when the limit is on', async () => {
  names.control({ settings: { requestsPerSecond: 5 } });
  const results = await Promise.allSettled(
    Array.from({ length: 6 }, () => send([change('UPSERT', record('fast'))])),
  );
  names.control({ settings: { requestsPerSecond: 0 } });
  const refused = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason);
  expect(refused).toEqual([expect.objectContaining({ name: 'Throttling', message: 'Rate exceeded' })]);
});

test('the documented form of InvalidChangeBatch can be asked for; this SDK finds the text in Messages only', async () => {
  names.control({ settings: { invalidChangeBatchForm: 'documented' } });
  const error: unknown = await send([change('DELETE', record('absent'))]).catch((thrown: unknown) => thrown);
  names.control({ settings: { invalidChangeBatchForm: 'error-response' } });
  expect(error).toMatchObject({ Messages: { Message: expect.stringContaining('was not found') } });
});
