import { ECSClient } from '@aws-sdk/client-ecs';
import { clientConfig } from './clients.ts';
import { toActionError } from './failures.ts';

let client: ECSClient | undefined;

/** One client a process, so that connections and resolved credentials are shared. */
export function ecs(): ECSClient {
  client ??= new ECSClient(clientConfig());
  return client;
}

/** Runs an ECS request; what it throws comes out as an ActionError that names the IAM action. */
export async function ask<T>(action: string, doing: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (cause) {
    throw toActionError(cause, doing, action);
  }
}
