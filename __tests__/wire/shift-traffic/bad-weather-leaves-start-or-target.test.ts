import { type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/**
 * Each call of a step meets each kind of trouble. Whatever happens, the records are those of before or those wanted, the
 * job says which, and the next run gets to the end.
 */
let world: ShiftWorld;
let asked: readonly string[];
beforeAll(async () => {
  world = await startShiftWorld();
  await world.run({ mode: 'adopt' });
  await world.calls();
  expect(await world.run(step)).toMatchObject({ exitCode: 0 });
  asked = [...new Set(await world.calls())];
  await reset();
});
afterAll(() => world.stop());

const step = {
  mode: 'shift',
  'green-percent': '10',
  'bake-minutes': '0',
  'drain-seconds': '0',
  alarms: '',
  'max-error-percent': '1',
};
const shares = async () => (await world.records()).map(({ Weight }) => Weight);
const start = [100, 0];
const target = [90, 10];

async function reset(): Promise<void> {
  await world.run({ mode: 'rollback', 'drain-seconds': '0' });
  expect(await shares()).toEqual(start);
  await world.calls();
}

async function expectRepeatToConverge(): Promise<void> {
  const again = await world.run(step);
  expect(again).toMatchObject({ exitCode: 0, outputs: { 'green-percent': '10' } });
  expect(await shares()).toEqual(target);
}

function faultsAt(calls: readonly string[], fault: string, times: number) {
  return calls.map((call) => {
    const [service, operation] = call.split(':');
    return { service, operation, fault, times };
  });
}

test('the calls of a step are these', () => {
  expect([...asked].sort()).toEqual([
    'apprunner:DescribeCustomDomains',
    'apprunner:ListServices',
    'ecs:DescribeExpressGatewayService',
    'ecs:DescribeServiceRevisions',
    'ecs:DescribeServices',
    'ecs:ListServiceDeployments',
    'elbv2:DescribeListeners',
    'elbv2:DescribeLoadBalancers',
    'elbv2:DescribeRules',
    'route53:ChangeResourceRecordSets',
    'route53:GetChange',
    'route53:GetHostedZone',
    'route53:ListHostedZonesByName',
    'route53:ListResourceRecordSets',
  ]);
});

test.each(['throttle', 'error', 'reset', 'lost-reply'])(
  '%s once at every call changes nothing but the time',
  async (fault) => {
    await world.emulator.addFaults(faultsAt(asked, fault, 1));
    const run = await world.run(step);
    expect(run.log).toContain('Wrote: give green 10 %');
    expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied', 'green-percent': '10' } });
    expect(await shares()).toEqual(target);
    await reset();
  },
);

test('a change whose every reply is lost is found in the records', async () => {
  await world.emulator.addFaults(faultsAt(['route53:ChangeResourceRecordSets'], 'lost-reply', 1));
  await world.emulator.addFaults(faultsAt(['route53:ChangeResourceRecordSets'], 'reset', 20));
  const running = world.start(step);
  await running.sawInLog('the reply was lost; the records show it');
  expect(await shares()).toEqual(target);
  running.kill('SIGKILL');
  await running.finished;
  await clearFaults();
  await reset();
});

test.each(['denied', 'expired'])('%s at any call leaves start or target, and helps', async (fault) => {
  for (const call of asked) {
    await world.emulator.addFaults(faultsAt([call], fault, 50));
    const run = await world.run(step);
    await clearFaults();
    const operation = call.split(':')[1] ?? '';
    if (run.exitCode !== 0) {
      expect([call, run.log]).toEqual([
        call,
        expect.stringContaining(fault === 'denied' ? operation : 'xpired'),
      ]);
      expect([call, run.log]).toEqual([call, expect.not.stringContaining('This is a bug')]);
    }
    const seen = await shares();
    expect([call, [start, target]]).toEqual([call, expect.arrayContaining([seen])]);
    expect([call, run.outputs['green-percent'] || '0']).toEqual([call, String(seen[1])]);
    // Before anything was changed there is nothing that a repeat could stumble over.
    if (run.outputs['changed'] !== 'true') continue;
    await expectRepeatToConverge();
    await reset();
  }
});

test('killed at any call of Route 53, the next run gets there', async () => {
  for (const call of asked.filter((each) => each.startsWith('route53:'))) {
    await world.emulator.addFaults(faultsAt([call], 'hang', 1));
    const running = world.start(step);
    await untilAsked(call);
    running.kill('SIGKILL');
    await running.finished;
    await clearFaults();
    await expectRepeatToConverge();
    await reset();
  }
});

async function untilAsked(call: string): Promise<void> {
  for (;;) {
    const requests = await world.emulator.requests();
    if (requests.some(({ service, operation }) => `${service}:${operation}` === call)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function clearFaults(): Promise<void> {
  await fetch(`${world.emulator.url}/_emulator/faults`, { method: 'DELETE' });
}
