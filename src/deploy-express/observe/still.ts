import { describeExpressService, type ExpressConfiguration } from '../../aws/express.ts';
import { isServiceMissing } from '../../aws/refusals.ts';
import { ActionError } from '../../errors.ts';
import { systemClock } from '../../poll.ts';
import type { ObservedService } from '../model/observed.ts';

/** What an update does not change is sent as it was seen, and another job may have changed it meanwhile. */
const freshSeconds = 3;

/**
 * Whether what an older look showed of the service is so still. One call, so that its answer is as young as can be; none
 * while the look itself is young, and none for a service that is to be created: ECS refuses a name that is taken.
 */
export async function lookWhetherStill(service: ObservedService): Promise<'as-seen' | 'changed' | 'gone'> {
  if (service.kind !== 'express') return 'as-seen';
  if (systemClock.now() - service.seenAt < freshSeconds * 1000) return 'as-seen';
  try {
    const { status, configurations } = await describeExpressService(service.serviceArn);
    if (status !== 'ACTIVE') return 'gone';
    return fingerprint(configurations[0]) === fingerprint(service.running) ? 'as-seen' : 'changed';
  } catch (error) {
    if (error instanceof ActionError && isServiceMissing(error.cause)) return 'gone';
    throw error;
  }
}

/** Each update makes a revision; the settings are compared for whatever else changes them, such as the number of tasks. */
function fingerprint(configuration: ExpressConfiguration | undefined): string {
  const { revisionArn, image, settings } = configuration ?? {};
  return JSON.stringify({ revisionArn, image, settings });
}
