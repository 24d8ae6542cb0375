import { unlessDenied } from '../../aws/failures.ts';
import { describeHealthCheck } from '../../aws/route-53-health-checks.ts';
import type { ObservedZone, SeenHealthCheck } from '../model/observed.ts';

/** Records can only name health checks of their own account, so that it is asked as the zone is. */
export async function lookForHealthCheck({ ref }: ObservedZone, id: string): Promise<SeenHealthCheck> {
  const looked = describeHealthCheck(ref, id).then(
    (found): SeenHealthCheck => (found === undefined ? { kind: 'missing' } : { kind: 'found', ...found }),
  );
  return (await unlessDenied(looked)) ?? { kind: 'unseen' };
}
