import type { Server } from 'node:http';
import type { Address } from './world.ts';

const LOOPBACK = '127.0.0.1';

/** Listens on this machine only; port 0 takes a free one. */
export function listenOn(server: Server, port: number): Promise<Address> {
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

/** Stops listening and drops the connections that clients keep alive, so that a process can end. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
