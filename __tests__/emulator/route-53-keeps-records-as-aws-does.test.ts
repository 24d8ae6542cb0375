import {
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  GetChangeCommand,
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsCommandInput,
  type ResourceRecordSet,
  type RRType,
  TestDNSAnswerCommand,
} from '@aws-sdk/client-route-53';
import { BLUE, type EmulatedNames, GREEN, startNames } from '../helpers/emulated-names.ts';

let names: EmulatedNames;
beforeAll(async () => {
  names = await startNames();
});
afterAll(() => names.close());

const address = (name: string, value = '192.0.2.1'): ResourceRecordSet => ({
  Name: name,
  Type: 'A',
  TTL: 60,
  ResourceRecords: [{ Value: value }],
});

const create = (record: ResourceRecordSet) => ({ Action: 'CREATE' as const, ResourceRecordSet: record });

async function list(zone: string, input: Partial<ListResourceRecordSetsCommandInput> = {}) {
  return names.route53.send(new ListResourceRecordSetsCommand({ HostedZoneId: zone, ...input }));
}

const shown = (records: readonly ResourceRecordSet[] = []): string[] =>
  records.map(({ Name, Type, SetIdentifier }) => [Name, Type, SetIdentifier].filter(Boolean).join(' '));

describe('a zone', () => {
  test('has its own NS and SOA, and four name servers', async () => {
    const id = await names.createZone('New.Example');
    const { HostedZone, DelegationSet } = await names.route53.send(new GetHostedZoneCommand({ Id: id }));
    expect(HostedZone).toMatchObject({
      Id: `/hostedzone/${id}`,
      Name: 'new.example.',
      Config: { PrivateZone: false },
      ResourceRecordSetCount: 2,
    });
    expect(DelegationSet?.NameServers).toHaveLength(4);
    expect(shown((await list(id)).ResourceRecordSets)).toEqual(['new.example. NS', 'new.example. SOA']);
  });

  test('may share its name with another one, public or private', async () => {
    await names.createZone('twice.example');
    await names.createZone('twice.example');
    const VPC = { VPCId: 'vpc-1', VPCRegion: 'eu-west-1' } as const;
    const made = await names.route53.send(
      new CreateHostedZoneCommand({ Name: 'twice.example', CallerReference: 'private twin', VPC }),
    );
    expect(made.VPC).toEqual(VPC);
    const got = await names.route53.send(new GetHostedZoneCommand({ Id: made.HostedZone?.Id }));
    expect(got.VPCs).toEqual([VPC]);
    const found = await names.route53.send(new ListHostedZonesByNameCommand({ DNSName: 'twice.example' }));
    const twins = found.HostedZones?.filter(({ Name }) => Name === 'twice.example.') ?? [];
    expect(twins.map(({ Config }) => Config?.PrivateZone).sort()).toEqual([false, false, true]);
  });

  test('is searched for by "not before", so an absent name finds the next one', async () => {
    await names.createZone('m.search.example');
    const found = await names.route53.send(
      new ListHostedZonesByNameCommand({ DNSName: 'l.search.example', MaxItems: 1 }),
    );
    expect(found.HostedZones?.[0]?.Name).toBe('m.search.example.');
  });

  test('is listed in pages', async () => {
    const first = await names.route53.send(new ListHostedZonesCommand({ MaxItems: 1 }));
    expect(first).toMatchObject({ IsTruncated: true, NextMarker: expect.stringMatching(/^Z/) });
    const second = await names.route53.send(
      new ListHostedZonesCommand({ Marker: first.NextMarker, MaxItems: 1 }),
    );
    expect(second.HostedZones?.[0]?.Id).toBe(`/hostedzone/${first.NextMarker}`);
  });

  test('goes only when it is empty', async () => {
    const id = await names.createZone('gone.example');
    await names.change(id, create(address('www.gone.example')));
    await expect(names.route53.send(new DeleteHostedZoneCommand({ Id: id }))).rejects.toMatchObject({
      name: 'HostedZoneNotEmpty',
    });
    await names.change(id, { Action: 'DELETE', ResourceRecordSet: address('www.gone.example') });
    await names.route53.send(new DeleteHostedZoneCommand({ Id: id }));
    await expect(names.route53.send(new GetHostedZoneCommand({ Id: id }))).rejects.toMatchObject({
      name: 'NoSuchHostedZone',
      message: `No hosted zone found with ID: ${id}`,
      $metadata: { httpStatusCode: 404 },
    });
  });
});

