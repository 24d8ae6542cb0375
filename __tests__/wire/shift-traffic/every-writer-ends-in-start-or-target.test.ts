import { type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/**
 * Every way in which this action writes records, beside every way in which the write can fail: the records are those of
 * before or those wanted, never anything else, and a job that did not get there says so.
 */
const moves = [{ domains: ['app.example.com'] }, { domains: ['example.com', 'www.example.com'] }];

const writing = { service: 'route53', operation: 'ChangeResourceRecordSets' };
const faults: readonly (readonly [string, object])[] = [
  ['denied', { fault: 'denied', times: 1000 }],
  ['down', { fault: 'error', times: 1000 }],
  ['refused', { fault: 'error', code: 'InvalidChangeBatch', status: 400, times: 1000 }],
  ['done, and the reply lost', { fault: 'lost-reply', times: 1 }],
];

type Shape = readonly (readonly [string | undefined, number | undefined])[];
const pair = (blue: number, green: number): Shape => [
  ['apprunner-blue', blue],
  ['express-green', green],
];

type Writer = readonly [inputs: Readonly<Record<string, string>>, target: Shape];

/** In this order each finds what the one before left. */
const writers: readonly Writer[] = [
  [{ mode: 'adopt' }, pair(100, 0)],
  [{ mode: 'shift', 'green-percent': '50' }, pair(50, 50)],
  [{ mode: 'shift', 'green-percent': '25' }, pair(75, 25)],
  [{ mode: 'rollback', 'wait-for-minutes': '0.1' }, pair(100, 0)],
  [{ mode: 'shift', 'blue-weight': '0', 'green-weight': '100' }, pair(0, 100)],
  [{ mode: 'finalize', 'hold-hours': '0' }, [[undefined, undefined]]],
];

describe.each(moves)('$domains', ({ domains }) => {
  let world: ShiftWorld;
  beforeAll(async () => {
    world = await startShiftWorld({ domains });
  });
  afterAll(() => world.stop());

  /** Of each name, which are alike: a batch is done whole or not at all. */
  async function shape(): Promise<Shape> {
    const [first = [], ...others] = await Promise.all(
      domains.map(async (name) =>
        (await world.records(name)).map(({ SetIdentifier, Weight }) => [SetIdentifier, Weight] as const),
      ),
    );
    for (const other of others) expect(other).toEqual(first);
    return first;
  }

  test.each(writers)(
    '%j',
    async (inputs, target) => {
      const start = await shape();
      const quick = { ...inputs, 'bake-minutes': '0', 'drain-seconds': '0' };
      for (const [name, fault] of faults) {
        if (JSON.stringify(await shape()) === JSON.stringify(target)) break;
        await world.emulator.addFaults([{ ...writing, ...fault }]);
        const run = await world.run(quick);
        await fetch(`${world.emulator.url}/_emulator/faults`, { method: 'DELETE' });
        const seen = await shape();
        expect([name, [start, target]]).toEqual([name, expect.arrayContaining([seen])]);
        expect([name, run.exitCode]).toEqual([name, JSON.stringify(seen) === JSON.stringify(target) ? 0 : 1]);
        expect([name, run.outputs['changed']]).toEqual([name, String(run.exitCode === 0)]);
      }
      expect(await shape()).toEqual(target);
    },
    180_000,
  );
});
