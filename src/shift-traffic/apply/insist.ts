import { ActionError } from '../../errors.ts';
import { pollUntil } from '../../poll.ts';
import type { Job } from '../model/job.ts';

/**
 * For what a way back needs: nothing else brings people back, so that what AWS does not answer is asked for again as long as
 * a change may take. A refusal is an answer.
 */
export function startInsisting({ clock, inputs, runner }: Pick<Job, 'clock' | 'inputs' | 'runner'>) {
  const { changeTimeoutSeconds, pollIntervalSeconds: intervalSeconds } = inputs;
  const signal = runner.cancelled;
  const givesUpAt = clock.now() + changeTimeoutSeconds * 1000;
  const mayPass = (error: unknown): error is ActionError =>
    error instanceof ActionError && error.code === 'aws-unavailable';
  const tell = (what: string, error: ActionError) =>
    runner.info(
      `${what}: the job repeats it while there is time. mode: rollback does the same (${error.message})`,
    );
  return {
    /** A look, which is cut when the time is over. */
    read: <T>(what: string, look: () => Promise<T>): Promise<T> => {
      const timeoutSeconds = Math.max(0, (givesUpAt - clock.now()) / 1000);
      return pollUntil({
        read: () =>
          look().catch((error: unknown) => {
            if (mayPass(error)) tell(what, error);
            throw error;
          }),
        judge: (value) => ({ kind: 'done', value }),
        clock,
        signal,
        intervalSeconds,
        timeoutSeconds,
        outageSeconds: timeoutSeconds,
        onTimeout: (because) => new ActionError('aws-unavailable', `${what}: ${because}`),
      });
    },
    /** A write, which is never left before its answer. */
    write: async <T>(what: string, send: () => Promise<T>): Promise<T> => {
      for (;;) {
        try {
          return await send();
        } catch (error) {
          if (!mayPass(error) || clock.now() >= givesUpAt) throw error;
          tell(what, error);
          await clock.sleep(intervalSeconds * 1000, signal);
        }
      }
    },
  };
}
