import type { Recording } from '../record.ts';

/** The records in the log of a job. Of a post step that was ended also how long it went on, in steps of ten seconds. */
export function readLog(log: string): readonly Recording[] {
  const recordings = [...log.matchAll(/PARITY-RECORD (\{.*\})/g)].map(
    ([, json = '']): Recording => JSON.parse(json),
  );
  const ticks = [...log.matchAll(/PARITY-TICK (\d+)/g)].map(([, seconds]) => Number(seconds));
  return recordings.map((recording) => {
    const last = ticks.at(-1);
    if (last === undefined || !recording.scenario.startsWith('github-post-step-')) return recording;
    const step = {
      name: 'how long it ran at least',
      operation: 'none',
      input: {},
      status: 0,
      output: { seconds: last },
    };
    return { ...recording, steps: [...recording.steps, step] };
  });
}
