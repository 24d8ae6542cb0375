import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { appDomain, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/** `www` as a CNAME to `app`, and both in `domain`: it has nothing to move, and nothing that a rollback could leave behind. */

const www = 'www.example.com';
const both = { domain: `${appDomain}, ${www}` };

let world: ShiftWorld;
beforeAll(async () => {
  world = await startShiftWorld({ known: [appDomain, www] });
  await world.change([{ Action: 'CREATE', ResourceRecordSet: toApp }]);
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
});
afterAll(() => world.stop());

const toApp: ResourceRecordSet = {
  Name: www,
  Type: 'CNAME',
  TTL: 300,
  ResourceRecords: [{ Value: appDomain }],
};
const shares = async () => (await world.records(appDomain)).map(({ Weight }) => Weight);
const toHalf = () =>
  world
    .run({ mode: 'shift', 'green-percent': '50' })
    .then((run) => expect(run).toMatchObject({ exitCode: 0 }));

test.each([
  { mode: 'plan' },
  { mode: 'plan', 'green-percent': '50' },
  { mode: 'adopt' },
  { mode: 'shift', 'green-percent': '50' },
  { mode: 'finalize', 'hold-hours': '0' },
])('%j says to leave it out', async (inputs) => {
  const run = await world.run({ ...inputs, ...both });
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
  expect(run.log).toContain('its CNAME record leads to app.example.com, in domain as well');
  expect(run.log).toContain('Leave www.example.com out of domain: it follows app.example.com');
});

test('a status and a verification take it for what it is', async () => {
  const status = await world.run({ mode: 'status', ...both });
  expect(status).toMatchObject({ exitCode: 0 });
  expect(status.log).toContain('www.example.com: nothing was changed; follows app.example.com');
  expect(await world.run({ mode: 'verify', ...both })).toMatchObject({ exitCode: 0 });
});

test('a rollback takes it back with the other, and is green', async () => {
  await toHalf();
  const run = await world.run({ mode: 'rollback', ...both });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied', 'green-percent': '0' } });
  expect(run.log).toContain('it follows app.example.com, and goes back with it');
  expect(run.log).toContain('www.example.com: nothing was changed; follows app.example.com');
  expect(await shares()).toEqual([100, 0]);
  const again = await world.run({ mode: 'rollback', ...both });
  expect(again).toMatchObject({ exitCode: 0, outputs: { outcome: 'noop' } });
});

test('a watch between two steps is not kept from its work by it', async () => {
  await toHalf();
  const watch = { mode: 'monitor', 'watch-minutes': '0.02', 'bake-minutes': '', 'apprunner-service': '' };
  expect(await world.run({ ...watch, ...both })).toMatchObject({ exitCode: 0, outputs: { outcome: 'noop' } });
  await world.setHosts((hosts) => hosts.filter((host) => host !== appDomain));
  const run = await world.run({ ...watch, ...both });
  await world.setHosts((hosts) => [...hosts, appDomain]);
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back', 'green-percent': '0' } });
  expect(await shares()).toEqual([100, 0]);
});

test('alone, or where it leads elsewhere, it stays, and the rollback is red', async () => {
  await toHalf();
  const alone = await world.run({ mode: 'rollback', domain: www });
  expect(alone).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
  expect(alone.log).toContain(
    'Roll back app.example.com (input domain) instead: www.example.com follows it.',
  );
  const ResourceRecords = [{ Value: 'elsewhere.example.net' }];
  await world.change([{ Action: 'UPSERT', ResourceRecordSet: { ...toApp, ResourceRecords } }]);
  const run = await world.run({ mode: 'rollback', ...both });
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'failed', 'green-percent': '0' } });
  expect(run.log).toContain('the CNAME record to elsewhere.example.net stays as it is');
});
