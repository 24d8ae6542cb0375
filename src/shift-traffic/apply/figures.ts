import { describeAlarms } from '../../aws/metrics.ts';
import { ActionError } from '../../errors.ts';
import type { Job } from '../model/job.ts';
import type { ObservedGreen } from '../model/observed.ts';
import { countGreenRequests } from '../observe/request-counts.ts';
import type { Watch } from '../observe/visitors.ts';
import { figuresSeconds } from '../plan/readiness.ts';
import { type BakeLook, type Unread, whyBehind } from './judge-bake.ts';

/** CloudWatch has one value a minute, and asking costs; a probe is free. */
const looksPerMetric = 6;

type Figures = Omit<BakeLook, 'probe'>;

/**
 * Asks CloudWatch beside the probes, one question after the other: however long it takes, it stretches no look, and a look
 * has what was answered last. When the time is over the answer is waited for; and while it lacks minutes of the watch, looks
 * go on for some time.
 */
export function startAsking(
  watch: Watch,
  green: ObservedGreen,
  job: Job,
): (isOver: boolean) => Promise<Figures> {
  const { clock, inputs, runner } = job;
  const givesUpAt = watch.endsAt + figuresSeconds(inputs) * 1000;
  let known: Omit<Figures, 'isLast'> = { alarms: undefined, counted: undefined };
  let asked = 0;
  let pending: Promise<void> | undefined;
  let isWaiting = false;
  const ask = async (withRequests: boolean) => {
    known = await askCloudWatch({ job, green, watch, withRequests });
    pending = undefined;
  };
  const askBeside = () => {
    if (pending !== undefined) return;
    asked += 1;
    pending = ask(isWaiting || asked % looksPerMetric === 0);
    // Whoever waits for it in the end gets the error, too.
    pending.catch(() => {});
  };
  return async (isOver) => {
    if (!isOver) {
      askBeside();
      return { ...known, isLast: false };
    }
    const mayWait = clock.now() < givesUpAt;
    if (isWaiting && mayWait) {
      askBeside();
    } else {
      await pending;
      await ask(true);
    }
    const because = whyBehind(known.counted);
    // A question that goes wrong while figures are waited for is asked again, as there is time.
    const isOpen = because !== undefined || (isWaiting && isUnread(known.counted));
    if (mayWait && isOpen && !isWaiting) {
      isWaiting = true;
      runner.info(`The time is over, but ${because}: the job waits for the last ones`);
    }
    return { ...known, isLast: !(mayWait && isOpen) };
  };
}

const isUnread = (counted: Figures['counted']) => counted !== undefined && 'unread' in counted;

async function askCloudWatch(options: {
  readonly job: Job;
  readonly green: ObservedGreen;
  readonly watch: Watch;
  readonly withRequests: boolean;
}): Promise<Omit<Figures, 'isLast'>> {
  const { job, green, watch, withRequests } = options;
  const { bake } = job.inputs;
  const [alarms, counted] = await Promise.all([
    attempt(describeAlarms(bake.alarms)),
    withRequests && bake.maxErrorPercent !== undefined
      ? attempt(countGreenRequests(green, watch, job.clock.now()))
      : undefined,
  ]);
  return { alarms, counted };
}

/** What cannot be measured is no verdict on green; it only leaves the step unproven. */
async function attempt<T>(reading: Promise<T>): Promise<T | Unread> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return { unread: error.message };
  }
}
