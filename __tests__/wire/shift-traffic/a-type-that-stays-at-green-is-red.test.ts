import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { appDomain, findGreen, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/** Beside the pair of A records there is an AAAA record without a blue: no way back takes it from where it leads. */
let world: ShiftWorld;
beforeAll(async () => {
  world = await startShiftWorld();
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
});
afterAll(() => world.stop());

const weights = async () => (await world.records()).map(({ Type, Weight }) => `${Type} ${Weight}`);
const six = { Name: appDomain, Type: 'AAAA' } as const;
const toGreen = async (): Promise<ResourceRecordSet> => ({ ...six, AliasTarget: await findGreen(world) });
const toStranger = async (): Promise<ResourceRecordSet> => ({
  ...six,
  TTL: 60,
  ResourceRecords: [{ Value: '2001:db8::1' }],
});

/** Gives green 10 %, and puts the record beside the pair for as long as it takes. */
async function beside<T>(record: ResourceRecordSet, act: () => Promise<T>): Promise<T> {
  await world.giveGreen(10);
  await world.change([{ Action: 'CREATE', ResourceRecordSet: record }]);
  try {
    return await act();
  } finally {
    await world.change([{ Action: 'DELETE', ResourceRecordSet: record }]);
    await world.giveGreen(0);
  }
}

const stillThere = 'the AAAA record of app.example.com still leads to green';

test('a rollback does what it can, and says what it could not do, however often it is made', async () => {
  const [first, second] = await beside(await toGreen(), async () => [
    await world.run({ mode: 'rollback' }),
    await world.run({ mode: 'rollback' }),
  ]);
  for (const { exitCode, log, outputs } of [first, second]) {
    expect({ exitCode, percent: outputs['green-percent'] }).toEqual({ exitCode: 1, percent: '' });
    expect(log).toMatch(new RegExp(`::error.*${stillThere}.*there is no blue beside it`));
    expect(log).toContain('Delete it, so that clients with IPv6 use the A record');
    expect(log).not.toContain('green has 0 %');
  }
  expect(first.outputs).toMatchObject({ outcome: 'failed', changed: 'true' });
  expect(first.log).toContain(
    'app.example.com: partly rolled back; uneven, A blue 100 and green 0, AAAA to green',
  );
  expect(second.outputs).toMatchObject({ outcome: 'refused', changed: 'false' });
  expect(await weights()).toEqual(['A 100', 'A 0']);
});

test('so does one beside a stranger, which keeps nobody at green', async () => {
  const [first, second] = await beside(await toStranger(), async () => [
    await world.run({ mode: 'rollback' }),
    await world.run({ mode: 'rollback' }),
  ]);
  expect(first).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied', 'green-percent': '0' } });
  expect(second).toMatchObject({ exitCode: 0, outputs: { outcome: 'noop' } });
  for (const { log } of [first, second])
    expect(log).toContain('the AAAA record to 2001:db8::1 stays as it is');
});

test('a monitor that takes a sick green back says what it leaves there', async () => {
  const run = await beside(await toGreen(), async () => {
    await world.setHosts((hosts) => hosts.filter((host) => host !== appDomain));
    const watch = { mode: 'monitor', 'watch-minutes': '0.02', 'bake-minutes': '', 'apprunner-service': '' };
    return world.run(watch).finally(() => world.setHosts((hosts) => [...hosts, appDomain]));
  });
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back', 'green-percent': '' } });
  expect(run.log).toMatch(new RegExp(`::error.*Beside it, ${stillThere}`));
  expect(run.log).toContain('app.example.com: partly rolled back; uneven');
  expect(run.log).not.toContain('green has 0 %');
});
