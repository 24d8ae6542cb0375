import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FrontEnd } from '../world.ts';

/** Where connections end: which front end takes the part of AWS for a host name, an address, a socket. */
export type Destinations = {
  /** The front end that a client which connects to this name or address reaches. */
  readonly forName: (host: string) => FrontEnd | undefined;
  /** A connection that was led to a front end stays there, whatever Host headers it carries. */
  readonly bind: (socket: Duplex, frontEnd: FrontEnd) => void;
  readonly forRequest: (socket: Duplex & { readonly localAddress?: string }, host: string) => FrontEnd;
};

/**
 * Both front ends may serve the same custom host; as on AWS it is the address a client connects to that decides, and
 * so the DNS. `resolve` asks the emulated DNS for one address of a host.
 */
export function createDestinations(
  frontEnds: readonly [FrontEnd, ...FrontEnd[]],
  resolve: (host: string) => string | undefined,
): Destinations {
  const bound = new WeakMap<Duplex, FrontEnd>();
  const byAddress = (address: string | undefined): FrontEnd | undefined =>
    frontEnds.find((frontEnd) => frontEnd.address === address);
  // Without a record in the emulated DNS a host is led to whoever serves it, so that a service needs no zone.
  const byHost = (host: string): FrontEnd | undefined =>
    frontEnds.find(({ hasName }) => hasName(host)) ?? frontEnds.find(({ serves }) => serves(host));
  return {
    forName: (host) => {
      if (isIP(host)) return byAddress(host);
      const own = frontEnds.find(({ hasName }) => hasName(host));
      if (own) return own;
      const address = resolve(host);
      return address === undefined ? byHost(host) : byAddress(address);
    },
    bind: (socket, frontEnd) => void bound.set(socket, frontEnd),
    forRequest: (socket, host) =>
      bound.get(socket) ?? byAddress(socket.localAddress) ?? byHost(host) ?? frontEnds[0],
  };
}
