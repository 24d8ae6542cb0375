import { type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/** The walkthrough of the AWS blog, done by hand: weights 100 and 10, identifiers of its own, target health evaluated. */
let world: ShiftWorld;
beforeAll(async () => {
  world = await startShiftWorld();
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
  const [blue, green] = await world.records();
  if (blue?.AliasTarget === undefined || green?.AliasTarget === undefined) throw new Error('no pair');
  const { HostedZoneId, DNSName = '' } = green.AliasTarget;
  await world.change([
    { Action: 'DELETE', ResourceRecordSet: blue },
    { Action: 'DELETE', ResourceRecordSet: green },
    { Action: 'CREATE', ResourceRecordSet: { ...blue, SetIdentifier: 'app-runner-blue', Weight: 100 } },
    {
      Action: 'CREATE',
      ResourceRecordSet: {
        ...green,
        SetIdentifier: 'ecs-express-green',
        Weight: 10,
        AliasTarget: { HostedZoneId, DNSName: `dualstack.${DNSName}`, EvaluateTargetHealth: true },
      },
    },
  ]);
});
afterAll(() => world.stop());

test('its weights are told for what they are', async () => {
  const run = await world.run({ mode: 'status' });
  expect(run).toMatchObject({
    exitCode: 0,
    outputs: { 'green-percent': '9.09', 'blue-weight': '100', 'green-weight': '10' },
  });
  expect(run.log).toContain('Weight 10 beside 100 is 9.09 %');
});

test('adopting it changes nothing', async () => {
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0, outputs: { outcome: 'noop' } });
});

test('a step changes weights, and nothing else of the records', async () => {
  const run = await world.run({ mode: 'shift', 'green-percent': '25' });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'baked', 'previous-green-percent': '9.09' } });
  expect(run.log).toContain("evaluates its target's health");
  expect(await world.records()).toMatchObject([
    { SetIdentifier: 'app-runner-blue', Weight: 75 },
    {
      SetIdentifier: 'ecs-express-green',
      Weight: 25,
      AliasTarget: { DNSName: expect.stringMatching(/^dualstack\./), EvaluateTargetHealth: true },
    },
  ]);
});

test('it can be moved to its end', async () => {
  expect(await world.run({ mode: 'shift', 'green-percent': '100' })).toMatchObject({ exitCode: 0 });
  const run = await world.run({ mode: 'finalize', 'hold-hours': '0' });
  expect(run).toMatchObject({ exitCode: 0, outputs: { outcome: 'applied' } });
  expect(run.log).toContain('These CNAMEs validate blue');
  expect(await world.records()).toMatchObject([{ Type: 'A', AliasTarget: { EvaluateTargetHealth: true } }]);
});
