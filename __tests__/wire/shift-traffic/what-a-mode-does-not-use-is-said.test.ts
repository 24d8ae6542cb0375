import { type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

let world: ShiftWorld;
beforeAll(async () => {
  world = await startShiftWorld();
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
});
afterAll(() => world.stop());

const weights = async () => (await world.records()).map(({ Weight }) => Weight);

/** What one `with:` holds that serves all modes. */
const all = {
  'green-health-check-id': '01234567-89ab-cdef-0123-456789abcdef',
  'attach-domain': 'true',
  'redirect-http': 'true',
  'retire-blue': 'pause',
  'bake-minutes': '0.02',
};

test('a rollback is done whatever stands beside it, and says once what it does not use', async () => {
  await world.giveGreen(25);
  const run = await world.run({
    ...all,
    mode: 'rollback',
    'plan-for': 'shift',
    'green-percent': 'ten',
    steps: '20,10',
    'watch-minutes': '5',
    'drain-seconds': '-1',
    'plan-checksum': 'f'.repeat(64),
    'gate-accept': 'luck',
  });
  expect({ exitCode: run.exitCode, log: run.exitCode === 0 ? '' : run.log }).toEqual({
    exitCode: 0,
    log: '',
  });
  expect(await weights()).toEqual([100, 0]);
  expect(run.log.match(/::notice::mode: rollback does not use /g)).toHaveLength(1);
  expect(run.log).toContain(
    'mode: rollback does not use plan-for, green-percent, steps, green-health-check-id, attach-domain, redirect-http, watch-minutes, plan-checksum: no effect here.',
  );
  expect(run.summary).toContain('does not use plan-for');
});

test.each(['status', 'verify', 'finalize'])('%s says what it does not use', async (mode) => {
  await world.giveGreen(100);
  await world.calls();
  const run = await world.run({ ...all, 'retire-blue': 'none', mode, 'hold-hours': '0' });
  expect({ exitCode: run.exitCode, log: run.exitCode === 0 ? '' : run.log }).toEqual({
    exitCode: 0,
    log: '',
  });
  const check = mode === 'status' ? '' : 'green-health-check-id, ';
  expect(run.log).toContain(
    `::notice::mode: ${mode} does not use ${check}attach-domain, redirect-http: no effect here.`,
  );
  expect(run.log).toMatch(new RegExp(`^Not used by mode: ${mode}: .*bake-minutes`, 'm'));
  expect(run.log.match(new RegExp(`mode: ${mode} does not use`, 'g'))).toHaveLength(1);
});

test('the end with another share than all of it is refused before any call, and so is its plan', async () => {
  for (const view of [{ mode: 'finalize' }, { mode: 'plan', 'plan-for': 'finalize' }]) {
    await world.calls();
    const run = await world.run({ ...view, 'green-percent': '50' });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('green-percent: "50" together with ');
    expect(run.log).toContain('wanted nothing, or 100 %25 for green');
    expect(await world.calls()).toEqual([]);
  }
});
