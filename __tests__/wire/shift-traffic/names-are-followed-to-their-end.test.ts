import { AppRunnerClient, AssociateCustomDomainCommand } from '@aws-sdk/client-apprunner';
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { ActionRun } from '../../helpers/run-action.ts';
import { appDomain, findGreen, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

type Inputs = Readonly<Record<string, string>>;

let world: ShiftWorld;
let pair: readonly ResourceRecordSet[];
beforeAll(async () => {
  world = await startShiftWorld({ record: 'none' });
  const members = [
    { SetIdentifier: 'b', Weight: 0, AliasTarget: toBlue() },
    { SetIdentifier: 'g', Weight: 100, AliasTarget: await findGreen(world) },
  ];
  pair = members.map((member) => ({ Name: appDomain, Type: 'A', ...member }));
  await create(pair);
});
afterAll(() => world.stop());

const toBlue = () => ({
  HostedZoneId: 'Z087551914Z2PCAU0QHMW',
  DNSName: world.blueHost,
  EvaluateTargetHealth: false,
});
const create = (records: readonly ResourceRecordSet[]) =>
  world.change(records.map((ResourceRecordSet) => ({ Action: 'CREATE', ResourceRecordSet })));
const remove = (records: readonly ResourceRecordSet[]) =>
  world.change(records.toReversed().map((ResourceRecordSet) => ({ Action: 'DELETE', ResourceRecordSet })));

test('a blue that was idle for longer than CloudWatch lists metrics is quiet', async () => {
  const neverAsked = await world.run({ mode: 'plan', 'plan-for': 'finalize' });
  expect(neverAsked.log).toContain('it is not known whether blue is quiet');
  const Dimensions = [
    { Name: 'ServiceName', Value: 'shop' },
    { Name: 'ServiceID', Value: world.blueArn.split('/').at(-1) },
  ];
  const requests = { Namespace: 'AWS/AppRunner', MetricName: 'Requests', Dimensions, value: 1000 };
  await world.emulator.post('cloudwatch', { points: [{ ...requests, secondsAgo: 40 * 24 * 3600 }] });
  const run = await world.run({ mode: 'plan', 'plan-for': 'finalize' });
  expect(run.log).toContain('Would replace the pair of app.example.com');
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'planned' } });
});

describe('blue is not retired', () => {
  beforeAll(async () => {
    const appRunner = new AppRunnerClient(world.emulator.client);
    for (const DomainName of ['a.example.com', '*.example.com']) {
      await appRunner.send(
        new AssociateCustomDomainCommand({
          ServiceArn: world.blueArn,
          DomainName,
          EnableWWWSubdomain: false,
        }),
      );
    }
  });

  const alias = (Name: string, AliasTarget: ResourceRecordSet['AliasTarget']): ResourceRecordSet => ({
    Name,
    Type: 'A',
    AliasTarget,
  });
  const inZone = (DNSName: string) => ({
    HostedZoneId: world.zoneId,
    DNSName,
    EvaluateTargetHealth: false,
  });
  const cname = (Name: string, Value: string): ResourceRecordSet => ({
    Name,
    Type: 'CNAME',
    TTL: 300,
    ResourceRecords: [{ Value }],
  });
  const values = (Name: string, Type: 'A' | 'NS', Value: string): ResourceRecordSet => ({
    ...cname(Name, Value),
    Type,
  });
  const retire: Inputs = {
    mode: 'plan',
    'plan-for': 'finalize',
    'hold-hours': '0',
    'retire-blue': 'delete',
  };

  test('but when no name leads to it', async () => {
    const run = await world.run(retire);
    expect(run.log).toContain('Would delete App Runner service shop');
    expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'planned' } });
  });

  test.each<[string, () => readonly ResourceRecordSet[], string]>([
    [
      'while the record of a wildcard leads there',
      () => [alias('*.example.com', toBlue())],
      'a.example.com still leads to blue',
    ],
    [
      'while a name leads there that only a wildcard is linked for',
      () => [alias('b.example.com', toBlue())],
      'b.example.com still leads to blue',
    ],
    [
      'while an alias of an alias leads there',
      () => [alias('c.example.com', toBlue()), alias('a.example.com', inZone('c.example.com'))],
      'a.example.com still leads to blue',
    ],
    [
      'while a CNAME of a CNAME leads there',
      () => [cname('c.example.com', world.blueHost), cname('a.example.com', 'c.example.com')],
      'a.example.com still leads to blue',
    ],
    [
      'while a linked name leads where nobody can look',
      () => [cname('a.example.com', 'a.example.net')],
      'it is not known whether it still leads there: a.example.net is not in this hosted zone',
    ],
    [
      'while a linked name has addresses',
      () => [values('a.example.com', 'A', '192.0.2.10')],
      'it is not known whether it still leads there: its A record has addresses (192.0.2.10)',
    ],
    [
      'while a name is delegated away that only a wildcard is linked for',
      () => [values('shop.example.com', 'NS', 'ns-1.awsdns-99.com')],
      'shop.example.com is delegated to other name servers',
    ],
  ])('%s', async (_case, made, because) => {
    const records = made();
    await create(records);
    const run = await world.run(retire);
    await remove(records);
    expect(`${run.log}${run.summary}`).toContain(because);
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
  });

  test('however large the zone is', async () => {
    const records = Array.from(
      { length: 400 },
      (_, index): ResourceRecordSet => ({
        ...cname(`many-${index}.example.com`, 'www.example.com'),
      }),
    );
    const last = cname('zz.example.com', world.blueHost);
    await create([...records, last]);
    const run = await world.run(retire);
    await remove([...records, last]);
    expect(run.log).toContain('zz.example.com still leads to blue');
  });
});