describe('a listing', () => {
  let zone: string;
  beforeAll(async () => {
    zone = await names.createZone('list.example');
    await names.change(
      zone,
      create(address('*.list.example')),
      create(address('B.list.example.')),
      create(address('x.a.list.example')),
      create(address('a-b.list.example')),
      create({ ...address('w.list.example'), SetIdentifier: 'two', Weight: 1 }),
      create({ ...address('w.list.example'), SetIdentifier: 'one', Weight: 0 }),
      create({ Name: 'w.list.example', Type: 'TXT', TTL: 60, ResourceRecords: [{ Value: '" a <b> & c"' }] }),
    );
  });

  test('sorts by reversed labels, then type, then identifier; names are lower case, escaped, with a dot', async () => {
    const { ResourceRecordSets, IsTruncated } = await list(zone);
    expect(IsTruncated).toBe(false);
    expect(shown(ResourceRecordSets)).toEqual([
      'list.example. NS',
      'list.example. SOA',
      '\\052.list.example. A',
      'a-b.list.example. A',
      'x.a.list.example. A',
      'b.list.example. A',
      'w.list.example. A one',
      'w.list.example. A two',
      'w.list.example. TXT',
    ]);
    expect(ResourceRecordSets?.at(-1)?.ResourceRecords).toEqual([{ Value: '" a <b> & c"' }]);
  });

  test.each<[string, string | undefined, string]>([
    ['*.list.example', undefined, '\\052.list.example. A'],
    ['\\052.list.example', 'A', '\\052.list.example. A'],
    ['absent.list.example', undefined, 'b.list.example. A'],
    ['w.list.example', 'AAAA', 'w.list.example. TXT'],
  ])('that starts at %s %s begins with %s', async (name, type, first) => {
    const { ResourceRecordSets } = await list(zone, {
      StartRecordName: name,
      ...(type !== undefined && { StartRecordType: type as RRType }),
      MaxItems: 1,
    });
    expect(shown(ResourceRecordSets)).toEqual([first]);
  });

  test('goes on where the last page ended', async () => {
    const first = await list(zone, { MaxItems: 7 });
    expect(first).toMatchObject({
      IsTruncated: true,
      NextRecordName: 'w.list.example.',
      NextRecordType: 'A',
      NextRecordIdentifier: 'two',
    });
    const rest = await list(zone, {
      StartRecordName: first.NextRecordName,
      StartRecordType: first.NextRecordType,
      StartRecordIdentifier: first.NextRecordIdentifier,
    });
    expect(shown(rest.ResourceRecordSets)).toEqual(['w.list.example. A two', 'w.list.example. TXT']);
  });

  test('that starts at a type needs a name', async () => {
    await expect(list(zone, { StartRecordType: 'A' })).rejects.toMatchObject({ name: 'InvalidInput' });
  });

  test('has at most 300 a page, and costs no more in a zone of ten thousand', async () => {
    const records = Array.from({ length: 10_000 }, (_, index) => address(`h${index}.big.example`));
    names.control({ zones: [{ id: 'ZBIG', name: 'big.example', records }] });
    const page = await list('ZBIG', { MaxItems: 1000 });
    expect(page.ResourceRecordSets).toHaveLength(300);
    const last = await list('ZBIG', { StartRecordName: 'h9999.big.example', MaxItems: 1 });
    expect(shown(last.ResourceRecordSets)).toEqual(['h9999.big.example. A']);
  });
});

