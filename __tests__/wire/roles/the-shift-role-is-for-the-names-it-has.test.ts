import { policyOf } from '../../helpers/policies.ts';
import type { ActionRun } from '../../helpers/run-action.ts';
import { type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

const domains = ['example.com', 'www.example.com'];

let world: ShiftWorld;
beforeAll(async () => {
  world = await startShiftWorld({ domains });
});
afterAll(() => world.stop());

async function runAs(
  role: 'plan' | 'shift' | 'rollback',
  names: readonly string[],
  inputs: Readonly<Record<string, string>>,
): Promise<ActionRun> {
  const values = { HostedZoneId: world.zoneId, DomainNames: names.join() };
  await world.emulator.post('policy', policyOf(role, values));
  return world.run(inputs);
}
const weights = () =>
  Promise.all(domains.map(async (name) => (await world.records(name)).map(({ Weight }) => Weight)));

test('a role for both plans, adopts, shifts and rolls back both', async () => {
  const back = { mode: 'rollback' };
  const step = { mode: 'shift', 'green-percent': '10' };
  for (const [role, inputs] of [
    ['plan', {}],
    ['shift', { mode: 'adopt' }],
    ['shift', step],
    ['rollback', back],
  ] as const) {
    const run = await runAs(role, domains, inputs);
    expect([role, inputs, run.exitCode]).toEqual([role, inputs, 0]);
    expect(run.log).not.toContain('not authorized');
  }
  expect(await weights()).toEqual([
    [100, 0],
    [100, 0],
  ]);
});

test('a role for one of them moves none of a batch of both', async () => {
  const run = await runAs('shift', ['example.com'], { mode: 'shift', 'green-percent': '20' });
  expect(run).toMatchObject({ exitCode: 1, outputs: { changed: 'false' } });
  expect(run.log).toContain('Allow route53:ChangeResourceRecordSets');
  expect(await weights()).toEqual([
    [100, 0],
    [100, 0],
  ]);
});

test('a role for one of them rolls that one back, and says which it could not', async () => {
  await runAs('shift', domains, { mode: 'shift', 'green-percent': '20' });
  const run = await runAs('rollback', ['example.com'], { mode: 'rollback' });
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('not all names were rolled back: www.example.com: could not change the records');
  expect(await weights()).toEqual([
    [100, 0],
    [80, 20],
  ]);
});
