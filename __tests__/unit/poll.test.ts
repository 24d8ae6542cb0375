import { ActionError } from '../../src/errors.ts';
import { type Clock, pollUntil, type Verdict } from '../../src/poll.ts';

/** Sleeps by setting its own time ahead; an abort still ends a sleep at once. */
function virtualClock(): Clock & { readonly slept: number[] } {
  let time = 0;
  const slept: number[] = [];
  return {
    slept,
    now: () => time,
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted();
      slept.push(milliseconds);
      time += milliseconds;
    },
  };
}

function poll(
  verdicts: readonly Verdict<string>[],
  options: { clock: Clock; timeoutSeconds?: number; signal?: AbortSignal },
) {
  let looks = 0;
  const done = pollUntil<number, string>({
    read: async () => looks++,
    judge: (look) => verdicts[Math.min(look, verdicts.length - 1)] ?? { kind: 'wait', because: 'no verdict' },
    clock: options.clock,
    intervalSeconds: 5,
    timeoutSeconds: options.timeoutSeconds ?? 60,
    signal: options.signal,
    onTimeout: (because) => new ActionError('deployment-timed-out', because),
  });
  return { done, looks: () => looks };
}

const wait: Verdict<string> = { kind: 'wait', because: 'still going' };
const done: Verdict<string> = { kind: 'done', value: 'there' };

test('looks at once, then an interval apart, until there is a verdict', async () => {
  const clock = virtualClock();
  await expect(poll([wait, wait, done], { clock }).done).resolves.toBe('there');
  expect(clock.slept).toEqual([5000, 5000]);
});

test.each([
  [0, 5000],
  [7, 7000],
  [20, 20_000],
  [180, 20_000],
])(
  'with %i quiet seconds it pauses %i ms: never less than an interval, never more than four',
  async (quietSeconds, pause) => {
    const clock = virtualClock();
    await poll([{ ...wait, quietSeconds } as Verdict<string>, done], { clock }).done;
    expect(clock.slept).toEqual([pause]);
  },
);

test('a time-out is a failure with the last reason, after a last look at the deadline', async () => {
  const clock = virtualClock();
  const { done: polled, looks } = poll([wait], { clock, timeoutSeconds: 12 });
  await expect(polled).rejects.toMatchObject({ code: 'deployment-timed-out', message: 'still going' });
  expect(clock.slept).toEqual([5000, 5000, 2000]);
  expect(looks()).toBe(4);
});

test('a failed verdict is thrown as it is', async () => {
  const error = new ActionError('deployment-failed', 'rolled back');
  await expect(poll([wait, { kind: 'failed', error }], { clock: virtualClock() }).done).rejects.toBe(error);
});

describe('looks that AWS does not answer', () => {
  const away = new ActionError('aws-unavailable', 'no answer');
  const pollThrough = (looks: readonly (Error | Verdict<string>)[], outageSeconds?: number) => {
    let look = 0;
    return pollUntil<Verdict<string>, string>({
      read: async () => {
        const seen = looks[Math.min(look++, looks.length - 1)] ?? wait;
        if (seen instanceof Error) throw seen;
        return seen;
      },
      judge: (seen) => seen,
      clock: virtualClock(),
      intervalSeconds: 5,
      timeoutSeconds: 60,
      signal: undefined,
      ...(outageSeconds !== undefined && { outageSeconds }),
      onTimeout: (because) => new ActionError('deployment-timed-out', because),
    });
  };

  test('are outlasted for as long as was said, counted anew after each answer', async () => {
    await expect(pollThrough([away, away, wait, away, away, done], 10)).resolves.toBe('there');
  });

  test('end it when they last longer, or when nothing was said', async () => {
    await expect(pollThrough([away, away, away, done], 10)).rejects.toBe(away);
    await expect(pollThrough([away, done])).rejects.toBe(away);
  });

  test('are the reason of a time-out', async () => {
    await expect(pollThrough([away], 300)).rejects.toMatchObject({ message: 'no answer' });
  });

  test('whatever else fails ends it at once', async () => {
    const denied = new ActionError('access-denied', 'no');
    await expect(pollThrough([denied, done], 300)).rejects.toBe(denied);
  });
});

test('an abort ends even a look that hangs', async () => {
  const controller = new AbortController();
  const reason = new ActionError('cancelled', 'the job was cancelled');
  const polled = pollUntil<never, string>({
    read: () => new Promise(() => {}),
    judge: () => wait,
    clock: virtualClock(),
    intervalSeconds: 5,
    timeoutSeconds: 60,
    signal: controller.signal,
    onTimeout: (because) => new ActionError('deployment-timed-out', because),
  });
  controller.abort(reason);
  await expect(polled).rejects.toBe(reason);
});
