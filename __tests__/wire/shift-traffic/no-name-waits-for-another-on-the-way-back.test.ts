import type { Change } from '@aws-sdk/client-route-53';
import { type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

/** A change of several names is one batch; on a way back somebody else's change of one name holds none of the others. */

const [apex, www] = ['example.com', 'www.example.com'] as const;

let world: ShiftWorld;
beforeEach(async () => {
  world = await startShiftWorld({ domains: [apex, www] });
  await world.run({ mode: 'adopt' });
  await world.run({ mode: 'shift', 'green-percent': '10', 'bake-minutes': '0' });
});
afterEach(() => world.stop());

const shares = async (name: string) => (await world.records(name)).map(({ Weight }) => Weight);

async function setShares(name: string, ...weights: readonly number[]): Promise<void> {
  const records = await world.records(name);
  const changes = records.map(
    (record, index): Change => ({
      Action: 'UPSERT',
      ResourceRecordSet: { ...record, Weight: weights[index] },
    }),
  );
  await world.change(changes);
}

const toSixty = { mode: 'shift', 'green-percent': '60', 'bake-minutes': '2' };

test('green does badly, and somebody changed another name meanwhile: the rest goes back', async () => {
  const running = world.start(toSixty);
  await running.sawInLog(', as drain-seconds says, for caches to forget');
  await setShares(www, 100, 0);
  await world.setHosts((hosts) => hosts.filter((host) => host !== apex));
  const run = await running.finished;
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain(`not all names were rolled back: ${www}: `);
  expect(await shares(apex)).toEqual([90, 10]);
  expect(await shares(www)).toEqual([100, 0]);
});

test('the post step takes back what is still as the job left it', async () => {
  const running = world.start(toSixty);
  await running.sawInLog(', as drain-seconds says, for caches to forget');
  running.kill('SIGKILL');
  const { state } = await running.finished;
  await setShares(www, 23, 77);
  const post = await world.runPost(toSixty, state);
  expect(post.exitCode).toBe(1);
  expect(post.log).toContain('somebody else changed the records');
  expect(await shares(apex)).toEqual([90, 10]);
  expect(await shares(www)).toEqual([23, 77]);
});
