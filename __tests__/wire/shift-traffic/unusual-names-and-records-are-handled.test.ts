import {
  CreateHealthCheckCommand,
  CreateHostedZoneCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { appDomain, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

let world: ShiftWorld;
let route53: Route53Client;
beforeAll(async () => {
  world = await startShiftWorld();
  route53 = new Route53Client(world.emulator.client);
});
afterAll(() => world.stop());

const create = (...records: readonly ResourceRecordSet[]) =>
  world.change(records.map((ResourceRecordSet) => ({ Action: 'CREATE', ResourceRecordSet })));

/** As App Runner's console makes it. */
const toBlue = (Name: string, more: Partial<ResourceRecordSet> = {}): ResourceRecordSet => ({
  Name,
  Type: 'A',
  AliasTarget: {
    HostedZoneId: 'Z087551914Z2PCAU0QHMW',
    DNSName: world.blueHost,
    EvaluateTargetHealth: false,
  },
  ...more,
});

async function recordsAt(name: string): Promise<readonly ResourceRecordSet[]> {
  const { ResourceRecordSets = [] } = await route53.send(
    new ListResourceRecordSetsCommand({ HostedZoneId: world.zoneId, StartRecordName: name }),
  );
  return ResourceRecordSets.filter((record) => record.Name === `${name}.` && record.Type !== 'TXT');
}

const pair = [
  { Type: 'A', SetIdentifier: 'apprunner-blue', Weight: 100 },
  { Type: 'A', SetIdentifier: 'express-green', Weight: 0 },
];

test('the apex of a zone becomes a pair of aliases, and never one of CNAMEs', async () => {
  await create(toBlue('example.com'));
  const refused = await world.run({ mode: 'adopt', domain: 'example.com', 'adopt-as': 'cname' });
  expect(refused).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
  expect(refused.log).toContain('the apex of its zone, where DNS permits no CNAME');
  expect(await world.run({ mode: 'adopt', domain: 'example.com' })).toMatchObject({ exitCode: 0 });
  const addresses = (await recordsAt('example.com')).filter(({ Type }) => Type === 'A');
  expect(addresses).toMatchObject(pair);
});

test('a name is written as people write it, and stored as DNS does', async () => {
  await create(toBlue('xn--bcher-kva.example.com'));
  const run = await world.run({ mode: 'adopt', domain: 'Bücher.Example.com.' });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied' } });
  expect(await recordsAt('xn--bcher-kva.example.com')).toMatchObject(pair);
});

test('a health check of one member is kept, and told', async () => {
  const { HealthCheck } = await route53.send(
    new CreateHealthCheckCommand({
      CallerReference: 'blue',
      HealthCheckConfig: { Type: 'HTTPS', FullyQualifiedDomainName: world.blueHost },
    }),
  );
  const HealthCheckId = HealthCheck?.Id ?? '';
  await create(toBlue('checked.example.com', { HealthCheckId }));
  expect(await world.run({ mode: 'adopt', domain: 'checked.example.com' })).toMatchObject({ exitCode: 0 });
  const [blue, green] = await recordsAt('checked.example.com');
  expect(blue).toMatchObject({ HealthCheckId });
  expect(green?.HealthCheckId).toBeUndefined();
  const status = await world.run({ mode: 'status', domain: 'checked.example.com' });
  expect(status.log).toContain('Only one of the two A records has a health check');
});

test('a name that external-dns has given up is adopted when that is said', async () => {
  const mark: ResourceRecordSet = {
    Name: 'left.example.com',
    Type: 'TXT',
    TTL: 300,
    ResourceRecords: [{ Value: '"heritage=external-dns"' }],
  };
  await create(toBlue('left.example.com'), mark);
  const inputs = { mode: 'adopt', domain: 'left.example.com' };
  expect(await world.run(inputs)).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused' } });
  expect(await world.run({ ...inputs, 'allow-external-dns': 'true' })).toMatchObject({ exitCode: 0 });
  expect(await recordsAt('left.example.com')).toMatchObject(pair);
});

test('a private zone of the same name is not taken for the one that the internet sees', async () => {
  await route53.send(
    new CreateHostedZoneCommand({
      Name: 'example.com',
      CallerReference: 'inside',
      VPC: { VPCRegion: 'eu-west-1', VPCId: 'vpc-0a1b2c3d' },
      HostedZoneConfig: { PrivateZone: true },
    }),
  );
  const run = await world.run({ mode: 'status' });
  expect(JSON.parse(run.outputs['audit'] ?? '')).toMatchObject({ zoneId: world.zoneId });
});

test('weights of 0 and 0 are a half, and a way out of it is a rollback', async () => {
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
  const [blue] = await world.records();
  await world.change([{ Action: 'UPSERT', ResourceRecordSet: { ...blue, Weight: 0 } as ResourceRecordSet }]);
  const status = await world.run({ mode: 'status' });
  expect(status.log).toContain('Both weights are 0. For Route 53 these are equal shares');
  expect(status.outputs).toMatchObject({ 'green-percent': '50', 'blue-weight': '0', 'green-weight': '0' });
  const back = await world.run({ mode: 'rollback' });
  expect(back).toMatchObject({
    exitCode: 0,
    outputs: { 'previous-green-percent': '50', 'green-percent': '0' },
  });
  expect((await world.records()).map(({ Weight }) => Weight)).toEqual([100, 0]);
});

test('where a third place has it all, a rollback gives blue a weight, and says what stays', async () => {
  const [blue, green] = await world.records();
  const Name = 'elsewhere.example.com';
  await create({ Name, Type: 'A', TTL: 60, ResourceRecords: [{ Value: '192.0.2.1' }] });
  const third: ResourceRecordSet = {
    ...(green as ResourceRecordSet),
    SetIdentifier: 'third',
    Weight: 7,
    AliasTarget: {
      HostedZoneId: world.zoneId,
      DNSName: Name,
      EvaluateTargetHealth: false,
    },
  };
  await create(third);
  await world.change([{ Action: 'UPSERT', ResourceRecordSet: { ...blue, Weight: 0 } as ResourceRecordSet }]);
  const run = await world.run({ mode: 'rollback' });
  const left = await world.records();
  await world.change([{ Action: 'DELETE', ResourceRecordSet: third }]);
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied', changed: 'true' } });
  expect(run.log).toContain('elsewhere.example.com (weight 7) is neither side, and keeps its share');
  expect(run.log).not.toContain('give blue everything');
  expect(left.map(({ SetIdentifier, Weight }) => [SetIdentifier, Weight])).toEqual([
    ['apprunner-blue', 100],
    ['express-green', 0],
    ['third', 7],
  ]);
});

test('a zone of another account is reached by a role of that account, and not without', async () => {
  const theirs = '210987654321';
  const record = { ...toBlue('shop.theirs.example') };
  await world.emulator.post('route-53', {
    zones: [{ id: 'ZTHEIRS', name: 'theirs.example', account: theirs, records: [record] }],
  });
  const inputs = { mode: 'adopt', domain: 'shop.theirs.example' };
  const alone = await world.run(inputs);
  expect(alone.log).toContain('no hosted zone of this account holds shop.theirs.example');
  expect(alone.log).toContain('Set dns-role-arn');
  const byId = await world.run({ ...inputs, 'hosted-zone-id': 'ZTHEIRS' });
  expect(byId).toMatchObject({ exitCode: 1, outputs: { outcome: 'failed', changed: 'false' } });
  expect(byId.log).toContain('[access-denied]');
  const run = await world.run({ ...inputs, 'dns-role-arn': `arn:aws:iam::${theirs}:role/dns` });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied', 'green-percent': '0' } });
});

describe('a CNAME that is to stay one', () => {
  let other: ShiftWorld;
  beforeAll(async () => {
    other = await startShiftWorld({ record: 'cname' });
  });
  afterAll(() => other.stop());

  test('becomes a pair of CNAMEs, with a TTL that lets go within a minute', async () => {
    const run = await other.run({ mode: 'adopt', 'adopt-as': 'cname' });
    expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied' } });
    expect(run.log).toContain('Caches keep the former record for up to 300 s');
    expect(await other.records()).toMatchObject([
      { Type: 'CNAME', Weight: 100, TTL: 60, ResourceRecords: [{ Value: other.blueHost }] },
      {
        Type: 'CNAME',
        Weight: 0,
        TTL: 60,
        ResourceRecords: [{ Value: expect.stringContaining('.elb.amazonaws.com') }],
      },
    ]);
  });

  test('is told to be slow where somebody gave it a longer TTL', async () => {
    const pairOf = await other.records();
    const withTtl = (TTL: number) =>
      other.change(pairOf.map((record) => ({ Action: 'UPSERT', ResourceRecordSet: { ...record, TTL } })));
    await withTtl(900);
    const run = await other.run({ mode: 'status' });
    expect(run.log).toContain('Caches keep the CNAME records for 900 s');
    await withTtl(60);
  });

  test('is shifted, and in the end an alias to green', async () => {
    expect(await other.run({ mode: 'shift', steps: '50,100' })).toMatchObject({
      exitCode: 0,
      outputs: { outcome: 'baked', 'green-percent': '100' },
    });
    expect(await other.run({ mode: 'finalize', 'hold-hours': '0' })).toMatchObject({ exitCode: 0 });
    expect(await other.records()).toMatchObject([{ Name: `${appDomain}.`, Type: 'A', AliasTarget: {} }]);
  });

  test('its companions, such as those that validate certificates, are never touched', async () => {
    const { ResourceRecordSets = [] } = await new Route53Client(other.emulator.client).send(
      new ListResourceRecordSetsCommand({ HostedZoneId: other.zoneId }),
    );
    const validating = ResourceRecordSets.filter(({ Name }) => Name?.startsWith('_'));
    expect(validating).toHaveLength(2);
    const asked = (await other.emulator.requests()).filter(
      ({ operation }) => operation === 'ChangeResourceRecordSets',
    );
    expect(asked.length).toBeGreaterThan(0);
    expect(JSON.stringify(asked.map(({ input }) => input))).not.toContain('"_');
  });
});
