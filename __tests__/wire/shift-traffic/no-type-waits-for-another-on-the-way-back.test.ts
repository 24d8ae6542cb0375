import { AppRunnerClient, UpdateServiceCommand } from '@aws-sdk/client-apprunner';
import {
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
  SetIpAddressTypeCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateResourceRecordSetProtectionsCommand, Route53Client } from '@aws-sdk/client-route-53';
import { makeDualStack } from '../../helpers/blue-service.ts';
import { appDomain, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/** Where Route 53 refuses the batch of a name for one of its types, the other type goes back by itself. */

let world: ShiftWorld;
beforeEach(async () => {
  world = await startShiftWorld();
  await makeDualStack(world.emulator, world.blueArn);
  const [own] = await world.records();
  await world.change([{ Action: 'CREATE', ResourceRecordSet: { ...own, Name: appDomain, Type: 'AAAA' } }]);
  const elb = new ElasticLoadBalancingV2Client(world.emulator.client);
  const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
  const LoadBalancerArn = LoadBalancers[0]?.LoadBalancerArn;
  await elb.send(new SetIpAddressTypeCommand({ LoadBalancerArn, IpAddressType: 'dualstack' }));
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
});
afterEach(() => world.stop());

const shares = async () => (await world.records()).map(({ Type, Weight }) => `${Type} ${Weight}`);
async function takeIpv6FromBlue(): Promise<void> {
  const appRunner = new AppRunnerClient(world.emulator.client);
  const NetworkConfiguration = { IpAddressType: 'IPV4' as const };
  await appRunner.send(new UpdateServiceCommand({ ServiceArn: world.blueArn, NetworkConfiguration }));
  await world.emulator.advance(600);
}

test('a rollback, of a blue that has no IPv6 any more', async () => {
  await world.giveGreen(50);
  await takeIpv6FromBlue();
  const run = await world.run({ mode: 'rollback' });
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'failed', 'green-percent': '' } });
  expect(run.log).toMatch(/::error.*not all types were rolled back: app\.example\.com \(AAAA\): /);
  expect(JSON.parse(run.outputs['domains'] ?? '')).toMatchObject([
    { rolledBack: false, stays: expect.stringContaining('app.example.com (AAAA)') },
  ]);
  expect(await shares()).toEqual(['A 100', 'A 0', 'AAAA 50', 'AAAA 50']);
});

test('the way back of a watch, beside a protected type', async () => {
  await world.giveGreen(10);
  const inputs = { mode: 'shift', 'green-percent': '50', 'bake-minutes': '2' };
  const running = world.start(inputs);
  await running.sawInLog('Waited');
  const Protections = [{ RecordName: appDomain, RecordType: 'AAAA' as const, Comment: 'kept' }];
  const protect = new CreateResourceRecordSetProtectionsCommand({ HostedZoneId: world.zoneId, Protections });
  await new Route53Client(world.emulator.client).send(protect);
  await world.setHosts((hosts) => hosts.filter((host) => host !== appDomain));
  const run = await running.finished;
  expect(run).toMatchObject({ exitCode: 1, outputs: { 'rolled-back': 'false', 'green-percent': '' } });
  expect(run.log).toMatch(/::error.*not all types were rolled back: app\.example\.com \(AAAA\): /);
  expect(run.log).not.toContain('Run mode: rollback at once');
  expect(await shares()).toEqual(['A 90', 'A 10', 'AAAA 50', 'AAAA 50']);
});
