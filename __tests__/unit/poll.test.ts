import { setImmediate } from 'node:timers/promises';
import { ActionError } from '../../src/errors.ts';
import { type Clock, pollUntil, type Verdict } from '../../src/poll.ts';
import { runScript } from '../helpers/run-script.ts';

/** Sets its own time ahead as soon as nobody does anything but sleep; an abort still ends a sleep. */
function virtualClock(): Clock & { readonly slept: number[] } {
  let time = 0;
  const slept: number[] = [];
  return {
    slept,
    now: () => time,
    sleep: async (milliseconds, signal) => {
      await setImmediate();
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

describe('a look that hangs is cut', () => {
  /** The look of this number, from 1, gets no answer. */
  function pollWith(hanging: number, clock: Clock, outageSeconds = 0) {
    let looks = 0;
    return pollUntil<number, string>({
      read: () => {
        looks += 1;
        return looks === hanging ? new Promise(() => {}) : Promise.resolve(looks);
      },
      judge: () => wait,
      clock,
      intervalSeconds: 5,
      timeoutSeconds: 12,
      signal: undefined,
      outageSeconds,
      onTimeout: (because) => new ActionError('deployment-timed-out', because),
    });
  }

  test.each([
    ['the first', 1, 15, 'there was no answer'],
    ['the second', 2, 20, 'still going; the last look had no answer'],
    ['the one at the deadline', 4, 27, 'still going; the last look had no answer'],
  ])('%s, when its time is over', async (_name, hanging, seconds, message) => {
    const clock = virtualClock();
    await expect(pollWith(hanging, clock)).rejects.toMatchObject({ code: 'deployment-timed-out', message });
    expect(clock.now()).toBe(seconds * 1000);
  });

  test('also where an outage would be outlasted', async () => {
    const clock = virtualClock();
    await expect(pollWith(2, clock, 300)).rejects.toMatchObject({ code: 'deployment-timed-out' });
  });

  test('at the deadline where that is later', async () => {
    const clock = virtualClock();
    const polled = pollUntil<never, string>({
      read: () => new Promise(() => {}),
      judge: () => wait,
      clock,
      intervalSeconds: 5,
      timeoutSeconds: 90,
      signal: undefined,
      onTimeout: (because) => new ActionError('deployment-timed-out', because),
    });
    await expect(polled).rejects.toMatchObject({ code: 'deployment-timed-out' });
    expect(clock.now()).toBe(90_000);
  });
});

/** Whatever becomes of what is waited for, and whenever the signal is aborted: in a process of its own, which a rejection that nobody handles ends. */
test('nothing that is given up on is left unhandled', async () => {
  const run = await runScript(
    `const { unlessAborted, untilAborted, pollUntil, systemClock } = await load('src/poll.ts');
     const { setImmediate: turn } = await import('node:timers/promises');
     const unhandled = [];
     process.on('unhandledRejection', (reason) => unhandled.push(reason));
     const stages = Array.from({ length: 3 }, () => Promise.withResolvers());
     const [early, later, last] = stages.map(({ promise }) => promise);
     const abortedAt = (stage) => () => { const c = new AbortController(); stage.then(() => c.abort(new Error('cancelled'))); return c.signal; };
     const outcomes = {
       fulfilled: () => Promise.resolve('x'),
       rejected: () => Promise.reject(new Error('now')),
       'fulfilled later': () => later.then(() => 'x'),
       'rejected later': () => later.then(() => { throw new Error('later'); }),
       never: () => new Promise(() => {}),
     };
     const signals = {
       none: () => undefined,
       'aborted before': () => AbortSignal.abort(new Error('cancelled')),
       'aborted at once': () => { const c = new AbortController(); queueMicrotask(() => c.abort(new Error('cancelled'))); return c.signal; },
       'aborted early': abortedAt(early),
       'aborted last': abortedAt(last),
     };
     const poll = (pending, signal) => pollUntil({
       read: () => pending, judge: (value) => ({ kind: 'done', value }), clock: systemClock, intervalSeconds: 1,
       timeoutSeconds: 1, signal, onTimeout: (because) => new Error(because),
     });
     const seen = {};
     const all = Promise.all(Object.entries({ unlessAborted, untilAborted, poll }).flatMap(([name, wait]) =>
       Object.entries(outcomes).flatMap(([outcome, pending]) =>
         Object.entries(signals).map(async ([when, signal]) => {
           if (signal() === undefined && (outcome === 'never' || name === 'untilAborted')) return;
           seen[[name, outcome, when]] = await wait(pending(), signal()).then(String, (error) => error.message);
         }))));
     const settle = async () => { for (let turns = 0; turns < 9; turns += 1) await turn(); };
     await settle();
     for (const { resolve } of stages) { resolve(); await settle(); }
     await all;
     await settle();
     console.log(JSON.stringify({ unhandled: unhandled.map(String), seen }));`,
  );
  expect(run.stderr).toBe('');
  const { unhandled, seen } = JSON.parse(run.stdout);
  expect(unhandled).toEqual([]);
  expect(Object.keys(seen).length).toBe(68);
  for (const [combination, end] of Object.entries(seen)) {
    const [name = '', outcome = '', when = ''] = combination.split(',');
    const isCancelled =
      when === 'aborted before' ||
      (when !== 'none' && outcome === 'never') ||
      (when === 'aborted early' && outcome.endsWith('later'));
    if (isCancelled)
      expect([combination, end]).toEqual([combination, name === 'untilAborted' ? 'undefined' : 'cancelled']);
    if (when === 'none' || when === 'aborted last') {
      if (outcome !== 'never') expect(['x', 'now', 'later']).toContain(end);
    }
  }
});
