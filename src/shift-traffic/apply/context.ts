import type { Clock } from '../../poll.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type { Observed } from '../model/observed.ts';
import type { Memory } from '../model/result.ts';

export type ApplyContext = {
  readonly inputs: ShiftInputs;
  readonly observed: Observed;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  /** What goes into the comment of each change, beside what it does. */
  readonly commentParts: readonly string[];
  /** Keeps for the post step what it needs to take a change back. Called before the change is sent. */
  readonly remember: (memory: Memory) => Promise<void>;
};
