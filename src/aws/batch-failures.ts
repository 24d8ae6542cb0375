import type { Failure } from '@aws-sdk/client-ecs';
import { ActionError } from '../errors.ts';

/**
 * A describe of several answers 200 and says of each that it does not show why. MISSING, that it is not there, is one
 * reason; with any other it may be there (ECS developer guide, "Amazon ECS API failure reasons").
 *
 * @param doing what was being done, to follow "could not": `describe service web`.
 * @throws `aws-refused`, with the reason.
 */
export function refuseOtherThanMissing(failures: readonly Failure[] | undefined, doing: string): void {
  const other = failures?.find(({ reason }) => reason !== 'MISSING');
  if (other === undefined) return;
  const why = [other.reason ?? 'ECS gives no reason', other.detail].filter((part) => part !== undefined);
  throw new ActionError('aws-refused', `could not ${doing}: ${why.join(', ')}`);
}
