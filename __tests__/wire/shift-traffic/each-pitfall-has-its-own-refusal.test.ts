import { AppRunnerClient, PauseServiceCommand } from '@aws-sdk/client-apprunner';
import { ECSClient } from '@aws-sdk/client-ecs';
import {
  type AliasTarget,
  CreateHostedZoneCommand,
  type ResourceRecordSet,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { updateWeb } from '../../helpers/express-service.ts';
import { appDomain, findGreen, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

let world: ShiftWorld;
let greenTarget: AliasTarget;
beforeAll(async () => {
  world = await startShiftWorld();
  greenTarget = await findGreen(world);
  // No API call makes a record of a traffic policy, and nobody is led to these zones.
  const policy = { Name: 'policy.example.net', Type: 'A', TrafficPolicyInstanceId: '7a8b9c' };
  await world.emulator.post('route-53', {
    zones: [
      { id: 'ZINSIDE', name: 'inside.example.net', private: true },
      { id: 'ZPOLICY', name: 'policy.example.net', records: [policy] },
    ],
  });
});
afterAll(() => world.stop());

type Made = Omit<ResourceRecordSet, 'Name'> & { readonly Name?: string | undefined };

const alias = (DNSName: string, more: Partial<Made> = {}): Made => ({
  Type: 'A',
  AliasTarget: { HostedZoneId: 'Z087551914Z2PCAU0QHMW', DNSName, EvaluateTargetHealth: false },
  ...more,
});
const values = (Type: ResourceRecordSet['Type'], ...lines: string[]): Made => ({
  Type,
  TTL: 300,
  ResourceRecords: lines.map((Value) => ({ Value })),
});
const blue = (more: Partial<Made> = {}) => alias(world.blueHost, more);
const routed = (more: Partial<Made>): Made => ({
  ...values('A', '192.0.2.1'),
  SetIdentifier: 'eu',
  ...more,
});
const weighted = (id: string, Weight: number) => ({ SetIdentifier: id, Weight });

/** Makes the name's records what the case says, and runs a job on them; afterwards they are gone. */
async function runOn(made: readonly Made[], inputs: Readonly<Record<string, string>>) {
  const own = await world.records();
  const records = made.map((record) => ({ Name: appDomain, ...record }) as ResourceRecordSet);
  const remove = own.map((ResourceRecordSet) => ({ Action: 'DELETE' as const, ResourceRecordSet }));
  const create = records.map((ResourceRecordSet) => ({ Action: 'CREATE' as const, ResourceRecordSet }));
  await world.change([...remove, ...create]);
  const run = await world.run(inputs);
  const back = records.map((ResourceRecordSet) => ({ Action: 'DELETE' as const, ResourceRecordSet }));
  const again = own.map((ResourceRecordSet) => ({ Action: 'CREATE' as const, ResourceRecordSet }));
  await world.change([...back, ...again]);
  return run;
}

test.each<[string, () => readonly Made[], string]>([
  [
    'a third member',
    () => [blue(weighted('b', 90)), { ...values('A', '192.0.2.1'), ...weighted('canary', 10) }],
    '"canary" of app.example.com (weight 10)',
  ],
  ['a record to somewhere else', () => [values('A', '192.0.2.1')], '192.0.2.1, which is neither side'],
  [
    'another App Runner service',
    () => [values('CNAME', 'other.eu-west-1.awsapprunner.com')],
    'other.eu-west-1.awsapprunner.com',
  ],
  [
    'an AAAA to somewhere else',
    () => [blue(), values('AAAA', '2001:db8::1')],
    'clients with IPv6 would not move',
  ],
  [
    'an HTTPS record that leads elsewhere',
    () => [blue(), values('HTTPS', '1 cdn.example.net. alpn="h2"')],
    'past the address records',
  ],
  [
    'an SVCB record that leads elsewhere',
    () => [blue(), values('SVCB', '1 cdn.example.net. alpn="h2"')],
    'past the address records',
  ],
  [
    'an HTTPS record with addresses of its own',
    () => [blue(), values('HTTPS', '1 . alpn="h2" ipv4hint=192.0.2.1')],
    'past the address records',
  ],
  [
    'an SVCB record behind more records than the longest page of the list holds',
    () => [
      blue(),
      ...Array.from({ length: 100 }, (_, index) => [
        { ...values('CAA', '0 issue "amazon.com"'), ...weighted(`${index}`, 1) },
        { ...values('MX', '10 mail.example.net'), ...weighted(`${index}`, 1) },
        { ...values('SPF', '"v=spf1 -all"'), ...weighted(`${index}`, 1) },
      ]).flat(),
      values('SVCB', '1 cdn.example.net. alpn="h2"'),
    ],
    'past the address records',
  ],
  ['latency routing', () => [routed({ Region: 'eu-west-1' })], 'routed by latency'],
  ['failover routing', () => [routed({ Failover: 'PRIMARY' })], 'routed by failover'],
  ['geolocation routing', () => [routed({ GeoLocation: { CountryCode: '*' } })], 'routed by geolocation'],
  ['multivalue routing', () => [routed({ MultiValueAnswer: true })], 'routed by multivalue answers'],
  [
    'geoproximity routing',
    () => [routed({ GeoProximityLocation: { AWSRegion: 'eu-west-1' } })],
    'routed by geoproximity',
  ],
  [
    'routing by client subnets',
    () => [
      routed({
        CidrRoutingConfig: { CollectionId: '0a1b2c3d-0000-4000-8000-00000000000c', LocationName: '*' },
      }),
    ],
    'routed by client subnets',
  ],
  [
    'a name that is delegated away',
    () => [values('NS', 'ns-1.example.net.')],
    'is delegated to ns-1.example.net.',
  ],
  [
    'a mark of external-dns at the name',
    () => [blue(), values('TXT', '"heritage=external-dns,external-dns/owner=prod"')],
    'owner "prod"',
  ],
  ...['a', 'aaaa', 'cname'].map((prefix): [string, () => readonly Made[], string] => [
    `a mark of external-dns beside it, below ${prefix}-`,
    () => [
      blue(),
      { ...values('TXT', '"heritage=external-dns,external-dns/owner=k8s"'), Name: `${prefix}-${appDomain}` },
    ],
    'owner "k8s"',
  ]),
  ['no record at all', () => [values('TXT', '"x"')], 'has no address record in hosted zone'],
  [
    'only a wildcard',
    () => [{ ...values('CNAME', 'www.example.net'), Name: '*.example.com' }],
    '*.example.com, which leads to www.example.net',
  ],
  [
    'a weighted record to elsewhere',
    () => [{ ...values('A', '192.0.2.1'), ...weighted('g', 1) }],
    'a third place',
  ],
  [
    'two records to blue',
    () => [blue(weighted('b1', 50)), blue(weighted('b2', 50))],
    '2 weighted A records of app.example.com lead to blue',
  ],
  [
    'a pair without blue',
    () => [{ Type: 'A', AliasTarget: greenTarget, ...weighted('g', 1) }],
    'lead to green alone: there is no blue to go back to',
  ],
])('adopt refuses %s', async (_case, made, because) => {
  const run = await runOn(made(), { mode: 'adopt' });
  expect(run.log).toContain(because);
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
});

test.each<[string, Readonly<Record<string, string>>, string]>([
  [
    'an App Runner service that is not there',
    { 'apprunner-service': 'nobody' },
    'there is no App Runner service nobody',
  ],
  [
    'an Express service that is not there',
    { 'express-service': 'nobody' },
    'there is no Express service nobody in cluster default, eu-west-1',
  ],
  ['a cluster that is not there', { cluster: 'nowhere' }, 'there is no cluster nowhere in eu-west-1'],
  [
    'a domain of nobody',
    { domain: 'app.example.org' },
    'no hosted zone of this account holds app.example.org',
  ],
  [
    'a domain that is only seen inside a VPC',
    { domain: 'app.inside.example.net' },
    'is only in private hosted zones',
  ],
  [
    'a private zone by its id',
    { domain: 'app.inside.example.net', 'hosted-zone-id': 'ZINSIDE' },
    'hosted zone ZINSIDE is private',
  ],
  ['a zone of another name', { 'hosted-zone-id': 'ZINSIDE' }, 'which does not hold app.example.com'],
  [
    'a record of a traffic policy',
    { mode: 'adopt', domain: 'policy.example.net', 'hosted-zone-id': 'ZPOLICY' },
    'belongs to traffic policy instance 7a8b9c',
  ],
  ['a share without a pair', { mode: 'shift', 'green-percent': '10' }, 'is not a weighted pair yet'],
  ['a CNAME for an alias', { mode: 'adopt', 'adopt-as': 'cname' }, 'a pair of CNAMEs would be worse'],
  [
    'another plan than was approved',
    { mode: 'adopt', 'plan-checksum': '0'.repeat(64) },
    'is not the one that was approved',
  ],
])('%s is refused', async (_case, inputs, because) => {
  const run = await world.run(inputs);
  expect(run.log).toContain(because);
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
});

test('a mark of external-dns that appears after the plan is seen, too', async () => {
  const plan = await world.run({ mode: 'plan' });
  const mark = values('TXT', '"heritage=external-dns,external-dns/owner=late"');
  const ResourceRecordSet = { ...mark, Name: `a-${appDomain}` } as ResourceRecordSet;
  await world.change([{ Action: 'CREATE', ResourceRecordSet }]);
  const run = await world.run({ mode: 'adopt', 'plan-checksum': plan.outputs['plan-checksum'] ?? '' });
  await world.change([{ Action: 'DELETE', ResourceRecordSet }]);
  expect(run.log).toContain('owner "late"');
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
});

test.each<[string, Readonly<Record<string, string>>, string]>([
  [
    'weights of 0 and 0',
    { 'blue-weight': '0', 'green-weight': '0' },
    'for Route 53, 0 and 0 are equal shares',
  ],
  ['a share that weights cannot say', { 'green-percent': '0.1' }, 'in steps of 0.5'],
])('%s are refused before any call', async (_case, inputs, because) => {
  await world.calls();
  const run = await world.run({ mode: 'shift', ...inputs });
  expect(run.log).toContain(because);
  expect(run.exitCode).toBe(1);
  expect(await world.calls()).toEqual([]);
});

describe('with a pair', () => {
  beforeAll(async () => {
    expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
  });

  test.each([
    ['shift', '"canary" of app.example.com (weight 5)'],
    ['rollback', 'the weighted A record to 192.0.2.1 (weight 5) is neither side, and keeps its share'],
    ['finalize', '"canary" of app.example.com (weight 5)'],
  ])('a third member forbids %s', async (mode, because) => {
    const ResourceRecordSet = { Name: appDomain, ...values('A', '192.0.2.1'), ...weighted('canary', 5) };
    await world.change([{ Action: 'CREATE', ResourceRecordSet: { ...ResourceRecordSet, TTL: 60 } }]);
    const run = await world.run({ mode, ...(mode === 'shift' && { 'green-percent': '10' }) });
    await world.change([{ Action: 'DELETE', ResourceRecordSet: { ...ResourceRecordSet, TTL: 60 } }]);
    expect(run.log).toContain(because);
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
  });

  test('a step wider than max-step is refused', async () => {
    const run = await world.run({ mode: 'shift', 'green-percent': '50', 'max-step': '25' });
    expect(run.log).toContain('more than max-step allows (25)');
    expect(run.exitCode).toBe(1);
  });

  test('an alarm that does not exist is refused by name', async () => {
    const run = await world.run({ mode: 'shift', 'green-percent': '10', alarms: 'typo' });
    expect(run.log).toContain('there is no CloudWatch alarm typo');
    expect(run.exitCode).toBe(1);
  });

  test('finalize wants blue to have been quiet', async () => {
    expect(await world.run({ mode: 'shift', 'green-percent': '100' })).toMatchObject({ exitCode: 0 });
    await world.emulator.post('cloudwatch', {
      points: [
        {
          Namespace: 'AWS/AppRunner',
          MetricName: 'Requests',
          Dimensions: [
            { Name: 'ServiceName', Value: 'shop' },
            { Name: 'ServiceID', Value: world.blueArn.split('/').at(-1) },
          ],
          value: 400,
          secondsAgo: 6 * 3600,
        },
      ],
    });
    const run = await world.run({ mode: 'finalize', 'hold-hours': '12' });
    // The probes of the steps before may fall into the same hour.
    expect(run.log).toMatch(/blue had 4\d\d requests/);
    expect(run.exitCode).toBe(1);
    expect(await world.run({ mode: 'rollback' })).toMatchObject({ exitCode: 0 });
  });

  test.each(['plan', 'adopt', 'shift', 'status', 'verify', 'finalize'])(
    '%s: a service and the host of another one are not both blue',
    async (mode) => {
      const other = 'abcdefghij.eu-west-1.awsapprunner.com';
      const run = await world.run({
        mode,
        'green-percent': mode === 'shift' ? '10' : '',
        'blue-dns-name': other,
      });
      expect(run).toMatchObject({ exitCode: 1, outputs: { changed: 'false' } });
      expect(run.log).toContain(
        `App Runner service shop has the host ${world.blueHost}, but blue-dns-name is ${other}`,
      );
      expect(run.log).toContain('Give one of them');
    },
  );

  test('its own host beside it is no contradiction, in whatever case', async () => {
    const host = `${world.blueHost.toUpperCase()}.`;
    expect(await world.run({ mode: 'status', 'blue-dns-name': host })).toMatchObject({ exitCode: 0 });
  });

  test('finalize wants to know whether blue has been quiet', async () => {
    expect(await world.run({ mode: 'shift', 'green-percent': '100' })).toMatchObject({ exitCode: 0 });
    const hostAlone = { 'apprunner-service': '', 'blue-dns-name': world.blueHost };
    const run = await world.run({ mode: 'finalize', ...hostAlone });
    expect(run.log).toContain('it is not known whether blue is quiet: apprunner-service was not given');
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
    expect(await world.run({ mode: 'rollback' })).toMatchObject({ exitCode: 0 });
  });

  test('while a deployment of green is under way, nothing is shifted, in whatever order AWS lists them', async () => {
    await updateWeb(new ECSClient(world.emulator.client), 'web:2');
    for (const oldestDeploymentsFirst of [false, true]) {
      await world.emulator.post('ecs', { oldestDeploymentsFirst });
      const run = await world.run({ mode: 'shift', 'green-percent': '10' });
      expect(run.log).toContain('a deployment of green is');
      expect(run.exitCode).toBe(1);
    }
    await world.emulator.post('ecs', { oldestDeploymentsFirst: false });
    await world.emulator.advance(1200);
  });

  test('a blue that is paused is no way back', async () => {
    const appRunner = new AppRunnerClient(world.emulator.client);
    await appRunner.send(new PauseServiceCommand({ ServiceArn: world.blueArn }));
    await world.emulator.advance(300);
    const run = await world.run({ mode: 'shift', 'green-percent': '10' });
    expect(run.log).toContain('App Runner service shop is PAUSED');
    expect(run.log).toContain('blue does not answer');
    expect(run.exitCode).toBe(1);
  });

  test.each<[string, () => Readonly<Record<string, string>>, string]>([
    [
      'a zone that is not there',
      () => ({ 'hosted-zone-id': 'Z0NOBODYS' }),
      'there is no hosted zone Z0NOBODYS in this account',
    ],
    [
      'names of another zone than the one that is given, all of them',
      () => ({
        'hosted-zone-id': world.zoneId,
        domain: 'app.example.com, app.example.org, www.example.org',
      }),
      'which does not hold app.example.org, www.example.org',
    ],
  ])('%s is refused by name', async (_case, inputs, message) => {
    const run = await world.run({ mode: 'plan', 'green-percent': '10', ...inputs() });
    expect(run.log).toContain(message);
    expect(run.log).toContain('[plan-refused]');
    expect(run).toMatchObject({ exitCode: 1, outputs: { changed: 'false' } });
  });

  test('two zones of one name need the id', async () => {
    const route53 = new Route53Client(world.emulator.client);
    await route53.send(new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: 'twin' }));
    const run = await world.run({ mode: 'status' });
    expect(run.log).toContain('2 public hosted zones are named example.com');
    expect(run.exitCode).toBe(1);
    expect(await world.run({ mode: 'status', 'hosted-zone-id': world.zoneId })).toMatchObject({
      exitCode: 0,
    });
  });
});
