import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Address } from './world.ts';

const LOOPBACK = '127.0.0.1';

/** All connections of a server. One that was upgraded or tunnelled is none of `closeAllConnections`' any more. */
const connections = new WeakMap<Server, Set<Socket>>();

/** Listens on this machine only; port 0 takes a free one. */
export function listenOn(server: Server, port: number): Promise<Address> {
  watchConnections(server);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      server.off('error', reject);
      const bound = server.address();
      if (bound === null || typeof bound === 'string') reject(new Error('the server has no TCP address'));
      else resolve({ host: LOOPBACK, port: bound.port });
    });
  });
}

/** To be called before a server listens that is to be closed by `closeServer`. */
export function watchConnections(server: Server): void {
  const open = new Set<Socket>();
  connections.set(server, open);
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
}

/** Stops listening and drops all connections, so that a process can end. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of connections.get(server) ?? []) socket.destroy();
  });
}

/** Port 1 is reserved for tcpmux, which no machine has run for decades: connections to it are refused. */
export const NOBODY_LISTENS: Address = { host: LOOPBACK, port: 1 };
