import { createHash } from 'node:crypto';
import { ECRClient } from '@aws-sdk/client-ecr';
import { createClock } from '../../emulator/clock.ts';
import { createFaults, type Faults } from '../../emulator/control/faults.ts';
import { createHolds } from '../../emulator/control/holds.ts';
import { createRequestLog } from '../../emulator/control/request-log.ts';
import { createPasswords, type Passwords } from '../../emulator/ecr/authorization.ts';
import { createEcr } from '../../emulator/ecr/ecr.ts';
import { createImageStore } from '../../emulator/ecr/image-store.ts';
import { createIds } from '../../emulator/ids.ts';
import { closeServer, listenOn } from '../../emulator/listening.ts';
import { createRegistry } from '../../emulator/registry/registry.ts';
import { createAwsServer } from '../../emulator/server/aws-server.ts';
import type { Clock, ImageStore } from '../../emulator/world.ts';

/** ECR and its registry alone, in this process, each on a port of its own. */
export type RegistryWorld = {
  readonly ecr: ECRClient;
  readonly registryHost: string;
  /** `POST /_emulator/ecr`. */
  readonly control: (body: unknown) => unknown;
  readonly images: ImageStore;
  readonly passwords: Passwords;
  readonly faults: Faults;
  readonly clock: Clock;
  /** Sets the clock ahead; nothing that falls due on the way happens. */
  readonly skip: (seconds: number) => void;
  /** A request to the registry, with a valid password unless headers say otherwise. */
  readonly call: (method: string, path: string, options?: CallOptions) => Promise<Response>;
  readonly close: () => Promise<void>;
};

export type CallOptions = {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer> | string;
};

export const ACCOUNT = '123456789012';
const REGION = 'eu-west-1';

export async function startRegistryWorld(): Promise<RegistryWorld> {
  const running = createClock(1);
  let skippedMs = 0;
  const clock: Clock = { ...running, now: () => running.now() + skippedMs };
  const repositories = new Map();
  const passwords = createPasswords({ clock, realGraceMs: 0 });
  const faults = createFaults(createHolds());
  const log = createRequestLog();
  const registry = await createRegistry({ clock, accountId: ACCOUNT, repositories, passwords, faults, log });
  const registryHost = hostOf(await registry.listen(0));
  const options = { clock, region: REGION, accountId: ACCOUNT };
  const ecrPart = createEcr({ ...options, registryHost, repositories, passwords });
  const server = createAwsServer({
    ...options,
    services: [ecrPart.service],
    accountOf: () => ACCOUNT,
    controls: {},
    faults,
    log,
    ids: createIds(undefined),
    principalArn: `arn:aws:iam::${ACCOUNT}:user/tester`,
    latencyMs: 0,
    onMisshapen: (why) => {
      throw new Error(why);
    },
  });
  const endpoint = `http://${hostOf(await listenOn(server, 0))}`;
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
  const ecr = new ECRClient({ endpoint, region: REGION, credentials });

  return {
    ecr,
    registryHost,
    control: (body) => ecrPart.control.POST?.(body),
    images: createImageStore({ registryHost, repositories }),
    passwords,
    faults,
    clock,
    skip: (seconds) => {
      skippedMs += seconds * 1000;
    },
    call: (method, path, { headers, body } = {}) =>
      fetch(`http://${registryHost}${path}`, {
        method,
        headers: { authorization: basic('AWS', passwords.issue().password), ...headers },
        ...(body !== undefined && { body }),
      }),
    close: async () => {
      ecr.destroy();
      await Promise.all([closeServer(server), registry.close()]);
      running.close();
    },
  };
}

export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

export function digestOf(bytes: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function hostOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host}:${port}`;
}
