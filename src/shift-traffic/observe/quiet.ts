import { ActionError } from '../../errors.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type { BlueQuiet, ObservedBlue } from '../model/observed.ts';
import { blueRequestMetric } from './request-counts.ts';

const hourMs = 3_600_000;

/**
 * Nothing remembers when the weights were changed last, but blue's own metric tells how long it has been quiet, which is
 * what the time is for.
 */
export async function observeQuiet(
  { finalize }: ShiftInputs,
  { service }: ObservedBlue,
  now: number,
): Promise<BlueQuiet> {
  if (service === undefined) return { kind: 'unknown', because: 'apprunner-service was not given' };
  const { isMetricKnown, readSums } = await import('../../aws/metrics.ts');
  const metric = blueRequestMetric(service);
  try {
    const [isKnown, [hours = []]] = await Promise.all([
      isMetricKnown(metric),
      readSums({ metrics: [metric], from: now - finalize.holdHours * hourMs, to: now, periodSeconds: 3600 }),
    ]);
    if (!isKnown) {
      return {
        kind: 'unknown',
        because: `CloudWatch has no metric Requests of App Runner service ${service.name}`,
      };
    }
    const busy = hours.findLast(({ value }) => value > finalize.quietRequests);
    return busy === undefined ? { kind: 'quiet' } : { kind: 'busy', requests: busy.value, hour: busy.at };
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return { kind: 'unknown', because: error.message };
  }
}
