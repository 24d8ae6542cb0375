import { AwsError, type Operation } from '../world.ts';
import type { Settings } from './state.ts';

/**
 * Five requests a second, all callers of the account together. Counted in real time whatever the emulator's speed:
 * what it guards against is how fast clients really ask.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html#limits-api-requests
 */
export function throttled(
  operations: Readonly<Record<string, Operation>>,
  settings: Settings,
): Record<string, Operation> {
  let served: number[] = [];
  const admit = (): void => {
    if (settings.requestsPerSecond === 0) return;
    const now = performance.now();
    served = served.filter((at) => at > now - 1000);
    if (served.length >= settings.requestsPerSecond) throw new AwsError('Throttling', 'Rate exceeded');
    served.push(now);
  };
  const guarded = Object.entries(operations).map(([name, run]): [string, Operation] => [
    name,
    (input, context) => {
      admit();
      return run(input, context);
    },
  ]);
  return Object.fromEntries(guarded);
}
