import { ACMClient, DeleteCertificateCommand, ListCertificatesCommand } from '@aws-sdk/client-acm';
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
  at: ShiftWorld = world,
): Promise<ActionRun> {
  const values = { HostedZoneId: at.zoneId, DomainNames: names.join() };
  await at.emulator.post('policy', policyOf(role, values));
  return at.run(inputs);
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

describe('where green has no certificate', () => {
  const step = {
    mode: 'shift',
    'green-percent': '10',
    'attach-domain': 'true',
    'request-certificate': 'true',
  };
  let bare: ShiftWorld;
  beforeAll(async () => {
    bare = await startShiftWorld({ domains, greenKnowsDomain: false });
    const acm = new ACMClient(bare.emulator.client);
    const { CertificateSummaryList = [] } = await acm.send(new ListCertificatesCommand({}));
    for (const { CertificateArn } of CertificateSummaryList) {
      await acm.send(new DeleteCertificateCommand({ CertificateArn }));
    }
    expect(await runAs('shift', domains, { mode: 'adopt' }, bare)).toMatchObject({ exitCode: 0 });
  });
  afterAll(() => bare.stop());

  test('a role for one of them requests none for both', async () => {
    const run = await runAs('shift', ['example.com'], step, bare);
    expect(run).toMatchObject({ exitCode: 1, outputs: { changed: 'false' } });
    expect(run.log).toContain('Allow acm:RequestCertificate');
  });

  test('a role for both requests one for them, with nothing but their names in its policy', async () => {
    const run = await runAs('shift', domains, step, bare);
    expect({ exitCode: run.exitCode, log: run.exitCode === 0 ? '' : run.log }).toEqual({
      exitCode: 0,
      log: '',
    });
  });
});
