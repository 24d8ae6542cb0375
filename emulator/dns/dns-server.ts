import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { Address } from '../world.ts';
import type { Resolver } from './resolver.ts';
import { respond } from './respond.ts';

export type DnsServer = {
  /** UDP and TCP on the same port; 0 takes a free one. */
  readonly listen: (port: number) => Promise<Address>;
  readonly close: () => Promise<void>;
};

const LOOPBACK = '127.0.0.1';
/** A port that is free for TCP can be taken for UDP: then the next free one is tried. */
const ATTEMPTS = 10;

export function createDnsServer(resolve: Resolver): DnsServer {
  const sockets = new Set<Socket>();
  const tcp = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    answerStream(socket, resolve);
  });
  const udp = createSocket('udp4', (message, from) => {
    const answer = respond(message, 'udp', resolve);
    if (answer) udp.send(answer, from.port, from.address);
  });

  const bindBoth = async (port: number): Promise<Address> => {
    tcp.listen(port, LOOPBACK);
    await once(tcp, 'listening');
    const bound = tcp.address();
    if (bound === null || typeof bound === 'string') throw new Error('the DNS server has no TCP address');
    udp.bind(bound.port, LOOPBACK);
    await once(udp, 'listening');
    return { host: LOOPBACK, port: bound.port };
  };

  return {
    listen: async (port) => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await bindBoth(port);
        } catch (error) {
          if (port !== 0 || attempt === ATTEMPTS) throw error;
          tcp.close();
          await once(tcp, 'close');
        }
      }
    },
    close: async () => {
      udp.close();
      tcp.close();
      for (const socket of sockets) socket.destroy();
      await once(tcp, 'close');
    },
  };
}

/** Over TCP each message has its length before it, and several may come on one connection (RFC 7766). */
function answerStream(socket: Socket, resolve: Resolver): void {
  let received = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, Buffer.from(chunk)]);
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const end = 2 + received.readUInt16BE(0);
      const answer = respond(received.subarray(2, end), 'tcp', resolve);
      received = received.subarray(end);
      if (!answer) continue;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(answer.length);
      socket.write(Buffer.concat([length, answer]));
    }
  });
}
