import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { appDomain, findGreen, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/** What a step took its time for is looked at again before the next one. */

const www = 'www.example.com';
let world: ShiftWorld;
beforeAll(async () => {
  world = await startShiftWorld({ known: [appDomain, www] });
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
});
afterAll(() => world.stop());
afterEach(() => world.giveGreen(0));

const shares = async () => (await world.records()).map(({ Weight }) => Weight);
const follower: ResourceRecordSet = {
  Name: www,
  Type: 'CNAME',
  TTL: 60,
  ResourceRecords: [{ Value: appDomain }],
};
const mark: ResourceRecordSet = {
  Name: `a-${appDomain}`,
  Type: 'TXT',
  TTL: 60,
  ResourceRecords: [{ Value: '"heritage=external-dns,external-dns/owner=k8s,external-dns/resource=x"' }],
};

async function inFirstWatch(happens: () => Promise<unknown>) {
  const hold = await world.emulator.hold({ service: 'cloudwatch', operation: 'GetMetricData' });
  const running = world.start({
    mode: 'shift',
    steps: '10,50',
    'max-error-percent': '50',
    'min-requests': '0',
  });
  await hold.arrived();
  await happens();
  await hold.release();
  return running.finished;
}

const held = { exitCode: 1, outputs: { outcome: 'inconclusive', 'green-percent': '10' } };

test('a name that follows, and that green has no more', async () => {
  await world.change([{ Action: 'CREATE', ResourceRecordSet: follower }]);
  const run = await inFirstWatch(() => world.setHosts((hosts) => hosts.filter((host) => host !== www)));
  await world.setHosts((hosts) => [...hosts, www]);
  await world.change([{ Action: 'DELETE', ResourceRecordSet: follower }]);
  expect(run.log).toContain(`no further step was made: ${www} follows a name of this move`);
  expect(run).toMatchObject(held);
  expect(await shares()).toEqual([90, 10]);
});

test('a mark of external-dns', async () => {
  const run = await inFirstWatch(() => world.change([{ Action: 'CREATE', ResourceRecordSet: mark }]));
  await world.change([{ Action: 'DELETE', ResourceRecordSet: mark }]);
  expect(run.log).toContain('no further step was made: external-dns (owner "k8s") holds app.example.com');
  expect(run).toMatchObject(held);
});

test('a record that comes while the end is written is said', async () => {
  await world.giveGreen(100);
  const operation = { service: 'route53', operation: 'ChangeResourceRecordSets' };
  const hold = await world.emulator.hold(operation);
  const running = world.start({ mode: 'finalize', 'hold-hours': '0' });
  await hold.arrived();
  const six: ResourceRecordSet = { Name: appDomain, Type: 'AAAA', AliasTarget: await findGreen(world) };
  await world.change([{ Action: 'CREATE', ResourceRecordSet: six }]);
  await hold.release();
  const run = await running.finished;
  expect(run.log).toMatch(
    /::warning.*somebody added a record next to .*AAAA|::notice.*somebody added a record next to .*AAAA/,
  );
  expect(await world.records()).toHaveLength(2);
});
