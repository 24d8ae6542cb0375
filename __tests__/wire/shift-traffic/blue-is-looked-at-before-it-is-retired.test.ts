import { AppRunnerClient, DescribeServiceCommand } from '@aws-sdk/client-apprunner';
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/** The last change of the records takes its time, and what is deleted afterwards does not come back. */
let world: ShiftWorld;
let toBlue: ResourceRecordSet;
beforeAll(async () => {
  world = await startShiftWorld();
  const [record] = await world.records();
  toBlue = { ...record, Name: 'late.example.com', Type: 'A' };
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
  const all = { mode: 'shift', 'green-percent': '100', 'bake-minutes': '0' };
  expect(await world.run(all)).toMatchObject({ exitCode: 0 });
});
afterAll(() => world.stop());

test('a name that somebody leads to blue while the records change keeps it', async () => {
  const following = await world.emulator.hold({ service: 'route53', operation: 'GetChange' });
  const running = world.start({ mode: 'finalize', 'hold-hours': '0', 'retire-blue': 'delete' });
  await following.arrived();
  await world.change([{ Action: 'CREATE', ResourceRecordSet: toBlue }]);
  await following.release();
  const run = await running.finished;
  const appRunner = new AppRunnerClient(world.emulator.client);
  const { Service } = await appRunner.send(new DescribeServiceCommand({ ServiceArn: world.blueArn }));
  expect(Service?.Status).toBe('RUNNING');
  expect(run.log).toContain('blue was not retired: late.example.com still leads to blue [inconclusive]');
  expect(run).toMatchObject({ exitCode: 1, outputs: { changed: 'true' } });
});

test('it goes when nothing leads to it any more, though the reply is lost', async () => {
  const lost = { service: 'apprunner', operation: 'DeleteService', fault: 'lost-reply', times: 1 };
  await world.emulator.addFaults([lost]);
  await world.change([{ Action: 'DELETE', ResourceRecordSet: toBlue }]);
  const run = await world.run({ mode: 'finalize', 'hold-hours': '0', 'retire-blue': 'delete' });
  expect(run.log).toContain('Asked App Runner to delete service shop');
  expect(run.exitCode).toBe(0);
});
