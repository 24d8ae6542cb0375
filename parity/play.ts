import { SIDE_BY_SIDE } from './account.ts';
import type { Recording } from './record.ts';
import { createKit, runScenario } from './run-scenario.ts';
import { type Act, LeftOut } from './scenario.ts';
import type { Witness } from './witness.ts';

type Room = {
  /** Takes what was recorded, as soon as it is. */
  readonly hand: (recording: Recording) => void;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
};
type Counts = { leftOut: number; failed: number };

/**
 * Plays all acts: in an account those that take long side by side, after all others. An act that fails ends itself only: an
 * hour of others is not lost. Throws when it is interrupted, after what was made is deleted.
 */
export async function playAll(
  acts: readonly Act[],
  witness: Witness,
  room: Room,
): Promise<{ readonly leftOut: number; readonly failed: number }> {
  const counts: Counts = { leftOut: 0, failed: 0 };
  const isBeside = (act: Act): boolean => act.sideBySide && witness.name === 'aws';
  for (const act of acts) if (!isBeside(act)) await playOne(act, witness, room, counts);
  const waiting = acts.filter(isBeside);
  const work = async (): Promise<void> => {
    for (let act = waiting.shift(); act; act = waiting.shift()) await playOne(act, witness, room, counts);
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  room.signal.throwIfAborted();
  return counts;
}

async function playOne(act: Act, witness: Witness, room: Room, counts: Counts): Promise<void> {
  const { hand, say, signal } = room;
  if (signal.aborted) return;
  const waiting = act.scenarios.map(({ name }) => name);
  const stage = await witness.open(act.sideBySide);
  try {
    await act.setUp?.(createKit('set-up', stage, signal, []));
    for (const scenario of act.scenarios) {
      try {
        hand({
          scenario: scenario.name,
          witness: witness.name,
          steps: await runScenario(scenario, stage, signal),
        });
      } catch (error) {
        if (!(error instanceof LeftOut)) throw error;
        say(`- ${scenario.name} is left out: ${error.message}`);
        counts.leftOut += 1;
      }
      waiting.shift();
    }
  } catch (error) {
    if (!signal.aborted) {
      say(`✗ ${waiting.join(', ')}: ${textOf(error)}`);
      counts.failed += waiting.length;
    }
  }
  try {
    await stage.close();
  } catch (error) {
    say(`✗ after ${act.scenarios.map(({ name }) => name).join(', ')}: ${textOf(error)}`);
    counts.failed += 1;
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
