import { Resolver } from 'node:dns/promises';
import {
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
  SetIpAddressTypeCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { makeDualStack } from '../../helpers/blue-service.ts';
import { appDomain, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/** App Runner is dual-stack, and the domain has an AAAA record beside its A record. */
let world: ShiftWorld;
beforeAll(async () => {
  world = await startShiftWorld();
  await makeDualStack(world.emulator, world.blueArn);
  const [own] = await world.records();
  await world.change([
    { Action: 'CREATE', ResourceRecordSet: { ...own, Type: 'AAAA' } as ResourceRecordSet },
  ]);
  await world.emulator.advance(60);
});
afterAll(() => world.stop());

/** `A apprunner-blue 90`, in the order of Route 53. */
const pairs = async () =>
  (await world.records()).map(({ Type, SetIdentifier, Weight }) => `${Type} ${SetIdentifier} ${Weight}`);

async function refused(inputs: Readonly<Record<string, string>>): Promise<string> {
  const before = await world.records();
  const run = await world.run(inputs);
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
  expect(await world.records()).toEqual(before);
  return run.log;
}

test('a green without IPv6 does not get the domain: those clients would be left without an answer', async () => {
  expect(await refused({ mode: 'adopt' })).toContain('has an AAAA record, but green');
});

test('with IPv6 on both sides the two records become two pairs', async () => {
  const elb = new ElasticLoadBalancingV2Client(world.emulator.client);
  const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
  const LoadBalancerArn = LoadBalancers[0]?.LoadBalancerArn;
  await elb.send(new SetIpAddressTypeCommand({ LoadBalancerArn, IpAddressType: 'dualstack' }));
  const run = await world.run({ mode: 'adopt' });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied', 'blue-weight': '100' } });
  expect(run.log).toContain('replace the A and AAAA record');
  expect(await pairs()).toEqual([
    'A apprunner-blue 100',
    'A express-green 0',
    'AAAA apprunner-blue 100',
    'AAAA express-green 0',
  ]);
});

test('a step moves both pairs in one change', async () => {
  await world.calls();
  const run = await world.run({ mode: 'shift', 'green-percent': '100' });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'baked', 'green-percent': '100' } });
  const changes = (await world.calls()).filter((call) => call === 'route53:ChangeResourceRecordSets');
  expect(changes).toHaveLength(1);
  const dns = new Resolver();
  dns.setServers([world.emulator.dns]);
  expect(await dns.resolve4(appDomain)).toEqual(['127.0.0.2']);
  expect(await dns.resolve6(appDomain)).toEqual(['::ffff:127.0.0.2']);
});

test('pairs that somebody moved apart go nowhere but back to blue', async () => {
  const six = (await world.records()).filter(({ Type }) => Type === 'AAAA');
  const swapped = six.map((record) => ({ ...record, Weight: 100 - (record.Weight ?? 0) }));
  const upsert = (records: readonly ResourceRecordSet[]) =>
    world.change(records.map((ResourceRecordSet) => ({ Action: 'UPSERT', ResourceRecordSet })));
  await upsert(swapped);
  for (const mode of ['shift', 'finalize']) {
    const log = await refused({ mode, ...(mode === 'shift' && { 'green-percent': '50' }) });
    expect(log).toContain('clients with IPv6 get other answers');
  }
  const back = await world.run({ mode: 'rollback' });
  expect(back).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied', 'green-percent': '0' } });
  expect(await pairs()).toEqual([
    'A apprunner-blue 100',
    'A express-green 0',
    'AAAA apprunner-blue 100',
    'AAAA express-green 0',
  ]);
});

test('a rollback and the end are for both, too', async () => {
  expect(await world.run({ mode: 'rollback' })).toMatchObject({ exitCode: 0 });
  expect(await pairs()).toContain('AAAA express-green 0');
  expect(await world.run({ mode: 'shift', 'green-percent': '100' })).toMatchObject({ exitCode: 0 });
  expect(await world.run({ mode: 'finalize', 'hold-hours': '0' })).toMatchObject({ exitCode: 0 });
  expect(await pairs()).toEqual(['A undefined undefined', 'AAAA undefined undefined']);
});

test('a CNAME to a blue with IPv6 becomes a pair for each type, though green has none', async () => {
  const other = await startShiftWorld({ record: 'cname' });
  try {
    await makeDualStack(other.emulator, other.blueArn);
    // Where App Runner may not be asked, the DNS of blue tells the same.
    const denied = { service: 'apprunner', operation: 'DescribeService', fault: 'denied', times: 1 };
    await other.emulator.addFaults([denied]);
    const run = await other.run({ mode: 'adopt' });
    expect(await other.calls()).toContain('apprunner:DescribeService');
    expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied', 'blue-weight': '100' } });
    const seen = (await other.records()).map(({ Type, SetIdentifier, Weight }) => [
      Type,
      SetIdentifier,
      Weight,
    ]);
    expect(seen).toEqual([
      ['A', 'apprunner-blue', 100],
      ['A', 'express-green', 0],
      ['AAAA', 'apprunner-blue', 100],
      ['AAAA', 'express-green', 0],
    ]);
    const plan = await other.run({ mode: 'plan', 'green-percent': '10' });
    expect(plan.log).toContain(
      'From the step to 10 %25 on, visitors with IPv6 who are sent to green fall back to IPv4',
    );
  } finally {
    await other.stop();
  }
});
