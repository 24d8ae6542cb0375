import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeServer, listenOn } from '../listening.ts';
import type { Address } from '../world.ts';
import { createAuthority } from './authority.ts';
import { createForwardProxy } from './forward-proxy.ts';
import { forward, forwardUpgrade, type Routing } from './forwarding.ts';

export type Edge = {
  readonly listen: (ports: { readonly http: number; readonly proxy: number }) => Promise<{
    /** The load balancer's data plane without TLS: any request, routed by its Host header. */
    readonly http: Address;
    readonly proxy: Address;
    /** What a client needs in its environment to reach the real names by TLS. */
    readonly env: {
      readonly HTTPS_PROXY: string;
      readonly NO_PROXY: string;
      readonly NODE_EXTRA_CA_CERTS: string;
    };
  }>;
  readonly close: () => Promise<void>;
};

/** The emulator's side towards the users of the deployed services. */
export async function createEdge({ loadBalancing }: { readonly loadBalancing: Routing }): Promise<Edge> {
  const authority = await createAuthority();
  const folder = await mkdtemp(join(tmpdir(), 'emulator-authority-'));
  const certificateFile = join(folder, 'ca.pem');
  await writeFile(certificateFile, authority.certificate);

  const dataPlane = createServer((request, response) => forward(loadBalancing, request, response));
  dataPlane.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) =>
    forwardUpgrade(loadBalancing, request, { socket, head }),
  );
  const proxy = createForwardProxy({ loadBalancing, authority, dataPlane });

  return {
    listen: async (ports) => {
      const http = await listenOn(dataPlane, ports.http);
      const proxyAddress = await listenOn(proxy, ports.proxy);
      return {
        http,
        proxy: proxyAddress,
        env: {
          HTTPS_PROXY: `http://${proxyAddress.host}:${proxyAddress.port}`,
          // The emulated AWS and GitHub are spoken to directly.
          NO_PROXY: '127.0.0.1,localhost',
          NODE_EXTRA_CA_CERTS: certificateFile,
        },
      };
    },
    close: async () => {
      await Promise.all([closeServer(proxy), closeServer(dataPlane)]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
