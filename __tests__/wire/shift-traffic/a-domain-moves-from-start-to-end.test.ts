import { appDomain, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

let world: ShiftWorld;
beforeAll(async () => {
  world = await startShiftWorld({ record: 'cname', greenKnowsDomain: false });
});
afterAll(() => world.stop());

/** `route53:ListResourceRecordSets` three times is `{ ListResourceRecordSets: 3 }`. */
function count(calls: readonly string[], service: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const call of calls) {
    const [from, operation = ''] = call.split(':');
    if (from === service) counts[operation] = (counts[operation] ?? 0) + 1;
  }
  return counts;
}

const weights = async () =>
  Object.fromEntries((await world.records()).map(({ SetIdentifier, Weight }) => [SetIdentifier, Weight]));

let checksum = '';

test('a plan shows the adoption and changes nothing', async () => {
  const run = await world.run({});
  expect(run).toMatchObject({
    exitCode: 0,
    outputs: { outcome: 'planned', changed: 'false', 'green-percent': '0' },
  });
  expect(run.log).toContain('Would replace the CNAME record of app.example.com by a weighted pair');
  expect(run.log).toContain('Caches keep the former record for up to 300 s');
  expect(run.log).toContain('blue and green may answer one visitor in turn');
  expect(run.summary).toContain('## app.example.com: a weighted pair, green 0 %');
  expect(await world.records()).toMatchObject([{ Type: 'CNAME' }]);
  checksum = run.outputs['plan-checksum'] ?? '';
});

test('the adoption that was planned makes a pair of aliases that answers the same', async () => {
  const run = await world.run({ mode: 'adopt', 'plan-checksum': checksum });
  expect(run).toMatchObject({
    exitCode: 0,
    outputs: { outcome: 'applied', 'green-percent': '0', 'blue-weight': '100' },
  });
  expect(await world.records()).toMatchObject([
    {
      Type: 'A',
      SetIdentifier: 'apprunner-blue',
      Weight: 100,
      AliasTarget: { DNSName: `${world.blueHost}.` },
    },
    { Type: 'A', SetIdentifier: 'express-green', Weight: 0, AliasTarget: { EvaluateTargetHealth: false } },
  ]);
});

test('a status and a verification tell how both sides are', async () => {
  const status = await world.run({ mode: 'status' });
  expect(status.log).toContain('Blue: App Runner service shop is RUNNING, and answers 200');
  const verify = await world.run({ mode: 'verify' });
  expect(verify.log).toContain('Blue itself: answered 200');
});

test('adopting again finds nothing to do', async () => {
  expect(await world.run({ mode: 'adopt' })).toMatchObject({
    exitCode: 0,
    outputs: { outcome: 'noop', changed: 'false' },
  });
});

test('a green that does not know the domain gets no traffic, and the line to add is said', async () => {
  const run = await world.run({ mode: 'shift', 'green-percent': '10' });
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused', changed: 'false' } });
  expect(run.log).toContain('Add "custom-domains: app.example.com"');
});

test('the first step teaches green the domain, moves a tenth and watches it', async () => {
  const run = await world.run({ mode: 'shift', 'green-percent': '10', 'attach-domain': 'true' });
  expect(run).toMatchObject({
    exitCode: 0,
    outputs: {
      outcome: 'baked',
      'previous-green-percent': '0',
      'green-percent': '10',
      'rolled-back': 'false',
    },
  });
  expect(run.outputs['change-id']).toMatch(/^C[0-9A-Z]+$/);
  expect(await weights()).toEqual({ 'apprunner-blue': 90, 'express-green': 10 });
});

// Three of them are worth what they cost: who is led to the zone, who follows the name, and whose records they are when green
// is judged.
test('one step costs at most eight calls of Route 53, of which one changes something', async () => {
  await world.calls();
  await world.run({ mode: 'shift', 'green-percent': '12.5' });
  const calls = count(await world.calls(), 'route53');
  expect(calls).toMatchObject({ ChangeResourceRecordSets: 1 });
  expect(Object.values(calls).reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(8);
  expect(await weights()).toEqual({ 'apprunner-blue': 175, 'express-green': 25 });
});

test('several steps in one job end at the last', async () => {
  const run = await world.run({ mode: 'shift', steps: '10,25,50,100' });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'baked', 'green-percent': '100' } });
  expect(run.log.match(/^Wrote: give green .*/gm)).toEqual([
    'Wrote: give green 25 % (blue 75, green 25), up from 12.5 %',
    'Wrote: give green 50 % (blue 50, green 50), up from 25 %',
    'Wrote: give green 100 % (blue 0, green 100), up from 50 %',
  ]);
  expect(run.summary).toContain('xychart-beta');
});

