import { toActionError } from './failures.ts';
import { leavesInDoubt } from './fault.ts';

type Handler<Attempt, Answer> = (attempt: Attempt) => Promise<Answer>;

/**
 * Whether any attempt of a command may have been carried out without an answer. The SDK shows the last attempt alone, and it
 * is an earlier one whose reply may have been lost. To be added to the command's middleware `atEachAttempt`.
 */
export function watchAttempts() {
  const seen = { leftInDoubt: false };
  const watch =
    <Attempt, Answer>(next: Handler<Attempt, Answer>): Handler<Attempt, Answer> =>
    async (attempt) => {
      try {
        return await next(attempt);
      } catch (cause) {
        seen.leftInDoubt ||= leavesInDoubt(cause);
        throw cause;
      }
    };
  return { seen, watch };
}

/**
 * For a command that must not be repeated as it is: the second attempt of the SDK ends with what became of the first. Goes
 * where `watchAttempts` goes.
 */
export function refuseRepeats(doing: string, action: string) {
  let failure: unknown;
  return <Attempt, Answer>(next: Handler<Attempt, Answer>): Handler<Attempt, Answer> =>
    async (attempt) => {
      if (failure !== undefined) throw toActionError(failure, doing, action);
      try {
        return await next(attempt);
      } catch (cause) {
        failure = cause;
        throw cause;
      }
    };
}

export const atEachAttempt = { step: 'finalizeRequest', priority: 'low', name: 'watchAttempts' } as const;
