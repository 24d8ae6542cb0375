import type { Runner } from '../../github/runner.ts';
import type { Memory } from '../model/result.ts';

/** What the main step leaves for the post step, in the runner's state. */
const memoryState = 'memory';
const finishedState = 'finished';

/** Before a change is sent: a process that is killed afterwards has no time left for it. */
export async function keepMemory(memory: Memory, runner: Runner): Promise<void> {
  await runner.saveState(memoryState, JSON.stringify(memory));
}

export async function markFinished(runner: Runner): Promise<void> {
  await runner.saveState(finishedState, 'true');
}

/** `undefined`: the main step changed nothing, or came to its end. */
export function recallUnfinished(runner: Runner): Memory | undefined {
  const text = runner.getState(memoryState);
  if (text === '' || runner.getState(finishedState) !== '') return undefined;
  return JSON.parse(text);
}