describe('a zone that no resolver is led to', () => {
  const words = 'resolvers do not reach hosted zone';
  const noDns = '127.0.0.1:9';
  const unasked = 'could not be asked from here';
  /** What keeps each mode from being refused for another reason. */
  const modes: Readonly<Record<string, Inputs>> = {
    adopt: {},
    shift: { 'green-percent': '100' },
    finalize: { 'hold-hours': '0' },
    verify: {},
    rollback: {},
    status: {},
  };

  beforeAll(async () => {
    // A second zone of a name, of which the registry knows the first; and an inner one that nobody delegates to.
    await world.emulator.post('route-53', {
      zones: [
        { id: 'ZTWIN', name: 'example.com', records: pair },
        { id: 'ZINNER', name: appDomain, records: pair },
      ],
    });
  });

  const runIn = (mode: string, zone: string, dns?: string): Promise<ActionRun> =>
    world.run({ mode, 'hosted-zone-id': zone, ...modes[mode] }, {}, dns);

  test.each(['adopt', 'shift', 'finalize'])('is not changed by %s', async (mode) => {
    for (const zone of ['ZTWIN', 'ZINNER']) {
      const run = await runIn(mode, zone);
      expect(run.log).toContain(words);
      expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
    }
  });

  test('is seen by the zone above it, which is in the same account, where DNS is not to be asked', async () => {
    const run = await runIn('adopt', 'ZINNER', noDns);
    expect(run.log).toContain(words);
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
  });

  test('is found by verify', async () => {
    const run = await runIn('verify', 'ZTWIN');
    expect(run.log).toContain('[verification-failed]');
    expect(run.log).toContain(words);
    expect(run.exitCode).toBe(1);
  });

  test('is said by status, and by a plan of a rollback', async () => {
    const status = await runIn('status', 'ZTWIN');
    expect(status.log).toContain(words);
    expect(status).toMatchObject({ exitCode: 0 });
    const plan = await world.run({ mode: 'plan', 'plan-for': 'rollback', 'hosted-zone-id': 'ZTWIN' });
    expect(plan.log).toContain(words);
    expect(plan.summary).toContain(words);
    expect(plan).toMatchObject({ exitCode: 0 });
  });

  test('is rolled back all the same', async () => {
    const run = await runIn('rollback', 'ZTWIN');
    expect(run.log).toContain(words);
    expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied', 'green-percent': '0' } });
    expect((await runIn('rollback', 'ZTWIN', noDns)).log).toContain(unasked);
  });

  test('is refused by the zone above it in the same account, where no resolver can be asked', async () => {
    const run = await world.run({ mode: 'adopt' }, {}, noDns);
    expect(run.log).toContain(words);
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused' } });
  });

  test.each(['adopt', 'shift', 'verify', 'status', 'finalize'])(
    'or may be such a one is what %s says, where nobody can be asked',
    async (mode) => {
      const run = await runIn(mode, 'ZTWIN', noDns);
      expect(run.log).toContain(unasked);
      expect(run.log).not.toContain(words);
    },
  );

  test('is not one that only this machine is led past', async () => {
    await world.emulator.post('route-53', {
      registrations: { 'example.com': ['ns-0.awsdns-00.com', 'ns-512.awsdns-00.net'] },
    });
    const run = await runIn('status', world.zoneId);
    await world.emulator.post('route-53', { registrations: { 'example.com': null } });
    expect(run.log).toContain(unasked);
    expect(run.log).not.toContain(words);
  });

  test('is not one whose servers go by other names', async () => {
    const address = (Name: string) => ({
      Name,
      Type: 'A',
      TTL: 60,
      ResourceRecords: [{ Value: '192.0.2.53' }],
    });
    await world.emulator.post('route-53', {
      zones: [
        { id: 'ZWHITE', name: 'white.example', nameServers: ['ns-1.servers.example'] },
        { name: 'servers.example', records: [address('ns-1.servers.example')] },
        { name: 'vanity.example', records: [address('ns.vanity.example')] },
      ],
      registrations: { 'white.example': ['ns.vanity.example'] },
    });
    const run = await world.run({ mode: 'status', domain: 'app.white.example', 'hosted-zone-id': 'ZWHITE' });
    expect(run.log).not.toContain(words);
    expect(run.log).not.toContain(unasked);
    await world.emulator.post('route-53', {
      zones: [
        {
          name: 'foreign.example',
          records: [{ ...address('ns.foreign.example'), ResourceRecords: [{ Value: '192.0.2.54' }] }],
        },
      ],
      registrations: { 'white.example': ['ns.foreign.example'] },
    });
    const other = await world.run({
      mode: 'status',
      domain: 'app.white.example',
      'hosted-zone-id': 'ZWHITE',
    });
    expect(other.log).toContain(words);
  });
});