test('verify looks at both sides and at the name itself, but leaves a blue alone that nobody is sent to', async () => {
  const run = await world.run({ mode: 'verify' });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'noop', changed: 'false' } });
  expect(run.log).toContain('Through the name: answered 200');
  expect(run.log).toContain('Green itself: answered 200');
  expect(run.log).not.toContain('Blue itself');
});

test('the share that was measured is shown, and need not be that of the weights', async () => {
  const Dimensions = [
    { Name: 'ServiceName', Value: 'shop' },
    { Name: 'ServiceID', Value: world.blueArn.split('/').at(-1) },
  ];
  const kept = {
    Namespace: 'AWS/AppRunner',
    MetricName: 'Requests',
    Dimensions,
    value: 1000,
    secondsAgo: 120,
  };
  await world.emulator.post('cloudwatch', { points: [kept] });
  const run = await world.run({ mode: 'verify' });
  expect(run).toMatchObject({ exitCode: 0, outputs: { 'green-percent': '100' } });
  const [, green = 0, all = 0] = /Measured: (\d+) of (\d+) requests/.exec(run.log)?.map(Number) ?? [];
  expect(all - green).toBeGreaterThanOrEqual(1000);
  expect(run.summary).toContain('went to green');
});

test('the status tells how both sides are', async () => {
  const run = await world.run({ mode: 'status' });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'noop', 'green-percent': '100' } });
  expect(run.log).toContain('Blue: App Runner service shop is RUNNING, and got no request from this job');
  expect(run.log).toContain('Green: Express service web answers 200');
  await world.setHosts((hosts) => hosts.filter((host) => host !== appDomain));
  const sick = await world.run({ mode: 'status' });
  expect(sick).toMatchObject({ exitCode: 0 });
  expect(sick.log).toContain('Green: Express service web answers 404');
  expect(sick.summary).toContain('Express service web answers 404');
  await world.setHosts((hosts) => [...hosts, appDomain]);
});

test('a rollback needs three round trips to its change, and no service but Route 53', async () => {
  await world.calls();
  const run = await world.run({
    mode: 'rollback',
    'apprunner-service': '',
    'express-service': '',
    gate: 'required',
  });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied', 'green-percent': '0' } });
  const calls = await world.calls();
  expect(calls.slice(0, 3)).toEqual([
    'route53:ListHostedZonesByName',
    'route53:ListResourceRecordSets',
    'route53:ChangeResourceRecordSets',
  ]);
  expect(calls.every((call) => call.startsWith('route53:'))).toBe(true);
});

test('finalize refuses while blue has a share', async () => {
  const run = await world.run({ mode: 'finalize' });
  expect(run).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused' } });
  expect(run.log).toContain('blue still gets 100 %');
});

test('after the shift, and with blue quiet, one simple alias is left and blue is paused', async () => {
  await world.run({ mode: 'shift', 'green-percent': '100' });
  await world.emulator.advance(3 * 3600);
  const inputs = { mode: 'finalize', 'hold-hours': '1', 'retire-blue': 'pause' };
  const run = await world.run(inputs);
  expect(run).toMatchObject({
    exitCode: 0,
    outputs: { outcome: 'applied', 'green-percent': '100', 'green-weight': '' },
  });
  expect(run.log).toContain('Asked App Runner to pause service shop');
  const records = await world.records();
  expect(records).toMatchObject([{ Type: 'A', AliasTarget: { DNSName: expect.stringContaining('.elb.') } }]);
  expect(records[0]?.SetIdentifier).toBeUndefined();
  await world.emulator.advance(300);
  expect(await world.run(inputs)).toMatchObject({ exitCode: 0, outputs: { outcome: 'noop' } });
});

test('the audit says who did what to which records', async () => {
  const run = await world.run({ mode: 'status' });
  expect(JSON.parse(run.outputs['audit'] ?? '')).toMatchObject({
    schema: 1,
    mode: 'status',
    domain: 'app.example.com',
    zoneId: world.zoneId,
    run: { repository: 'octo/shop', runId: '1001' },
    gate: { kind: 'not-needed' },
  });
});
