import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Faults } from '../control/faults.ts';
import { closeServer, listenOn, watchConnections } from '../listening.ts';
import type { Address, FrontEnd, Routed } from '../world.ts';
import { createAuthority } from './authority.ts';
import { createDestinations } from './destination.ts';
import { createForwardProxy } from './forward-proxy.ts';
import { forward, forwardUpgrade } from './forwarding.ts';
import { reportBug, suffer, whatBefalls } from './weather.ts';

export type Edge = {
  readonly listen: (ports: { readonly http: number; readonly proxy: number }) => Promise<{
    /**
     * The data plane without TLS: any request, routed by its Host header. The same port on a front end's own address
     * reaches that front end alone.
     */
    readonly http: Address;
    readonly proxy: Address;
    /** What a client needs in its environment to reach the real names, by TLS and on port 80. */
    readonly env: {
      readonly HTTPS_PROXY: string;
      readonly HTTP_PROXY: string;
      readonly NO_PROXY: string;
      readonly NODE_EXTRA_CA_CERTS: string;
    };
  }>;
  readonly close: () => Promise<void>;
};

/** The emulator's side towards the users of the deployed services. */
export async function createEdge(options: {
  readonly frontEnds: readonly [FrontEnd, ...FrontEnd[]];
  /** One address of a host in the emulated DNS, by the weights of its records. */
  readonly resolve: (host: string) => string | undefined;
  /** True for `host:port` of a server of the emulator itself. */
  readonly isOwnServer: (authority: string) => boolean;
  readonly faults: Faults;
}): Promise<Edge> {
  const authority = await createAuthority();
  const folder = await mkdtemp(join(tmpdir(), 'emulator-authority-'));
  const certificateFile = join(folder, 'ca.pem');
  await writeFile(certificateFile, authority.certificate);

  const destinations = createDestinations(options.frontEnds, options.resolve);
  const route = (request: IncomingMessage): Routed => {
    const host = request.headers.host ?? '';
    return destinations.forRequest(request.socket, host).route(host);
  };
  const createDataPlane = (): Server => {
    const server = createServer((request, response) => {
      whatBefalls(options.faults, request).then((met) => {
        const routed = met && suffer(met.fault, request.socket, () => route(request));
        if (routed) forward(routed, request, { response, beforeReply: met.beforeReply });
      }, reportBug);
    });
    server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      whatBefalls(options.faults, request).then((met) => {
        const routed = met && suffer(met.fault, socket, () => route(request));
        if (routed) forwardUpgrade(routed, request, { socket, head });
      }, reportBug);
    });
    return server;
  };
  const dataPlane = createDataPlane();
  const ownPlanes = options.frontEnds.map(({ address }) => ({ address, server: createDataPlane() }));
  const proxy = createForwardProxy({
    destinations,
    faults: options.faults,
    isOwnServer: options.isOwnServer,
    authority,
    dataPlane,
  });

  return {
    listen: async (ports) => {
      const http = await listenOn(dataPlane, ports.http);
      for (const { address, server } of ownPlanes)
        await listenAlso(server, { host: address, port: http.port });
      const proxyAddress = await listenOn(proxy, ports.proxy);
      return {
        http,
        proxy: proxyAddress,
        env: {
          HTTPS_PROXY: `http://${proxyAddress.host}:${proxyAddress.port}`,
          HTTP_PROXY: `http://${proxyAddress.host}:${proxyAddress.port}`,
          // The emulated AWS and GitHub are spoken to directly.
          NO_PROXY: '127.0.0.1,localhost',
          NODE_EXTRA_CA_CERTS: certificateFile,
        },
      };
    },
    close: async () => {
      await Promise.all([proxy, dataPlane, ...ownPlanes.map(({ server }) => server)].map(closeServer));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Linux has all of 127.0.0.0/8; macOS knows only what was added to its loopback interface. The proxy needs neither. */
function listenAlso(server: Server, { host, port }: Address): Promise<void> {
  watchConnections(server);
  return new Promise((resolve) => {
    server.once('error', () => {
      process.stderr.write(
        `emulator: nothing can listen on ${host}; reach it through the proxy, or add the address.\n`,
      );
      resolve();
    });
    server.listen(port, host, resolve);
  });
}
