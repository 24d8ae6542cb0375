import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type Befallen, EDGE, type Fault, type Faults } from '../control/faults.ts';
import type { OwnStatus, Routed } from '../world.ts';

/** What befalls a request of a user; its operation is the host it is for. Undefined when the user went away meanwhile. */
export async function whatBefalls(faults: Faults, request: IncomingMessage): Promise<Befallen | undefined> {
  const operation = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  const input = { method: request.method, path: request.url };
  const met = await faults.befall({ service: EDGE, operation, input });
  if (request.socket.destroyed) return undefined;
  if (met.fault?.fault !== 'lost-reply') return met;
  const beforeReply = async (): Promise<void> => {
    await met.beforeReply?.();
    request.socket.destroy();
  };
  return { ...met, beforeReply };
}

/** The same of plain HTTP, on port 80; its operation is `http://` and the host. */
export function whatBefallsPlain(faults: Faults, host: string, request: IncomingMessage): Promise<Befallen> {
  const input = { method: request.method, path: URL.parse(request.url ?? '')?.pathname };
  return faults.befall({ service: EDGE, operation: `http://${host.toLowerCase()}`, input });
}

/** Where the request goes in this weather; undefined when it is not answered at all. */
export function suffer(fault: Fault | undefined, socket: Socket, route: () => Routed): Routed | undefined {
  switch (fault?.fault) {
    case 'hang':
      route().began?.();
      return undefined;
    case 'reset':
      socket.destroy();
      return undefined;
    case 'error': {
      const status = ownStatus(fault.status);
      const { began, ended } = route();
      // 503 says that no target was to be had; the others are of a target that took the connection and broke off, or slept.
      const isConnected = status !== 503;
      if (isConnected) began?.();
      return { status, ended: (outcome) => ended?.({ ...outcome, isConnected }) };
    }
    default:
      return route();
  }
}

const ownStatus = (status: number | undefined): OwnStatus =>
  status === 502 || status === 504 ? status : 503;

export function reportBug(error: unknown): void {
  process.stderr.write(
    `emulator: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
}
