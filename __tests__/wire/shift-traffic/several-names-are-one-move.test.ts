import {
  CreateHostedZoneCommand,
  CreateResourceRecordSetProtectionsCommand,
  DeleteResourceRecordSetProtectionsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

const apex = 'example.com';
const www = 'www.example.com';

let world: ShiftWorld;
beforeAll(async () => {
  world = await startShiftWorld({ domains: [apex, www], greenKnowsDomain: false });
});
afterAll(() => world.stop());

const weightsOf = async (name: string) => (await world.records(name)).map(({ Weight }) => Weight);
const bothWeights = async () => [await weightsOf(apex), await weightsOf(www)];
const writes = (calls: readonly string[]) =>
  calls.filter((call) => call === 'route53:ChangeResourceRecordSets').length;
const named = (...percents: readonly [domain: string, before: number, after: number][]) =>
  percents.map(([domain, previousGreenPercent, greenPercent]) =>
    expect.objectContaining({ domain, previousGreenPercent, greenPercent }),
  );

/** A weight that somebody else gives to a record. */
async function meddle(name: string, side: number, Weight: number): Promise<void> {
  const record = (await world.records(name))[side];
  await world.change([{ Action: 'UPSERT', ResourceRecordSet: { ...record, Name: name, Type: 'A', Weight } }]);
}

test('one plan for both, in whatever order they are given; what else leads to blue is said', async () => {
  const run = await world.run({});
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'planned' } });
  expect(run.log).toContain(
    'Would replace the A record of example.com and www.example.com by a weighted pair',
  );
  expect(run.log).toContain('In one batch: example.com, www.example.com');
  expect(run.log).not.toContain('lead to blue');
  const other = await world.run({ domain: `WWW.example.com.\n${apex}, ${www}` });
  expect(other.outputs['plan-checksum']).toBe(run.outputs['plan-checksum']);
  expect(other.log).toContain('domain has www.example.com more than once; it is moved once.');
  const alone = await world.run({ domain: apex });
  expect(alone.log).toContain('Other names lead to blue, and stay there: www.example.com.');
  expect(alone.outputs['plan-checksum']).not.toBe(run.outputs['plan-checksum']);
});

test('where App Runner may not be asked, the zone tells what leads to blue', async () => {
  await world.emulator.addFaults([
    { service: 'apprunner', operation: 'DescribeCustomDomains', fault: 'denied', times: 1 },
  ]);
  const run = await world.run({ domain: apex });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'planned' } });
  expect(run.log).toContain('Other names lead to blue, and stay there: www.example.com.');
});

test.each(['throttle', 'error', 'reset', 'lost-reply'])(
  '%s at what a plan asks beside the records is outlasted',
  async (fault) => {
    await world.emulator.addFaults([
      { service: 'apprunner', operation: 'DescribeCustomDomains', fault, times: 1 },
      { service: 'route53', operation: 'ListResourceRecordSetProtections', fault, times: 1 },
    ]);
    expect(await world.run({})).toMatchObject({
      exitCode: 0,
      outputs: { outcome: 'planned', changed: 'false' },
    });
  },
);

test('both become pairs in one batch', async () => {
  await world.calls();
  const run = await world.run({ mode: 'adopt' });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied', 'blue-weight': '100' } });
  expect(writes(await world.calls())).toBe(1);
  expect(await bothWeights()).toEqual([
    [100, 0],
    [100, 0],
  ]);
});

test('green is taught both, asked for both, and both move in one batch', async () => {
  await world.calls();
  const run = await world.run({ mode: 'shift', 'green-percent': '10', 'attach-domain': 'true' });
  expect(run.log).toContain("Added hosts example.com and www.example.com to Express's own listener rule");
  expect(run.log).toContain('Green answers for example.com and www.example.com');
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'baked', 'green-percent': '10' } });
  expect(JSON.parse(run.outputs['domains'] ?? '')).toEqual(named([apex, 0, 10], [www, 0, 10]));
  const calls = await world.calls();
  expect(writes(calls)).toBe(1);
  expect(calls.filter((call) => call.endsWith(':ModifyRule'))).toHaveLength(1);
  expect(run.summary).toMatch(/name\["example\.com<br\/>www\.example\.com"\]/);
  expect(await bothWeights()).toEqual([
    [90, 10],
    [90, 10],
  ]);
});

