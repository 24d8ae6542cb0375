import { createClock, type RunningClock } from '../../emulator/clock.ts';
import { createFaults } from '../../emulator/control/faults.ts';
import { createHolds } from '../../emulator/control/holds.ts';
import { createRequestLog } from '../../emulator/control/request-log.ts';
import { createIds, type Ids } from '../../emulator/ids.ts';
import { closeServer, listenOn } from '../../emulator/listening.ts';
import { createAwsServer } from '../../emulator/server/aws-server.ts';
import type { AwsService } from '../../emulator/world.ts';

export const REGION = 'eu-west-1';
export const ACCOUNT = '123456789012';

export type EmulatedApis = {
  readonly clock: RunningClock;
  readonly ids: Ids;
  /** For any SDK client. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
  readonly close: () => Promise<void>;
};

/** Serves some of the emulator's APIs alone, for tests that set their state up through the seams of `world.ts`. */
export async function serveApis(
  make: (parts: { readonly clock: RunningClock; readonly ids: Ids }) => readonly AwsService[],
  options: { readonly speed: number } = { speed: 1 },
): Promise<EmulatedApis> {
  const clock = createClock(options.speed);
  const ids = createIds(undefined);
  const misanswers: string[] = [];
  const server = createAwsServer({
    services: make({ clock, ids }),
    controls: {},
    faults: createFaults(createHolds()),
    log: createRequestLog(),
    clock,
    ids,
    region: REGION,
    accountOf: () => ACCOUNT,
    principalArn: `arn:aws:iam::${ACCOUNT}:user/test`,
    latencyMs: 0,
    onMisshapen: (why) => misanswers.push(why),
  });
  const { host, port } = await listenOn(server, 0);
  return {
    clock,
    ids,
    client: {
      endpoint: `http://${host}:${port}`,
      region: REGION,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    },
    close: async () => {
      clock.close();
      await closeServer(server);
      if (misanswers.length > 0) throw new Error(misanswers.join('\n'));
    },
  };
}
