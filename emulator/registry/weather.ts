import type { ServerResponse } from 'node:http';
import type { Befallen } from '../control/faults.ts';
import { RegistryError } from './registry-error.ts';

/** Handles the request, or does to it what the fault says (`POST /_emulator/faults`, service `registry`). */
export async function suffer(
  { fault, beforeReply }: Befallen,
  response: ServerResponse,
  handle: () => Promise<void> | void,
): Promise<void> {
  if (beforeReply) endAfter(response, beforeReply);
  if (fault === undefined) return handle();
  switch (fault.fault) {
    case 'hang':
      return;
    case 'reset':
      response.destroy();
      return;
    case 'lost-reply':
      response.end = () => response.destroy();
      await handle();
      return;
    case 'throttle':
      throw new RegistryError(fault.status ?? 429, 'TOOMANYREQUESTS', fault.message ?? 'Rate exceeded');
    case 'error':
      throw new RegistryError(
        fault.status ?? 500,
        fault.code ?? 'UNKNOWN',
        fault.message ?? 'Internal error',
      );
    case 'denied':
      throw new RegistryError(
        fault.status ?? 403,
        'DENIED',
        fault.message ?? 'The caller is not authorized to perform this action on this repository',
      );
    case 'expired':
      throw new RegistryError(
        fault.status ?? 403,
        'DENIED',
        fault.message ?? 'Your authorization token has expired. Reauthenticate and try again.',
      );
    case 'malformed':
      // The control plane takes it for the service github alone.
      return handle();
  }
}

/** The end of the reply waits; what was written before it may be on its way. */
function endAfter(response: ServerResponse, ready: () => Promise<void>): void {
  const end = response.end.bind(response) as (...content: unknown[]) => ServerResponse;
  response.end = (...content: unknown[]) => {
    void ready().then(() => end(...content));
    return response;
  };
}
