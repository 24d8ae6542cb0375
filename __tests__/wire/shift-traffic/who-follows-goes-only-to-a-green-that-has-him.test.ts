import { AppRunnerClient, DescribeServiceCommand } from '@aws-sdk/client-apprunner';
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { appDomain, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/** A name that leads to a name of the move goes where that goes, though nobody has named it in `domain`. */

const www = 'www.example.com';
let world: ShiftWorld;
beforeAll(async () => {
  world = await startShiftWorld({ known: [appDomain, www] });
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
  await world.change([{ Action: 'CREATE', ResourceRecordSet: toApp(www) }]);
});
afterAll(() => world.stop());

const toApp = (Name: string): ResourceRecordSet => ({
  Name,
  Type: 'CNAME',
  TTL: 60,
  ResourceRecords: [{ Value: appDomain }],
});
const to = (percent: number) => ({ mode: 'shift', 'green-percent': String(percent) });
const shares = async () => (await world.records()).map(({ Weight }) => Weight);
const statusOfBlue = async () =>
  (
    await new AppRunnerClient(world.emulator.client).send(
      new DescribeServiceCommand({ ServiceArn: world.blueArn }),
    )
  ).Service?.Status;

async function withoutHost<T>(act: () => Promise<T>): Promise<T> {
  await world.setHosts((hosts) => hosts.filter((host) => host !== www));
  return act().finally(() => world.setHosts((hosts) => [...hosts, www]));
}

async function withName<T>(name: string, act: () => Promise<T>): Promise<T> {
  await world.change([{ Action: 'CREATE', ResourceRecordSet: toApp(name) }]);
  return act().finally(() => world.change([{ Action: 'DELETE', ResourceRecordSet: toApp(name) }]));
}

const follow = 'Names that follow a name of this move, and move with it: ';

test.each([{ ...to(10), mode: 'plan' }, to(10)])('%j names those that green answers for', async (inputs) => {
  const run = await world.run(inputs);
  expect(run).toMatchObject({ exitCode: 0 });
  expect(run.log).toContain(`::notice::${follow}${www}. Green answers for it`);
});

test.each([{ ...to(20), mode: 'plan' }, to(20)])(
  '%j is refused where its visitors have an answer from blue, and would have none from green',
  async (inputs) => {
    const run = await withoutHost(() => world.run(inputs));
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
    expect(run.log).toMatch(
      /::error.*www\.example\.com follows a name of this move; blue answers for it, and green does not: Express's own listener rule does not have the host/,
    );
    expect(run.log).toContain('Add "custom-domains: www.example.com" to the step that deploys green');
    expect(await shares()).toEqual([90, 10]);
  },
);

test.each([{ ...to(20), mode: 'plan' }, to(20)])(
  '%j says which one nobody answers for, and is made',
  async (inputs) => {
    const run = await withName('old.example.com', () => world.run(inputs));
    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.log).toMatch(
      /::notice::Names that follow a name of this move.*: old\.example\.com\. Green does not have it: .*Blue was not seen to answer for it either/,
    );
    expect(run.log).toContain(`${follow}${www}. Green answers for it`);
  },
);

test('a wildcard, which nobody can ask, is looked for in the listener rule', async () => {
  const run = await withName('*.example.com', () => world.run(to(30)));
  expect(run).toMatchObject({ exitCode: 0 });
  expect(run.log).toMatch(
    /::notice::Names that follow .*: \*\.example\.com\. Green does not have it: Express's own listener rule does not have the host \*\.example\.com/,
  );
});

test('a step that gives green less asks for none', async () => {
  const run = await withoutHost(() => world.run(to(10)));
  expect(run).toMatchObject({ exitCode: 0, outputs: { 'green-percent': '10' } });
});

test('the plan of an adoption, which sends nobody to green, only names them', async () => {
  const run = await withoutHost(() => world.run({ mode: 'plan', 'plan-for': 'adopt' }));
  expect(run).toMatchObject({ exitCode: 0 });
  expect(run.log).toContain(`${follow}${www}. Add it to custom-domains`);
});

test('blue is not retired while green does not have one of them', async () => {
  expect(await world.run(to(100))).toMatchObject({ exitCode: 0 });
  const end = { mode: 'finalize', 'hold-hours': '0', 'retire-blue': 'pause' };
  const held = await withoutHost(() => world.run(end));
  expect(held).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
  expect(held.log).toContain(`${www} follows a name of this move, and green does not have it`);
  // The last change takes its time, in which another job may take the host away.
  const following = await world.emulator.hold({ service: 'route53', operation: 'GetChange' });
  const running = world.start(end);
  await following.arrived();
  const run = await withoutHost(async () => {
    await following.release();
    return running.finished;
  });
  expect(run).toMatchObject({ exitCode: 1, outputs: { changed: 'true' } });
  expect(run.log).toContain(`blue was not retired: ${www} follows a name of this move`);
  expect(await statusOfBlue()).toBe('RUNNING');
  expect(await world.run(end)).toMatchObject({ exitCode: 0 });
  expect(await statusOfBlue()).not.toBe('RUNNING');
});

test('of many only ten are asked for', async () => {
  const crowd = await startShiftWorld({ known: [appDomain, '*.example.com'] });
  try {
    expect(await crowd.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
    const names = Array.from({ length: 12 }, (_, index) => `shop-${index}.example.com`);
    await crowd.change(names.map((name) => ({ Action: 'CREATE' as const, ResourceRecordSet: toApp(name) })));
    const run = await crowd.run(to(10));
    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.log).toMatch(/::notice::Names that follow .*shop-7\.example\.com.*\. Green answers for them/);
    expect(run.log).toContain(
      `${follow}shop-8.example.com and shop-9.example.com. Green's listener rule has them; whether its certificate does was not asked`,
    );
  } finally {
    await crowd.stop();
  }
});
