import { ECSClient } from '@aws-sdk/client-ecs';
import { clientConfig } from './clients.ts';

let client: ECSClient | undefined;

/** One client a process, so that connections and resolved credentials are shared. */
export function ecs(): ECSClient {
  client ??= new ECSClient(clientConfig());
  return client;
}
