import { putErrorAlarm } from '../../helpers/error-alarm.ts';
import { appDomain, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

let world: ShiftWorld;
beforeAll(async () => {
  world = await startShiftWorld();
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
});
afterAll(() => world.stop());
afterEach(async () => {
  await world.emulator.clearFaults();
  await world.setHosts((hosts) => [...hosts.filter((host) => host !== appDomain), appDomain]);
  await world.giveGreen(0);
});

const weights = async () => (await world.records()).map(({ Weight }) => Weight);
const breakGreen = () => world.setHosts((hosts) => hosts.filter((host) => host !== appDomain));

/** Green dies when the first watch is over, and the look before the next step is not allowed to see all. */
test.each([
  { service: 'ecs', operation: 'ListServiceDeployments' },
  { service: 'elbv2', operation: 'DescribeRules' },
])('a green that is seen dead is left, though $operation is denied in the same look', async (call) => {
  // Before it are the looks of the plan and of the beginning of the watch.
  const watched = { service: 'ecs', operation: 'ListServiceDeployments', after: 2, when: 'after' as const };
  const ending = await world.emulator.hold(watched);
  const running = world.start({ mode: 'shift', steps: '10,50' });
  await ending.arrived();
  await breakGreen();
  // The answer that is held is of before.
  await world.emulator.addFaults([{ ...call, fault: 'denied', times: 99 }]);
  await ending.release();
  const run = await running.finished;
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back', 'green-percent': '0' } });
  expect(run.log).toMatch(new RegExp(`Rolling back to 0 %: .*${call.operation}`));
  expect(await weights()).toEqual([100, 0]);
});

test('a CloudWatch that hangs hides no green that is dead', async () => {
  await putErrorAlarm(world, 'quiet');
  await world.emulator.advance(120);
  // The first look is the one before the step.
  const hold = await world.emulator.hold({ service: 'cloudwatch', operation: 'DescribeAlarms', after: 1 });
  const running = world.start({
    mode: 'shift',
    'green-percent': '10',
    'bake-minutes': '1',
    alarms: 'quiet',
  });
  await hold.arrived();
  await world.emulator.addFaults([
    { service: 'cloudwatch', operation: 'DescribeAlarms', fault: 'hang', times: 99 },
  ]);
  await breakGreen();
  const run = await running.finished;
  await hold.release();
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back', 'green-percent': '0' } });
  expect(run.log).toContain('probes in a row failed');
});
