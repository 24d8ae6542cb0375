import { AppRunnerClient, PauseServiceCommand } from '@aws-sdk/client-apprunner';
import { ECSClient } from '@aws-sdk/client-ecs';
import { CreateHostedZoneCommand, type ResourceRecordSet, Route53Client } from '@aws-sdk/client-route-53';
import { updateWeb } from '../../helpers/express-service.ts';
import { appDomain, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

let world: ShiftWorld;
beforeAll(async () => {
  world = await startShiftWorld();
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
    'latency routing',
    () => [{ ...values('A', '192.0.2.1'), SetIdentifier: 'eu', Region: 'eu-west-1' }],
    'routed by latency',
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
  [
    'a mark of external-dns beside it',
    () => [
      blue(),
      { ...values('TXT', '"heritage=external-dns,external-dns/owner=k8s"'), Name: `a-${appDomain}` },
    ],
    'owner "k8s"',
  ],
  ['no record at all', () => [values('TXT', '"x"')], 'has no address record in hosted zone'],
  [
    'only a wildcard',
    () => [{ ...values('CNAME', 'www.example.net'), Name: '*.example.com' }],
    '*.example.com, which leads to www.example.net',
  ],
  ['green alone', () => [{ ...values('A', '192.0.2.1'), ...weighted('g', 1) }], 'a third place'],
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
    'there is no such Express service: nobody',
  ],
  ['a cluster that is not there', { cluster: 'nowhere' }, 'the cluster does not exist'],
  [
    'a domain of nobody',
    { domain: 'app.example.org' },
    'no hosted zone of this account holds app.example.org',
  ],
  ['a share without a pair', { mode: 'shift', 'green-percent': '10' }, 'is not a weighted pair yet'],
  ['a CNAME for an alias', { mode: 'adopt', 'adopt-as': 'cname' }, 'a step back'],
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

test('weights of 0 and 0 are refused before any call', async () => {
  await world.calls();
  const run = await world.run({ mode: 'shift', 'blue-weight': '0', 'green-weight': '0' });
  expect(run.log).toContain('Route 53 takes 0 and 0 for equal shares');
  expect(run.exitCode).toBe(1);
  expect(await world.calls()).toEqual([]);
});

describe('with a pair', () => {
  beforeAll(async () => {
    expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
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
          secondsAgo: 3600,
        },
      ],
    });
    const run = await world.run({ mode: 'finalize' });
    // The probes of the steps before may fall into the same hour.
    expect(run.log).toMatch(/blue had 4\d\d requests/);
    expect(run.exitCode).toBe(1);
    expect(await world.run({ mode: 'rollback' })).toMatchObject({ exitCode: 0 });
  });

  test('while a deployment of green is under way, nothing is shifted', async () => {
    await updateWeb(new ECSClient(world.emulator.client), 'web:2');
    const run = await world.run({ mode: 'shift', 'green-percent': '10' });
    expect(run.log).toContain('a deployment of green is');
    expect(run.exitCode).toBe(1);
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

  test('an inner zone that nobody is led to is refused', async () => {
    const route53 = new Route53Client(world.emulator.client);
    await route53.send(new CreateHostedZoneCommand({ Name: appDomain, CallerReference: 'inner' }));
    const run = await world.run({ mode: 'status' });
    expect(run.log).toContain('resolvers are not led to hosted zone');
    expect(run.exitCode).toBe(1);
  });
});
