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
    describeAlarms(inputs.bake.alarms).catch(withoutAnswer),
  ]);
  const targets = { blue: inputs.blue.host, green: green?.balancer.dnsName };
  const seen = await observeRecords(inputs, zone, targets);
  const names = seen.map((name) => ({ ...noMoreOfName, ...name }));
  return { ...nothingMore, intent: 'monitor', zone, names, green, alarms };
}

/** The watch asks for them again, and is open where they were not seen; its probes need no CloudWatch. */
function withoutAnswer(error: unknown): undefined {
  if (!(error instanceof ActionError) || error.code !== 'aws-unavailable') throw error;
}
