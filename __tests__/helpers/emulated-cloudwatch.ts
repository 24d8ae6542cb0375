import type { RunningClock } from '../../emulator/clock.ts';
import { createCloudwatch } from '../../emulator/cloudwatch/cloudwatch.ts';
import type { MetricSink } from '../../emulator/world.ts';
import { ACCOUNT, type EmulatedApis, REGION, serveApis } from './emulated-apis.ts';

export type CloudwatchPart = {
  readonly client: EmulatedApis['client'];
  readonly clock: RunningClock;
  readonly metrics: MetricSink;
  readonly control: (body: unknown) => unknown;
  readonly close: () => Promise<void>;
};

/** CloudWatch alone, in this process. */
export async function startCloudwatch(): Promise<CloudwatchPart> {
  const made: { part?: ReturnType<typeof createCloudwatch> } = {};
  const apis = await serveApis((parts) => {
    made.part = createCloudwatch({ ...parts, region: REGION, accountId: ACCOUNT });
    return made.part.services;
  });
  const { part } = made;
  if (!part) throw new Error('the server made no CloudWatch');
  return {
    client: apis.client,
    clock: apis.clock,
    metrics: part.metrics,
    control: (body) => part.control.POST?.(body),
    close: apis.close,
  };
}
