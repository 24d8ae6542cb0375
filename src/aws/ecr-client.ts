import { ECRClient } from '@aws-sdk/client-ecr';
import { clientConfig } from './clients.ts';

const clients = new Map<string | undefined, ECRClient>();

/** One client a Region; without one, the Region of the environment. */
export function ecr(region?: string): ECRClient {
  const known = clients.get(region);
  if (known !== undefined) return known;
  const client = new ECRClient({ ...clientConfig(), ...(region === undefined ? {} : { region }) });
  clients.set(region, client);
  return client;
}
