import { describeAlarms } from '../../aws/metrics.ts';
import { ActionError } from '../../errors.ts';
import type { ShiftInputs } from '../model/inputs.ts';
import type { Observed } from '../model/observed.ts';
import { noMoreOfName, nothingMore } from './nothing-more.ts';
import { observeGreen } from './sides.ts';
import { observeRecords, observeZoneForRollback } from './zone.ts';

/** What a watch between two steps needs: the records, green, and that its alarms are there. */
export async function observeWatched(inputs: ShiftInputs): Promise<Observed> {
  const [zone, green, alarms] = await Promise.all([
    observeZoneForRollback(inputs),
    inputs.green && observeGreen(inputs.green),
    describeAlarms(inputs.bake.alarms).catch(orWhy),
  ]);
  const targets = { blue: inputs.blue.host, green: green?.balancer.dnsName };
  const seen = await observeRecords(inputs, zone, targets);
  const names = seen.map((name) => ({ ...noMoreOfName, ...name }));
  return { ...nothingMore, intent: 'monitor', zone, names, green, alarms };
}

/**
 * Its probes need no CloudWatch. What was not answered is asked for again by the watch, which is open where it is not seen;
 * what may not be asked is not watched.
 */
function orWhy(error: unknown): Observed['alarms'] {
  if (!(error instanceof ActionError)) throw error;
  if (error.code === 'aws-unavailable') return undefined;
  return { because: error.message, wayOut: error.hint ?? '' };
}
