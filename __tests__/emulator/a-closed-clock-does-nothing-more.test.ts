import { createClock } from '../../emulator/clock.ts';

/** What was under way when an emulator stopped would ask ports that others have by then. */
test.each(['after', 'every'] as const)('nothing is done %s a closed clock is asked for it', async (kind) => {
  const clock = createClock(1);
  let done = 0;
  clock[kind](1, () => {
    done += 1;
  });
  clock.close();
  clock[kind](1, () => {
    done += 1;
  });
  await clock.advance(2);
  expect(done).toBe(0);
});