describe('a change', () => {
  test('is listed at once, and PENDING until the name servers have it', async () => {
    const zone = await names.createZone('pending.example');
    await names.settle();
    const id = await names.change(zone, create(address('www.pending.example')));
    const status = async () =>
      (await names.route53.send(new GetChangeCommand({ Id: id }))).ChangeInfo?.Status;
    expect(await status()).toBe('PENDING');
    expect((await list(zone)).ResourceRecordSets).toHaveLength(3);
    await expect(names.dns.resolve4('www.pending.example')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await names.settle();
    expect(await status()).toBe('INSYNC');
    expect(await names.dns.resolve4('www.pending.example')).toEqual(['192.0.2.1']);
  });

  test('of DELETE and CREATE turns a simple alias into a weighted pair in one batch', async () => {
    const zone = await names.createZone('adopt.example');
    const alias = { Name: 'app.adopt.example', Type: 'A' as const };
    await names.change(zone, create({ ...alias, AliasTarget: BLUE }));
    await names.change(
      zone,
      { Action: 'DELETE', ResourceRecordSet: { ...alias, AliasTarget: BLUE } },
      create({ ...alias, SetIdentifier: 'blue', Weight: 100, AliasTarget: BLUE }),
      create({
        ...alias,
        SetIdentifier: 'green',
        Weight: 10,
        AliasTarget: { ...GREEN, DNSName: `dualstack.${GREEN.DNSName}` },
      }),
    );
    const { ResourceRecordSets } = await list(zone, { StartRecordName: 'app.adopt.example' });
    expect(ResourceRecordSets).toEqual([
      { ...alias, Name: 'app.adopt.example.', SetIdentifier: 'blue', Weight: 100, AliasTarget: BLUE },
      {
        ...alias,
        Name: 'app.adopt.example.',
        SetIdentifier: 'green',
        Weight: 10,
        AliasTarget: { ...GREEN, DNSName: `dualstack.${GREEN.DNSName}` },
      },
    ]);
  });

  test('of one TTL in a weighted group rewrites that of the others', async () => {
    const zone = await names.createZone('ttl.example');
    await names.change(
      zone,
      create({ ...address('w.ttl.example'), SetIdentifier: 'a', Weight: 1, TTL: 300 }),
      create({ ...address('w.ttl.example'), SetIdentifier: 'b', Weight: 1, TTL: 60 }),
    );
    const { ResourceRecordSets } = await list(zone, { StartRecordName: 'w.ttl.example' });
    expect(ResourceRecordSets?.map(({ TTL }) => TTL)).toEqual([60, 60]);
  });

  test('is unknown under another id, its prefix included', async () => {
    await expect(names.route53.send(new GetChangeCommand({ Id: 'C1' }))).rejects.toMatchObject({
      name: 'NoSuchChange',
      message: 'Could not find resource with ID: C1',
    });
  });
});

test('TestDNSAnswer follows the weights, for public zones only', async () => {
  const zone = await names.createZone('sample.example');
  const pair = (
    [
      ['a', 3],
      ['b', 1],
    ] as const
  ).map(([id, weight]) =>
    create({ ...address('w.sample.example', `192.0.2.${weight}`), SetIdentifier: id, Weight: weight }),
  );
  await names.change(zone, ...pair);
  await names.settle();
  const seen: string[] = [];
  for (let count = 0; count < 8; count += 1) {
    const answer = await names.route53.send(
      new TestDNSAnswerCommand({ HostedZoneId: zone, RecordName: 'w.sample.example', RecordType: 'A' }),
    );
    expect(answer.ResponseCode).toBe('NOERROR');
    seen.push(answer.RecordData?.[0] ?? '');
  }
  expect(seen.filter((value) => value === '192.0.2.3')).toHaveLength(6);
});