test('a stranger at one name holds all of them', async () => {
  const following = await world.emulator.hold({ service: 'route53', operation: 'GetChange' });
  const running = world.start({ mode: 'shift', 'green-percent': '20' });
  await following.arrived();
  await meddle(www, 0, 77);
  await following.release();
  const run = await running.finished;
  expect(run.log).toContain('somebody else changed the records of www.example.com: expected');
  expect(run.outputs['outcome']).not.toBe('baked');
  expect(await weightsOf(apex)).toEqual([80, 20]);
  await meddle(www, 0, 80);
});

test('names of unlike shares are refused, with what brings them together; a rollback is for both', async () => {
  await world.run({ domain: www, mode: 'shift', 'green-percent': '5' });
  const refused = await world.run({ mode: 'shift', 'green-percent': '30' });
  expect(refused).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
  expect(refused.log).toContain(
    'green does not have the same share of all names: example.com 20 %25, www.example.com 5 %25',
  );
  expect(refused.log).toContain('mode: shift with domain: example.com and green-percent: 5');
  await world.calls();
  const back = await world.run({ mode: 'rollback' });
  expect(back).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied', 'green-percent': '0' } });
  expect(JSON.parse(back.outputs['domains'] ?? '')).toEqual(named([apex, 20, 0], [www, 5, 0]));
  expect(writes(await world.calls())).toBe(1);
});

test('one name of somebody else refuses all; a rollback takes what it can, and is red', async () => {
  await world.run({ mode: 'shift', 'green-percent': '50' });
  const [blue, green] = await world.records(www);
  const names = [blue, green].map((record) => ({ ...record, Name: www, Type: 'A' as const }));
  await world.change(names.map((ResourceRecordSet) => ({ Action: 'DELETE', ResourceRecordSet })));
  const shift = await world.run({ mode: 'shift', 'green-percent': '60' });
  expect(shift).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
  expect(shift.log).toContain('www.example.com has no address record');
  const planned = await world.run({ mode: 'plan', 'plan-for': 'rollback' });
  expect(planned.log).toContain('Would give blue everything');
  expect(planned.log).toContain('notice::www.example.com has no address record');
  const back = await world.run({ mode: 'rollback' });
  expect(back.log).toContain('not all was done: www.example.com has no address record');
  expect(back).toMatchObject({ exitCode: 1, outputs: { outcome: 'failed', 'green-percent': '0' } });
  expect(await weightsOf(apex)).toEqual([100, 0]);
  await world.change([
    { Action: 'CREATE', ResourceRecordSet: { ...blue, Name: www, Type: 'A', Weight: 100 } },
    { Action: 'CREATE', ResourceRecordSet: { ...green, Name: www, Type: 'A', Weight: 0 } },
  ]);
});

test('a green that fails for one of them loses all of them, in one batch', async () => {
  const running = world.start({ mode: 'shift', 'green-percent': '50', 'bake-minutes': '5' });
  await running.sawInLog('Waited');
  await world.calls();
  await world.setHosts((hosts) => hosts.filter((host) => host !== www));
  const run = await running.finished;
  await world.setHosts((hosts) => [...hosts, www]);
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back', 'green-percent': '0' } });
  expect(run.log).toContain('www.example.com: 3 probes in a row failed');
  expect(writes(await world.calls())).toBe(1);
  expect(await bothWeights()).toEqual([
    [100, 0],
    [100, 0],
  ]);
});

test('a green that fails for one of them before the step is refused', async () => {
  await world.setHosts((hosts) => hosts.filter((host) => host !== apex));
  const run = await world.run({ mode: 'shift', 'green-percent': '50' });
  await world.setHosts((hosts) => [...hosts, apex]);
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
  expect(run.log).toContain("Express's own listener rule does not have the host example.com");
});

test('a job that is killed has both taken back by its post step, and neither twice', async () => {
  const step = { mode: 'shift', 'green-percent': '50', 'bake-minutes': '5' };
  const running = world.start(step);
  await running.sawInLog('Wrote');
  running.kill('SIGKILL');
  const { state } = await running.finished;
  await world.calls();
  const post = await world.runPost(step, state);
  expect(post.log).toContain('example.com and www.example.com were rolled back: green has 0 %25 again');
  expect(writes(await world.calls())).toBe(1);
  expect(await bothWeights()).toEqual([
    [100, 0],
    [100, 0],
  ]);
  expect((await world.runPost(step, state)).log).toContain('are as they were before the job');
});

test('a post step takes back one where a stranger changed the other', async () => {
  const step = { mode: 'shift', 'green-percent': '50', 'bake-minutes': '5' };
  const running = world.start(step);
  await running.sawInLog('Wrote');
  running.kill('SIGKILL');
  const { state } = await running.finished;
  await meddle(www, 0, 51);
  const post = await world.runPost(step, state);
  expect(post.log).toContain('somebody else changed the records of www.example.com');
  expect(await weightsOf(apex)).toEqual([100, 0]);
  expect(await world.run({ mode: 'rollback' })).toMatchObject({ exitCode: 0 });
});

