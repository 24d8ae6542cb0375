import { ECRClient } from '@aws-sdk/client-ecr';
import { type EmulatorHandle, startEmulator } from './emulator.ts';
import { pushImage } from './push-image.ts';
import { basic, type CallOptions } from './registry-world.ts';

/** An emulator that the sources in this process talk to, as if the runner had set the variables. */
export type EmulatedEcr = {
  readonly emulator: EmulatorHandle;
  readonly ecr: ECRClient;
  /** Pushes a small image; resolves to its digest. */
  readonly push: (repository: string, tag: string, layer: string) => Promise<string>;
  readonly stop: () => Promise<void>;
};

const variables = ['AWS_ENDPOINT_URL', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];

export async function startEmulatedEcr(): Promise<EmulatedEcr> {
  const before = { ...process.env };
  const emulator = await startEmulator();
  for (const name of variables) process.env[name] = emulator.env[name];
  const ecr = new ECRClient(emulator.client);
  // Loaded only now: its client reads the variables once.
  const { getRegistryCredentials } = await import('../../src/aws/ecr.ts');
  const { password } = await getRegistryCredentials();
  const call = (method: string, path: string, { headers, body }: CallOptions = {}) =>
    fetch(`http://${emulator.registry}${path}`, {
      method,
      headers: { authorization: basic('AWS', password), ...headers },
      ...(body !== undefined && { body }),
    });
  return {
    emulator,
    ecr,
    push: async (repository, reference, layer) =>
      (await pushImage(call, repository, { reference, layer })).digest,
    stop: async () => {
      process.env = before;
      ecr.destroy();
      await emulator.stop();
    },
  };
}