test('a status and a verification are of each name', async () => {
  const status = await world.run({ mode: 'status' });
  expect(status.log).toContain('www.example.com: Blue: App Runner service shop is RUNNING, and answers 200');
  expect(status.log).toContain('example.com and www.example.com: nothing was changed; green has 0 %');
  const verify = await world.run({ mode: 'verify' });
  expect(verify).toMatchObject({ exitCode: 0 });
  expect(verify.log).toContain('www.example.com: Green itself: answered 200');
});

describe('a protected record', () => {
  const protections = {
    apex: { RecordName: apex, RecordType: 'A', Comment: 'ask the platform team' },
    mail: { RecordName: 'mail.example.com', RecordType: 'MX' },
  } as const;
  const route53 = () => new Route53Client(world.emulator.client);
  beforeAll(async () => {
    await world.run({ mode: 'shift', 'green-percent': '50' });
    await route53().send(
      new CreateResourceRecordSetProtectionsCommand({
        HostedZoneId: world.zoneId,
        Protections: Object.values(protections),
      }),
    );
  });
  afterAll(() =>
    route53().send(
      new DeleteResourceRecordSetProtectionsCommand({
        HostedZoneId: world.zoneId,
        Protections: [protections.apex],
      }),
    ),
  );

  test('a protected record is named by the plan, with its comment', async () => {
    const run = await world.run({ mode: 'plan', 'green-percent': '60' });
    expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused' } });
    expect(run.log).toContain(
      'the A record of example.com is protected in Route 53, which refuses every change of it: "ask the platform team"',
    );
  });

  test.each([
    ['is denied', { fault: 'denied' }],
    ['is not known', { fault: 'error', code: 'InvalidAction', status: 400 }],
  ])('is not spoken of where the question %s', async (_case, fault) => {
    const asking = { service: 'route53', operation: 'ListResourceRecordSetProtections', times: 1 };
    await world.emulator.addFaults([{ ...asking, ...fault }]);
    const run = await world.run({ mode: 'plan', 'green-percent': '60' });
    expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'planned' } });
    expect(`${run.log}${run.summary}`).not.toContain('rotect');
  });

  test('refuses the whole of a shift, and keeps no other name from a rollback', async () => {
    const shift = await world.run({ mode: 'shift', 'green-percent': '60' });
    expect(shift).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
    const back = await world.run({ mode: 'rollback' });
    expect(back.log).toContain('not all names were rolled back: example.com: Route 53 refused');
    expect(back).toMatchObject({ exitCode: 1, outputs: { outcome: 'failed', changed: 'true' } });
    expect(JSON.parse(back.outputs['domains'] ?? '')).toEqual(named([apex, 50, 50], [www, 50, 0]));
    expect(await bothWeights()).toEqual([
      [50, 50],
      [100, 0],
    ]);
  });
});

test('names of two zones are refused before anything is looked at', async () => {
  await new Route53Client(world.emulator.client).send(
    new CreateHostedZoneCommand({ Name: 'example.org', CallerReference: 'second' }),
  );
  const run = await world.run({ domain: `${apex}, shop.example.org` });
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
  expect(run.log).toContain(
    'the names are of 2 hosted zones, and Route 53 changes one at a time: example.com in',
  );
  const given = await world.run({ domain: `${apex}, shop.example.org`, 'hosted-zone-id': world.zoneId });
  expect(given.log).toContain('which does not hold shop.example.org');
});

test('both end at green, and blue goes when neither leads to it', async () => {
  expect(await world.run({ domain: apex, mode: 'rollback' })).toMatchObject({ exitCode: 0 });
  expect(await world.run({ mode: 'shift', 'green-percent': '100' })).toMatchObject({ exitCode: 0 });
  const end = { mode: 'finalize', 'hold-hours': '0', 'retire-blue': 'pause' };
  const alone = await world.run({ ...end, domain: apex });
  expect(alone.log).toContain('www.example.com');
  expect(await world.run({ domain: apex, mode: 'finalize', 'hold-hours': '0' })).toMatchObject({
    exitCode: 0,
  });
  await world.calls();
  const run = await world.run(end);
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied', 'green-percent': '100' } });
  const calls = await world.calls();
  expect([writes(calls), calls.filter((call) => call === 'apprunner:PauseService').length]).toEqual([1, 1]);
  expect(await bothWeights()).toEqual([[undefined], [undefined]]);
});
